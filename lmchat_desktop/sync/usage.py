"""Keeps the usage slices of a scope equal to the backend's; what differs is fetched."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.columns import to_seconds
from lmchat_desktop.cache.packing import pack
from lmchat_desktop.client.call import quoted_etag
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import BadAnswer, NotFound
from lmchat_desktop.client.usage import fetch_slice, list_slices
from lmchat_desktop.contract.usage import SliceInfo, SliceList
from lmchat_desktop.domain.usage.slices import parse
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence, Set

    from lmchat_desktop.cache.slicerows import StoredSlice
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.cache.usage import UsageRepository
    from lmchat_desktop.client.api import ApiClient

PARALLEL = 4
"""Downloads at a time; a first sync over a long line is otherwise mostly waiting."""

_CANNOT_BE_RIGHT = said(
    "Sync",
    "The backend sent usage figures that cannot be right, and they were not stored. What "
    "you see is what was known before. It is tried again by itself; if it stays so, tell "
    "whoever runs the backend.",
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A slice as it came, packed as it is stored."""

    info: SliceInfo
    packing: str
    packed: bytes


@dataclass(frozen=True, slots=True)
class _Heard:
    """Up to where the backend has told of a scope, and what was stored of it by then.

    Attributes:
        cursor: where the next list goes on.
        horizon_s: the retention's horizon of that list; what starts before it was left out.
        etags: the ETag of each stored slice.
    """

    cursor: str
    horizon_s: int
    etags: Mapping[str, str]


class SliceFollower:
    """Makes the stored slices of scopes those that the backend lists.

    Where nothing else has touched a scope since the last time, the backend is asked for what has
    become another since then, so that the cost of nothing new does not grow with what is kept.

    Args:
        api: the backend.
        cache: where slices are stored.
        usage: reads the cache, and knows the retention.
    """

    def __init__(self, api: ApiClient, cache: Cache, usage: UsageRepository) -> None:
        self._api = api
        self._cache = cache
        self._usage = usage
        self._heard: dict[str, _Heard] = {}

    def sync(
        self,
        scope: str,
        cancel: CancelToken,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> bool:
        """Fetch what differs of a scope.

        Each slice is stored in a transaction of its own, the newest first, so that what is seen
        fills from now backwards and a run that is cut off goes on where it was.

        Args:
            scope: "service" or an account's id.
            cancel: stops between slices and within downloads.
            on_progress: told how many slices of how many were stored.

        Returns:
            Whether anything but the coverage of the open hour changed.

        Raises:
            NotAllowed, NotFound: the scope is not this person's to see.
            ApiTrouble: the backend did not answer, or not with what was agreed; what was stored
                stays.
            CacheTrouble: a slice could not be stored.
        """
        have = {each.id: each for each in self._usage.slices(scope)}
        etags = {each.id: each.etag for each in have.values()}
        after = self._goes_on(self._heard.pop(scope, None), etags)
        listing = list_slices(self._api, scope, cancel, after=after)
        _refuse_odd(listing, after)
        self._cache.clock.reached(listing.as_of)
        # The list's own time may have moved the clock, and the horizon with it.
        horizon_s = self._usage.expired_s()
        listed = {
            each.id: each.model_copy(update={"etag": quoted_etag(each.etag)})
            for each in listing.data
            if to_seconds(each.start) >= horizon_s
        }
        gone = self._take_over(scope, listing, listed, have)
        left = {slice_id: etag for slice_id, etag in etags.items() if slice_id not in gone}
        wanted = sorted(
            (each for each in listed.values() if etags.get(each.id) != each.etag),
            key=lambda each: (each.end, each.start),
            reverse=True,
        )
        on_progress(0, len(wanted))
        missing = False
        for done, fetched in enumerate(_fetch_all(self._api, scope, wanted, cancel), start=1):
            if fetched is None:
                missing = True
            else:
                self._store(scope, fetched, listing.as_of)
                left[fetched.info.id] = fetched.info.etag
            on_progress(done, len(wanted))
        if listing.next_cursor is not None and not missing:
            self._heard[scope] = _Heard(listing.next_cursor, horizon_s, left)
        return bool(gone or wanted)

    def _take_over(
        self,
        scope: str,
        listing: SliceList,
        listed: Mapping[str, SliceInfo],
        have: Mapping[str, StoredSlice],
    ) -> Set[str]:
        """Forget what is gone, and note how far the rest is known; answers what is gone."""
        gone = have.keys() & set(listing.gone)
        if listing.complete:
            gone = have.keys() - listed.keys()
        moved: list[SliceInfo] = []
        for stored in have.values():
            info = listed.get(stored.id)
            if info is None:
                if not (stored.closed or stored.id in gone):
                    moved.append(_info(stored))
            elif info.etag == stored.etag and not (info.closed and stored.closed):
                moved.append(info)
        if gone or moved:
            with self._cache.write() as connection:
                slicerows.forget(connection, scope, gone)
                slicerows.touch(connection, scope, moved, listing.as_of)
        return gone

    def _goes_on(self, heard: _Heard | None, etags: Mapping[str, str]) -> str | None:
        """The cursor of the last list, unless what is stored is not what that list has left."""
        if heard is None or heard.etags != etags or self._usage.expired_s() < heard.horizon_s:
            return None
        return heard.cursor

    def _store(self, scope: str, fetched: Fetched, as_of: datetime) -> None:
        with self._cache.write() as connection:
            slicerows.put_packed(
                connection, scope, fetched.info, fetched.packing, fetched.packed, as_of
            )


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
    return Fetched(stands, *pack(fetched.body))


def _info(stored: StoredSlice) -> SliceInfo:
    """A stored slice as it was listed."""
    return SliceInfo(
        id=stored.id,
        start=datetime.fromtimestamp(stored.start_s, UTC),
        end=datetime.fromtimestamp(stored.end_s, UTC),
        resolution_s=stored.resolution_s,
        closed=stored.closed,
        etag=stored.etag,
        cells=stored.cells,
    )


def _refuse_odd(listing: SliceList, after: str | None) -> None:
    """Refuse slices whose span is not what their name says: they could overlap and count twice.

    A part of a list is refused where all of it was asked for.
    """
    if after is None and not listing.complete:
        raise BadAnswer(_CANNOT_BE_RIGHT, "a part of the slices was listed, where all were wanted")
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
    return BadAnswer(_CANNOT_BE_RIGHT, f"slice {info.id[:16]!r}: {why}")


@contextmanager
def _stopping(cancel: CancelToken) -> Iterator[CancelToken]:
    """A token that is cancelled with the given one, and can be cancelled alone."""
    stop = CancelToken()
    forget = cancel.on_cancel(stop.cancel)
    try:
        yield stop
    finally:
        forget()
