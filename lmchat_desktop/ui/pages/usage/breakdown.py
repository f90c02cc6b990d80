"""The breakdown table: a row for each group, a total below, columns as a person wants them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.settings.errors import SettingsTrouble
from lmchat_desktop.settings.preferences import Preferences, PreferenceStore, TableState
from lmchat_desktop.ui.pages.usage.names import dimension_name, tr
from lmchat_desktop.ui.tables.cell_delegate import PADDING, CellDelegate
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.ui.pages.usage.rows import BreakdownRow

logger = logging.getLogger(__name__)

TABLE_ID = "usage-breakdown"
MOST_ROWS = 40
NAME_PX = 170
EMPTY_HEIGHT_PX = 200


class BreakdownCard(Card):
    """The breakdown of what is shown, with a table for each dimension that was asked for.

    Attributes:
        value_clicked: the value of a row that was clicked.
        values_chosen: the values of the selected rows, all of which are to be shown.
        empty: what stands there without rows.
    """

    value_clicked = Signal(str)
    value_activated = Signal(str)
    values_chosen = Signal(object)

    def __init__(self, preferences: PreferenceStore, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._preferences = preferences
        self._tables: dict[Dimension, BreakdownTable] = {}
        self._dimension = Dimension.MODEL
        bound = tr("percentiles within {bound} %").format(bound=f"{ERROR_BOUND * 100:.1f}")
        self._note = PlainLabel(bound, self, role="label", tone="muted")
        self._only = Button("", self, small=True)
        self._only.setObjectName("breakdown-only-selected")
        self._only.hide()
        self._only.clicked.connect(self._choose_selected)
        self._columns = IconButton("columns", tr("Choose columns"), self, small=True)
        self._columns.setObjectName("breakdown-columns")
        self._columns.clicked.connect(self._show_columns)
        for widget in (self._note, self._only, self._columns):
            self.add_trailing(widget)
        self._align_with_cells()
        self.empty = EmptyState("chart", parent=self)
        self.empty.setMinimumHeight(typography().px(EMPTY_HEIGHT_PX))
        self.body.addWidget(self.empty)

    @property
    def table(self) -> BreakdownTable:
        """The table of the dimension that is shown."""
        return self._table(self._dimension)

    def put(
        self,
        dimension: Dimension,
        rows: Sequence[BreakdownRow],
        total: BreakdownRow,
        colours: Mapping[str, str],
    ) -> None:
        """Show rows in place; without any the `empty` state is seen."""
        self._dimension = dimension
        self.set_title(tr("By {what}").format(what=dimension_name(dimension).lower()))
        table = self._table(dimension)
        table.put(rows, total, colours)
        for other in self._tables.values():
            other.setVisible(other is table and bool(rows))
        self.empty.setVisible(not rows)
        self._note.setVisible(bool(rows))
        self._columns.setEnabled(bool(rows))
        self._selection_changed()

    def _align_with_cells(self) -> None:
        """Let the title stand over the first column's text, and rows reach to the card's edge."""
        outer, head = self.layout(), self.heading.parentWidget()
        assert outer is not None
        assert head is not None
        outer.setContentsMargins(CARD_MARGIN - PADDING, 12, CARD_MARGIN - PADDING, 8)
        outer.setSpacing(4)
        head.setContentsMargins(PADDING, 0, PADDING - 6, 0)

    def _table(self, dimension: Dimension) -> BreakdownTable:
        if dimension not in self._tables:
            table = BreakdownTable(dimension, self)
            table.restore(self._preferences.value.tables.get(TABLE_ID, TableState()))
            table.rows.row_clicked.connect(self._clicked)
            table.rows.row_activated.connect(lambda value: self.value_activated.emit(value))
            table.rows.state_changed.connect(self._keep)
            table.rows.selectionModel().selectionChanged.connect(self._selection_changed)
            self._tables[dimension] = table
            self.body.addWidget(table)
        return self._tables[dimension]

    def _clicked(self, value: str) -> None:
        several = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if not QGuiApplication.keyboardModifiers() & several:
            self.value_clicked.emit(value)

    def _selection_changed(self) -> None:
        count = len(self.table.rows.selected_keys())
        self._only.set_caption(tr("Show only these {count}").format(count=count))
        self._only.setVisible(count > 1)

    def _choose_selected(self) -> None:
        keys = frozenset(str(key) for key in self.table.rows.selected_keys())
        self.table.rows.clearSelection()
        self.values_chosen.emit(keys)

    def _show_columns(self) -> None:
        below = self._columns.mapToGlobal(QPoint(0, self._columns.height() + 4))
        self.table.rows.columns_menu().popup(below)

    def _keep(self) -> None:
        kept = self.table.table_state()

        def keep(value: Preferences) -> Preferences:
            return value.changed(tables={**value.tables, TABLE_ID: kept})

        try:
            self._preferences.change(keep)
        except SettingsTrouble as trouble:
            logger.warning("the columns were not kept: %s", trouble)
        for dimension, table in self._tables.items():
            if dimension is not self._dimension:
                table.restore(kept)


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
        self.total = _TotalRow(self._columns, self.rows, self)
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
        bar = self.rows.horizontalScrollBar()
        if bar.maximum() > bar.minimum():
            height = self.rows.content_height(MOST_ROWS)
            self.rows.setFixedHeight(height + bar.sizeHint().height())

    def table_state(self) -> TableState:
        """The columns and order, to keep in the preferences."""
        state = self.rows.saved_state()
        hidden = set(state["hidden"])
        sort = state["sort"]
        return TableState(
            columns=tuple(key for key in state["order"] if key not in hidden),
            widths=state["widths"],
            sort=f"-{sort}" if sort and state["descending"] else sort,
        )

    def restore(self, kept: TableState) -> None:
        """Take columns and order as they were kept, as far as this table has them."""
        known = [spec.key for spec in self._columns]
        state: dict[str, Any] = {"widths": kept.widths}
        if kept.columns:
            shown = [key for key in kept.columns if key in known]
            hidden = [key for key in known if key not in shown and key != NAME]
            state |= {"hidden": hidden, "order": [*shown, *hidden]}
        if kept.sort:
            state |= {"sort": kept.sort.removeprefix("-"), "descending": kept.sort.startswith("-")}
        self.rows.restore(state)
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


class _TotalRow(QTableView):
    """A row below a table that keeps to its columns."""

    def __init__(self, columns: Sequence[ColumnSpec], above: DataTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._above = above
        self._model = RowsModel(columns, self)
        self.setModel(self._model)
        self.setItemDelegate(CellDelegate(self._model.columns, self))
        self.setObjectName("breakdown-total")
        self.setAccessibleName(tr("Total"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(0)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        height = typography().px(34)
        self.verticalHeader().setDefaultSectionSize(height)
        self.setFixedHeight(height)
        header = above.horizontalHeader()
        header.sectionResized.connect(lambda *_: self.follow())
        header.sectionMoved.connect(lambda *_: self.follow())
        above.horizontalScrollBar().valueChanged.connect(self.horizontalScrollBar().setValue)

    def put(self, cells: Sequence[Any]) -> None:
        """Show the total."""
        if self._model.rowCount() == 0 or self._model.row(0) != tuple(cells):
            self._model.set_rows([cells])
        self.follow()

    def follow(self) -> None:
        """Take the widths, order and visibility of the columns above."""
        mine, above = self.horizontalHeader(), self._above.horizontalHeader()
        for place in range(len(self._model.columns)):
            hidden = self._above.isColumnHidden(place)
            self.setColumnHidden(place, hidden)
            if not hidden:
                self.setColumnWidth(place, self._above.columnWidth(place))
            mine.moveSection(mine.visualIndex(place), above.visualIndex(place))


NAME = "name"


def columns_of(dimension: Dimension) -> list[ColumnSpec]:
    """The columns of a dimension's breakdown; percentiles are of the total time."""
    within = tr("within {bound} %").format(bound=f"{ERROR_BOUND * 100:.1f}")
    columns = [ColumnSpec(NAME, dimension_name(dimension), width=NAME_PX, stretch=True)]
    if dimension is Dimension.MODEL:
        columns.append(
            ColumnSpec("provider", tr("Provider"), muted=True, tooltip=tr("Who served it"))
        )
    if dimension is Dimension.KEY:
        columns.append(ColumnSpec("hint", tr("Secret"), muted=True, tooltip=tr("Only its ends")))

    def latency(key: str, title: str, meaning: str) -> ColumnSpec:
        return ColumnSpec(key, title, Kind.LATENCY, tooltip=f"{meaning}, {within}")

    return [
        *columns,
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        ColumnSpec("input", tr("Input"), Kind.TOKENS, tooltip=tr("Input tokens, cached included")),
        ColumnSpec(
            "cached", tr("Cached"), Kind.TOKENS, tooltip=tr("Input tokens the provider had cached")
        ),
        ColumnSpec("output", tr("Output"), Kind.TOKENS, tooltip=tr("Output tokens")),
        ColumnSpec("cost", tr("Cost"), Kind.MONEY, tooltip=tr("US dollars")),
        latency("p50", tr("p50"), tr("Half of the requests took no longer in total")),
        latency("p95", tr("p95"), tr("95 of 100 requests took no longer in total")),
        latency("p99", tr("p99"), tr("99 of 100 requests took no longer in total")),
        latency(
            "first_p95",
            tr("First p95"),
            tr("95 of 100 requests had their first token no later"),
        ),
        ColumnSpec(
            "error_rate", tr("Errors"), Kind.PERCENT, tooltip=tr("Failed requests of all requests")
        ),
        ColumnSpec("failed", tr("Failed"), Kind.COUNT, tooltip=tr("Failed requests")),
    ]
