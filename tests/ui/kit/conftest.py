"""A light theme for every test of the kit, and data to draw."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from PySide6.QtWidgets import QApplication

from lmchat_desktop.ui.tasks import TaskRunner
from lmchat_desktop.ui.theme.manager import ThemeManager, current_theme

OFFSCREEN_CANNOT = "^This plugin does not support"


def pytest_itemcollected(item: pytest.Item) -> None:
    """The offscreen platform says of every window that it has no window manager."""
    item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT, extend=True))


@pytest.fixture(autouse=True)
def theme(qapp: QApplication) -> Iterator[ThemeManager]:
    """The application's theme, light before and after."""
    manager = current_theme()
    manager.apply("light")
    yield manager
    manager.set_text_scale(None)
    manager.apply("light")


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:
    """A runner on two threads."""
    pool = ThreadPoolExecutor(2)
    made = TaskRunner(pool)
    yield made
    assert made.shutdown()
    pool.shutdown()
