"""Latency histograms in the exponential buckets of OpenTelemetry's metrics data model.

Scale 5: bucket i holds the values in (base^i, base^(i + 1)] milliseconds, base = 2^(1/32).
Source: opentelemetry.io/docs/specs/otel/metrics/data-model/#exponential-scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.usage.cells import Histograms, IntColumn, Ints
from lmchat_desktop.domain.usage.grouping import group_entries

SCALE = 5
BUCKETS_PER_DOUBLING = 2**SCALE

MIN_MS = 1e-3
"""Anything faster is counted as one microsecond."""
MAX_MS = 2.0**40
"""Anything slower (35 years) is counted as this."""
MIN_INDEX = int(np.ceil(np.log2(MIN_MS) * BUCKETS_PER_DOUBLING)) - 1
MAX_INDEX = 40 * BUCKETS_PER_DOUBLING - 1

ERROR_BOUND = 0.011
"""A percentile is within this part of the observed value: sqrt(base) - 1 is 1.089 %."""

Floats = NDArray[np.float64]


def bucket_index(ms: Floats) -> IntColumn:
    """The bucket of each latency in milliseconds; upper bounds belong to the bucket.

    Raises:
        ValueError: a value is not a finite number.

    """
    if not np.isfinite(ms).all():
        raise ValueError("a latency must be a finite number of milliseconds")
    within = np.clip(ms, MIN_MS, MAX_MS)
    index: IntColumn = np.ceil(np.log2(within) * BUCKETS_PER_DOUBLING).astype(np.int64) - 1
    return index


def bucket_value(index: IntColumn) -> Floats:
    """The milliseconds that stand for a bucket: the geometric middle of its bounds."""
    middle: Floats = np.exp2((np.asarray(index, dtype=np.float64) + 0.5) / BUCKETS_PER_DOUBLING)
    return middle


def bucket_bounds(index: IntColumn) -> tuple[Floats, Floats]:
    """The milliseconds that a bucket lies between: above the first, at most the second."""
    lower = np.exp2(np.asarray(index, dtype=np.float64) / BUCKETS_PER_DOUBLING)
    upper = np.exp2((np.asarray(index, dtype=np.float64) + 1) / BUCKETS_PER_DOUBLING)
    return lower, upper


def histograms_of(ms_values: Floats, cell_codes: IntColumn, n_cells: int) -> Histograms:
    """One histogram per cell of the latencies measured in it.

    Args:
        ms_values: n latencies in milliseconds; NaN where none was measured, which is skipped.
        cell_codes: the cell of each value, within 0 … n_cells - 1.
        n_cells: how many cells there are.

    Raises:
        ValueError: a value is infinite.

    """
    measured = ~np.isnan(ms_values)
    index = bucket_index(ms_values[measured])
    ones = np.ones(len(index), dtype=np.int64)
    return from_entries(cell_codes[measured], n_cells, index, ones)


def from_entries(cells: IntColumn, n_cells: int, index: Ints, count: Ints) -> Histograms:
    """Histograms of n cells from loose entries; entries of the same cell and bucket are added."""
    cell, merged_index, merged_count = group_entries(cells, n_cells, index, count)
    offsets = np.zeros(n_cells + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell, minlength=n_cells), out=offsets[1:])
    return Histograms(offsets, merged_index, merged_count)


def no_histograms(n_cells: int) -> Histograms:
    """Histograms of n cells in which nothing was measured."""
    none = np.zeros(0, dtype=np.int64)
    return Histograms(np.zeros(n_cells + 1, dtype=np.int64), none, none)


def entry_cells(histograms: Histograms) -> IntColumn:
    """The cell that each entry belongs to (m values)."""
    cells = np.arange(len(histograms.offsets) - 1, dtype=np.int64)
    return np.repeat(cells, np.diff(histograms.offsets))


def take_cells(histograms: Histograms, chosen: NDArray[np.bool_]) -> Histograms:
    """The histograms of the chosen cells (n truth values), in their order."""
    lengths = np.diff(histograms.offsets)
    entries = np.repeat(chosen, lengths)
    offsets = np.zeros(int(chosen.sum()) + 1, dtype=np.int64)
    np.cumsum(lengths[chosen], out=offsets[1:])
    return Histograms(offsets, histograms.index[entries], histograms.count[entries])


def quantiles(
    slots: IntColumn, n_slots: int, index: IntColumn, count: IntColumn, q: float
) -> Floats:
    """The q-quantile of each slot, as numpy's `inverted_cdf` ranks it.

    Args:
        slots: the slot of each entry, ascending.
        n_slots: how many slots there are.
        index: the bucket index of each entry, ascending within a slot.
        count: the count of each entry, positive.
        q: the quantile, within 0 … 1.

    Returns:
        Milliseconds for each slot, within `ERROR_BOUND` of the observed value; NaN for a slot
        without entries.

    Raises:
        ValueError: q lies outside 0 … 1.

    """
    if not 0.0 <= q <= 1.0:
        raise ValueError("a quantile lies between 0 and 1")
    result = np.full(n_slots, np.nan)
    if not len(slots):
        return result
    up_to = np.cumsum(count)
    entries_before = np.zeros(n_slots + 1, dtype=np.int64)
    np.cumsum(np.bincount(slots, minlength=n_slots), out=entries_before[1:])
    count_before = np.concatenate(([0], up_to))[entries_before]
    size = np.diff(count_before)
    filled = np.flatnonzero(size)
    # The same arithmetic as numpy.quantile(method="inverted_cdf"), so that ranks agree even
    # where n * q is not exact in float64.
    rank = np.maximum(np.ceil(size[filled] * q - 1).astype(np.int64), 0) + 1
    entry = np.searchsorted(up_to, count_before[filled] + rank, side="left")
    result[filled] = bucket_value(index[entry])
    return result
