"""The breakdown card: what is shown by group, with columns as a person wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.settings.preferences import PreferenceStore, TableState
from lmchat_desktop.ui.pages.figures.names import dimension_name, tr
from lmchat_desktop.ui.pages.usage.breakdown_table import BreakdownTable
from lmchat_desktop.ui.tables import kept_state
from lmchat_desktop.ui.tables.cell_delegate import PADDING
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, HEAD_GAP, HEAD_TOP, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.pages.figures.rows import BreakdownRow

TABLE_ID = "usage-breakdown"
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
        self._filtered: tuple[Dimension, frozenset[str]] = (Dimension.MODEL, frozenset())
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
        chosen: frozenset[str] = frozenset(),
    ) -> None:
        """Show rows in place; without any the `empty` state is seen.

        Args:
            dimension: what the rows are of.
            rows: the rows.
            total: all of them together.
            colours: of the rows' swatches, by value.
            chosen: the values of the dimension that are filtered by; when these change, rows that
                were selected to choose them are so no longer.
        """
        filtered = (dimension, chosen)
        if filtered != self._filtered:
            self._filtered = filtered
            self._table(dimension).rows.clearSelection()
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
        outer.setContentsMargins(CARD_MARGIN - PADDING, HEAD_TOP, CARD_MARGIN - PADDING, HEAD_GAP)
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
        kept_state.keep(self._preferences, TABLE_ID, kept)
        for dimension, table in self._tables.items():
            if dimension is not self._dimension:
                table.restore(kept)
