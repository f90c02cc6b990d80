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
    Ints,
    Latency,
    Measure,
    Outcome,
    UsageBlock,
)
from lmchat_desktop.domain.usage.distribution import (
    Distribution,
    Slotted,
    distribute,
    from_margins,
)
from lmchat_desktop.domain.usage.grouping import sum_by
from lmchat_desktop.domain.usage.histogram import take_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.domain.usage.totals import Totals

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
        latencies: whether latencies are wanted at all.
        detailed: whether they are wanted of each group in each bucket, too.

    """

    edges: IntColumn
    group_by: Dimension | None = None
    filters: Mapping[Dimension, frozenset[str]] = field(default_factory=dict)
    latencies: bool = True
    detailed: bool = True


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
        distributions: the merged latency histograms behind the quantiles; empty where latencies
            were not asked for, and whatever needs them raises a ValueError then.

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
        return int(self._of(latency).by_group.count.sum())

    def overall_quantile(self, latency: Latency, q: float) -> float:
        """The q-quantile of all requests in milliseconds; NaN where none was measured."""
        return float(self._of(latency).overall.quantiles(1, q)[0])

    def quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each bucket's requests, all groups together (n milliseconds)."""
        return self._of(latency).by_bucket.quantiles(self.buckets, q)

    def group_quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each group's requests, all buckets together (g milliseconds)."""
        return self._of(latency).by_group.quantiles(len(self.groups), q)

    def group_bucket_quantiles(self, latency: Latency, q: float) -> Floats:
        """The q-quantile of each group's requests in each bucket (g × n milliseconds).

        Raises:
            ValueError: the question was not asked in detail.

        """
        slots = len(self.groups) * self.buckets
        by_slot = self._of(latency).by_slot
        if by_slot is None:
            raise ValueError("the question was not asked in detail")
        flat = by_slot.quantiles(slots, q)
        return flat.reshape(len(self.groups), self.buckets)

    def heat(self, latency: Latency) -> tuple[range, IntColumn]:
        """How many requests fell into each latency bucket, by time bucket, all groups together.

        Returns:
            The range of histogram indexes that occur (empty where none was measured), and
            n × len(range) counts. `histogram.bucket_bounds` tells an index's milliseconds.

        """
        entries = self._of(latency).by_bucket
        if not len(entries.index):
            return range(0), np.zeros((self.buckets, 0), dtype=np.int64)
        indexes = range(int(entries.index.min()), int(entries.index.max()) + 1)
        counts = np.zeros((self.buckets, len(indexes)), dtype=np.int64)
        counts[entries.slot, entries.index - indexes.start] = entries.count
        return indexes, counts

    def _of(self, latency: Latency) -> Distribution:
        if latency not in self.distributions:
            raise ValueError("the question was asked without latencies")
        return self.distributions[latency]


