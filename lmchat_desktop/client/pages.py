"""Cursor pages as one sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from lmchat_desktop.client.errors import BadAnswer
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lmchat_desktop.contract.base import Page

T = TypeVar("T")


def pages(fetch: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """All items of a list, page after page as they are asked for.

    Args:
        fetch: answers the page at a cursor; None is the first page.

    Raises:
        BadAnswer: the backend promises more but gives no new cursor, which would never end.
    """
    cursor: str | None = None
    while True:
        page = fetch(cursor)
        yield from page.data
        if not page.has_more:
            return
        if page.next_cursor is None or page.next_cursor == cursor:
            raise BadAnswer(
                said(
                    "Client",
                    "The backend says that the list goes on but not where. What you see is the "
                    "part that came. Tell whoever runs the backend.",
                ),
                "has_more without a new next_cursor",
            )
        cursor = page.next_cursor
