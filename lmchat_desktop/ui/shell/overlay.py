"""A panel that lies over the window until something is chosen or Escape is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from lmchat_desktop.ui.theme.manager import tokens

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.search_list import SearchList

EDGE_PX = 16


class SearchOverlay(QWidget):
    """Holds a `SearchList` over a window: dimmed and centred, or below the control it belongs to.

    The keyboard's focus goes back to where it was when it closes.

    Attributes:
        panel: the search list.
    """

    closed = Signal()

    def __init__(
        self, window: QWidget, panel: SearchList, width: int, *, below: QWidget | None = None
    ) -> None:
        super().__init__(window)
        self.panel = panel
        self._width = width
        self._below = below
        self._window = window
        self._focus_before: QWidget | None = None
        panel.setParent(self)
        panel.chosen.connect(self.close_overlay)
        panel.dismissed.connect(self.close_overlay)
        panel.installEventFilter(self)
        window.installEventFilter(self)
        self.hide()

    def open_overlay(self) -> None:
        """Show it above everything in the window."""
        self._focus_before = QApplication.focusWidget()
        self.setGeometry(self._window.rect())
        self._place()
        self.show()
        self.raise_()
        self.panel.open()

    def close_overlay(self, _chosen: object = None) -> None:
        """Hide it and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.isVisible() and event.type() == QEvent.Type.Resize:
            if watched is self._window:
                self.setGeometry(self._window.rect())
            self._place()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.close_overlay()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._below is None:
            veil = QColor(tokens().text if not tokens().dark else "#000000")
            veil.setAlphaF(0.18 if not tokens().dark else 0.45)
            QPainter(self).fillRect(event.rect(), veil)

    def _place(self) -> None:
        width = min(self._width, self.width() - 2 * EDGE_PX)
        self.panel.setFixedWidth(width)
        self.panel.adjustSize()
        if self._below is None:
            left, top = (self.width() - width) // 2, max(EDGE_PX, self.height() // 9)
        else:
            corner = self._below.mapTo(self._window, QPoint(0, self._below.height() + 4))
            left = max(EDGE_PX, min(corner.x(), self.width() - width - EDGE_PX))
            top = corner.y()
        self.panel.move(left, top)
