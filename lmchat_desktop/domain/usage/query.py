"""Questions asked of the usage cube: figures by time bucket and group, and latency percentiles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.coverage import Span, covered_seconds
from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Latency,
    Measure,
    Outcome,
    UsageBlock,
)
from lmchat_desktop.domain.usage.distribution import Distribution, distribute
from lmchat_desktop.domain.usage.grouping import sum_by
from lmchat_desktop.domain.usage.histogram import take_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """What is asked.

    Attributes:
        edges: n + 1 ascending epoch seconds; bucket i is [edges[i], edges[i + 1]). A cell belongs
            to the bucket that its start lies in.
        group_by: the dimension whose labels become groups; None puts all in one group "".
        filters: for each filtered dimension the labels that are let through. A dimension that is
            left out is not filtered; an empty set lets nothing through.

    """

    edges: IntColumn
    group_by: Dimension | None = None
    filters: Mapping[Dimension, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UsageAnswer:
    """The figures of n buckets and g groups.

    Attributes:
        edges: the n + 1 edges that were asked for.
        covered: whether synced data covers any of a bucket; where it does not, a zero in the
            figures means "no data" and not "none" (n values).
        partial: whether synced data covers a bucket in part only (n values).
        groups: the groups that occur, largest by requests first, then by name.
        per_group_bucket: for each measure g × n sums.
        failed: how many requests failed (g × n).
        totals: for each measure the g sums over all buckets.
        distributions: the merged latency histograms behind the quantiles.

    """

    edges: IntColumn
    covered: NDArray[np.bool_]
    partial: NDArray[np.bool_]
    groups: tuple[str, ...]
    per_group_bucket: Mapping[Measure, IntColumn]
    failed: IntColumn
    totals: Mapping[Measure, IntColumn]
    distributions: Mapping[Latency, Distribution]

    @property
    def buckets(self) -> int:
        """The number of buckets."""
        return len(self.edges) - 1

    def total(self, measure: Measure) -> int:
        """The sum over all groups and buckets."""
        return sum(self.totals[measure].tolist())

    def total_failed(self) -> int:
        """How many requests failed in all."""
        return sum(self.failed.ravel().tolist())

    def per_bucket(self, measure: Measure) -> IntColumn:
        """Sums over all groups (n values)."""
        sums: IntColumn = self.per_group_bucket[measure].sum(axis=0, dtype=np.int64)
        return sums

    def measured(self, latency: Latency) -> int:
        """How many requests the latency was measured of."""
        return int(self.distributions[latency].by_group.count.sum())

    def overall_quantile(self, latency: Latency, q: float) -> float:
        """The q-quantile of all requests in milliseconds; NaN where none was measured."""
        return float(self.distributions[latency].overall.quantiles(1, q)[0])

    def quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each bucket's requests, all groups together (n milliseconds)."""
        return self.distributions[latency].by_bucket.quantiles(self.buckets, q)

    def group_quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each group's requests, all buckets together (g milliseconds)."""
        return self.distributions[latency].by_group.quantiles(len(self.groups), q)

    def group_bucket_quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each group's requests in each bucket (g × n milliseconds)."""
        slots = len(self.groups) * self.buckets
        flat = self.distributions[latency].by_slot.quantiles(slots, q)
        return flat.reshape(len(self.groups), self.buckets)

    def heat(self, latency: Latency) -> tuple[range, IntColumn]:
        """How many requests fell into each latency bucket, by time bucket, all groups together.

        Returns:
            The range of histogram indexes that occur (empty where none was measured), and
            n × len(range) counts. `histogram.bucket_bounds` tells an index's milliseconds.

        """
        entries = self.distributions[latency].by_bucket
        if not len(entries.index):
            return range(0), np.zeros((self.buckets, 0), dtype=np.int64)
        indexes = range(int(entries.index.min()), int(entries.index.max()) + 1)
        counts = np.zeros((self.buckets, len(indexes)), dtype=np.int64)
        counts[entries.slot, entries.index - indexes.start] = entries.count
        return indexes, counts


