"""What a sync with nothing new costs: no list of what is known, whatever else has happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.errors import BadAnswer, Unreachable
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.unit.cache.traffic import make_requests
from tests.unit.sync.backend import FakeBackend, problem
from tests.unit.sync.test_changes import offline

OPEN_HOUR = "2026-11-24T10"


@pytest.fixture
def scopes() -> list[str]:
    return ["service"]


def test_nothing_new_is_one_call_a_feed_and_an_empty_list(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    for _ in range(3):
        backend.calls.clear()
        backend.fetched.clear()
        assert not sync.run_once()
        assert backend.calls == {"changes": 1, "slices": 1}
        assert backend.lists[-1].data == []
        assert not backend.lists[-1].complete
    assert backend.fetched == []
    equal()


def test_what_is_told_is_what_changed(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    live = make_requests(days=0.005, count=5, seed=3)
    backend.traffic["service"] = backend.traffic["service"].plus(live)
    sync.run_once()
    assert [info.id for info in backend.lists[-1].data] == [OPEN_HOUR]
    equal()


def test_the_open_hour_is_covered_further_though_it_is_not_told(
    sync: Synchroniser, backend: FakeBackend, cache: Cache
) -> None:
    sync.run_once()
    backend.now += timedelta(minutes=4)
    sync.run_once()
    assert backend.lists[-1].data == []
    stored = next(s for s in UsageRepository(cache).slices("service") if s.id == OPEN_HOUR)
    assert stored.covered_until_s == int(backend.now.timestamp())


@pytest.mark.parametrize("hours", [1, 30, 60])
def test_a_backend_that_lists_everything_each_time(
    sync: Synchroniser, backend: FakeBackend, hours: int, equal: Callable[[], None]
) -> None:
    backend.remembers_lists = False
    sync.run_once()
    backend.now += timedelta(hours=hours)
    sync.run_once()
    assert all(each.complete for each in backend.lists)
    equal()


def test_a_new_process_asks_for_the_whole_list_once(
    api: ApiClient, cache: Cache, backend: FakeBackend
) -> None:
    Synchroniser(api, cache, None, lambda: ["service"]).run_once()
    backend.fetched.clear()
    again = Synchroniser(api, cache, None, lambda: ["service"])
    again.run_once()
    again.run_once()
    assert [each.complete for each in backend.lists] == [True, True, False]
    assert backend.fetched == []


def test_after_a_run_that_was_cut_off_everything_is_listed(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    late = make_requests(days=2, count=50, seed=8)
    backend.traffic["service"] = backend.traffic["service"].plus(late)

    def later(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("2026-11-23"):
            return offline(request)
        backend.faults.append(later)
        return None

    backend.faults = [later]
    with pytest.raises(Unreachable):
        sync.run_once()
    backend.faults.clear()
    sync.run_once()
    assert [each.complete for each in backend.lists] == [True, False, True]
    equal()


def test_after_a_slice_that_was_told_and_not_there_everything_is_listed(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    def gone(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("T07"):
            return problem(404, "not-found")
        backend.faults.append(gone)
        return None

    backend.faults = [gone]
    sync.run_once()
    sync.run_once()
    assert [each.complete for each in backend.lists] == [True, True]
    equal()


def test_after_slices_went_otherwise_everything_is_listed(
    sync: Synchroniser, backend: FakeBackend, cache: Cache, equal: Callable[[], None]
) -> None:
    sync.run_once()
    with cache.write() as connection:
        slicerows.forget(connection, "service", ["2026-11-22"])
    backend.fetched.clear()
    sync.run_once()
    assert backend.fetched == ["2026-11-22"]
    assert backend.lists[-1].complete
    equal()


def test_what_an_earlier_horizon_left_out_is_listed_when_the_horizon_moves_back(
    api: ApiClient,
    cache: Cache,
    backend: FakeBackend,
    equal: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when a clock that was a year ahead is put right."""
    usage = UsageRepository(cache)
    sync = Synchroniser(api, cache, None, lambda: ["service"], usage=usage)
    right = usage.expired_s()
    ahead = int((backend.now - timedelta(days=1)).timestamp())
    monkeypatch.setattr(usage, "expired_s", lambda: ahead)
    sync.run_once()
    assert min(each.start_s for each in usage.slices("service")) >= ahead
    monkeypatch.setattr(usage, "expired_s", lambda: right)
    sync.run_once()
    equal()


def test_a_part_of_a_list_is_refused_where_all_was_asked_for(
    sync: Synchroniser, backend: FakeBackend, cache: Cache
) -> None:
    """What it leaves out would otherwise be taken for known."""

    def part(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/slices"):
            backend.faults.append(part)
            return None
        body = {
            "scope": "service",
            "as_of": "2026-11-24T10:30:00.000Z",
            "data": [],
            "complete": False,
        }
        return httpx.Response(200, json=body)

    backend.faults = [part]
    with pytest.raises(BadAnswer, match="cannot be right"):
        sync.run_once()
    assert UsageRepository(cache).slices("service") == []
