"""A card with the largest of something, each leading to its usage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from lmchat_desktop.ui.tables.cell_delegate import PADDING
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, HEAD_GAP, HEAD_TOP, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.tables.columns import ColumnSpec

ROWS_SHOWN = 6
LEAST_HEIGHT_PX = 180


class TopCard(Card):
    """The largest of something, each leading to its usage.

    Attributes:
        row_chosen: the key of the row that was clicked, or that Enter was pressed on.
        empty: what stands there without rows.
        said: icon, title and text of what stands there without rows; None while there are rows.
        table: the table.
    """

    row_chosen = Signal(object)

    def __init__(
        self, title: str, columns: Sequence[ColumnSpec], parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._model = RowsModel(columns, self)
        self.table = DataTable(self._model, self, name=title)
        self.table.row_clicked.connect(self.row_chosen)
        self.table.row_activated.connect(self.row_chosen)
        self.empty = EmptyState("chart", parent=self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.table)
        self.body.addLayout(self._stack, 1)
        self._shown: tuple[list[tuple[Any, ...]], list[object], list[str | None]] | None = None
        self.said: tuple[str, str, str] | None = None
        self.empty.setMinimumHeight(typography().px(LEAST_HEIGHT_PX))
        outer, head = self.layout(), self.heading.parentWidget()
        assert outer is not None
        assert head is not None
        outer.setContentsMargins(CARD_MARGIN - PADDING, HEAD_TOP, CARD_MARGIN - PADDING, HEAD_GAP)
        outer.setSpacing(4)
        head.setContentsMargins(PADDING, 0, PADDING, 0)

    def put(
        self,
        rows: Sequence[tuple[Any, ...]],
        keys: Sequence[object],
        swatches: Sequence[str | None] | None = None,
    ) -> None:
        """Show rows in place; without any the empty state is seen."""
        self.said = None
        shown = (list(rows), list(keys), list(swatches or ()))
        if shown != self._shown:
            self._shown = shown
            self._model.set_rows(rows, keys=keys, swatches=swatches)
            self.table.show_all_rows(ROWS_SHOWN)
        self._stack.setCurrentWidget(self.table if rows else self.empty)

    def say(self, icon: str, title: str, text: str, *, action: str = "") -> None:
        """Show words instead of rows."""
        self._shown, self.said = None, (icon, title, text)
        self.empty.set_message(icon, title, text, action=action)
        self._stack.setCurrentWidget(self.empty)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows that are shown, from top to bottom."""
        return [self._model.row(row) for row in range(self._model.rowCount())]

    @property
    def keys(self) -> list[object]:
        """The keys of the rows that are shown; none while words stand in their place."""
        return [] if self._shown is None else list(self._shown[1])
