"""Ended at any commit, before or after it, sync goes on from what is stored and ends equal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.sync.synchroniser import Synchroniser
from tests.unit.cache.traffic import FixedClock
from tests.unit.sync.backend import FakeBackend
from tests.unit.sync.conftest import KEY, assert_equal


class Ended(BaseException):
    """The process ends here."""


class EndingCache:
    """Writes of a cache that end at the n-th commit, just before or just after it."""

    def __init__(self, cache: Cache, monkeypatch: pytest.MonkeyPatch, at: int, after: bool) -> None:
        self.commits = 0
        write = cache.write

        @contextmanager
        def ending() -> Iterator[Connection]:
            with write() as connection:
                yield connection
                self.commits += 1
                if self.commits == at and not after:
                    raise Ended
            if self.commits == at:
                raise Ended

        monkeypatch.setattr(cache, "write", ending)


def world() -> FakeBackend:
    backend = FakeBackend()
    for number in range(5):
        backend.add_account(number)
    backend.page_size = 4
    from tests.unit.cache.traffic import make_requests

    backend.traffic["service"] = make_requests(days=0.3, count=80)
    backend.traffic["acct_1"] = make_requests(days=0.1, count=9, seed=2)
    return backend


def change(backend: FakeBackend) -> None:
    """A tombstone, a new account, a lost cursor, late traffic, an hour later."""
    from datetime import timedelta

    from tests.unit.cache.traffic import make_requests

    backend.remove("key", "key_2")
    backend.add_account(20)
    backend.access += 1
    del backend.entities["account"]["acct_4"]
    backend.now += timedelta(hours=1)
    late = make_requests(days=0.2, count=4, seed=11)
    backend.traffic["service"] = backend.traffic["service"].plus(late)


SCOPES = ["service", "acct_1"]


def run(backend: FakeBackend, cache: Cache) -> None:
    api = backend.client()
    try:
        Synchroniser(api, cache, None, lambda: SCOPES).run_once()
    finally:
        api.close()


def commits(path: Path, monkeypatch: pytest.MonkeyPatch, second: bool) -> int:
    backend = world()
    cache = open_cache(path / "count.db", KEY, clock=FixedClock())
    if second:
        run(backend, cache)
        change(backend)
    counting = EndingCache(cache, monkeypatch, 0, after=False)
    run(backend, cache)
    cache.close()
    return counting.commits


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("second", [False, True], ids=["first-run", "second-run"])
def test_every_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: bool, after: bool
) -> None:
    total = commits(tmp_path, monkeypatch, second)
    assert total > 10
    for at in range(1, total + 1):
        backend = world()
        path = tmp_path / f"{at}.db"
        cache = open_cache(path, KEY, clock=FixedClock())
        if second:
            run(backend, cache)
            change(backend)
        EndingCache(cache, monkeypatch, at, after)
        with pytest.raises(Ended):
            run(backend, cache)
        cache.close()
        again = open_cache(path, KEY, clock=FixedClock())
        run(backend, again)
        assert_equal(backend, again, SCOPES)
        again.close()
