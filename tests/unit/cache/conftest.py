from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import Cache, open_cache
from tests.unit.cache.traffic import FixedClock

KEY = RawKey(bytes(range(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "cache.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Callable[..., Cache]]:
    """Opens caches that the test need not close."""
    caches: list[Cache] = []

    def open_one(at: Path | None = path, secret: object = KEY, **more: object) -> Cache:
        cache = open_cache(at, secret, **more)  # type: ignore[arg-type]
        caches.append(cache)
        return cache

    yield open_one
    for cache in caches:
        cache.close()


@pytest.fixture(params=["file", "memory"])
def cache(request: pytest.FixtureRequest, opened: Callable[..., Cache]) -> Cache:
    path_and_key: tuple[object, ...] = () if request.param == "file" else (None, None)
    return opened(*path_and_key, clock=FixedClock())
