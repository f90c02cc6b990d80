"""The table view of the product: sorts, hides, resizes, copies, exports, and remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QMenu,
    QTableView,
    QToolTip,
    QWidget,
)

from lmchat_desktop.ui.tables import table_state
from lmchat_desktop.ui.tables.cell_delegate import CellDelegate
from lmchat_desktop.ui.tables.export import to_csv, to_tsv, write_text
from lmchat_desktop.ui.tables.header import TableHeader
from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import plain_caption, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lmchat_desktop.ui.tables.rows_model import RowsModel

ROW_PX = 34
ROWS_MEASURED = 200


class DataTable(QTableView):
    """Shows a `RowsModel`.

    Attributes:
        row_clicked: key of the row that was clicked.
        row_activated: key of the row that was double-clicked, or that Enter was pressed on.
        state_changed: columns or order were changed by a person; see `saved_state`.
    """

    row_clicked = Signal(object)
    row_activated = Signal(object)
    state_changed = Signal()

    def __init__(self, model: RowsModel, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self._rows = model
        self._delegate = CellDelegate(model.columns, self)
        self._quiet = True
        self._all_rows_shown = False
        self._sized_by_hand: set[str] = set()
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._set_up_headers()
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._activated)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.viewport().update())
        model.modelReset.connect(self._rows_changed)
        model.modelAboutToBeReset.connect(self._remember_selection)
        self._selected_keys: list[object] = []
        self._current_key: object = None
        for place, spec in enumerate(model.columns):
            self.setColumnHidden(place, not spec.shown)
        self.fit_columns()
        self._quiet = False

    def _set_up_headers(self) -> None:
        type_ = typography()
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(type_.px(ROW_PX))
        header = TableHeader(self._rows.columns, self)
        self.setHorizontalHeader(header)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._header_menu)
        header.sectionClicked.connect(self._header_clicked)
        header.sectionMoved.connect(lambda *_: self._changed())
        header.sectionResized.connect(self._resized)
        self._header = header

    @property
    def rows(self) -> RowsModel:
        """The model shown."""
        return self._rows

    # Columns

    def fit_columns(self) -> None:
        """Give columns the width of their contents, except those a person has resized."""
        quiet, self._quiet = self._quiet, True
        for place, spec in enumerate(self._rows.columns):
            if self.isColumnHidden(place) or spec.key in self._sized_by_hand:
                continue
            self.setColumnWidth(place, self.least_column_width(place))
        self._fill()
        self._quiet = quiet

    def least_column_width(self, place: int) -> int:
        """The width in which a column's title and contents stand, or its own if it has one.

        Qt's own hint counts only rows it has laid out, which are none just after a reset.
        """
        wanted = typography().px(self._rows.columns[place].width)
        if not wanted:
            rows = range(min(self._rows.rowCount(), ROWS_MEASURED))
            wanted = max(
                (self.sizeHintForIndex(self._rows.index(row, place)).width() for row in rows),
                default=0,
            )
        return max(self._header.least_width(place), wanted)

    def _fill(self) -> None:
        """Share the room that is left among the columns that stretch, else all text columns."""
        columns = [
            place for place in range(len(self._rows.columns)) if not self.isColumnHidden(place)
        ]
        room = self.viewport().width() - sum(self.columnWidth(place) for place in columns)
        free = [p for p in columns if self._rows.columns[p].key not in self._sized_by_hand]
        takers = [p for p in free if self._rows.columns[p].stretch] or free
        if room <= 0 or not takers:
            return
        each, rest = divmod(room, len(takers))
        for number, place in enumerate(takers):
            self.setColumnWidth(place, self.columnWidth(place) + each + int(number < rest))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_columns()

    def set_column_shown(self, key: str, shown: bool) -> None:
        """Show or hide a column; the last one stays."""
        place = self._rows.column_of(key)
        visible = sum(not self.isColumnHidden(p) for p in range(len(self._rows.columns)))
        if shown != self.isColumnHidden(place) or (not shown and visible <= 1):
            return
        # The header tells of hiding and showing as of a resize, which no person made by hand.
        quiet, self._quiet = self._quiet, True
        self.setColumnHidden(place, not shown)
        self._quiet = quiet
        self.fit_columns()
        self._changed()

    def columns_menu(self) -> QMenu:
        """A menu that shows and hides columns and resets their widths."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, spec in enumerate(self._rows.columns):
            action = QAction(plain_caption(spec.title), menu)
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(place))
            action.toggled.connect(lambda on, key=spec.key: self.set_column_shown(key, on))
            menu.addAction(action)
        menu.addSeparator()
        menu.addAction(self.tr("Reset columns")).triggered.connect(self.reset_columns)
        return menu

    def reset_columns(self) -> None:
        """Columns as they were at first."""
        header = self.horizontalHeader()
        quiet, self._quiet = self._quiet, True
        self._sized_by_hand.clear()
        for place, spec in enumerate(self._rows.columns):
            header.moveSection(header.visualIndex(place), place)
            self.setColumnHidden(place, not spec.shown)
        self._quiet = quiet
        self.fit_columns()
        self._changed()

    def _header_menu(self, point: QPoint) -> None:
        self.columns_menu().popup(self.horizontalHeader().viewport().mapToGlobal(point))

    def _header_clicked(self, section: int) -> None:
        """Numbers are first sorted largest first, text from A on; a second click turns it round."""
        spec = self._rows.columns[section]
        descending = spec.on_the_right
        if section == self._header.sorted_section:
            descending = not self._header.descending
        self.sort_by(spec.key, descending=descending)

    def sort_by(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column.

        Raises:
            KeyError: there is no such column.
        """
        place = self._rows.column_of(key)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self._header.show_order(place, descending)
        self._rows.sort(place, order)
        self._changed()

    def sort_menu(self) -> QMenu:
        """A menu that sorts by a column; choosing the sorted one turns the order round."""
        menu = QMenu(self.tr("Sort by"), self)
        for place in self._visible():
            action = menu.addAction(plain_caption(self._rows.columns[place].title))
            action.setCheckable(True)
            action.setChecked(place == self._header.sorted_section)
            action.triggered.connect(lambda _on=False, place=place: self._header_clicked(place))
        return menu

    # State

    def saved_state(self) -> dict[str, Any]:
        """Columns and order, ready for JSON."""
        order = (self._header.sorted_section, self._header.descending)
        return table_state.saved(self, self._rows.columns, self._sized_by_hand, order)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take a state as `saved_state` gave it; what does not fit the columns is left out."""
        quiet, self._quiet = self._quiet, True
        self._sized_by_hand |= table_state.restore(self, self._rows.columns, state)
        wanted = table_state.sorting(self._rows.columns, state)
        if wanted is not None:
            self.sort_by(wanted[0], descending=wanted[1])
        self.fit_columns()
        self._quiet = quiet

    def _resized(self, section: int, _old: int, _new: int) -> None:
        if not self._quiet:
            self._sized_by_hand.add(self._rows.columns[section].key)
            self._changed()

    def _changed(self) -> None:
        if not self._quiet:
            self.state_changed.emit()

    # Rows

    def selected_keys(self) -> list[object]:
        """Keys of the selected rows, from top to bottom."""
        selection = self.selectionModel()
        return [self._rows.key(row) for row in sorted({i.row() for i in selection.selectedRows()})]

    def select_key(self, key: object) -> None:
        """Select the row of a key alone; none of that key selects nothing."""
        row = self._rows.row_of(key)
        self.clearSelection() if row is None else self.selectRow(row)

    def content_height(self, most_rows: int = 20) -> int:
        """The height in which header and rows (so many at most) stand without a scroll bar."""
        count = min(max(1, self._rows.rowCount()), most_rows)
        return self.horizontalHeader().height() + count * typography().px(ROW_PX) + 2

    def show_all_rows(self, most_rows: int = 60) -> None:
        """Be as high as the rows are, and leave scrolling to the page around."""
        self._all_rows_shown = True
        self.setFixedHeight(self.content_height(most_rows))
        if self._rows.rowCount() <= most_rows:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _remember_selection(self) -> None:
        self._selected_keys = self.selected_keys()
        current = self.currentIndex()
        self._current_key = self._rows.key(current.row()) if current.isValid() else None

    def _rows_changed(self) -> None:
        self._delegate.hovered_row = -1
        self.fit_columns()
        if self._all_rows_shown:
            self.show_all_rows()
        selection = self.selectionModel()
        row = self._rows.row_of(self._current_key) if self._current_key is not None else None
        if row is not None:
            index = self._rows.index(row, 0)
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for key in self._selected_keys:
            found = self._rows.row_of(key)
            if found is not None:
                selection.select(self._rows.index(found, 0), flags)

    def _clicked(self, index: QModelIndex) -> None:
        self.row_clicked.emit(self._rows.key(index.row()))

    def _activated(self, index: QModelIndex) -> None:
        self.row_activated.emit(self._rows.key(index.row()))

    # Copy and export

    def _visible(self) -> list[int]:
        header = self.horizontalHeader()
        order = (header.logicalIndex(v) for v in range(len(self._rows.columns)))
        return [place for place in order if not self.isColumnHidden(place)]

    def _chosen(self, rows: list[int]) -> tuple[list[Any], list[list[Any]]]:
        places = self._visible()
        specs = [self._rows.columns[place] for place in places]
        return specs, [[self._rows.row(row)[place] for place in places] for row in rows]

    def copy(self) -> None:
        """Put the selected rows, or all if none is, on the clipboard as TSV."""
        selection = self.selectionModel()
        rows = sorted({index.row() for index in selection.selectedRows()})
        specs, values = self._chosen(rows or list(range(self._rows.rowCount())))
        QGuiApplication.clipboard().setText(to_tsv(specs, values))

    def csv_text(self) -> str:
        """All rows with the shown columns as CSV."""
        specs, values = self._chosen(list(range(self._rows.rowCount())))
        return to_csv(specs, values)

    def export_csv(self, path: Path) -> None:
        """Write all rows with the shown columns as a CSV file.

        Raises:
            OSError: the file cannot be written.
        """
        write_text(path, self.csv_text())

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.isValid():
                self._activated(index)
        elif event.key() == Qt.Key.Key_Escape and self.selected_keys():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.indexAt(event.position().toPoint()).row())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered_row:
            self._delegate.hovered_row = row
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copying = menu.addAction(icon("copy"), self.tr("Copy as TSV"))
        copying.setShortcut(QKeySequence.StandardKey.Copy)
        copying.triggered.connect(self.copy)
        columns = self.columns_menu()
        columns.setTitle(self.tr("Columns"))
        menu.addMenu(self.sort_menu())
        menu.addMenu(columns)
        menu.popup(event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._help(event)
            return True
        return super().viewportEvent(event)

    def _help(self, event: QHelpEvent) -> None:
        """The whole text of a cell that does not show it all."""
        index = self.indexAt(event.pos())
        text = str(index.data()) if index.isValid() else ""
        needed: QSize = self.sizeHintForIndex(index) if index.isValid() else QSize()
        if text and needed.width() > self.columnWidth(index.column()):
            QToolTip.showText(event.globalPos(), plain_tooltip(text), self)
        else:
            QToolTip.hideText()