def ask(
    blocks: Sequence[UsageBlock],
    coverage: Sequence[Span],
    query: UsageQuery,
    totals: Sequence[Totals] = (),
) -> UsageAnswer:
    """Answer a question from cells, and from totals of further cells.

    Args:
        blocks: cells, each of them in one block only; those outside the edges are left out.
        coverage: the spans of epoch seconds that the blocks speak for.
        query: the question.
        totals: cells that are in none of the blocks, added up; all of them lie within the edges,
            and each of their buckets within one of the question's.

    Raises:
        OverflowError: a sum does not fit in 64 bits.
        ValueError: the edges are not ascending, or fewer than two; or totals cannot answer the
            question, because it has filters, is detailed, or ends within them.

    """
    edges = np.asarray(query.edges, dtype=np.int64)
    if len(edges) < 2 or (np.diff(edges) <= 0).any():
        raise ValueError("a question needs two or more ascending edges")
    if totals and (query.filters or query.detailed):
        raise ValueError("totals answer neither filters nor what is asked in detail")
    n_buckets = len(edges) - 1
    parts: list[_Part | _Sums] = [
        part for block in blocks if (part := _choose(block, edges, query.filters))
    ]
    sums = [_summed(each, edges, query.group_by) for each in totals if each.failed.shape[1]]
    parts += sums
    requests = _joined([part.measure(Measure.REQUESTS) for part in parts])
    groups = _groups(parts, query.group_by, requests)
    slot_of = groups.of_cell * n_buckets + _joined([part.bucket for part in parts])
    shape = (len(groups.names), n_buckets)
    n_slots = len(groups.names) * n_buckets

    tables = {
        measure: sum_by(
            _joined([part.measure(measure) for part in parts]), slot_of, n_slots
        ).reshape(shape)
        for measure in Measure
    }
    failed = sum_by(_joined([part.failed() for part in parts]), slot_of, n_slots)
    seconds = covered_seconds(coverage, edges)
    return UsageAnswer(
        edges=edges,
        covered=seconds > 0,
        partial=(seconds > 0) & (seconds < np.diff(edges)),
        groups=groups.names,
        per_group_bucket=tables,
        failed=failed.reshape(shape),
        totals={measure: table.sum(axis=1, dtype=np.int64) for measure, table in tables.items()},
        distributions={
            latency: _distribution(parts, latency, slot_of, groups, shape, query.detailed)
            for latency in Latency
            if query.latencies
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

    def labels(self, dimension: Dimension) -> tuple[str, ...]:
        """The labels that codes refer to."""
        return self.block.labels[dimension]

    def codes(self, dimension: Dimension) -> IntColumn:
        """The chosen cells' positions in the labels."""
        return self.pick(self.block.codes[dimension])

    def measure(self, measure: Measure) -> Ints:
        """The chosen cells' values of a measure."""
        return self.pick(self.block.measures[measure])

    def failed(self) -> Ints:
        """How many of the chosen cells' requests failed."""
        same = [int(name == Outcome.FAILED) for name in self.block.labels[Dimension.OUTCOME]]
        return (
            self.measure(Measure.REQUESTS)
            * np.array(same, dtype=np.int64)[self.codes(Dimension.OUTCOME)]
        )

    def histograms(self, latency: Latency) -> Histograms:
        """The chosen cells' histograms."""
        whole = self.block.latencies[latency]
        return whole if self.chosen is None else take_cells(whole, self.chosen)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Totals seen as cells, one for each bucket and label of one dimension.

    Attributes:
        totals: the totals.
        dimension: the dimension.
        buckets: the question's time bucket of each of the totals' buckets.

    """

    totals: Totals
    dimension: Dimension
    buckets: IntColumn

    @property
    def bucket(self) -> IntColumn:
        """The time bucket of each cell."""
        return np.repeat(self.buckets, len(self.labels(self.dimension)))

    def labels(self, dimension: Dimension) -> tuple[str, ...]:
        """The labels that codes refer to; each of them occurs."""
        return self.totals.labels[dimension]

    def codes(self, dimension: Dimension) -> IntColumn:
        """The cells' positions in the labels."""
        return np.tile(np.arange(len(self.labels(dimension))), len(self.buckets))

    def measure(self, measure: Measure) -> Ints:
        """The cells' values of a measure."""
        return self._of_cells(self.totals.measures[measure])

    def failed(self) -> Ints:
        """How many of the cells' requests failed."""
        return self._of_cells(self.totals.failed)

    def _of_cells(self, table: Ints) -> Ints:
        return table[:, self.totals.columns(self.dimension)].ravel()


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of a question.

    Attributes:
        names: the groups in their order.
        of_cell: the position of each chosen cell's group in it.
        apart: whether labels make groups; else all are in one.

    """

    names: tuple[str, ...]
    of_cell: IntColumn
    apart: bool

    def of_labels(self, labels: Sequence[str]) -> IntColumn:
        """The position of the group that each label belongs to."""
        if not self.apart:
            return np.zeros(len(labels), dtype=np.int64)
        position = {name: at for at, name in enumerate(self.names)}
        return np.array([position[label] for label in labels], dtype=np.int64)


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


def _summed(totals: Totals, edges: IntColumn, group_by: Dimension | None) -> _Sums:
    if int(totals.start_s[0]) < edges[0] or int(totals.start_s[-1]) >= edges[-1]:
        raise ValueError("totals reach beyond the question's edges")
    buckets = np.searchsorted(edges, totals.start_s, side="right") - 1
    # Of all together any dimension tells; outcomes are the fewest.
    dimension = Dimension.OUTCOME if group_by is None else group_by
    return _Sums(totals, dimension, buckets.astype(np.int64, copy=False))


def _groups(
    parts: Sequence[_Part | _Sums], group_by: Dimension | None, requests: IntColumn
) -> _Groups:
    if group_by is None:
        return _Groups(("",), np.zeros(len(requests), dtype=np.int64), apart=False)
    number: dict[str, int] = {}
    codes: list[IntColumn] = []
    for part in parts:
        labels = part.labels(group_by)
        table = np.array([number.setdefault(name, len(number)) for name in labels], np.int64)
        codes.append(table[part.codes(group_by)])
    found = _joined(codes)
    names = list(number)
    size = sum_by(requests, found, len(names)).tolist()
    occurs = (np.bincount(found, minlength=len(names)) > 0).tolist()
    order = sorted(
        (at for at in range(len(names)) if occurs[at]), key=lambda at: (-size[at], names[at])
    )
    position = np.zeros(len(names), dtype=np.int64)
    position[order] = np.arange(len(order), dtype=np.int64)
    return _Groups(tuple(names[at] for at in order), position[found], apart=True)


def _distribution(
    parts: Sequence[_Part | _Sums],
    latency: Latency,
    slot_of: IntColumn,
    groups: _Groups,
    shape: tuple[int, int],
    detailed: bool,
) -> Distribution:
    """The merged latency histograms of what was chosen."""
    cells: list[Slotted] = []
    by_bucket: list[Slotted] = []
    by_group: list[Slotted] = []
    n_buckets = shape[1]
    passed = 0
    for part in parts:
        if isinstance(part, _Part):
            slot = slot_of[passed : passed + len(part.bucket)]
            histograms = part.histograms(latency)
            cells.append((histograms, slot))
            by_bucket.append((histograms, slot % n_buckets))
            by_group.append((histograms, slot // n_buckets))
        else:
            by_bucket.append((part.totals.by_bucket[latency], part.buckets))
            histograms = part.totals.histograms(latency, part.dimension)
            by_group.append((histograms, groups.of_labels(part.labels(part.dimension))))
        passed += len(part.bucket)
    if detailed:
        return distribute(cells, *shape)
    return from_margins(by_bucket, by_group, *shape)


def _joined(columns: Sequence[Ints]) -> IntColumn:
    """The columns one after another; an empty column where there are none."""
    if not columns:
        return np.zeros(0, dtype=np.int64)
    return np.concatenate(columns, dtype=np.int64)
