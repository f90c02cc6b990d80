"""A model over more rows than anybody holds in memory: those looked at are read, off this thread.

The rows come from a `PageSource`, a page at a time; the pages that were looked at last are kept. A
place whose page is on the way is empty until it has come; scrolling on makes it void.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from lmchat_desktop.domain.paging import RowOrder, RowsPage
from lmchat_desktop.ui.tables.table_model import Index, TableModel

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from lmchat_desktop.ui.tables.columns import ColumnSpec
    from lmchat_desktop.ui.tasks.runner import TaskRunner
    from lmchat_desktop.ui.tasks.task import Task

PAGE_ROWS = 200
PAGES_KEPT = 40
PAGES_AT_ONCE = 3
"""A window shows parts of two pages; what is beyond these was scrolled past."""


class PageSource(Protocol):
    """Where the rows are. All is called on a pool, and may raise what a person is told of."""

    @property
    def orders(self) -> tuple[str, ...]:
        """The keys of the columns that rows can be sorted by."""
        ...

    def count(self) -> int:
        """How many rows there are."""
        ...

    def page(self, order: RowOrder, start: int, count: int, total: int | None) -> RowsPage:
        """The rows from a place on; `total` is how many there are, where that is known."""
        ...

    def places(self, order: RowOrder, keys: Sequence[Any]) -> dict[Any, int]:
        """Where the rows of these keys stand now; those that have gone are left out."""
        ...

    def all_rows(self, order: RowOrder) -> Iterator[RowsPage]:
        """All rows, page by page."""
        ...


class PagedModel(TableModel):
    """Rows of a `PageSource` in an order.

    Attributes:
        source: where the rows are.
        order: how they are sorted.
        failed: a page could not be read; emitted with the exception. What is shown stays.
        arrived: rows have come; emitted with the first and the last place.
        busy_changed: whether the first rows of an order are on the way.
        counted_anew: how many rows there are in all, each time that was counted.
    """

    failed = Signal(object)
    arrived = Signal(int, int)
    busy_changed = Signal(bool)
    counted_anew = Signal(int)

    def __init__(
        self,
        columns: Sequence[ColumnSpec],
        source: PageSource,
        tasks: TaskRunner,
        order: RowOrder,
        parent: QObject | None = None,
        *,
        zone: tzinfo = UTC,
    ) -> None:
        super().__init__(columns, parent, zone=zone)
        self.source = source
        self.order = order
        self._tasks = tasks
        self._total = 0
        self._counted = False
        self._pages: OrderedDict[int, RowsPage] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._reading: OrderedDict[int, Task] = OrderedDict()
        self._busy = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._ask)

    # What is read

    def load(self) -> None:
        """Read the first rows and how many there are, and show them in place of what is shown."""
        self._start_over(self.order)

    def set_source(self, source: PageSource) -> None:
        """Show the rows of another source; those that are shown stay until its first have come."""
        self.source = source
        self._counted = False
        self._start_over(self.order)

    def refresh(self) -> None:
        """Rows may have come, gone or changed: read again what is looked at, in place."""
        self._forget_reading()
        self._read(self.source.count, on_done=self._recounted)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if self.can_sort(column):
            descending = order == Qt.SortOrder.DescendingOrder
            self._start_over(RowOrder(self.columns[column].key, descending))

    def can_sort(self, column: int) -> bool:
        return super().can_sort(column) and self.columns[column].key in self.source.orders

    def row(self, row: int) -> tuple[Any, ...] | None:
        """The raw values of a row; None while they are on the way, which asking for them begins."""
        page = self._page_of(row)
        return None if page is None else page.rows[row - page.start]

    def key(self, row: int) -> Hashable:
        """The key of a row; None while it is on the way."""
        page = self._page_of(row)
        return None if page is None else page.keys[row - page.start]

    def known_keys(self, first: int, last: int) -> list[Hashable]:
        """Keys of the rows of a span that have come; nothing is read for it."""
        found: list[Hashable] = []
        for page in sorted(self._pages.values(), key=lambda page: page.start):
            low, high = max(0, first - page.start), max(0, last + 1 - page.start)
            found.extend(page.keys[low:high])
        return found

    def rows_of(self, keys: Sequence[Hashable]) -> dict[Hashable, int]:
        """Where the rows of these keys stand, as far as they are among those that have come."""
        wanted = set(keys)
        return {
            key: page.start + at
            for page in self._pages.values()
            for at, key in enumerate(page.keys)
            if key in wanted
        }

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._total

    @property
    def counted(self) -> bool:
        """Whether `rowCount` is the number of all rows, and not only of those that have come."""
        return self._counted

    # How it is read

    def _start_over(self, order: RowOrder) -> None:
        """Read in another order; the rows that are shown stay until the first ones have come."""
        self._forget_reading()
        self._set_busy(True)
        known = self._total if self._counted else None
        self._read(
            self.source.page, order, 0, PAGE_ROWS, known, on_done=partial(self._begin, order)
        )

    def _begin(self, order: RowOrder, page: RowsPage) -> None:
        self._forget_reading()
        self.beginResetModel()
        self.order = order
        self._pages.clear()
        self._pages[0] = page
        if not self._counted:
            self._total = len(page.rows)
        self.endResetModel()
        self._set_busy(False)
        self._told(page)
        if not self._counted:
            self._read(self.source.count, on_done=self._resize)

    def _recounted(self, total: int) -> None:
        self._resize(total)
        looked_at = list(self._pages)[-PAGES_AT_ONCE:]
        for number in list(self._pages):
            if number not in looked_at:
                del self._pages[number]
        for number in looked_at:
            self._want(number)

    def _page_of(self, row: int) -> RowsPage | None:
        number = row // PAGE_ROWS
        page = self._pages.get(number)
        if page is None:
            self._want(number)
            return None
        if not row < page.start + len(page.rows):
            return None
        self._pages.move_to_end(number)
        return page

    def _want(self, number: int) -> None:
        self._wanted[number] = None
        self._wanted.move_to_end(number)
        if not self._later.isActive():
            self._later.start()

    def _ask(self) -> None:
        """Read the pages that were wanted last; those wanted long before were scrolled past."""
        newest = [n for n in reversed(self._wanted) if n not in self._reading][:PAGES_AT_ONCE]
        self._wanted.clear()
        for number in newest:
            self._reading[number] = self._tasks.run(
                self.source.page,
                self.order,
                number * PAGE_ROWS,
                PAGE_ROWS,
                self._total if self._counted else None,
                on_done=partial(self._take, number),
                on_failed=partial(self._lose, number),
                owner=self,
            )
        while len(self._reading) > 2 * PAGES_AT_ONCE:
            self._reading.popitem(last=False)[1].cancel()

    def _take(self, number: int, page: RowsPage) -> None:
        self._reading.pop(number, None)
        self._pages[number] = page
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        if page.rows and page.start < self._total:
            last = min(page.start + len(page.rows), self._total) - 1
            corner = self.index(last, len(self.columns) - 1)
            self.dataChanged.emit(self.index(page.start, 0), corner)
        self._told(page)

    def _lose(self, number: int, error: BaseException) -> None:
        self._reading.pop(number, None)
        self.failed.emit(error)

    def _forget_reading(self) -> None:
        """What is under way is of an order, or of a time, that is no longer shown."""
        self._later.stop()
        self._wanted.clear()
        while self._reading:
            self._reading.popitem()[1].cancel()

    def _told(self, page: RowsPage) -> None:
        self.arrived.emit(page.start, page.start + max(0, len(page.rows) - 1))

    def _resize(self, total: int) -> None:
        """Have so many rows; pages that are no longer whole are read again."""
        before, self._counted = self._total, True
        if total > before:
            self.beginInsertRows(QModelIndex(), before, total - 1)
        elif total < before:
            self.beginRemoveRows(QModelIndex(), total, before - 1)
        self._total = total
        for number, page in list(self._pages.items()):
            if len(page.rows) != min(PAGE_ROWS, max(0, total - page.start)):
                del self._pages[number]
        if total > before:
            self.endInsertRows()
        elif total < before:
            self.endRemoveRows()
        self.counted_anew.emit(total)

    def _read(self, work: Any, *args: Any, on_done: Any) -> None:
        """Have something read in place of an earlier reading of the same; its end is told."""
        self._tasks.run(
            work, *args, on_done=on_done, on_failed=self._not_read, key=(self, work), owner=self
        )

    def _not_read(self, error: BaseException) -> None:
        self._set_busy(False)
        self.failed.emit(error)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)
