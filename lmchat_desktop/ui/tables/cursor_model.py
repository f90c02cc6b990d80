"""A model over a list that is read by cursors: it grows while one scrolls, however long it is.

Only what was scrolled to is held. Below the rows that have come stands one more while there are
others: when it is seen, the next page is read, off this thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from lmchat_desktop.ui.tables.columns import Remark
from lmchat_desktop.ui.tables.table_model import FIGURE_ROLE, Index, TableModel

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tasks.runner import TaskRunner


@dataclass(frozen=True, slots=True)
class CursorPage:
    """Some neighbouring rows.

    Attributes:
        keys: what each row is known by.
        rows: one value per column each.
        cursor: where the rows after them begin; None where they are the last.
    """

    keys: tuple[Hashable, ...]
    rows: tuple[tuple[Any, ...], ...]
    cursor: str | None


class CursorSource(Protocol):
    """Where the rows are. It is called on a pool, and may raise what a person is told of."""

    def page(self, cursor: str | None, cancel: Any) -> CursorPage:
        """The rows from a cursor on, the first ones for None; `cancel` is the task's token."""
        ...


class CursorModel(TableModel):
    """The rows of a `CursorSource`, as far as they have been looked at.

    Attributes:
        complete: whether all rows have come.
        trouble: why the last reading led to nothing; None where it did.
        changed: rows have come, or none could be read, or that is being tried again.
        busy_changed: whether the first rows of a source are on the way.
        grew_above: so many rows have come before those that were there.
        failed: rows could not be read; emitted with the exception. What is shown stays.
    """

    changed = Signal()
    busy_changed = Signal(bool)
    grew_above = Signal(int)
    failed = Signal(object)

    def __init__(
        self,
        columns: Sequence[ColumnSpec],
        tasks: TaskRunner,
        parent: QObject | None = None,
        *,
        zone: tzinfo = UTC,
    ) -> None:
        super().__init__(columns, parent, zone=zone)
        self._tasks = tasks
        self._source: CursorSource | None = None
        self._rows: list[tuple[Any, ...]] = []
        self._keys: list[Hashable] = []
        self._cursor: str | None = None
        self._begun = False
        self._at_start = True
        self._reading = False
        self._look_again = False
        self._busy = False
        self.complete = False
        self.trouble: BaseException | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.read_on)

    # What is read

    def show_source(self, source: CursorSource) -> None:
        """Show the rows of a source; those that are shown stay until its first have come."""
        self._source = source
        self._at_start = True
        self._later.stop()
        self._set_busy(True)
        self._reading = True
        self._run(source, None, self._begin)

    def read_on(self) -> None:
        """Read the next page, also where that has failed before."""
        if self._source is None or self._reading:
            return
        if self.complete and not self._at_start:
            if self.trouble is not None:
                self.look_above()
            return
        self._reading = True
        if self.trouble is not None:
            self.trouble = None
            self._tell_below()
        self.changed.emit()
        if self._at_start:
            self._run(self._source, None, self._begin)
        else:
            self._run(self._source, self._cursor, self._go_on)

    def look_above(self) -> None:
        """Rows may have come before the first, or have changed: read the first page again."""
        if self._reading:
            # What is on the way can be older than what is asked for.
            self._look_again = True
        elif self._source is not None and not self._at_start:
            self._reading = True
            self._run(self._source, None, self._take_above)

    @property
    def begun(self) -> bool:
        """Whether any page has come."""
        return self._begun

    @property
    def reading(self) -> bool:
        """Whether a page is on the way."""
        return self._reading

    @property
    def count(self) -> int:
        """How many rows have come."""
        return len(self._rows)

    def row(self, row: int) -> tuple[Any, ...] | None:
        """The raw values of a row; None for the one that stands for those to come."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def key(self, row: int) -> Hashable:
        """The key of a row; None for the one that stands for those to come."""
        return self._keys[row] if 0 <= row < len(self._keys) else None

    def known_keys(self, first: int, last: int) -> list[Hashable]:
        """Keys of the rows from `first` to `last`."""
        return self._keys[max(0, first) : last + 1]

    def rows_of(self, keys: Sequence[Hashable]) -> dict[Hashable, int]:
        """Where the rows of these keys stand."""
        wanted = set(keys)
        return {key: row for row, key in enumerate(self._keys) if key in wanted}

    # The model that Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid():
            return 0
        return len(self._rows) + int(self._begun and not self.complete)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if index.isValid() and index.row() == len(self._rows):
            if self.trouble is None and not self._later.isActive():
                self._later.start()
            if index.column() == 0:
                if role == FIGURE_ROLE:
                    return Remark(self._below())
                if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                    return self._below()
        return super().data(index, role)

    def can_sort(self, column: int) -> bool:
        """They stay in the order in which they are read."""
        return False

    # How it is read

    def _run(self, source: CursorSource, cursor: str | None, on_done: Any) -> None:
        self._tasks.run(
            source.page,
            cursor,
            on_done=on_done,
            on_failed=self._lose,
            key=(self, "page"),
            owner=self,
        )

    def _begin(self, page: CursorPage) -> None:
        self.beginResetModel()
        self._begun, self._at_start = True, False
        self._rows, self._keys = list(page.rows), list(page.keys)
        self._cursor, self.complete, self.trouble = page.cursor, page.cursor is None, None
        self.endResetModel()
        self._set_busy(False)
        self._ended()

    def _go_on(self, page: CursorPage) -> None:
        """The row that stood for those to come is the first of them now, or it goes."""
        held, before = len(self._rows), self.rowCount()
        after = held + len(page.rows) + int(page.cursor is not None)
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
        elif after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
        self._rows += page.rows
        self._keys += page.keys
        self._cursor, self.complete, self.trouble = page.cursor, page.cursor is None, None
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        if page.rows:
            self._tell_row(held)
        self._ended()

    def _take_above(self, page: CursorPage) -> None:
        """Put what is new before the rows that are there; what has changed is changed in place."""
        self.trouble = None
        places = self.rows_of(page.keys)
        new = next((at for at, key in enumerate(page.keys) if key in places), None)
        if new is None:
            # Between what has come now and what is there could be others.
            self._begin(page)
            return
        for key, row in zip(page.keys, page.rows, strict=True):
            place = places.get(key)
            if place is not None and self._rows[place] != row:
                self._rows[place] = row
                self._tell_row(place)
        if new:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self._rows[:0] = page.rows[:new]
            self._keys[:0] = page.keys[:new]
            self.endInsertRows()
            self.grew_above.emit(new)
        self._ended()

    def _lose(self, error: BaseException) -> None:
        self.trouble = error
        self._look_again = False
        self._set_busy(False)
        self._tell_below()
        self.failed.emit(error)
        self._ended()

    def _ended(self) -> None:
        """A reading has ended; what was asked for meanwhile begins."""
        self._reading = False
        self.changed.emit()
        if self._look_again:
            self._look_again = False
            self.look_above()

    def _below(self) -> str:
        return self.tr("Reading…") if self.trouble is None else self.tr("Not read")

    def _tell_below(self) -> None:
        if self._begun and not self.complete:
            self._tell_row(len(self._rows))

    def _tell_row(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.columns) - 1))

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)
