"""Tells what of a page does not fit into its window: children beyond the edge, text that is cut."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QGraphicsView,
    QLabel,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from lmchat_desktop.ui.charts.legend import LegendItem
from lmchat_desktop.ui.widgets.figure_label import FigureLabel
from lmchat_desktop.ui.widgets.plain import PlainLabel


def settle_layout() -> None:
    """Let widgets that rearrange themselves come to rest."""
    for _ in range(4):
        QApplication.processEvents()


def misfits(scroller: QScrollArea, *, may_elide: frozenset[str] = frozenset()) -> list[str]:
    """Everything in a vertical scroller that reaches beyond its viewport or cuts its text.

    Args:
        scroller: the scroller.
        may_elide: beginnings of texts that may end in "…" where it is narrow.
    """
    return [
        *beyond(scroller.widget(), scroller.viewport().width()),
        *cut(scroller.widget(), may_elide),
    ]


def _parts(content: QWidget) -> list[QWidget]:
    """The visible widgets but those inside tables and plots, which have their own geometry."""

    def inside(widget: QWidget) -> bool:
        parent = widget.parentWidget()
        while parent is not None and parent is not content:
            if isinstance(parent, QAbstractItemView | QGraphicsView):
                return True
            parent = parent.parentWidget()
        return False

    return [
        widget
        for widget in content.findChildren(QWidget)
        if widget.isVisible() and not isinstance(widget, QScrollBar) and not inside(widget)
    ]


def beyond(content: QWidget, width: int) -> list[str]:
    """The parts that reach beyond a width, or beyond what holds them."""
    found = []
    for widget in _parts(content):
        left = widget.mapTo(content, QPoint(0, 0)).x()
        if left < 0 or left + widget.width() > width:
            found.append(f"{_name(widget)} from {left} to {left + widget.width()} of {width}")
        parent = widget.parentWidget()
        if parent is not None and widget.geometry().right() >= parent.width():
            found.append(f"{_name(widget)} beyond {_name(parent)}")
        if isinstance(widget, QAbstractItemView) and widget.horizontalScrollBar().maximum():
            found.append(f"{_name(widget)} has to be scrolled sideways")
    return found


def cut(content: QWidget, may_elide: frozenset[str] = frozenset()) -> list[str]:
    """The labels, buttons and figures whose text is not all to be seen."""
    found = []
    for widget in _parts(content):
        if isinstance(widget, PlainLabel) and widget.text() != widget.whole_text():
            if not any(widget.whole_text().startswith(text) for text in may_elide):
                found.append(f"{widget.whole_text()!r} is elided to {widget.text()!r}")
        elif isinstance(widget, QLabel):
            needed = widget.heightForWidth(widget.width()) if widget.wordWrap() else -1
            if widget.height() < max(needed, widget.fontMetrics().height()):
                found.append(f"{widget.text()!r} is {widget.height()} high, needs {needed}")
            longest = widget.fontMetrics().horizontalAdvance(widget.text())
            if not widget.wordWrap() and widget.contentsRect().width() < longest:
                found.append(f"{widget.text()!r} is cut")
            words = widget.text().split() if widget.wordWrap() else []
            room = widget.contentsRect().width()
            if any(widget.fontMetrics().horizontalAdvance(word) > room for word in words):
                found.append(f"a word of {widget.text()!r} is cut")
        elif isinstance(widget, FigureLabel):
            if widget.width() < widget.least_width() - 2:
                found.append(f"{widget.text()!r} is cut")
        elif isinstance(widget, QAbstractButton) and not isinstance(widget, LegendItem):
            if widget.width() < widget.minimumSizeHint().width():
                found.append(f"button {widget.text()!r} is cut")
            flag = Qt.TextFlag.TextSingleLine
            size = widget.fontMetrics().size(flag, widget.text())
            if size.width() > widget.width() or size.height() > widget.height() + 2:
                found.append(f"button {widget.text()!r} has no room")
    return found


def _name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}".strip()
