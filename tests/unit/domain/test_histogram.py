"""Latency histograms: bucket bounds, and percentiles within 1.1 % of the observed ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lmchat_desktop.domain.usage.grouping import group_entries
from lmchat_desktop.domain.usage.histogram import (
    ERROR_BOUND,
    MAX_INDEX,
    MIN_INDEX,
    bucket_bounds,
    bucket_index,
    bucket_value,
    entry_cells,
    histograms_of,
    quantiles,
)

QUANTILES = (0.0, 0.01, 0.07, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0)
MILLISECONDS = st.floats(1e-3, 1e9, allow_nan=False)


def percentiles_of(values: np.ndarray, q: float) -> float:
    histograms = histograms_of(values, np.zeros(len(values), np.int64), 1)
    cells = entry_cells(histograms)
    return float(quantiles(cells, 1, histograms.index, histograms.count, q)[0])


@given(MILLISECONDS)
def test_a_value_lies_in_its_bucket(ms: float) -> None:
    index = bucket_index(np.array([ms]))
    lower, upper = bucket_bounds(index)
    assert lower[0] * (1 - 1e-12) <= ms <= upper[0] * (1 + 1e-12)
    assert abs(bucket_value(index)[0] / ms - 1) <= ERROR_BOUND


def test_upper_bounds_belong_to_their_bucket() -> None:
    powers = np.exp2(np.arange(-9, 40, dtype=np.float64))
    index = bucket_index(powers)
    assert (bucket_bounds(index)[1] == powers).all()
    above = bucket_index(np.nextafter(powers, np.inf) * (1 + 1e-12))
    assert (above == index + 1).all()


def test_extremes_are_counted_at_the_ends() -> None:
    index = bucket_index(np.array([0.0, -5.0, 1e-9, 1e30]))
    assert index.tolist() == [MIN_INDEX, MIN_INDEX, MIN_INDEX, MAX_INDEX]


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_what_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        bucket_index(np.array([1.0, bad]))


@pytest.mark.parametrize("n", range(1, 51))
def test_percentiles_of_small_groups(n: int) -> None:
    rng = np.random.default_rng(n)
    for _ in range(20):
        values = rng.lognormal(6, 2, n)
        for q in QUANTILES:
            truth = np.quantile(values, q, method="inverted_cdf")
            assert abs(percentiles_of(values, q) / truth - 1) <= ERROR_BOUND


@given(
    arrays(np.float64, st.integers(1, 400), elements=MILLISECONDS),
    st.one_of(st.sampled_from(QUANTILES), st.floats(0, 1)),
)
def test_percentiles_of_any_values(values: np.ndarray, q: float) -> None:
    truth = np.quantile(values, q, method="inverted_cdf")
    assert abs(percentiles_of(values, q) / truth - 1) <= ERROR_BOUND


@given(
    arrays(np.float64, st.integers(1, 200), elements=MILLISECONDS),
    st.integers(1, 6),
    st.sampled_from(QUANTILES),
    st.randoms(use_true_random=False),
)
def test_percentiles_after_merging_cells(values, n_cells, q, random) -> None:  # type: ignore[no-untyped-def]
    cells = np.array([random.randrange(n_cells) for _ in values], np.int64)
    parts = histograms_of(values, cells, n_cells)
    slot, index, count = group_entries(
        np.zeros(len(parts.index), np.int64), 1, parts.index, parts.count
    )
    whole = quantiles(slot, 1, index, count, q)[0]
    assert whole == percentiles_of(values, q)
    each = quantiles(entry_cells(parts), n_cells, parts.index, parts.count, q)
    for cell in range(n_cells):
        mine = values[cells == cell]
        if not len(mine):
            assert np.isnan(each[cell])
        else:
            truth = np.quantile(mine, q, method="inverted_cdf")
            assert abs(each[cell] / truth - 1) <= ERROR_BOUND


def test_what_was_not_measured_is_in_no_histogram() -> None:
    values = np.array([np.nan, 5.0, np.nan])
    histograms = histograms_of(values, np.array([0, 1, 1]), 3)
    assert histograms.offsets.tolist() == [0, 0, 1, 1]
    assert histograms.count.tolist() == [1]
    assert np.isnan(
        quantiles(entry_cells(histograms), 3, histograms.index, histograms.count, 0.5)[0]
    )


@pytest.mark.parametrize("q", [-0.1, 1.1, float("nan")])
def test_a_quantile_beyond_its_range_is_refused(q: float) -> None:
    none = np.zeros(0, np.int64)
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantiles(none, 1, none, none, q)


@given(st.integers(1, 500), st.integers(1, 2**40), st.integers(0, 2**32))
def test_entries_are_grouped_alike_dense_and_sparse(n: int, slot_count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    slots = rng.choice(rng.integers(0, slot_count, 5), n)
    index = rng.integers(-20, 20, n)
    count = rng.integers(1, 1000, n)
    slot, merged, sums = group_entries(slots, slot_count, index, count)
    counted: dict[tuple[int, int], int] = {}
    for key in zip(slots.tolist(), index.tolist(), count.tolist(), strict=True):
        counted[key[:2]] = counted.get(key[:2], 0) + key[2]
    assert list(zip(slot.tolist(), merged.tolist(), strict=True)) == sorted(counted)
    assert sums.tolist() == [counted[key] for key in sorted(counted)]
