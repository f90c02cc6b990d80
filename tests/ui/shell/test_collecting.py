"""Cyclic garbage is collected on the interface thread, whichever thread has made it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.tasks.collecting import InterfaceCollector

HERE = threading.get_ident()


class Ring(QObject):
    """An object of Qt that only cyclic collection can destroy."""

    def __init__(self, ended_on: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: ended_on.append(threading.get_ident()))


def on_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def allocate_past_every_threshold() -> list[list[int]]:
    """What keeps the thresholds passed as long as it is kept: what is freed does not count."""
    first, second, _ = gc.get_threshold()
    return [[] for _ in range(first * (second + 2))]


@pytest.fixture
def automatic(collector: InterfaceCollector) -> Iterator[None]:
    """Python collects by itself, as it does before there is a collector."""
    gc.collect()
    gc.enable()
    yield
    gc.disable()


@pytest.mark.usefixtures("automatic")
def test_without_a_collector_the_pool_thread_destroys_what_it_finds() -> None:
    ended_on: list[int] = []
    kept: list[list[int]] = []

    def work() -> None:
        Ring(ended_on)
        kept.extend(allocate_past_every_threshold())

    on_a_thread(work)
    assert ended_on
    assert ended_on != [HERE]


@pytest.mark.usefixtures("automatic")
def test_what_a_pool_thread_made_is_destroyed_on_the_interface_thread(
    qapp: QApplication, qtbot: QtBot
) -> None:
    own = InterfaceCollector(interval_ms=0)
    ended_on: list[int] = []
    kept: list[list[int]] = []

    def work() -> None:
        Ring(ended_on)
        kept.extend(allocate_past_every_threshold())

    on_a_thread(work)
    assert ended_on == []
    qtbot.waitUntil(lambda: bool(ended_on))
    assert ended_on == [HERE]
    own.stop()


@pytest.mark.usefixtures("automatic")
def test_stopping_collects_what_is_left_and_gives_the_work_back(qapp: QApplication) -> None:
    own = InterfaceCollector()
    assert not gc.isenabled()
    ended_on: list[int] = []
    on_a_thread(lambda: Ring(ended_on))
    assert ended_on == []
    own.stop()
    assert ended_on == [HERE]
    assert gc.isenabled()


def test_a_second_collector_leaves_the_first_in_charge(collector: InterfaceCollector) -> None:
    InterfaceCollector().stop()
    assert not gc.isenabled()


def test_nothing_is_collected_before_it_is_due(
    collector: InterfaceCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected: list[int] = []
    monkeypatch.setattr(gc, "collect", collected.append)
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    for counts in ((700, 10, 10), (701, 3, 0), (0, 11, 2), (900, 11, 11)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        collector.look()
    assert collected == [0, 1, 2]