def ask(blocks: Sequence[UsageBlock], coverage: Sequence[Span], query: UsageQuery) -> UsageAnswer:
    """Answer a question from blocks of cells.

    Args:
        blocks: cells, each of them in one block only; those outside the edges are left out.
        coverage: the spans of epoch seconds that the blocks speak for.
        query: the question.

    Raises:
        OverflowError: a sum does not fit in 64 bits.
        ValueError: the edges are not ascending, or fewer than two.

    """
    edges = np.asarray(query.edges, dtype=np.int64)
    if len(edges) < 2 or (np.diff(edges) <= 0).any():
        raise ValueError("a question needs two or more ascending edges")
    n_buckets = len(edges) - 1
    parts = [part for block in blocks if (part := _choose(block, edges, query.filters))]
    requests = _joined([part.measure(Measure.REQUESTS) for part in parts])
    names, group_of = _groups(parts, query.group_by, requests)
    slot_of = group_of * n_buckets + _joined([part.bucket for part in parts])
    shape = (len(names), n_buckets)
    n_slots = len(names) * n_buckets

    tables = {
        measure: sum_by(
            _joined([part.measure(measure) for part in parts]), slot_of, n_slots
        ).reshape(shape)
        for measure in Measure
    }
    failures = _joined([part.has(Dimension.OUTCOME, Outcome.FAILED) for part in parts])
    seconds = covered_seconds(coverage, edges)
    return UsageAnswer(
        edges=edges,
        covered=seconds > 0,
        partial=(seconds > 0) & (seconds < np.diff(edges)),
        groups=names,
        per_group_bucket=tables,
        failed=sum_by(requests * failures, slot_of, n_slots).reshape(shape),
        totals={measure: table.sum(axis=1, dtype=np.int64) for measure, table in tables.items()},
        distributions={
            latency: _distribution(parts, latency, slot_of, shape) for latency in Latency
        },
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The cells of a block that a question is about.

    Attributes:
        block: the block.
        chosen: which of its cells; None for all of them.
        bucket: the time bucket of each chosen cell.

    """

    block: UsageBlock
    chosen: NDArray[np.bool_] | None
    bucket: IntColumn

    def pick(self, column: IntColumn) -> IntColumn:
        """The chosen cells' values of one of the block's columns."""
        return column if self.chosen is None else column[self.chosen]

    def measure(self, measure: Measure) -> IntColumn:
        """The chosen cells' values of a measure."""
        return self.pick(self.block.measures[measure])

    def has(self, dimension: Dimension, label: str) -> IntColumn:
        """1 for each chosen cell with the label, 0 for each without."""
        same = [int(name == label) for name in self.block.labels[dimension]]
        return np.array(same, dtype=np.int64)[self.pick(self.block.codes[dimension])]


def _choose(
    block: UsageBlock, edges: IntColumn, filters: Mapping[Dimension, frozenset[str]]
) -> _Part | None:
    """The part of a block within the edges that the filters let through; None where it is empty."""
    if not len(block):
        return None
    chosen = (block.start_s >= edges[0]) & (block.start_s < edges[-1])
    for dimension, allowed in filters.items():
        passes = np.array([name in allowed for name in block.labels[dimension]], dtype=np.bool_)
        chosen &= passes[block.codes[dimension]]
    everything = bool(chosen.all())
    start = block.start_s if everything else block.start_s[chosen]
    if not len(start):
        return None
    bucket = np.searchsorted(edges, start, side="right") - 1
    return _Part(block, None if everything else chosen, bucket.astype(np.int64, copy=False))


def _groups(
    parts: Sequence[_Part], group_by: Dimension | None, requests: IntColumn
) -> tuple[tuple[str, ...], IntColumn]:
    """The groups in their order, and the position of each chosen cell's group in it."""
    if group_by is None:
        return ("",), np.zeros(len(requests), dtype=np.int64)
    number: dict[str, int] = {}
    codes: list[IntColumn] = []
    for part in parts:
        labels = part.block.labels[group_by]
        table = np.array([number.setdefault(name, len(number)) for name in labels], np.int64)
        codes.append(table[part.pick(part.block.codes[group_by])])
    found = _joined(codes)
    names = list(number)
    size = sum_by(requests, found, len(names)).tolist()
    occurs = (np.bincount(found, minlength=len(names)) > 0).tolist()
    order = sorted(
        (at for at in range(len(names)) if occurs[at]), key=lambda at: (-size[at], names[at])
    )
    position = np.zeros(len(names), dtype=np.int64)
    position[order] = np.arange(len(order), dtype=np.int64)
    return tuple(names[at] for at in order), position[found]


def _distribution(
    parts: Sequence[_Part], latency: Latency, slot_of: IntColumn, shape: tuple[int, int]
) -> Distribution:
    """The merged latency histograms of the chosen cells by group and bucket."""
    slots: list[IntColumn] = []
    histograms: list[Histograms] = []
    passed = 0
    for part in parts:
        slots.append(slot_of[passed : passed + len(part.bucket)])
        passed += len(part.bucket)
        whole = part.block.latencies[latency]
        histograms.append(whole if part.chosen is None else take_cells(whole, part.chosen))
    return distribute(histograms, slots, *shape)


def _joined(columns: Sequence[IntColumn]) -> IntColumn:
    """The columns one after another; an empty column where there are none."""
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int64)
