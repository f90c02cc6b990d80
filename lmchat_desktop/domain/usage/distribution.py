"""Latency histograms of many cells merged by group and by time bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.grouping import group_entries
from lmchat_desktop.domain.usage.histogram import entry_cells, quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lmchat_desktop.domain.usage.cells import Histograms, IntColumn

DENSE_SLOTS = 2**22
"""Up to so many counts (32 MB) are merged in a table, which is the fastest; beyond, by sorting."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Merged histogram entries, ascending by slot and then by index; counts are positive."""

    slot: IntColumn
    index: IntColumn
    count: IntColumn

    def quantiles(self, n_slots: int, q: float) -> NDArray[np.float64]:
        """The q-quantile of each slot in milliseconds; NaN for a slot without entries."""
        return quantiles(self.slot, n_slots, self.index, self.count, q)


@dataclass(frozen=True, slots=True)
class Distribution:
    """One kind of latency, merged four ways.

    Attributes:
        by_slot: a slot is a group and a bucket: group * buckets + bucket.
        by_bucket: a slot is a time bucket, all groups together.
        by_group: a slot is a group, all buckets together.
        overall: everything in slot 0.

    """

    by_slot: Entries
    by_bucket: Entries
    by_group: Entries
    overall: Entries


def distribute(
    histograms: Sequence[Histograms], slots: Sequence[IntColumn], n_groups: int, n_buckets: int
) -> Distribution:
    """Merge histograms by the slots of their cells.

    Args:
        histograms: the histograms of several blocks.
        slots: for each block the slot of each cell (group * n_buckets + bucket).
        n_groups: how many groups there are.
        n_buckets: how many time buckets there are.

    """
    filled = [at for at, block in enumerate(histograms) if len(block.index)]
    histograms = [histograms[at] for at in filled]
    slots = [slots[at] for at in filled]
    low = min((int(block.index.min()) for block in histograms), default=0)
    high = max((int(block.index.max()) for block in histograms), default=-1) + 1
    if n_groups * n_buckets * (high - low) > DENSE_SLOTS:
        return _by_sorting(histograms, slots, n_groups, n_buckets)
    # Counts cannot overflow: each is below 2**31 and memory ends long before 2**32 entries.
    table = np.zeros(n_groups * n_buckets * (high - low), dtype=np.int64)
    for block, slot in zip(histograms, slots, strict=True):
        key = np.repeat(slot * (high - low) - low, np.diff(block.offsets))
        key += block.index
        np.add.at(table, key, block.count)
    cube = table.reshape(n_groups, n_buckets, high - low)
    by_group = cube.sum(axis=1)
    return Distribution(
        by_slot=_entries(table.reshape(n_groups * n_buckets, high - low), low),
        by_bucket=_entries(cube.sum(axis=0), low),
        by_group=_entries(by_group, low),
        overall=_entries(by_group.sum(axis=0)[np.newaxis], low),
    )


def _entries(table: IntColumn, low: int) -> Entries:
    """The counts of a table (slots × indexes from `low`) that are not zero."""
    slot, offset = np.nonzero(table)
    return Entries(slot, offset + low, table[slot, offset])


def _by_sorting(
    histograms: Sequence[Histograms], slots: Sequence[IntColumn], n_groups: int, n_buckets: int
) -> Distribution:
    index = np.concatenate([block.index for block in histograms])
    count = np.concatenate([block.count for block in histograms])
    slot = np.concatenate(
        [own[entry_cells(block)] for block, own in zip(histograms, slots, strict=True)]
    )
    by_slot = Entries(*group_entries(slot, n_groups * n_buckets, index, count))

    def regrouped(new: IntColumn, n_slots: int) -> Entries:
        return Entries(*group_entries(new, n_slots, by_slot.index, by_slot.count))

    return Distribution(
        by_slot=by_slot,
        by_bucket=regrouped(by_slot.slot % n_buckets, n_buckets),
        by_group=regrouped(by_slot.slot // n_buckets, n_groups),
        overall=regrouped(by_slot.slot * 0, 1),
    )
