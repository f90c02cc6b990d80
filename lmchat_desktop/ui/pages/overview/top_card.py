"""The cards with the largest models, and the largest keys or accounts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.overview.attention import tr
from lmchat_desktop.ui.tables.cell_delegate import PADDING
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.contract.usage import TopRow
    from lmchat_desktop.ui.pages.usage.rows import BreakdownRow

ROWS_SHOWN = 6
DROPPED_FIRST = ("p95", "output", "cost", "errors")
"""Columns that go, in this order, where a card is too narrow for all of them."""
LEAST_HEIGHT_PX = 180
NAME_PX = 110


class TopCard(Card):
    """The largest of something, each leading to its usage.

    Attributes:
        row_chosen: the key of the row that was clicked, or that Enter was pressed on.
        empty: what stands there without rows.
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
        self._shown: object = None
        self.empty.setMinimumHeight(typography().px(LEAST_HEIGHT_PX))
        outer, head = self.layout(), self.heading.parentWidget()
        assert outer is not None
        assert head is not None
        outer.setContentsMargins(CARD_MARGIN - PADDING, 14, CARD_MARGIN - PADDING, 8)
        outer.setSpacing(4)
        head.setContentsMargins(PADDING, 0, PADDING, 0)

    def put(
        self,
        rows: Sequence[tuple[Any, ...]],
        keys: Sequence[object],
        swatches: Sequence[str | None] | None = None,
    ) -> None:
        """Show rows in place; without any the empty state is seen."""
        shown = (list(rows), list(keys), list(swatches or ()))
        if shown != self._shown:
            self._shown = shown
            self._model.set_rows(rows, keys=keys, swatches=swatches)
            self.table.show_all_rows(ROWS_SHOWN)
            self._fit_columns()
        self._stack.setCurrentWidget(self.table if rows else self.empty)

    def say(self, icon: str, title: str, text: str, *, action: str = "") -> None:
        """Show words instead of rows."""
        self._shown = None
        self.empty.set_message(icon, title, text, action=action)
        self._stack.setCurrentWidget(self.empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the columns there is room for."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        outer = self.layout()
        assert outer is not None
        margins = outer.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * self.frameWidth()
        wanted = {
            spec.key: self.table.least_column_width(place)
            for place, spec in enumerate(self._model.columns)
        }
        gone: set[str] = set()
        for key in (key for key in DROPPED_FIRST if key in wanted):
            if sum(wanted.values()) - sum(wanted[each] for each in gone) <= room:
                break
            gone.add(key)
        for key in wanted:
            self.table.set_column_shown(key, key not in gone)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows that are shown, from top to bottom."""
        return [self._model.row(row) for row in range(self._model.rowCount())]


def model_columns() -> list[ColumnSpec]:
    """The columns of the largest models."""
    return [
        ColumnSpec("name", tr("Model"), width=NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        ColumnSpec("output", tr("Output"), Kind.TOKENS, tooltip=tr("Output tokens")),
        ColumnSpec("cost", tr("Cost"), Kind.MONEY),
        ColumnSpec("p95", tr("p95"), Kind.LATENCY, tooltip=tr("Of the total time, within 1.1 %")),
        ColumnSpec("errors", tr("Errors"), Kind.PERCENT),
    ]


def model_cells(row: BreakdownRow) -> tuple[Any, ...]:
    """A row of the largest models."""
    return row.name, row.requests, row.output_tokens, row.cost, row.p95, row.error_rate


def key_columns() -> list[ColumnSpec]:
    """The columns of an account's largest keys."""
    return [
        ColumnSpec("name", tr("API key"), width=NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        ColumnSpec("cost", tr("Cost"), Kind.MONEY),
        ColumnSpec("errors", tr("Errors"), Kind.PERCENT),
    ]


def key_rows(rows: Sequence[BreakdownRow]) -> list[tuple[Any, ...]]:
    """The rows of an account's largest keys; those of the same name also show their hint."""
    names = Counter(row.name for row in rows)
    return [
        (
            f"{row.name} · {row.detail}" if names[row.name] > 1 else row.name,
            row.requests,
            row.cost,
            row.error_rate,
        )
        for row in rows
    ]


def service_columns() -> list[ColumnSpec]:
    """The columns of the service's largest accounts or keys."""
    return [
        ColumnSpec("name", tr("Name"), width=NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        ColumnSpec("output", tr("Output"), Kind.TOKENS, tooltip=tr("Output tokens")),
        ColumnSpec("cost", tr("Cost"), Kind.MONEY),
        ColumnSpec("errors", tr("Errors"), Kind.PERCENT),
    ]


def service_cells(row: TopRow, names: Mapping[str, str]) -> tuple[Any, ...]:
    """A row of the service's largest accounts or keys."""
    rate = row.errors / row.requests if row.requests else None
    name = row.name or names.get(row.id, row.id)
    return name, row.requests, row.output_tokens, row.cost_nanos, rate
