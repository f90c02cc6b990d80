"""Takes away whatever lies over a window and could show what was open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QToolTip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

AGAIN_MS = 20


def take_away_what_lies_over(window: QWidget) -> None:
    """Close popups, tooltips and dialogs of a window; dialogs are answered as by Escape."""
    QToolTip.hideText()
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
        if QApplication.activePopupWidget() is popup:
            break
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) and widget.parentWidget() is None:
            widget.reject()


def delete_when_unused(widget: QWidget) -> None:
    """Delete a widget once no dialog of it waits in an event loop of its own.

    A system's file dialog lies on the stack of the code that asked: to delete its parent before
    that code has gone on would delete it twice.
    """
    if QThread.currentThread().loopLevel() > 1:
        QTimer.singleShot(AGAIN_MS, widget, lambda: delete_when_unused(widget))
    else:
        widget.deleteLater()
