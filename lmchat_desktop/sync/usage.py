"""Keeps the usage slices of a scope equal to the backend's; what differs is fetched."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.columns import to_seconds
from lmchat_desktop.client.call import quoted_etag
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import BadAnswer, NotFound
from lmchat_desktop.client.usage import fetch_slice, list_slices
from lmchat_desktop.contract.usage import SliceInfo, SliceList
from lmchat_desktop.domain.usage.slices import parse
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.cache.usage import UsageRepository
    from lmchat_desktop.client.api import ApiClient

PARALLEL = 4
"""Downloads at a time; a first sync over a long line is otherwise mostly waiting."""

Fetched = tuple[SliceInfo, bytes]


def sync_scope(
    api: ApiClient,
    cache: Cache,
    usage: UsageRepository,
    scope: str,
    cancel: CancelToken,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> bool:
    """Make the stored slices of a scope those that the backend lists.

    Each slice is stored in a transaction of its own, the newest first, so that what is seen fills
    from now backwards and a run that is cut off goes on where it was.

    Args:
        api: the backend.
        cache: where slices are stored.
        usage: reads the cache, and knows the retention.
        scope: "service" or an account's id.
        cancel: stops between slices and within downloads.
        on_progress: told how many slices of how many were stored.

    Returns:
        Whether anything but the coverage of the open hour changed.

    Raises:
        NotAllowed, NotFound: the scope is not this person's to see.
        ApiTrouble: the backend did not answer, or not with what was agreed; what was stored stays.
        CacheTrouble: a slice could not be stored.
    """
    listing = list_slices(api, scope, cancel)
    _refuse_odd(listing)
    cache.saw(listing.as_of)
    horizon_s = usage.horizon_s()
    listed = {
        each.id: each.model_copy(update={"etag": quoted_etag(each.etag)})
        for each in listing.data
        if to_seconds(each.start) >= horizon_s
    }
    have = {each.id: each for each in usage.slices(scope)}
    gone = have.keys() - listed.keys()
    same = [each for each in listed.values() if each.id in have and have[each.id].etag == each.etag]
    moved = [each for each in same if not each.closed or not have[each.id].closed]
    if gone or moved:
        with cache.write() as connection:
            slicerows.forget(connection, scope, gone)
            slicerows.touch(connection, scope, moved, listing.as_of)
    known = {each.id for each in same}
    wanted = sorted(
        (each for each in listed.values() if each.id not in known),
        key=lambda each: (each.end, each.start),
        reverse=True,
    )
    on_progress(0, len(wanted))
    for done, fetched in enumerate(_fetch_all(api, scope, wanted, cancel), start=1):
        if fetched is not None:
            _store(cache, scope, fetched, listing.as_of)
        on_progress(done, len(wanted))
    return bool(gone or wanted)


def _store(cache: Cache, scope: str, fetched: Fetched, as_of: datetime) -> None:
    with cache.write() as connection:
        slicerows.put(connection, scope, *fetched, as_of=as_of)


def _fetch_all(
    api: ApiClient, scope: str, wanted: Sequence[SliceInfo], cancel: CancelToken
) -> Iterator[Fetched | None]:
    """Fetch slices, several at a time, and give them in the order in which they are wanted."""
    if len(wanted) <= 1:
        for info in wanted:
            yield _fetch(api, scope, info, cancel)
        return
    with _stopping(cancel) as stop, ThreadPoolExecutor(PARALLEL, "sync-fetch") as pool:
        under_way: deque[Future[Fetched | None]] = deque()
        try:
            for info in wanted:
                under_way.append(pool.submit(_fetch, api, scope, info, stop))
                if len(under_way) > PARALLEL:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            # Whether a fetch failed or the reader stopped: let no download outlive the run.
            stop.cancel()
            pool.shutdown(wait=True, cancel_futures=True)


def _fetch(api: ApiClient, scope: str, info: SliceInfo, cancel: CancelToken) -> Fetched | None:
    """A slice that was listed with another ETag than the stored one; None if it is gone by now."""
    from lmchat_desktop.contract.usage_arrow import decode

    try:
        fetched = fetch_slice(api, scope, info.id, None, cancel)
    except NotFound:
        return None
    if fetched is None:
        return None
    try:
        block = decode(fetched.body)
    except ValueError as error:
        raise _bad_slice(info, "it is not a readable stream") from error
    if len(block):
        first, last = int(block.start_s.min()), int(block.start_s.max())
        if first < to_seconds(info.start) or last >= to_seconds(info.end):
            raise _bad_slice(info, "a cell lies outside the slice")
    stands = info.model_copy(update={"etag": quoted_etag(fetched.etag), "cells": len(block)})
    return stands, fetched.body


def _refuse_odd(listing: SliceList) -> None:
    """Refuse slices whose span is not what their name says: they could overlap and count twice."""
    seen: set[str] = set()
    for info in listing.data:
        try:
            span = parse(info.id)
        except ValueError as error:
            raise _bad_slice(info, "it has no slice's name") from error
        stated = (to_seconds(info.start), to_seconds(info.end), info.resolution_s)
        if stated != (span.start_s, span.end_s, span.resolution_s) or info.id in seen:
            raise _bad_slice(info, "its span is not that of its name, or it is listed twice")
        seen.add(info.id)


def _bad_slice(info: SliceInfo, why: str) -> BadAnswer:
    return BadAnswer(
        said(
            "Sync",
            "The backend sent usage figures that cannot be right, and they were not stored. What "
            "you see is what was known before. It is tried again by itself; if it stays so, tell "
            "whoever runs the backend.",
        ),
        f"slice {info.id[:16]!r}: {why}",
    )


@contextmanager
def _stopping(cancel: CancelToken) -> Iterator[CancelToken]:
    """A token that is cancelled with the given one, and can be cancelled alone."""
    stop = CancelToken()
    forget = cancel.on_cancel(stop.cancel)
    try:
        yield stop
    finally:
        forget()
