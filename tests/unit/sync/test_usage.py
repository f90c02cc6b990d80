"""Usage slices: what differs is fetched, what is not listed goes, what is odd stays out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest

from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import BadAnswer, Cancelled, Unreachable
from lmchat_desktop.contract.usage import SliceInfo
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.sync.states import SyncProgress
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.unit.cache.traffic import (
    NOW,
    expected_totals,
    make_requests,
    slice_of,
    totals,
)
from tests.unit.sync.backend import FakeBackend, problem
from tests.unit.sync.test_changes import offline

OPEN_HOUR = "2026-11-24T10"


@pytest.fixture
def scopes() -> list[str]:
    return ["service"]


@pytest.fixture
def usage(cache: Cache) -> UsageRepository:
    return UsageRepository(cache)


def read(usage: UsageRepository, backend: FakeBackend, level: Level) -> tuple[int, int, int]:
    end_s = int(backend.now.timestamp())
    blocks, _ = usage.blocks("service", end_s - 30 * 86400, end_s, level, ZoneInfo("Asia/Kolkata"))
    return totals(blocks)


def test_the_newest_is_stored_first(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository, cache: Cache
) -> None:
    order: list[str] = []

    def progressed(progress: SyncProgress) -> None:
        if progress.what == "usage":
            known = usage.etags("service").keys()
            order.extend(sorted(known - set(order)))

    sync.run_once(on_progress=progressed)
    ends = [next(s.end_s for s in usage.slices("service") if s.id == each) for each in order]
    assert order[0] == OPEN_HOUR
    assert ends == sorted(ends, reverse=True)
    assert len(order) == len(backend.slices("service"))


def test_progress_tells_every_slice(sync: Synchroniser, backend: FakeBackend) -> None:
    told: list[SyncProgress] = []
    sync.run_once(on_progress=told.append)
    count = len(backend.slices("service"))
    assert [p.done for p in told if p.what == "usage"] == list(range(count + 1))
    assert {p.total for p in told if p.what == "usage"} == {count}


def test_live_traffic_costs_the_open_hour_alone(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    backend.fetched.clear()
    live = make_requests(days=0.005, count=5, seed=3)
    backend.traffic["service"] = backend.traffic["service"].plus(live)
    outcome = sync.run_once()
    assert backend.fetched == [OPEN_HOUR]
    assert outcome.changed_scopes == {"service"}
    equal()


@pytest.mark.parametrize("level", Level)
def test_a_late_arrival_reaches_day_hour_and_roll_up(
    sync: Synchroniser,
    backend: FakeBackend,
    usage: UsageRepository,
    level: Level,
    equal: Callable[[], None],
) -> None:
    sync.run_once()
    read(usage, backend, level)
    late = make_requests(days=1, count=1, seed=5)
    late.start_s[:] = int(datetime(2026, 11, 23, 13, 14, tzinfo=UTC).timestamp())
    backend.fetched.clear()
    backend.traffic["service"] = backend.traffic["service"].plus(late)
    sync.run_once()
    assert sorted(backend.fetched) == ["2026-11-23", "2026-11-23T13"]
    assert read(usage, backend, level) == expected_totals(backend.traffic["service"])
    equal()


@pytest.mark.parametrize("hours", [1, 14, 30, 60])
def test_time_goes_on_and_hours_become_days(
    sync: Synchroniser,
    backend: FakeBackend,
    usage: UsageRepository,
    hours: int,
    equal: Callable[[], None],
) -> None:
    sync.run_once()
    backend.now += timedelta(hours=hours)
    more = make_requests(days=hours / 24, count=100, seed=hours, now=backend.now)
    backend.traffic["service"] = backend.traffic["service"].plus(more)
    sync.run_once()
    equal()
    for level in Level:
        assert read(usage, backend, level) == expected_totals(backend.traffic["service"])


def test_an_hour_that_closes_unchanged_is_not_fetched_again(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository
) -> None:
    sync.run_once()
    backend.now += timedelta(hours=1)
    backend.fetched.clear()
    sync.run_once()
    assert backend.fetched == ["2026-11-24T11"]
    hour = next(each for each in usage.slices("service") if each.id == OPEN_HOUR)
    assert hour.closed
    assert hour.covered_until_s == hour.end_s


def test_an_erased_day_goes_and_its_figures_with_it(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository, equal: Callable[[], None]
) -> None:
    sync.run_once()
    read(usage, backend, Level.DAY)
    keys = backend.traffic["service"].codes[:, 3]
    backend.traffic["service"] = backend.traffic["service"].where(keys == 0)
    sync.run_once()
    equal()
    for level in Level:
        assert read(usage, backend, level) == expected_totals(backend.traffic["service"])


def test_what_is_past_its_retention_is_not_fetched_and_goes(
    api: ApiClient, cache: Cache, backend: FakeBackend, scopes: list[str]
) -> None:
    Synchroniser(api, cache, None, lambda: scopes).run_once()
    usage = UsageRepository(cache, retention=timedelta(days=1))
    backend.fetched.clear()
    sync = Synchroniser(api, cache, None, lambda: scopes, usage=usage)
    outcome = sync.run_once()
    assert outcome.changed_scopes == {"service"}
    assert min(each.start_s for each in usage.slices("service")) >= usage.horizon_s()
    assert usage.slices("service")
    assert backend.fetched == []
    assert not sync.run_once()


@pytest.mark.parametrize("cut", [0, 10, 200, -9])
def test_a_damaged_slice_is_refused_and_the_newer_ones_stay(
    sync: Synchroniser,
    backend: FakeBackend,
    usage: UsageRepository,
    cut: int,
    equal: Callable[[], None],
) -> None:
    backend.body = lambda slice_id, body: body[:cut] if slice_id == "2026-11-23" else body
    with pytest.raises(BadAnswer):
        sync.run_once()
    stored = usage.etags("service")
    assert OPEN_HOUR in stored
    assert "2026-11-23" not in stored
    backend.body = lambda slice_id, body: body
    sync.run_once()
    equal()


def test_cells_of_another_day_are_refused(sync: Synchroniser, backend: FakeBackend) -> None:
    _, other = slice_of(backend.traffic["service"], "2026-11-22")
    backend.body = lambda slice_id, body: other if slice_id == "2026-11-23" else body
    with pytest.raises(BadAnswer, match="cannot be right") as caught:
        sync.run_once()
    assert "outside" in caught.value.technical


def _renamed(infos: list[SliceInfo], **changes: object) -> list[SliceInfo]:
    return [*infos[:-1], infos[-1].model_copy(update=changes)]


@pytest.mark.parametrize(
    "listed",
    [
        lambda infos: _renamed(infos, id="../../etc"),
        lambda infos: _renamed(infos, id="2026-13-45"),
        lambda infos: _renamed(infos, start=infos[0].start),
        lambda infos: _renamed(infos, resolution_s=1),
        lambda infos: [*infos, infos[-1]],
    ],
)
def test_a_listing_that_could_count_twice_is_refused(
    sync: Synchroniser,
    backend: FakeBackend,
    usage: UsageRepository,
    listed: Callable[[list[SliceInfo]], list[SliceInfo]],
) -> None:
    backend.listed = listed
    with pytest.raises(BadAnswer):
        sync.run_once()
    assert usage.slices("service") == []


def test_a_slice_that_vanishes_between_list_and_fetch_is_no_trouble(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository
) -> None:
    def gone(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("T07"):
            return problem(404, "not-found")
        backend.faults.append(gone)
        return None

    backend.faults = [gone]
    sync.run_once()
    assert len(usage.slices("service")) == len(backend.slices("service")) - 1


@pytest.mark.parametrize("status", [403, 404])
def test_a_scope_that_is_no_longer_shown_is_forgotten(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository, status: int
) -> None:
    sync.run_once()

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if "slices" in request.url.path:
            return problem(status, "not-found")
        backend.faults.append(refuse)
        return None

    backend.faults = [refuse]
    outcome = sync.run_once()
    assert outcome.changed_scopes == {"service"}
    assert usage.scopes() == set()


def test_going_offline_in_the_middle_keeps_what_came(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository, equal: Callable[[], None]
) -> None:
    def later(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("2026-11-23"):
            return offline(request)
        backend.faults.append(later)
        return None

    backend.faults = [later]
    with pytest.raises(Unreachable):
        sync.run_once()
    before = set(usage.etags("service"))
    assert OPEN_HOUR in before
    backend.fetched.clear()
    sync.run_once()
    assert not before & set(backend.fetched)
    equal()


def test_cancelling_stops_between_slices(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository, equal: Callable[[], None]
) -> None:
    cancel = CancelToken()

    def progressed(progress: SyncProgress) -> None:
        if progress.what == "usage" and progress.done == 3:
            cancel.cancel()

    with pytest.raises(Cancelled):
        sync.run_once(cancel, progressed)
    assert 3 <= len(usage.slices("service")) < len(backend.slices("service"))
    sync.run_once()
    equal()


def test_scopes_that_may_not_be_seen_are_not_asked_for(
    api: ApiClient, cache: Cache, backend: FakeBackend
) -> None:
    backend.roles = []
    Synchroniser(api, cache, None, lambda: ["service", "acct_1"]).run_once()
    assert backend.calls["slices"] == 0


def test_the_totals_are_those_of_the_requests(
    sync: Synchroniser, backend: FakeBackend, usage: UsageRepository
) -> None:
    sync.run_once()
    requests = backend.traffic["service"]
    for level in Level:
        assert read(usage, backend, level) == expected_totals(requests)
    blocks, spans = usage.blocks(
        "service", int(NOW.timestamp()) - 10**7, 2 * 10**9, Level.MINUTE, ZoneInfo("UTC")
    )
    assert spans[-1][1] == int(NOW.timestamp())
    assert sum(int(np.sum(b.latencies["total"].count)) for b in blocks) == len(requests)
