"""The rows of a table as a view: selection by key, hover, a ring for the keyboard, tooltips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QToolTip, QWidget

from lmchat_desktop.ui.tables.cell_delegate import CellDelegate
from lmchat_desktop.ui.tables.header import TableHeader
from lmchat_desktop.ui.tables.selection_memory import SelectionMemory
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Hashable

    from lmchat_desktop.ui.tables.table_model import TableModel

ROW_PX = 34


class RowsView(QTableView):
    """Shows the rows of a model and says which one was clicked.

    Attributes:
        row_clicked: key of the row that was clicked.
        row_activated: key of the row that was double-clicked, or that Enter was pressed on.
        header: the titles.
    """

    row_clicked = Signal(object)
    row_activated = Signal(object)

    def __init__(self, model: TableModel, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self._rows = model
        self._delegate = CellDelegate(model.columns, self)
        self._all_rows_shown = False
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
        heights = self.verticalHeader()
        heights.hide()
        heights.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heights.setDefaultSectionSize(typography().px(ROW_PX))
        self.header = TableHeader(model.columns, self)
        self.setHorizontalHeader(self.header)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._activated)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.viewport().update())
        self._selection = SelectionMemory(self, model)
        model.modelReset.connect(self.rows_changed)

    @property
    def rows(self) -> TableModel:
        """The model shown."""
        return self._rows

    def selected_keys(self) -> list[Hashable]:
        """Keys of the selected rows, from top to bottom."""
        return self._selection.selected()

    def select_key(self, key: Hashable) -> None:
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

    def rows_changed(self) -> None:
        """Other rows have come; what was selected is still, as far as it is there."""
        self._delegate.hovered_row = -1
        if self._all_rows_shown:
            self.show_all_rows()
        self._selection.restore()
        # Otherwise rows that were just painted are laid out, and painted once more.
        self.executeDelayedItemsLayout()

    def _clicked(self, index: QModelIndex) -> None:
        if self._rows.row(index.row()) is not None:
            self.row_clicked.emit(self._rows.key(index.row()))

    def _activated(self, index: QModelIndex) -> None:
        if self._rows.row(index.row()) is not None:
            self.row_activated.emit(self._rows.key(index.row()))

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._show_ring(True)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            index = self.currentIndex()
            if index.isValid():
                self._activated(index)
        elif event.key() == Qt.Key.Key_Escape and self.selected_keys():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_ring(event.reason() != Qt.FocusReason.MouseFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._show_ring(False)
        super().mousePressEvent(event)

    def _show_ring(self, shown: bool) -> None:
        """Mark the current row for whoever uses the keyboard."""
        if shown != self._delegate.ring_shown:
            self._delegate.ring_shown = shown
            self.viewport().update()

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
