from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.session.bench import Bench
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def make_bench(tmp_path: Path) -> Iterator[Callable[[RunningSandbox], Bench]]:
    made: list[Bench] = []

    def make(sandbox: RunningSandbox) -> Bench:
        bench = Bench(sandbox, tmp_path)
        made.append(bench)
        return bench

    yield make
    for bench in made:
        bench.close()
    assert [t.name for t in threading.enumerate() if t.name.startswith(("sync", "session"))] == []


@pytest.fixture
def bench(make_bench: Callable[[RunningSandbox], Bench], sandbox: RunningSandbox) -> Bench:
    return make_bench(sandbox)
