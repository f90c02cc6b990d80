"""Keeps the selection of a table on its keys while the rows are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from lmchat_desktop.ui.tables.rows_model import RowsModel


class SelectionMemory(QObject):
    """Notes a view's selected and current rows by key before a reset and finds them again."""

    def __init__(self, view: QTableView, model: RowsModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected: list[object] = []
        self._current: object = None
        model.modelAboutToBeReset.connect(self._remember)

    def selected(self) -> list[object]:
        """Keys of the selected rows, from top to bottom."""
        rows = {index.row() for index in self._view.selectionModel().selectedRows()}
        return [self._model.key(row) for row in sorted(rows)]

    def _remember(self) -> None:
        self._selected = self.selected()
        current = self._view.currentIndex()
        self._current = self._model.key(current.row()) if current.isValid() else None

    def restore(self) -> None:
        """Select again what was selected, as far as it is still there."""
        selection = self._view.selectionModel()
        row = self._model.row_of(self._current) if self._current is not None else None
        if row is not None:
            index = self._model.index(row, 0)
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for key in self._selected:
            found = self._model.row_of(key)
            if found is not None:
                selection.select(self._model.index(found, 0), flags)
