"""What every test of the interface needs of Qt."""

from __future__ import annotations

import pytest

OFFSCREEN_CANNOT = "^This plugin does not support"


def pytest_itemcollected(item: pytest.Item) -> None:
    """The offscreen platform says of every window that it has no window manager."""
    item.add_marker(pytest.mark.qt_log_ignore(OFFSCREEN_CANNOT, extend=True))
