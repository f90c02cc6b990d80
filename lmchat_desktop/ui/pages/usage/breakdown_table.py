"""The breakdown's table: a row for each group of a dimension, and their total below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.figures.names import dimension_name, tr
from lmchat_desktop.ui.pages.usage.breakdown_columns import NAME, columns_of
from lmchat_desktop.ui.tables import kept_state
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.tables.total_row import TotalRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.domain.usage.cells import Dimension
    from lmchat_desktop.settings.preferences import TableState
    from lmchat_desktop.ui.pages.figures.rows import BreakdownRow

MOST_ROWS = 40


class BreakdownTable(QWidget):
    """One dimension's rows and, in the same columns, their total.

    Attributes:
        rows: the table.
        total: the table of one row below it.
    """

    def __init__(self, dimension: Dimension, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns_of(dimension)
        self._model = RowsModel(self._columns, self)
        self._shown: object = None
        name = tr("Usage by {what}").format(what=dimension_name(dimension).lower())
        self.rows = DataTable(self._model, self, name=name)
        self.rows.setObjectName(f"breakdown-{dimension.value}")
        self.rows.horizontalScrollBar().rangeChanged.connect(lambda *_: self._fit_height())
        self.total = TotalRow(self.rows, self, name=tr("Total"))
        self.total.setObjectName("breakdown-total")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rows)
        layout.addWidget(self.total)
        layout.addStretch(1)

    def put(
        self, rows: Sequence[BreakdownRow], total: BreakdownRow, colours: Mapping[str, str]
    ) -> None:
        """Show rows; nothing is touched if they are the same as before."""
        shown = (tuple(rows), dict(colours))
        if shown != self._shown:
            self._shown = shown
            self._model.set_rows(
                [self._cells(row) for row in rows],
                keys=[row.value for row in rows],
                swatches=[colours.get(str(row.value)) for row in rows],
            )
            self._fit_height()
        self.total.put(self._cells(total))

    def _fit_height(self) -> None:
        """Be as high as the rows, and a scroll bar below them where the columns need one."""
        self.rows.show_all_rows(MOST_ROWS)
        if self.rows.header.length() > self.rows.viewport().width():
            height = self.rows.content_height(MOST_ROWS)
            self.rows.setFixedHeight(height + self.rows.horizontalScrollBar().sizeHint().height())

    def table_state(self) -> TableState:
        """The columns and order, to keep in the preferences."""
        return kept_state.state_of(self.rows)

    def restore(self, kept: TableState) -> None:
        """Take columns and order as they were kept, as far as this table has them."""
        kept_state.restore(self.rows, kept, NAME)
        self.total.follow()

    def _cells(self, row: BreakdownRow) -> tuple[Any, ...]:
        values = {
            NAME: row.name,
            "hint": row.detail,
            "provider": row.provider,
            "requests": row.requests,
            "input": row.input_tokens,
            "cached": row.cached_tokens,
            "output": row.output_tokens,
            "cost": row.cost,
            "p50": row.p50,
            "p95": row.p95,
            "p99": row.p99,
            "first_p95": row.first_p95,
            "error_rate": row.error_rate,
            "failed": row.failed,
        }
        return tuple(values[spec.key] for spec in self._columns)
