"""The line that searches while it is typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph, icon
from lmchat_desktop.ui.theme.manager import tokens, typography

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent

GLYPH_PX = 16
SEARCHED_AFTER_MS = 250
"""So long after the last key the search is asked: not once for each letter."""


class SearchField(QLineEdit):
    """A line that searches while it is typed in; Escape empties it.

    Attributes:
        searched: what was typed, once the hand rests.
        sought: what was told last. What a page asks for is this, not the text: that one may
            still be in the making when the page reads anew for another reason.
    """

    searched = Signal(str)

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setIcon(icon("close"))
        self.setMaxLength(120)
        self.setMinimumWidth(typography().px(180))
        self.setTextMargins(typography().px(GLYPH_PX) + 6, 0, 0, 0)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(SEARCHED_AFTER_MS)
        self._later.timeout.connect(self._tell)
        self.sought = ""
        self.textChanged.connect(lambda _text: self._later.start())
        self.returnPressed.connect(self._tell)

    def put(self, text: str) -> None:
        """Show a text without telling anyone; what is being typed is not disturbed."""
        if text != self.sought:
            self.sought = text
            self.setText(text)
            self._later.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Qt places the button as if the field had no padding.
        for button in self.findChildren(QToolButton):
            button.move(button.x(), (self.height() - button.height()) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = typography().px(GLYPH_PX)
        place = QRectF(10, (self.height() - side) / 2, side, side)
        draw_glyph(QPainter(self), place, "search", QColor(tokens().muted))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._tell()
            return
        super().keyPressEvent(event)

    def _tell(self) -> None:
        self._later.stop()
        typed = self.text().strip()
        if typed != self.sought:
            self.sought = typed
            self.searched.emit(typed)
