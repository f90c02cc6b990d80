"""What every test of the interface needs of Qt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.tasks.collecting import InterfaceCollector

OFFSCREEN_CANNOT = "^This plugin does not support"


def pytest_itemcollected(item: pytest.Item) -> None:
    """The offscreen platform says of every window that it has no window manager."""
    item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT, extend=True))


@pytest.fixture(scope="package", autouse=True)
def collector(qapp: QApplication) -> Iterator[InterfaceCollector]:
    """As in the application: cyclic garbage is collected on the interface thread alone."""
    made = InterfaceCollector()
    yield made
    made.stop()


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """Holds what it is given until Qt has deleted it at the end of the test.

    Its own references are weak. A dialog without a parent that nothing else holds is then garbage
    while its parts are alive, and PySide does not survive their collection one by one. In the
    application every dialog has a parent.
    """
    held: list[QWidget] = []
    add = qtbot.addWidget

    def add_and_hold(widget: QWidget, **more: Any) -> None:
        held.append(widget)
        add(widget, **more)

    monkeypatch.setattr(qtbot, "addWidget", add_and_hold)
    return qtbot
