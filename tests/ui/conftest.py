"""What every test of the interface needs of Qt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

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
