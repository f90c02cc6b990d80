"""Blocks in memory come back as they were, and take no more than they may."""

from __future__ import annotations

import numpy as np
import pytest

from lmchat_desktop.cache.blocks import BlockMemory
from lmchat_desktop.contract.usage_arrow import encode
from lmchat_desktop.domain.usage.build import empty_block
from lmchat_desktop.domain.usage.cells import Measure, UsageBlock
from tests.unit.cache.traffic import block_of, make_requests


def block(seed: int = 1, count: int = 300) -> UsageBlock:
    return block_of(make_requests(count=count, seed=seed), 900)


def test_a_block_comes_back_as_it_was() -> None:
    memory = BlockMemory(2**24)
    big = block()
    big.measures[Measure.COST][:3] = (2**63 - 1, -(2**63), 0)
    memory.put("big", big)
    memory.put("empty", empty_block())
    found = memory.get("big")
    assert found is not None
    assert encode(found) == encode(big)
    assert {column.dtype for column in (found.start_s, *found.codes.values())} == {
        np.dtype(np.int64)
    }
    empty = memory.get("empty")
    assert empty is not None
    assert len(empty) == 0


def test_what_was_used_last_stays() -> None:
    one = BlockMemory(2**24)
    one.put("a", block())
    size = one.size_bytes
    memory = BlockMemory(int(size * 2.5))
    memory.put("a", block())
    memory.put("b", block())
    assert memory.get("a") is not None
    memory.put("c", block())
    assert memory.get("b") is None
    assert memory.get("a") is not None
    assert memory.size_bytes <= size * 2.5
    memory.put("a", block())
    assert memory.size_bytes == size * 2
    memory.clear()
    assert memory.size_bytes == 0
    assert memory.get("a") is None


def test_a_block_that_is_too_large_is_not_kept() -> None:
    memory = BlockMemory(100)
    memory.put("a", block())
    assert memory.get("a") is None
    assert memory.size_bytes == 0


def test_memory_is_a_third_of_the_plain_columns() -> None:
    memory = BlockMemory(2**26)
    large = block(count=5000)
    memory.put("a", large)
    plain = sum(
        column.nbytes
        for column in (
            large.start_s,
            *large.codes.values(),
            *large.measures.values(),
            *(c for h in large.latencies.values() for c in (h.offsets, h.index, h.count)),
        )
    )
    assert memory.size_bytes < 0.45 * plain


@pytest.mark.parametrize("edge", [127, 128, -128, -129, 2**15, 2**31 - 1, 2**31, 2**63 - 1])
def test_numbers_at_the_edges_of_narrow_types(edge: int) -> None:
    memory = BlockMemory(2**24)
    one = block(count=3)
    one.measures[Measure.COST][0] = edge
    memory.put("a", one)
    found = memory.get("a")
    assert found is not None
    assert found.measures[Measure.COST][0] == edge
