"""The header of a table: quiet titles, the sorted one set apart with its direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from lmchat_desktop.ui.tables.cell_delegate import PADDING
from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.plain import plain_tooltip

if TYPE_CHECKING:
    from lmchat_desktop.ui.tables.columns import ColumnSpec

HEADER_PX = 36
_ARROW_PX = 10
_ARROW_GAP = 3
_ARROW_EDGE = 1


class TableHeader(QHeaderView):
    """Paints its sections from the tokens; what a click on one means is the table's to say.

    Qt's own sort indicator is left alone: it turns round at every click, before anyone is asked.

    Attributes:
        sorted_section: the section that the rows are sorted by, or -1.
        descending: whether from the largest.
    """

    def __init__(self, columns: tuple[ColumnSpec, ...], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._columns = columns
        self.setFont(typography().label())
        self.setFixedHeight(typography().px(HEADER_PX))
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setMinimumSectionSize(typography().px(48))
        self.setResizeContentsPrecision(0)
        self.setMouseTracking(True)
        self.sorted_section = -1
        self.descending = False
        self._hovered = -1

    def show_order(self, section: int, descending: bool) -> None:
        """Mark a section as the sorted one; -1 marks none."""
        self.sorted_section, self.descending = section, descending
        self.viewport().update()

    def least_width(self, section: int) -> int:
        """The width in which a title stands with its arrow."""
        metrics = QFontMetrics(typography().label(strong=True))
        title = metrics.horizontalAdvance(self._columns[section].title)
        return title + 2 * PADDING + self._arrow_overhang() + 2

    @staticmethod
    def _arrow_overhang() -> int:
        """What the arrow needs beside the padding, into which it reaches."""
        return max(0, typography().px(_ARROW_PX) + _ARROW_GAP - PADDING + _ARROW_EDGE)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), typography().px(HEADER_PX))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        if not rect.isValid() or not 0 <= section < len(self._columns):
            return
        colours = tokens()
        spec = self._columns[section]
        sorted_by = section == self.sorted_section
        painter.save()
        painter.fillRect(rect, QColor(colours.surface))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if section == self._hovered:
            painter.drawLine(rect.right(), rect.top() + 10, rect.right(), rect.bottom() - 9)
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setFont(typography().label(strong=sorted_by))
        metrics = painter.fontMetrics()
        side = typography().px(_ARROW_PX)
        room = inner.width() - (self._arrow_overhang() if sorted_by else 0)
        title = metrics.elidedText(spec.title, Qt.TextElideMode.ElideRight, max(0, room))
        width = metrics.horizontalAdvance(title)
        lit = sorted_by or section == self._hovered
        painter.setPen(QColor(colours.text if lit else colours.muted))
        align = Qt.AlignmentFlag.AlignRight if spec.on_the_right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | align, title)
        if sorted_by:
            if spec.on_the_right:
                left = inner.right() + 1 - width - _ARROW_GAP - side
            else:
                left = inner.left() + width + _ARROW_GAP
            box = QRectF(left, rect.center().y() - side / 2 + 1, side, side)
            draw_glyph(painter, box, "down" if self.descending else "up", QColor(colours.accent))
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, section: int) -> None:
        if section != self._hovered:
            self._hovered = section
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            section = self.logicalIndexAt(event.pos())
            known = 0 <= section < len(self._columns)
            tip = self._columns[section].tooltip if known else ""
            QToolTip.showText(event.globalPos(), plain_tooltip(tip), self)
            return True
        return super().viewportEvent(event)
