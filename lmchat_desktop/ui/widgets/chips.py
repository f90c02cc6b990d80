"""The filter chip: a pill that says what is filtered, with a cross that takes it away."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip

_PADDING = 11
_CROSS_PX = 11
_GAP = 6
_LARGEST_WIDTH = 320


class Chip(QAbstractButton):
    """A pill that says what is filtered; its cross, Delete or Backspace takes it away.

    Attributes:
        removed: it was asked away.
        clicked: (of the base class) its text was clicked or Enter pressed.
    """

    removed = Signal()

    def __init__(self, text: str, parent: QWidget | None = None, *, removable: bool = True) -> None:
        super().__init__(parent)
        self._removable = removable
        self._text = ""
        self.setFont(typography().label())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self._over_cross = False
        self.set_caption(text)

    def set_caption(self, text: str) -> None:
        """Change what it says."""
        self._text = one_line(text)
        self.setAccessibleName(self._text)
        if self._removable:
            self.setAccessibleDescription(self.tr("Press Delete to remove"))
        self.setToolTip(plain_tooltip(text))
        self.updateGeometry()
        self.update()

    def caption(self) -> str:
        """What it says."""
        return self._text

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._text) + 2 * _PADDING + 2
        if self._removable:
            width += _GAP + typography().px(_CROSS_PX)
        return QSize(min(width, typography().px(_LARGEST_WIDTH)), typography().px(28))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), 64), self.sizeHint().height())

    def _cross(self) -> QRectF:
        side = typography().px(_CROSS_PX)
        return QRectF(self.width() - _PADDING - side, (self.height() - side) / 2, side, side)

    def _on_cross(self, point: QPoint) -> bool:
        return self._removable and point.x() >= self._cross().left() - _GAP

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill = colours.soft if self.underMouse() or self.isDown() else None
        rounded(painter, rect, rect.height() / 2 - 0.5, fill=fill, border=colours.accent)
        end = self._cross().left() - _GAP if self._removable else self.width() - _PADDING
        room = int(end) - _PADDING
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(QColor(colours.accent))
        painter.drawText(
            rect.adjusted(_PADDING, 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            shown,
        )
        if self._removable:
            token = colours.text if self._over_cross else colours.accent
            draw_glyph(painter, self._cross(), "close", QColor(token))
        focus_ring(painter, self, colours, rect.height() / 2 - 2, margin=1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._on_cross(event.position().toPoint())
        if over != self._over_cross:
            self._over_cross = over
            self.update()
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        removing = self.isDown() and self._on_cross(point) and self.rect().contains(point)
        if removing:
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)
