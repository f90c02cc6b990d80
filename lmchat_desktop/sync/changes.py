"""Follows the change feed: a page and its cursor are stored together, or neither is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.cache import entities, state
from lmchat_desktop.client.changes import list_changes
from lmchat_desktop.client.errors import BadAnswer, CursorGone
from lmchat_desktop.contract.base import MAX_PAGE
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.changes import ChangePage

_RESTARTS = 2


def follow_changes(
    api: ApiClient,
    cache: Cache,
    cancel: CancelToken,
    *,
    on_restart: Callable[[], None] = lambda: None,
    on_stored: Callable[[frozenset[str]], None] = lambda kinds: None,
    on_progress: Callable[[int], None] = lambda entities: None,
    page_size: int = MAX_PAGE,
) -> bool:
    """Read the feed from the stored cursor to its end, or a snapshot where there is none.

    Answers whether the backend had forgotten the cursor, as when what the person may see has
    changed, so that a snapshot was read.

    Args:
        api: the backend.
        cache: where pages are stored.
        cancel: stops between pages and within a download.
        on_restart: called before a snapshot is read because the cursor is gone.
        on_stored: told the kinds of entities that a page has changed, once it is stored.
        on_progress: told the number of entities so far.
        page_size: how many changes to ask for at once.

    Raises:
        ApiTrouble: the backend did not answer; the pages that were stored stay.
        CacheTrouble: a page could not be stored.
    """
    with cache.read() as connection:
        stored = state.load(connection)
    cursor = stored.cursor
    generation = stored.generation if cursor is not None else stored.generation + 1
    under_way = stored.snapshot_under_way
    restarts = count = 0
    while True:
        try:
            page = list_changes(api, cursor, limit=page_size, cancel=cancel)
        except CursorGone:
            if cursor is None or restarts == _RESTARTS:
                raise
            restarts += 1
            cursor, generation = None, generation + 1
            on_restart()
            continue
        if page.data or page.snapshot or under_way or page.next_cursor != cursor:
            on_stored(_store(cache, page, generation))
        _refuse_standstill(page, cursor)
        cursor, under_way = page.next_cursor, page.snapshot and not page.snapshot_complete
        count += len(page.data)
        on_progress(count)
        # The cursor after a snapshot is as old as its first page: the feed has what came since.
        if not page.has_more and not page.snapshot_complete:
            return restarts > 0


def _store(cache: Cache, page: ChangePage, generation: int) -> frozenset[str]:
    with cache.write() as connection:
        changed = entities.apply(connection, page.data, generation)
        if page.snapshot_complete:
            changed |= entities.forget_older(connection, generation)
        under_way = page.snapshot and not page.snapshot_complete
        state.note_feed(connection, page.next_cursor, generation, under_way)
        state.note_time(connection, cache.clock.reading())
    return frozenset(changed)


def _refuse_standstill(page: ChangePage, cursor: str | None) -> None:
    if page.has_more and page.next_cursor == cursor:
        raise BadAnswer(
            said(
                "Sync",
                "The backend says that there are more changes, but does not move on. What came so "
                "far is stored. It is tried again by itself; if it stays so, tell whoever runs "
                "the backend.",
            ),
            "feed cursor does not advance",
        )
