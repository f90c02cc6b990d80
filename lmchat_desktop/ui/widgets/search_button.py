"""The button that looks like a search field and opens the command palette."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded


class SearchButton(QAbstractButton):
    """Opens the command palette when clicked; shows the shortcut that does the same."""

    def __init__(
        self,
        text: str = "",
        shortcut: str = "Ctrl K",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caption = text or self.tr("Search or run a command")
        self._shortcut = shortcut
        self.setAccessibleName(self._caption)
        self.setAccessibleDescription(self.tr("Opens with {keys}").format(keys=shortcut))
        self.setFont(typography().text())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(typography().px(520))

    def sizeHint(self) -> QSize:
        return QSize(typography().px(360), typography().px(34))

    def minimumSizeHint(self) -> QSize:
        return QSize(typography().px(120), typography().px(34))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        fill = colours.hover if self.underMouse() else colours.raised
        rounded(painter, rect, 5.5, fill=fill, border=colours.line)
        side = typography().px(16)
        glyph = QRectF(11, (rect.height() - side) / 2, side, side)
        draw_glyph(painter, glyph, "search", QColor(colours.muted))
        painter.setPen(QColor(colours.muted))
        hint_width = self.fontMetrics().horizontalAdvance(self._shortcut)
        middle = Qt.AlignmentFlag.AlignVCenter
        left = rect.adjusted(11 + side + 8, 0, -12, 0)
        room = int(left.width()) - hint_width - 16
        if room > self.fontMetrics().horizontalAdvance(self._caption[:8]):
            painter.setFont(typography().label())
            painter.drawText(left, middle | Qt.AlignmentFlag.AlignRight, self._shortcut)
            painter.setFont(self.font())
        else:
            room = int(left.width())
        shown = self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(left, middle | Qt.AlignmentFlag.AlignLeft, shown)
        focus_ring(painter, self, colours, 5)
