"""The rows of the table of keys, read from the cache a page at a time; all on a pool's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.domain.paging import RowOrder, RowsPage
from lmchat_desktop.ui.pages.keys.words import budget_of, status_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.pages.keys.query import KeyQuery

FIELDS = (
    "name",
    "hint",
    "account_id",
    "state",
    "budget_nanos",
    "old_ends_at",
    "last_used_at",
    "expires_at",
    "created_at",
)


BUDGET_NANOS = 10
"""Where in a row, after the values of its columns, the budget lies."""


class KeyRows:
    """Keys as rows of the table; a `PageSource`.

    Args:
        session: its cache is read.
        query: which keys.
        now: tells the time, by which states are told.
    """

    def __init__(self, session: Session, query: KeyQuery, now: Callable[[], datetime]) -> None:
        self.query = query
        self._session = session
        self._now = now
        self._pages = pages_of(session, query)

    @property
    def orders(self) -> tuple[str, ...]:
        """The columns that rows can be sorted by."""
        return self._pages.orders

    def count(self) -> int:
        """How many keys there are."""
        return self._pages.count()

    def page(self, order: RowOrder, start: int, count: int, total: int | None) -> RowsPage:
        """The rows from a place on."""
        return self._dressed(self._pages.page(order, start, count, total))

    def places(self, order: RowOrder, keys: Sequence[Any]) -> dict[Any, int]:
        """Where the rows of these keys stand now."""
        return dict(self._pages.places(order, keys))

    def all_rows(self, order: RowOrder) -> Iterator[RowsPage]:
        """All rows, page by page."""
        for page in self._pages.all_rows(order):
            yield self._dressed(page)

    def _dressed(self, page: RowsPage) -> RowsPage:
        now = self._now()
        accounts = self._session.entities.names("account", {row[2] for row in page.rows})
        rows = []
        for name, hint, account, state, budget, old_ends, used, expires, created in page.rows:
            status = status_of(state, expires, old_ends, now)
            meter = None if budget is None else budget_of(budget, None)
            shown = accounts.get(account, account)
            rows.append(
                (name, hint, shown, status, meter, None, None, used, expires, created, budget)
            )
        return RowsPage(page.start, page.keys, tuple(rows))


def pages_of(session: Session, query: KeyQuery) -> EntityPages:
    """The pages of the cache that hold the keys of a question."""
    equals: dict[str, Any] = {}
    if query.account_id is not None:
        equals["account_id"] = query.account_id
    if query.state.state is not None:
        equals["state"] = query.state.state
    return EntityPages(session.cache, "key", FIELDS, equals, query.search or None)
