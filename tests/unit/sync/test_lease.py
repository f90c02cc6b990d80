"""The lease as sync knows it: from what was told, renewed by each contact, kept over restarts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from lmchat_desktop.cache import state
from lmchat_desktop.cache.state import CacheState
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import BackendTrouble
from lmchat_desktop.domain.clock import EffectiveClock
from lmchat_desktop.sync.lease import await_end, lease_of
from lmchat_desktop.sync.synchroniser import ME_EVERY, Synchroniser
from tests.unit.cache.traffic import NOW, FixedClock
from tests.unit.sync.backend import FakeBackend, problem
from tests.unit.sync.conftest import KEY

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("lease", "last_sync", "until"),
    [
        (None, None, NOW + 14 * DAY),
        (None, NOW + DAY, NOW + 15 * DAY),
        (3 * DAY, None, NOW + 3 * DAY),
        (3 * DAY, NOW + DAY, NOW + 4 * DAY),
        (3 * DAY, NOW - DAY, NOW + 3 * DAY),
        (90 * DAY, NOW + DAY, NOW + 15 * DAY),
    ],
)
def test_a_lease_counts_from_the_last_contact(
    backend: FakeBackend, lease: timedelta | None, last_sync: datetime | None, until: datetime
) -> None:
    backend.lease = lease
    known = lease_of(CacheState(me=backend.me(), last_sync_at=last_sync))
    assert known is not None
    assert known.until == until


def test_a_cache_into_which_nothing_was_read_has_no_lease() -> None:
    assert lease_of(CacheState()) is None


def test_each_run_renews_the_lease_though_me_is_asked_for_now_and_then(
    backend: FakeBackend, api: ApiClient, tmp_path: Path
) -> None:
    backend.lease = 5 * DAY
    clock = FixedClock()
    cache = open_cache(tmp_path / "cache.db", KEY, clock=clock)
    sync = Synchroniser(api, cache, None, lambda: ["service"])
    assert sync.lease_until() is None
    sync.run_once()
    assert sync.lease_until() == NOW + 5 * DAY
    asked = backend.calls["me"]
    later = ME_EVERY - timedelta(seconds=1)
    clock.advance(later)
    backend.now += later
    sync.run_once()
    assert backend.calls["me"] == asked
    assert sync.lease_until() == NOW + later + 5 * DAY
    cache.close()

    again = open_cache(tmp_path / "cache.db", KEY, clock=clock)
    assert Synchroniser(api, again, None, list).lease_until() == NOW + later + 5 * DAY
    again.close()


def test_a_run_that_came_as_far_as_the_feed_was_a_contact(
    backend: FakeBackend, cache: Cache
) -> None:
    backend.lease = 14 * DAY
    clock = FixedClock()
    api = backend.client()
    sync = Synchroniser(api, cache, EffectiveClock(clock), lambda: ["service"])
    sync.run_once()
    clock.advance(ME_EVERY / 2)

    def refuse_slices(request: httpx.Request) -> httpx.Response | None:
        if "slices" in request.url.path:
            return problem(500, "internal")
        backend.faults.append(refuse_slices)
        return None

    backend.faults.append(refuse_slices)
    with pytest.raises(BackendTrouble):
        sync.run_once()
    assert sync.lease_until() == NOW + ME_EVERY / 2 + 14 * DAY
    api.close()


def test_a_cache_that_cannot_be_read_keeps_the_lease_that_was_known(
    backend: FakeBackend, api: ApiClient, cache: Cache, sync: Synchroniser
) -> None:
    sync.run_once()
    fresh = Synchroniser(api, cache, None, list)
    cache.close()
    assert sync.lease_until() == NOW + 14 * DAY
    assert fresh.lease_until() is None
    with pytest.raises(CacheTrouble), cache.read() as connection:
        state.load(connection)


class Steps:
    """A clock that shows one time after the other."""

    def __init__(self, *times: datetime) -> None:
        self.times: Iterator[datetime] = iter(times)

    def now(self) -> datetime:
        return next(self.times)


def test_the_end_is_waited_for_look_by_look() -> None:
    clock = Steps(NOW, NOW + DAY, NOW + 2 * DAY, NOW + 3 * DAY)
    ends = iter([None, NOW + 2 * DAY, NOW + 3 * DAY, NOW + 3 * DAY])
    assert await_end(lambda: next(ends), clock, CancelToken(), every_s=0.0)
    assert next(ends, "none left") == "none left"


@pytest.mark.parametrize("until", [NOW, NOW + DAY])
def test_a_wait_that_is_cancelled_ends_without_an_end(until: datetime) -> None:
    cancel = CancelToken()
    cancel.cancel()
    assert not await_end(lambda: until, FixedClock(), cancel)
