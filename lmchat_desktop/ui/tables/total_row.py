"""A row below a table that keeps to its columns, such as a total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from lmchat_desktop.ui.tables.cell_delegate import CellDelegate
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.tables.rows_view import ROW_PX
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.tables.data_table import DataTable


class TotalRow(QTableView):
    """Shows one row in the columns of the table above: their widths, order and visibility."""

    def __init__(self, above: DataTable, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self._above = above
        self._model = RowsModel(above.rows.columns, self)
        self.setModel(self._model)
        self.setItemDelegate(CellDelegate(self._model.columns, self))
        self.setAccessibleName(name)
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
        height = typography().px(ROW_PX)
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
