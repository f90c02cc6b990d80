"""A table over a `PagedModel`: what is copied or exported of it is read off this thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.export import csv_pieces, to_tsv, write_pieces
from lmchat_desktop.ui.tables.rows_view import RowsView
from lmchat_desktop.ui.tables.selection_memory import selected_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.paging import RowOrder
    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tables.paged_model import PagedModel, PageSource
    from lmchat_desktop.ui.tasks.runner import TaskRunner

MOST_COPIED = 100_000
"""More than this is for a file: a clipboard is held in memory, twice and by two programs."""
ROWS_MEASURED = 60
MOST_REMEMBERED = 200
"""So many selected rows are found again after rows have come or gone."""


class PagedTable(DataTable):
    """Shows a `PagedModel` in columns that people arrange.

    Attributes:
        copied: how many rows were put on the clipboard.
        copy_refused: how many rows were asked for; more than `MOST_COPIED`.
        exported: how many rows were written, and to which path.
        failed: the exception of what could not be read, copied or written.
        act_failed: the exception of what could not be copied or written.
    """

    copied = Signal(int)
    copy_refused = Signal(int)
    exported = Signal(int, object)
    failed = Signal(object)
    act_failed = Signal(object)

    def __init__(
        self, model: PagedModel, tasks: TaskRunner, parent: QWidget | None = None, *, name: str = ""
    ) -> None:
        super().__init__(model, parent, name=name)
        self._paged = model
        self._tasks = tasks
        self._fitted = False
        self._fit.rows_measured = ROWS_MEASURED
        model.failed.connect(self._not_read)
        self._show_order()

    def rows_changed(self) -> None:
        """Other rows have come. Columns follow the first ones only: they stay while one sorts."""
        if not self._fitted and self._paged.rowCount():
            self._fitted = True
            super().rows_changed()
        else:
            RowsView.rows_changed(self)

    def refresh(self) -> None:
        """Read again what is looked at; selected rows stay selected wherever they stand then."""
        keys = self.selected_keys()[:MOST_REMEMBERED]
        self._paged.refresh()
        if keys:
            self._tasks.run(
                self._paged.source.places,
                self._paged.order,
                keys,
                on_done=self._select_places,
                on_failed=self.failed.emit,
                key=(self, "places"),
                owner=self,
            )

    def copy(self) -> None:
        """Put the selected rows, or all if none is, on the clipboard as TSV.

        `copied` says when they are there; more than `MOST_COPIED` are refused, which
        `copy_refused` says.
        """
        total = self._paged.rowCount()
        spans = selected_spans(self) or ([(0, total - 1)] if total else [])
        count = sum(last - first + 1 for first, last in spans)
        if count > MOST_COPIED:
            self.copy_refused.emit(count)
            return
        places, specs = self.told_columns()

        def put(rows: list[list[Any]]) -> None:
            QGuiApplication.clipboard().setText(to_tsv(specs, rows))
            self.copied.emit(len(rows))

        self._tasks.run(
            read_spans,
            self._paged.source,
            self._paged.order,
            spans,
            total,
            places,
            on_done=put,
            on_failed=self._act_failed,
            key=(self, "copy"),
            owner=self,
            title=self.tr("Copying rows"),
        )

    def export_csv(self, path: Path) -> None:
        """Write all rows with the shown columns as a CSV file, whole or not at all.

        It can be cancelled in the status bar; `exported` or `failed` tells the end.
        """
        places, specs = self.told_columns()
        self._tasks.run(
            write_all,
            self._paged.source,
            self._paged.order,
            places,
            specs,
            path,
            self._paged.rowCount(),
            on_done=lambda count: self.exported.emit(count, path),
            on_failed=self._act_failed,
            owner=self,
            title=self.tr("Exporting rows"),
        )

    def _show_order(self) -> None:
        order = self._paged.order
        self.header.show_order(self._paged.column_of(order.field), order.descending)

    def _not_read(self, error: BaseException) -> None:
        # The rows that are shown are still in the order that they were in.
        self._show_order()
        self.failed.emit(error)

    def _act_failed(self, error: BaseException) -> None:
        self.act_failed.emit(error)
        self.failed.emit(error)

    def _select_places(self, places: dict[Any, int]) -> None:
        selection = self.selectionModel()
        current = self.currentIndex()
        selection.clearSelection()
        flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
        for place in sorted(places.values()):
            if place < self._paged.rowCount():
                selection.select(self._paged.index(place, 0), flags)
        if current.isValid() and places:
            place = min(min(places.values()), self._paged.rowCount() - 1)
            index = self._paged.index(place, current.column())
            selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)


def read_spans(
    source: PageSource,
    order: RowOrder,
    spans: Sequence[tuple[int, int]],
    total: int,
    places: Sequence[int],
    cancel: Cancellation,
) -> list[list[Any]]:
    """The values at `places` of the rows of some spans; for a pool thread."""
    found: list[list[Any]] = []
    for first, last in spans:
        cancel.raise_if_cancelled()
        page = source.page(order, first, last - first + 1, total)
        found.extend([row[place] for place in places] for row in page.rows)
    return found


def write_all(
    source: PageSource,
    order: RowOrder,
    places: Sequence[int],
    specs: Sequence[ColumnSpec],
    path: Path,
    total: int,
    cancel: Cancellation,
    on_progress: Callable[[float], None],
) -> int:
    """Write all rows as CSV; answers how many there were. For a pool thread.

    Raises:
        OSError: the file could not be written; one that was there is as it was.
    """
    written = 0

    def parts() -> Iterator[list[list[Any]]]:
        nonlocal written
        for page in source.all_rows(order):
            cancel.raise_if_cancelled()
            written += len(page.rows)
            on_progress(written / max(written, total))
            yield [[row[place] for place in places] for row in page.rows]

    write_pieces(path, csv_pieces(specs, parts()))
    return written
