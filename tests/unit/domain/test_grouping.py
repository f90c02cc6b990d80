"""Packed keys keep their order at any size, and sums are exact or refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.usage.grouping import pack, rank, sum_by


@given(
    st.lists(st.integers(1, 2**40), min_size=1, max_size=6),
    st.integers(0, 60),
    st.integers(0, 2**32),
)
def test_packed_keys_number_rows_in_lexicographic_order(
    sizes: list[int], n: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    columns = [rng.choice(rng.integers(0, size, 3), n) for size in sizes]
    numbers, rows = rank(*pack(columns, sizes))
    tuples = list(zip(*(column.tolist() for column in columns), strict=True))
    distinct = sorted(set(tuples))
    assert [distinct[number] for number in numbers] == tuples
    assert [tuples[row] for row in rows] == distinct


def test_a_sum_beyond_64_bits_is_refused() -> None:
    values = np.array([2**62, 2**62], np.int64)
    with pytest.raises(OverflowError):
        sum_by(values, np.zeros(2, np.int64), 1)
    with pytest.raises(OverflowError):
        sum_by(-values - 1, np.zeros(2, np.int64), 1)


def test_sums_are_exact_where_float64_is_not() -> None:
    rng = np.random.default_rng(7)
    # 20 million US dollars in nano dollars, in odd amounts.
    values = rng.integers(1, 10**11, 400_000) * 2 + 1
    values[0] += 20_000_000 * 10**9 - int(values.sum()) | 1
    truth = sum(values.tolist())
    assert truth >= 20_000_000 * 10**9
    assert int(sum_by(values, np.zeros(len(values), np.int64), 1)[0]) == truth
    assert int(np.bincount(np.zeros(len(values), np.int64), weights=values)[0]) != truth
