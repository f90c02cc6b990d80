"""Cells added up for every question without filters: by bucket and label, and what latencies took.

Cells of a day are many because dimensions multiply; their labels are few. What is asked most, a
measure over time by one dimension, needs the labels of one dimension at a time and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Ints,
    Latency,
    Measure,
    Outcome,
    UsageBlock,
    narrow,
)
from lmchat_desktop.domain.usage.grouping import group_entries, sum_by
from lmchat_desktop.domain.usage.histogram import entry_cells, from_entries, no_histograms
from lmchat_desktop.domain.usage.rollup import merge

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Totals:
    """The cells of a span of n buckets by each dimension's labels, k labels in all.

    Columns hold the labels of all dimensions one after another, in the order of `Dimension`.

    Attributes:
        start_s: the first second of each bucket since the epoch, ascending (n values).
        labels: for each dimension the labels that occur in the span, ascending.
        measures: for each measure n × k sums; money in nano US dollars.
        failed: how many requests failed (n × k).
        by_bucket: for each kind of latency n histograms, of each bucket's requests.
        by_label: for each kind of latency k histograms, of each label's requests in the span.
        combinations: the labels that occur together: for each combination of labels a position in
            every dimension's labels (c × 6, in the order of `Dimension`).
    """

    start_s: Ints
    labels: dict[Dimension, tuple[str, ...]]
    measures: dict[Measure, Ints]
    failed: Ints
    by_bucket: dict[Latency, Histograms]
    by_label: dict[Latency, Histograms]
    combinations: Ints

    def columns(self, dimension: Dimension) -> slice:
        """Which of the k columns are those of a dimension."""
        before = 0
        for each in Dimension:
            if each is dimension:
                break
            before += len(self.labels[each])
        return slice(before, before + len(self.labels[dimension]))

    def histograms(self, latency: Latency, dimension: Dimension) -> Histograms:
        """The histograms of a dimension's labels."""
        whole, chosen = self.by_label[latency], self.columns(dimension)
        offsets = whole.offsets[chosen.start : chosen.stop + 1]
        low, high = int(offsets[0]), int(offsets[-1])
        return Histograms(offsets - low, whole.index[low:high], whole.count[low:high])

    def in_one(self) -> Totals:
        """The same span as one bucket."""
        return Totals(
            start_s=self.start_s[:1],
            labels=self.labels,
            measures={
                measure: narrow(values.sum(axis=0, dtype=np.int64, keepdims=True))
                for measure, values in self.measures.items()
            },
            failed=narrow(self.failed.sum(axis=0, dtype=np.int64, keepdims=True)),
            by_bucket={latency: _narrowed(self._overall(latency)) for latency in Latency},
            by_label=self.by_label,
            combinations=self.combinations,
        )

    @property
    def nbytes(self) -> int:
        """What the columns take in memory."""
        columns = [self.start_s, self.failed, self.combinations, *self.measures.values()]
        for latency in Latency:
            for each in (self.by_bucket[latency], self.by_label[latency]):
                columns += (each.offsets, each.index, each.count)
        return sum(column.nbytes for column in columns)

    def _overall(self, latency: Latency) -> Histograms:
        parts = self.histograms(latency, Dimension.OUTCOME)
        return from_entries(np.zeros(len(parts.index), np.int64), 1, parts.index, parts.count)


def add_up(blocks: Sequence[UsageBlock], edges: IntColumn) -> tuple[Totals, UsageBlock]:
    """Add cells up.

    Args:
        blocks: any number of blocks; cells outside [edges[0], edges[-1]) are left out.
        edges: n + 1 ascending epoch seconds, the edges of the buckets.

    Returns:
        The totals, and the same cells as one block in which the whole span is one bucket: with it
        questions with filters can be answered.

    Raises:
        OverflowError: a sum does not fit in 64 bits.

    """
    hours = merge(blocks, edges, latencies=False)
    whole = merge(blocks, edges[[0, -1]])
    columns = sum(len(whole.labels[dimension]) for dimension in Dimension)
    bucket = np.searchsorted(edges, hours.start_s, side="right") - 1
    first_slot = bucket * columns
    failed_code = np.array(
        [label == Outcome.FAILED for label in hours.labels[Dimension.OUTCOME]], np.int64
    )
    requests = hours.measures[Measure.REQUESTS]
    failures = requests * failed_code[hours.codes[Dimension.OUTCOME]] if len(hours) else requests
    shape = (len(edges) - 1, columns)
    slots: list[IntColumn] = []
    passed = 0
    for dimension in Dimension:
        slots.append(first_slot + passed + hours.codes[dimension])
        passed += len(hours.labels[dimension])

    def summed(values: IntColumn) -> Ints:
        total = np.zeros(shape[0] * columns, np.int64)
        for slot in slots:
            total += sum_by(values, slot, len(total))
        return narrow(total.reshape(shape))

    return (
        Totals(
            start_s=edges[:-1],
            labels=dict(whole.labels),
            measures={measure: summed(hours.measures[measure]) for measure in Measure},
            failed=summed(failures),
            by_bucket={latency: _by_bucket(blocks, latency, edges) for latency in Latency},
            by_label={latency: _by_label(whole, latency, columns) for latency in Latency},
            combinations=narrow(
                np.stack([whole.codes[dimension] for dimension in Dimension], axis=1)
            ),
        ),
        whole,
    )


def _by_bucket(blocks: Sequence[UsageBlock], latency: Latency, edges: IntColumn) -> Histograms:
    slots: list[IntColumn] = []
    index: list[Ints] = []
    count: list[Ints] = []
    for block in blocks:
        histograms = block.latencies[latency]
        bucket = np.searchsorted(edges, block.start_s, side="right") - 1
        slot = np.repeat(bucket, np.diff(histograms.offsets))
        inside = (slot >= 0) & (slot < len(edges) - 1)
        everything = bool(inside.all())
        slots.append(slot if everything else slot[inside])
        index.append(histograms.index if everything else histograms.index[inside])
        count.append(histograms.count if everything else histograms.count[inside])
    if not slots:
        return _narrowed(no_histograms(len(edges) - 1))
    return _narrowed(
        from_entries(
            np.concatenate(slots).astype(np.int64, copy=False),
            len(edges) - 1,
            np.concatenate(index),
            np.concatenate(count),
        )
    )


def _by_label(whole: UsageBlock, latency: Latency, columns: int) -> Histograms:
    histograms = whole.latencies[latency]
    cells = entry_cells(histograms)
    parts: list[tuple[IntColumn, IntColumn, IntColumn]] = []
    passed = 0
    for dimension in Dimension:
        size = len(whole.labels[dimension])
        code = whole.codes[dimension][cells]
        slot, index, count = group_entries(code, size, histograms.index, histograms.count)
        parts.append((slot + passed, index, count))
        passed += size
    slot, index, count = (np.concatenate(column) for column in zip(*parts, strict=True))
    offsets = np.zeros(columns + 1, dtype=np.int64)
    np.cumsum(np.bincount(slot, minlength=columns), out=offsets[1:])
    return _narrowed(Histograms(offsets, index, count))


def _narrowed(histograms: Histograms) -> Histograms:
    return Histograms(
        narrow(histograms.offsets), narrow(histograms.index), narrow(histograms.count)
    )
