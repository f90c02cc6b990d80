from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lmchat_desktop.cache import entities, state
from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.contract.changes import ENTITY_TYPES
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.unit.cache.traffic import FixedClock, make_requests
from tests.unit.sync.backend import FakeBackend

KEY = RawKey(bytes(range(32)))


@pytest.fixture
def backend() -> FakeBackend:
    """Seven accounts with keys, two days of traffic of the service and of one account."""
    backend = FakeBackend()
    for number in range(7):
        backend.add_account(number)
    backend.traffic["service"] = make_requests(days=3, count=600)
    backend.traffic["acct_1"] = make_requests(days=1, count=60, seed=2)
    return backend


@pytest.fixture
def api(backend: FakeBackend) -> Iterator[ApiClient]:
    client = backend.client()
    yield client
    client.close()


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = open_cache(tmp_path / "cache.db", KEY, clock=FixedClock())
    yield cache
    cache.close()


@pytest.fixture
def scopes() -> list[str]:
    return ["service", "acct_1"]


@pytest.fixture
def sync(api: ApiClient, cache: Cache, scopes: list[str]) -> Synchroniser:
    return Synchroniser(api, cache, None, lambda: scopes)


@pytest.fixture
def equal(backend: FakeBackend, cache: Cache, scopes: list[str]) -> Callable[[], None]:
    """Asserts that the cache holds exactly what the backend does."""
    return lambda: assert_equal(backend, cache, scopes)


def assert_equal(backend: FakeBackend, cache: Cache, scopes: list[str]) -> None:
    repository = entities.EntityRepository(cache)
    for kind in ENTITY_TYPES:
        found: list[Any] = repository.list(kind)
        assert {each.id: each for each in found} == backend.entities[kind]
    usage = UsageRepository(cache)
    assert usage.scopes() == {scope for scope in scopes if backend.slices(scope)}
    for scope in scopes:
        wanted = backend.slices(scope)
        assert usage.etags(scope) == {i: info.etag for i, (info, _) in wanted.items()}
        for slice_id, (info, body) in wanted.items():
            assert usage.body(scope, slice_id) == body
            stored = next(each for each in usage.slices(scope) if each.id == slice_id)
            assert (stored.closed, stored.cells) == (info.closed, info.cells)
    with cache.read() as connection:
        known = state.load(connection)
    assert known.cursor == f"feed {backend.access} {len(backend.log)}"
    assert not known.snapshot_under_way
    assert known.me is not None
    assert known.me.model_dump(exclude={"server_time"}) == backend.me().model_dump(
        exclude={"server_time"}
    )
