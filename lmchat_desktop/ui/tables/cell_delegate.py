"""Draws cells: swatch, text, tabular number with a muted unit, hover and selection by row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from lmchat_desktop.domain.formatting import Figure
from lmchat_desktop.ui.tables.drawn_cells import draw, drawn_width
from lmchat_desktop.ui.tables.table_model import FIGURE_ROLE, RAW_ROLE, SWATCH_ROLE
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lmchat_desktop.ui.tables.columns import ColumnSpec

Index = QModelIndex | QPersistentModelIndex

PADDING = 12
_SWATCH_PX = 9
_WIDEST_PX = 420
_UNIT_GAP = 4


class CellDelegate(QStyledItemDelegate):
    """Paints a table's cells from the tokens.

    Attributes:
        hovered_row: the row below the pointer, or -1.
        ring_shown: whether the current row is ringed while the table has the focus.
    """

    def __init__(self, columns: tuple[ColumnSpec, ...], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = columns
        self.hovered_row = -1
        self.ring_shown = True

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours = tokens()
        state = option.state
        rect: QRect = option.rect
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, _colour(colours.soft))
        elif index.row() == self.hovered_row:
            painter.fillRect(rect, _colour(mix(colours.surface, colours.text, 0.045)))
        painter.setPen(_colour(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        spec = self.columns[index.column()]
        figure = index.data(FIGURE_ROLE) or Figure("")
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        swatch = index.data(SWATCH_ROLE)
        side = typography().px(_SWATCH_PX)
        if swatch:
            box = QRectF(inner.left(), rect.center().y() - side / 2 + 0.5, side, side)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_colour(swatch))
            painter.drawRoundedRect(box, 2, 2)
        if swatch is not None:
            inner.adjust(side + 9, 0, 0, 0)
        painter.setFont(typography().text(tabular=True))
        drawn = index.data(RAW_ROLE) if spec.drawn else None
        if drawn is not None:
            draw(painter, inner, drawn)
        else:
            self._figure(painter, inner, spec, figure)
        view = option.widget
        if (
            self.ring_shown
            and isinstance(view, QTableView)
            and view.hasFocus()
            and view.currentIndex().row() == index.row()
        ):
            self._focus(painter, rect, index.column(), view)
        painter.restore()

    @staticmethod
    def _focus(painter: QPainter, rect: QRect, column: int, view: QTableView) -> None:
        """The part of the current row's ring that lies in a cell."""
        header = view.horizontalHeader()
        shown = [
            header.logicalIndex(place)
            for place in range(header.count())
            if not view.isColumnHidden(header.logicalIndex(place))
        ]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        colour = _colour(tokens().accent)
        painter.fillRect(QRect(rect.left(), rect.top(), rect.width(), 2), colour)
        painter.fillRect(QRect(rect.left(), rect.bottom() - 1, rect.width(), 2), colour)
        if shown and column == shown[0]:
            painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), colour)
        if shown and column == shown[-1]:
            painter.fillRect(QRect(rect.right() - 1, rect.top(), 2, rect.height()), colour)

    def _figure(self, painter: QPainter, inner: QRect, spec: ColumnSpec, figure: Figure) -> None:
        colours = tokens()
        metrics = painter.fontMetrics()
        middle = Qt.AlignmentFlag.AlignVCenter
        ink = colours.text if figure.known and not spec.muted else colours.muted
        if not spec.on_the_right or not figure.unit:
            side = Qt.AlignmentFlag.AlignRight if spec.on_the_right else Qt.AlignmentFlag.AlignLeft
            text = metrics.elidedText(
                str(figure), Qt.TextElideMode.ElideRight, max(0, inner.width())
            )
            painter.setPen(_colour(ink))
            painter.drawText(inner, middle | side, text)
            return
        unit_width = metrics.horizontalAdvance(figure.unit)
        painter.setPen(_colour(colours.muted))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, figure.unit)
        left = inner.adjusted(0, 0, -unit_width - _UNIT_GAP, 0)
        painter.setPen(_colour(ink))
        text = metrics.elidedText(figure.number, Qt.TextElideMode.ElideRight, max(0, left.width()))
        painter.drawText(left, middle | Qt.AlignmentFlag.AlignRight, text)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        swatch = index.data(SWATCH_ROLE) is not None
        drawn = index.data(RAW_ROLE) if self.columns[index.column()].drawn else None
        if drawn is not None:
            text_width = QFontMetrics(typography().text(tabular=True)).horizontalAdvance(str(drawn))
            width = drawn_width(drawn, text_width) + 2 * PADDING + 2
        else:
            width = cells_width([str(index.data())], swatch=swatch)
        return QSize(width, typography().px(34))


@lru_cache(maxsize=64)
def _colour(name: str) -> QColor:
    """A colour of a token or a series; reading its name costs as much as filling a cell."""
    return QColor(name)


def cells_width(texts: Iterable[str], *, swatch: bool) -> int:
    """The width in which the widest of cells stands, with the place of its swatch."""
    metrics = QFontMetrics(typography().text(tabular=True))
    widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
    beside = typography().px(_SWATCH_PX) + 9 if swatch else 0
    return min(widest + beside + 2 * PADDING + 2, typography().px(_WIDEST_PX))
