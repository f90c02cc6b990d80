"""Draws a cell's parts as pills, such as somebody's roles; everything else as in other cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from lmchat_desktop.ui.tables.cell_delegate import PADDING, CellDelegate, Index
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix
from lmchat_desktop.ui.widgets.paint import rounded

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem, QTableView

    from lmchat_desktop.domain.formatting import Figure
    from lmchat_desktop.ui.tables.columns import ColumnSpec

_HEIGHT_PX = 22
_INSIDE_PX = 9
_GAP_PX = 5


class PillDelegate(CellDelegate):
    """Paints the parts of a text, which `between` stands between, each in a pill.

    Args:
        base: the delegate of the other columns, whose hover and ring it shares.
        view: the table.
        between: what parts a cell's text.
        token: the colour of border and text.
    """

    def __init__(
        self, base: CellDelegate, view: QTableView, *, between: str, token: str = "text"
    ) -> None:
        super().__init__(base.columns, view)
        self._base = base
        self._between = between
        self._token = token

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.hovered_row, self.ring_shown = self._base.hovered_row, self._base.ring_shown
        super().paint(painter, option, index)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(typography().label())
        parts = [part for part in str(index.data() or "").split(self._between) if part]
        inside, gap = typography().px(_INSIDE_PX), typography().px(_GAP_PX)
        width = sum(metrics.horizontalAdvance(part) + 2 * inside for part in parts)
        width += max(0, len(parts) - 1) * gap
        return QSize(width + 2 * PADDING + 2, typography().px(34))

    def _figure(self, painter: QPainter, inner: QRect, spec: ColumnSpec, figure: Figure) -> None:
        if not figure.known:
            super()._figure(painter, inner, spec, figure)
            return
        colours = tokens()
        painter.setFont(typography().label())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        colour = colours.colour(self._token)
        height, inside = typography().px(_HEIGHT_PX), typography().px(_INSIDE_PX)
        left = float(inner.left())
        for part in str(figure).split(self._between):
            room = int(inner.right() - left - 2 * inside)
            if room <= metrics.averageCharWidth() * 2:
                return
            text = metrics.elidedText(part, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text) + 2 * inside
            box = QRectF(left, inner.center().y() - height / 2 + 0.5, width, height)
            rounded(
                painter,
                box,
                height / 2 - 0.5,
                fill=mix(colours.surface, colour, 0.08),
                border=mix(colours.surface, colour, 0.35),
            )
            painter.setPen(QColor(colour))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            left += width + typography().px(_GAP_PX)
