"""A list that the backend tells page by page: read on demand, appended, begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.ui.shell.context import PageContext

T = TypeVar("T")


class PagedList(QObject, Generic[T]):
    """What has come of a list.

    Args:
        context: the page's.
        question: what is asked for now. It is called when the list begins, on the interface's
            thread, and answers what reads a page, given a cursor and a token, on a pool's. All
            pages of a list are read by one answer: a cursor holds for its own question alone.
        parent: who shows it.

    Attributes:
        rows: what has come, in the list's order; None before the first page.
        more: whether there is more.
        changed: rows have come.
        failed: the exception of a page that did not.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        context: PageContext,
        question: Callable[[], Callable[..., Page[T]]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._question = question
        self._read: Callable[..., Page[T]] | None = None
        self._cursor: str | None = None
        self.rows: list[T] | None = None
        self.more = False

    def clear(self) -> None:
        """Forget what has come, and what is on the way."""
        self._context.tasks.cancel_key((self, "page"))
        self.rows, self.more, self._cursor = None, False, None

    def load(self) -> None:
        """Read the first page, in place of what is shown."""
        self._read = self._question()
        self._ask(self._read, None)

    def load_more(self) -> None:
        """Read the next page."""
        if self.more and self._read is not None:
            self._ask(self._read, self._cursor)

    def _ask(self, read: Callable[..., Page[T]], cursor: str | None) -> None:
        self._context.tasks.run(
            read,
            cursor=cursor,
            on_done=lambda page: self._arrived(page, first=cursor is None),
            on_failed=self.failed.emit,
            key=(self, "page"),
            owner=self,
        )

    def _arrived(self, page: Page[T], *, first: bool) -> None:
        before: list[T] = [] if first or self.rows is None else self.rows
        self.rows = [*before, *page.data]
        self.more, self._cursor = page.has_more, page.next_cursor
        self.changed.emit()
