"""Closing a window: the interface goes on while what it held is being closed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.ui.shell.closing import Closings
from lmchat_desktop.ui.shell.dialogs import SignOutDialog
from lmchat_desktop.ui.shell.flow import WORKERS
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.windows import Windows
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

PATIENCE_S = 30.0


@pytest.fixture
def stalling(own_sandbox: RunningSandbox) -> Iterator[RunningSandbox]:
    """A sandbox that can be stopped in mid-answer with `stall`; it goes on at the end."""
    yield own_sandbox
    if own_sandbox.process is not None:
        own_sandbox.process.send_signal(signal.SIGCONT)


def stall(sandbox: RunningSandbox) -> None:
    """From now on the backend takes connections and answers nothing."""
    assert sandbox.process is not None
    os.kill(sandbox.process.pid, signal.SIGSTOP)


@pytest.mark.usefixtures("plain_pages")
def test_the_interface_goes_on_while_a_session_of_a_stalled_backend_closes(
    office: Office, stalling: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(stalling))
    window = office.window(desk, "admin")
    session = office.workspace(window).session
    windows = office.windows[-1]
    stall(stalling)
    session.wake()
    order: list[str] = []
    posted = threading.Event()
    begun = threading.Event()

    def work_that_outlasts_the_window() -> None:
        begun.set()
        assert posted.wait(PATIENCE_S)
        order.append("work ended")

    session.work.submit(work_that_outlasts_the_window)
    assert begun.wait(PATIENCE_S)
    windows.last_closed.connect(lambda: order.append("window gone"))
    windows.ended.connect(lambda: order.append("all closed"))

    def handle() -> None:
        assert not window.isVisible()
        assert desk.closings.busy
        order.append("event handled")
        posted.set()

    QTimer.singleShot(0, handle)
    window.close()
    office.until(lambda: "all closed" in order)
    assert order == ["window gone", "event handled", "work ended", "all closed"]
    assert session.closed


@pytest.mark.usefixtures("plain_pages")
def test_a_window_can_be_closed_while_the_sign_out_waits_for_the_backend(
    office: Office, stalling: RunningSandbox
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(stalling)), "support")
    workspace = office.workspace(window)
    stall(stalling)
    workspace.sign_out_asked.emit()
    dialog = window.findChild(SignOutDialog)
    assert dialog is not None
    dialog.accept()
    office.until(lambda: window.stack.currentWidget() is window.starting)
    office.close_window(window)
    assert workspace.session.closed


@pytest.mark.usefixtures("plain_pages")
def test_a_sign_out_that_had_not_begun_is_done_when_its_window_closes(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "support")
    session = office.workspace(window).session
    held = threading.Event()
    for _worker in range(WORKERS):
        window.flow._pool.submit(held.wait, PATIENCE_S)
    window._sign_out()
    window.close()
    held.set()
    office.close_window(window)
    assert session.closed


@pytest.mark.usefixtures("plain_pages")
def test_the_same_person_can_come_back_while_their_session_still_closes(
    office: Office, sandbox: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    window = office.window(desk, "admin")
    before = office.workspace(window).session
    held = threading.Event()
    begun = threading.Event()

    def hold() -> None:
        begun.set()
        held.wait(PATIENCE_S)

    before.work.submit(hold)
    assert begun.wait(PATIENCE_S)
    assert window.workspace is not None
    window.workspace.switch_asked.emit()
    office.until(lambda: window.stack.currentWidget() is window.people)
    window.people.cards[before.person_id].click()
    assert desk.closings.busy
    QTimer.singleShot(0, held.set)
    again = office.workspace(window).session
    assert again is not before
    assert again.cache.path == before.cache.path


@pytest.mark.usefixtures("plain_pages")
def test_windows_end_once_all_is_closed_and_not_while_one_is_open(
    office: Office, sandbox: RunningSandbox
) -> None:
    windows, first = _one_window(office, sandbox)
    second = windows.open_window("support")
    office.workspace(second)
    ended: list[bool] = []
    windows.ended.connect(lambda: ended.append(True))
    office.close_window(first)
    QApplication.processEvents()
    assert ended == []
    second.close()
    office.until(lambda: ended)
    assert windows.all == []


def _one_window(office: Office, sandbox: RunningSandbox) -> tuple[Windows, MainWindow]:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    office.workspace(window)
    return office.windows[-1], window


# The closings alone


def test_idle_is_told_after_the_last_one(qapp: QApplication, qtbot: QtBot) -> None:
    closings = Closings()
    gates = [threading.Event(), threading.Event()]
    for gate in gates:
        closings.begin(lambda gate=gate: gate.wait(PATIENCE_S))  # type: ignore[misc]
    assert not closings.wait(0.0)
    with qtbot.waitSignal(closings.idle):
        for gate in gates:
            gate.set()
    assert not closings.busy


def test_an_opening_waits_for_its_own_cache_alone(qapp: QApplication) -> None:
    closings = Closings()
    gate = threading.Event()
    cache, other = Path("one.db"), Path("other.db")
    closings.begin(lambda: gate.wait(PATIENCE_S), cache)
    closings.wait_for(other, CancelToken())
    with ThreadPoolExecutor(1) as pool:
        cancel = CancelToken()
        waiting = pool.submit(closings.wait_for, cache, cancel, PATIENCE_S)
        cancel.cancel()
        waiting.result(PATIENCE_S)
        assert closings.busy
        waiting = pool.submit(closings.wait_for, cache, CancelToken(), PATIENCE_S)
        gate.set()
        waiting.result(PATIENCE_S)
    assert closings.wait(PATIENCE_S)


def test_a_closing_that_fails_is_a_fault_and_keeps_nobody_waiting(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: faults.append(told.exc_type))
    closings = Closings()

    def fail() -> None:
        raise ZeroDivisionError

    closings.begin(fail)
    assert closings.wait(PATIENCE_S)
    for thread in threading.enumerate():
        if thread.name == "closing":
            thread.join(PATIENCE_S)
    assert faults == [ZeroDivisionError]
