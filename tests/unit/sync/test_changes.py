"""The change feed: pages with their cursors, snapshots, and what a lost cursor means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lmchat_desktop.cache import state
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.errors import BadAnswer, CursorGone, Unreachable
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sync.states import SyncOutcome
from lmchat_desktop.sync.synchroniser import ME_EVERY, Synchroniser
from tests.unit.sync.backend import FakeBackend, problem


def offline(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("gone", request=request)


def passing(request: httpx.Request) -> None:
    return None


def test_a_first_run_makes_the_cache_equal(
    sync: Synchroniser, equal: Callable[[], None], scopes: list[str]
) -> None:
    outcome = sync.run_once()
    equal()
    assert outcome == SyncOutcome(frozenset({"account", "key"}), frozenset(scopes), True)


def test_a_run_with_nothing_new_asks_once_a_feed_and_fetches_nothing(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    backend.calls.clear()
    backend.fetched.clear()
    outcome = sync.run_once()
    assert not outcome
    assert backend.calls == {"changes": 1, "slices": 2}
    assert backend.fetched == []
    equal()


def test_what_a_failed_run_had_stored_is_told(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None], scopes: list[str]
) -> None:
    sync.run_once()
    assert not sync.changed()
    backend.remove("key", "key_3")
    backend.faults = [passing, offline]
    with pytest.raises(Unreachable):
        sync.run_once()
    assert sync.changed() == SyncOutcome(frozenset({"key"}), frozenset(scopes[:1]))
    assert sync.run_once() == SyncOutcome(frozenset({"key"}), frozenset(scopes[:1]))
    assert not sync.changed()
    equal()


def test_changes_and_tombstones_follow(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    backend.remove("key", "key_3")
    account: Any = backend.entities["account"]["acct_2"]
    backend.put("account", account.model_copy(update={"name": "renamed", "etag": "2"}))
    outcome = sync.run_once()
    assert outcome.changed_kinds == {"account", "key"}
    assert outcome.changed_scopes == frozenset()
    equal()


@pytest.mark.parametrize("page_size", [1, 3, 5])
def test_many_pages_are_one_after_another(
    sync: Synchroniser, backend: FakeBackend, page_size: int, equal: Callable[[], None]
) -> None:
    backend.page_size = page_size
    sync.run_once()
    equal()
    for number in range(20, 24):
        backend.add_account(number)
    sync.run_once()
    equal()


def test_a_snapshot_that_was_cut_off_goes_on_where_it_was(
    sync: Synchroniser, backend: FakeBackend, cache: Cache, equal: Callable[[], None]
) -> None:
    backend.page_size = 4
    backend.faults = [passing, passing, passing, offline]
    with pytest.raises(Unreachable):
        sync.run_once()
    assert EntityRepository(cache).count(Account) == 7
    with cache.read() as connection:
        half = state.load(connection)
    assert half.snapshot_under_way
    assert half.generation == 1
    backend.calls.clear()
    sync.run_once()
    assert backend.calls["changes"] == 3
    equal()


def test_what_changes_during_a_snapshot_is_not_lost(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    backend.page_size = 4

    def meanwhile(request: httpx.Request) -> None:
        backend.remove("account", "acct_0")
        backend.add_account(40)

    backend.faults = [passing, passing, meanwhile]
    sync.run_once()
    equal()


def test_a_lost_cursor_starts_a_snapshot_and_forgets_what_it_does_not_show(
    sync: Synchroniser, backend: FakeBackend, equal: Callable[[], None]
) -> None:
    sync.run_once()
    backend.access += 1
    del backend.entities["account"]["acct_5"]
    del backend.entities["key"]["key_5"]
    backend.add_account(9)
    backend.calls.clear()
    outcome = sync.run_once()
    assert {"account", "key"} <= outcome.changed_kinds
    assert backend.calls["me"] == 1
    equal()


def test_a_cursor_that_is_lost_within_a_snapshot(
    sync: Synchroniser, backend: FakeBackend, cache: Cache, equal: Callable[[], None]
) -> None:
    backend.page_size = 5

    def revoked(request: httpx.Request) -> None:
        backend.access += 1
        del backend.entities["account"]["acct_0"]

    backend.faults = [passing, passing, revoked]
    sync.run_once()
    with cache.read() as connection:
        assert state.load(connection).generation == 2
    equal()


def test_a_backend_that_always_loses_the_cursor_is_not_asked_for_ever(
    sync: Synchroniser, backend: FakeBackend
) -> None:
    def lost(request: httpx.Request) -> httpx.Response | None:
        backend.faults.append(lost)
        return problem(410, "cursor-gone") if "changes" in request.url.path else None

    backend.faults = [lost]
    with pytest.raises(CursorGone):
        sync.run_once()


def test_a_feed_that_does_not_move_on_is_a_bad_answer(
    sync: Synchroniser, backend: FakeBackend
) -> None:
    def stuck(request: httpx.Request) -> httpx.Response | None:
        backend.faults.append(stuck)
        if "changes" not in request.url.path:
            return None
        return httpx.Response(200, json={"data": [], "has_more": True, "next_cursor": "same"})

    backend.faults = [stuck]
    with pytest.raises(BadAnswer, match="does not move on"):
        sync.run_once()


def test_rights_that_go_take_the_usage_with_them(
    sync: Synchroniser, backend: FakeBackend, cache: Cache, equal: Callable[[], None]
) -> None:
    sync.run_once()
    backend.roles = []
    backend.members = [("acct_1", Role.OWNER)]
    backend.access += 1
    for kind in ("account", "key"):
        for entity_id in [i for i in backend.entities[kind] if not i.endswith("_1")]:
            del backend.entities[kind][entity_id]
    del backend.traffic["service"]
    outcome = sync.run_once()
    assert outcome.me_changed
    assert "service" in outcome.changed_scopes
    equal()


def test_rights_that_go_in_a_run_that_fails_take_the_usage_in_the_next(
    sync: Synchroniser, backend: FakeBackend, cache: Cache
) -> None:
    sync.run_once()
    assert UsageRepository(cache).slices("service")
    backend.now += ME_EVERY
    sync.run_once()
    backend.roles = []
    backend.members = [("acct_1", Role.OWNER)]
    backend.faults = [passing, offline]
    with pytest.raises(Unreachable):
        sync.run_once()
    assert backend.calls["me"] == 2
    outcome = sync.run_once()
    assert backend.calls["me"] == 2
    assert outcome.me_changed
    assert "service" in outcome.changed_scopes
    assert not UsageRepository(cache).slices("service")


def test_rights_are_asked_for_again_after_a_while(
    sync: Synchroniser, backend: FakeBackend, cache: Cache
) -> None:
    sync.run_once()
    assert backend.calls["me"] == 1
    backend.now += ME_EVERY
    sync.run_once()
    outcome = sync.run_once()
    assert backend.calls["me"] == 2
    assert not outcome.me_changed


def test_the_backends_time_moves_the_effective_clock(
    sync: Synchroniser, backend: FakeBackend, cache: Cache
) -> None:
    from datetime import timedelta

    backend.now += timedelta(days=2)
    sync.run_once()
    assert cache.clock.now() == backend.now
    assert sync.last_sync_at() == backend.now
    with cache.read() as connection:
        known = state.known_time(connection)
    assert known is not None
    assert (known.newest, known.contact) == (backend.now, backend.now)
