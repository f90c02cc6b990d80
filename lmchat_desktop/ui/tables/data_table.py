"""The table view of the product: sorts, hides, resizes, copies, exports, and remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent

from lmchat_desktop.ui.tables import menus, table_state
from lmchat_desktop.ui.tables.column_fit import ColumnFit
from lmchat_desktop.ui.tables.export import to_csv, to_tsv, write_text
from lmchat_desktop.ui.tables.rows_view import RowsView
from lmchat_desktop.ui.tables.selection_memory import selected_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QMenu, QWidget

    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tables.table_model import TableModel


class DataTable(RowsView):
    """Shows a `TableModel` in columns that people arrange.

    Attributes:
        state_changed: columns or order were changed by a person; see `saved_state`.
    """

    state_changed = Signal()

    def __init__(self, model: TableModel, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(model, parent, name=name)
        self._quiet = True
        self._fit = ColumnFit(self, self.header, model.columns)
        self.header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.header.customContextMenuRequested.connect(self._header_menu)
        self.header.sectionClicked.connect(self.turn_order)
        self.header.sectionMoved.connect(lambda *_: self._moved())
        self.header.sectionResized.connect(self._resized)
        model.dataChanged.connect(lambda *_: self._fit.forget_contents())
        self.fit_columns()
        self._quiet = False

    # Columns

    def fit_columns(self) -> None:
        """Show the columns there is room for, each as wide as its contents or as set by hand."""
        quiet, self._quiet = self._quiet, True
        self._fit.fit()
        self._quiet = quiet

    def least_column_width(self, place: int) -> int:
        """The width in which a column's title and contents stand, or its own if it has one."""
        return self._fit.least_width(place)

    def columns_in_order(self) -> list[int]:
        """Places of the columns that are seen, as they stand from left to right."""
        header = self.horizontalHeader()
        order = (header.logicalIndex(v) for v in range(len(self._rows.columns)))
        return [place for place in order if not self.isColumnHidden(place)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_columns()

    def set_column_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column, as a person wants it in any width; the last one stays."""
        place = self._rows.column_of(key)
        last = len(self._fit.seen()) <= 1
        if shown != self.isColumnHidden(place) or (not shown and last):
            return
        self._fit.choose()
        self._fit.hidden ^= {key}
        self.fit_columns()
        self._changed()

    def offer_column(self, key: str, offered: bool) -> None:
        """Show or hide a column, unless a person has chosen which ones they want."""
        if not self._fit.chosen:
            self._fit.hidden = self._fit.hidden - {key} if offered else self._fit.hidden | {key}
            self.fit_columns()

    def reset_columns(self) -> None:
        """Columns as they were at first."""
        header = self.horizontalHeader()
        quiet, self._quiet = self._quiet, True
        self._fit.reset()
        for place in range(len(self._rows.columns)):
            header.moveSection(header.visualIndex(place), place)
        self._quiet = quiet
        self.fit_columns()
        self._changed()

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides columns and resets them."""
        return menus.columns_menu(self)

    def _header_menu(self, point: QPoint) -> None:
        self.columns_menu().popup(self.horizontalHeader().viewport().mapToGlobal(point))

    # Order

    @property
    def sorted_column(self) -> int:
        """The place of the column that rows are sorted by, or -1."""
        return self.header.sorted_section

    def turn_order(self, place: int) -> None:
        """Sort by a column, if rows can be; a second time turns it round.

        Numbers are sorted largest first, text from A on.
        """
        if not self._rows.can_sort(place):
            return
        spec = self._rows.columns[place]
        descending = spec.on_the_right
        if place == self.header.sorted_section:
            descending = not self.header.descending
        self.sort_by(spec.key, descending=descending)

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column.

        Raises:
            KeyError: there is no such column.
        """
        place = self._rows.column_of(key)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.header.show_order(place, descending)
        self._rows.sort(place, order)
        self._changed()

    def sort_menu(self) -> QMenu:
        """A menu that sorts by a column; choosing the sorted one turns the order round."""
        return menus.sort_menu(self)

    # State

    def saved_state(self) -> dict[str, Any]:
        """Columns and order, ready for JSON."""
        order = (self.header.sorted_section, self.header.descending)
        return table_state.saved(self, self._rows.columns, self._fit, order)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take a state as `saved_state` gave it; what does not fit the columns is left out."""
        quiet, self._quiet = self._quiet, True
        table_state.restore(self, self._rows.columns, self._fit, state)
        wanted = table_state.sorting(self._rows.columns, state)
        if wanted is not None:
            self.sort_by(wanted[0], descending=wanted[1])
        self.fit_columns()
        self._quiet = quiet

    def _resized(self, section: int, _old: int, _new: int) -> None:
        if not self._quiet:
            self._fit.sized.add(self._rows.columns[section].key)
            self._changed()

    def _moved(self) -> None:
        if not self._quiet:
            self._fit.choose()
            self._changed()

    def _changed(self) -> None:
        if not self._quiet:
            self.state_changed.emit()

    # Copy and export

    def told_columns(self) -> tuple[list[int], list[ColumnSpec]]:
        """Columns that leave the table, in their order: also those there is no room for now."""
        header, columns = self.horizontalHeader(), self._rows.columns
        order = (header.logicalIndex(visual) for visual in range(len(columns)))
        places = [
            place
            for place in order
            if columns[place].told and columns[place].key not in self._fit.hidden
        ]
        return places, [columns[place] for place in places]

    def _told(self, rows: Iterable[int]) -> tuple[list[ColumnSpec], list[list[Any]]]:
        places, specs = self.told_columns()
        found = (self._rows.row(row) for row in rows)
        return specs, [[row[place] for place in places] for row in found if row is not None]

    def copy(self) -> None:
        """Put the selected rows, or all if none is, on the clipboard as TSV."""
        spans = selected_spans(self) or [(0, self._rows.rowCount() - 1)]
        rows = dict.fromkeys(row for low, high in spans for row in range(low, high + 1))
        QGuiApplication.clipboard().setText(to_tsv(*self._told(rows)))

    def csv_text(self) -> str:
        """All rows with the shown columns as CSV."""
        specs, values = self._told(range(self._rows.rowCount()))
        return to_csv(specs, values)

    def export_csv(self, path: Path) -> None:
        """Write all rows with the shown columns as a CSV file.

        Raises:
            OSError: the file cannot be written.
        """
        write_text(path, self.csv_text())

    # Events

    def rows_changed(self) -> None:
        """Other rows have come; columns follow what is in them."""
        self._fit.forget_contents()
        self.fit_columns()
        super().rows_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menus.context_menu(self).popup(event.globalPos())
