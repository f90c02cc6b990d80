"""What became of a key in a bulk act, as a pill in a table's cell: colour, mark and word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from lmchat_desktop.contract.keys import KeyOutcome
from lmchat_desktop.ui.tables.cell_delegate import CellDelegate
from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix
from lmchat_desktop.ui.widgets.paint import rounded

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from lmchat_desktop.domain.formatting import Figure
    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tables.rows_view import RowsView

    Index = QModelIndex | QPersistentModelIndex

translate = QCoreApplication.translate

_LOOKS = {
    KeyOutcome.DONE: ("good", "good"),
    KeyOutcome.UNCHANGED: ("check", "muted"),
    KeyOutcome.REFUSED: ("bad", "bad"),
    KeyOutcome.MISSING: ("warn", "warn"),
}
_HEIGHT_PX = 22
_MARK_PX = 13
_PADDING = 8
_GAP = 5
FURTHER_PX = _PADDING * 2 + _MARK_PX + _GAP
"""What a pill needs beside its word."""


def outcome_word(outcome: KeyOutcome) -> str:
    """An outcome in a word."""
    return {
        KeyOutcome.DONE: translate("KeyActs", "Done"),
        KeyOutcome.UNCHANGED: translate("KeyActs", "Unchanged"),
        KeyOutcome.REFUSED: translate("KeyActs", "Refused"),
        KeyOutcome.MISSING: translate("KeyActs", "Not found"),
    }[outcome]


class OutcomeDelegate(CellDelegate):
    """Paints the column of outcomes of a table, whose other cells its own delegate paints."""

    def __init__(self, columns: tuple[ColumnSpec, ...], table: RowsView) -> None:
        super().__init__(columns, table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        whole = self._table.itemDelegate()
        if isinstance(whole, CellDelegate):
            self.hovered_row, self.ring_shown = whole.hovered_row, whole.ring_shown
        super().paint(painter, option, index)

    def _figure(self, painter: QPainter, inner: QRect, spec: ColumnSpec, figure: Figure) -> None:
        outcome = next((each for each in KeyOutcome if outcome_word(each) == str(figure)), None)
        if outcome is None:
            super()._figure(painter, inner, spec, figure)
            return
        glyph, token = _LOOKS[outcome]
        colours, type_ = tokens(), typography()
        ink = colours.colour(token)
        painter.setFont(type_.label())
        height, mark = type_.px(_HEIGHT_PX), type_.px(_MARK_PX)
        width = painter.fontMetrics().horizontalAdvance(str(figure)) + 2 * _PADDING + mark + _GAP
        pill = QRectF(
            inner.left(), inner.center().y() - height / 2 + 1, min(width, inner.width()), height
        )
        rounded(painter, pill, height / 2, fill=mix(colours.surface, ink, 0.12))
        box = QRectF(pill.left() + _PADDING, pill.center().y() - mark / 2, mark, mark)
        draw_glyph(painter, box, glyph, QColor(ink))
        painter.setPen(QColor(ink))
        painter.drawText(
            pill.adjusted(_PADDING + mark + _GAP, 0, -_PADDING, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            str(figure),
        )
