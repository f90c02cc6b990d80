"""Keeps the order of Tab as one reads, also for controls that are made late."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


def order_tabs(widgets: Sequence[QWidget]) -> None:
    """Let Tab go through widgets of one window in this order, from where the first one stands."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def order_tabs_in(holder: QWidget, widgets: Sequence[QWidget]) -> None:
    """Let Tab reach widgets where their holder, which has no focus itself, was made."""
    # Qt leaves the order alone at a widget without focus; its place in the order is what counts.
    holder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    order_tabs((holder, *widgets))
    holder.setFocusPolicy(Qt.FocusPolicy.NoFocus)
