"""A list that the backend tells page by page: read on demand, appended, begun anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

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
        read: reads a page, given a cursor and a token; on a pool's thread.
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
        self, context: PageContext, read: Callable[..., Page[Any]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._read = read
        self._cursor: str | None = None
        self.rows: list[T] | None = None
        self.more = False

    def clear(self) -> None:
        """Forget what has come, and what is on the way."""
        self._context.tasks.cancel_key((self, "page"))
        self.rows, self.more, self._cursor = None, False, None

    def load(self) -> None:
        """Read the first page, in place of what is shown."""
        self._ask(None)

    def load_more(self) -> None:
        """Read the next page."""
        if self.more:
            self._ask(self._cursor)

    def _ask(self, cursor: str | None) -> None:
        self._context.tasks.run(
            self._read,
            cursor=cursor,
            on_done=lambda page: self._arrived(page, first=cursor is None),
            on_failed=self.failed.emit,
            key=(self, "page"),
            owner=self,
        )

    def _arrived(self, page: Page[Any], *, first: bool) -> None:
        before: list[T] = [] if first or self.rows is None else self.rows
        self.rows = [*before, *page.data]
        self.more, self._cursor = page.has_more, page.next_cursor
        self.changed.emit()
