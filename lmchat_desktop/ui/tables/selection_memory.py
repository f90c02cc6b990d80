"""Keeps the selection of a table on its keys while the rows are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Hashable

    from PySide6.QtWidgets import QTableView

    from lmchat_desktop.ui.tables.table_model import TableModel


def selected_spans(view: QTableView) -> list[tuple[int, int]]:
    """The first and the last row of each part of a selection, from top to bottom.

    All rows of a long table can be selected; in this way they are not listed one by one.
    """
    parts = view.selectionModel().selection().toList()
    return sorted({(part.top(), part.bottom()) for part in parts})


class SelectionMemory(QObject):
    """Notes a view's selected and current rows by key before a reset and finds them again."""

    def __init__(self, view: QTableView, model: TableModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model
        self._selected: list[Hashable] = []
        self._current: Hashable = None
        model.modelAboutToBeReset.connect(self._remember)

    def selected(self) -> list[Hashable]:
        """Keys of the selected rows from top to bottom, as far as they are known."""
        spans = selected_spans(self._view)
        found = (key for span in spans for key in self._model.known_keys(*span))
        return list(dict.fromkeys(found))

    def _remember(self) -> None:
        self._selected = self.selected()
        current = self._view.currentIndex()
        self._current = self._model.key(current.row()) if current.isValid() else None

    def restore(self) -> None:
        """Select again what was selected, as far as it is still there."""
        selection = self._view.selectionModel()
        wanted = [*self._selected, *([] if self._current is None else [self._current])]
        places = self._model.rows_of(wanted)
        if self._current in places:
            index = self._model.index(places[self._current], 0)
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for key in self._selected:
            if key in places:
                selection.select(self._model.index(places[key], 0), flags)
