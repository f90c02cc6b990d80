"""Latency histograms of many cells merged by group and by time bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import Histograms, IntColumn
from lmchat_desktop.domain.usage.grouping import group_entries
from lmchat_desktop.domain.usage.histogram import quantiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
    """One kind of latency, merged several ways.

    Attributes:
        by_slot: a slot is a group and a bucket: group * buckets + bucket; None where that was not
            asked for.
        by_bucket: a slot is a time bucket, all groups together.
        by_group: a slot is a group, all buckets together.
        overall: everything in slot 0.

    """

    by_slot: Entries | None
    by_bucket: Entries
    by_group: Entries
    overall: Entries


Slotted = tuple[Histograms, IntColumn]
"""Histograms, and the slot that each of them is added to."""


def distribute(slotted: Sequence[Slotted], n_groups: int, n_buckets: int) -> Distribution:
    """Merge histograms by the slots of their cells, all four ways.

    Args:
        slotted: the histograms of several blocks; a slot is group * n_buckets + bucket.
        n_groups: how many groups there are.
        n_buckets: how many time buckets there are.

    """
    by_slot = merged(slotted, n_groups * n_buckets)

    def regrouped(new: IntColumn, n_slots: int) -> Entries:
        return Entries(*group_entries(new, n_slots, by_slot.index, by_slot.count))

    return Distribution(
        by_slot=by_slot,
        by_bucket=regrouped(by_slot.slot % n_buckets, n_buckets),
        by_group=regrouped(by_slot.slot // n_buckets, n_groups),
        overall=regrouped(np.zeros_like(by_slot.slot), 1),
    )


def from_margins(
    by_bucket: Sequence[Slotted], by_group: Sequence[Slotted], n_groups: int, n_buckets: int
) -> Distribution:
    """A distribution of what was counted by bucket, and the same counted by group.

    Both must hold the same values. It has no `by_slot`.
    """
    of_groups = merged(by_group, n_groups)
    everything = np.zeros_like(of_groups.slot)
    return Distribution(
        by_slot=None,
        by_bucket=merged(by_bucket, n_buckets),
        by_group=of_groups,
        overall=Entries(*group_entries(everything, 1, of_groups.index, of_groups.count)),
    )


def merged(slotted: Sequence[Slotted], n_slots: int) -> Entries:
    """The histograms added up by slot."""
    slotted = [each for each in slotted if len(each[0].index)]
    low = min((int(each.index.min()) for each, _ in slotted), default=0)
    width = max((int(each.index.max()) for each, _ in slotted), default=low - 1) + 1 - low
    if n_slots * width > DENSE_SLOTS:
        return _by_sorting(slotted, n_slots)
    # Counts cannot overflow: each is below 2**31 and memory ends long before 2**32 entries.
    table = np.zeros(n_slots * width, dtype=np.int64)
    for each, slot in slotted:
        key = np.repeat(slot * width - low, np.diff(each.offsets))
        key += each.index
        # Equal types on both sides take numpy's fast way, which is thirty times as fast.
        np.add.at(table, key, each.count.astype(np.int64, copy=False))
    filled = np.flatnonzero(table)
    slot, offset = np.divmod(filled, max(width, 1))
    return Entries(slot, offset + low, table[filled])


def _by_sorting(slotted: Sequence[Slotted], n_slots: int) -> Entries:
    slots = np.concatenate([np.repeat(slot, np.diff(each.offsets)) for each, slot in slotted])
    index = np.concatenate([each.index for each, _ in slotted])
    count = np.concatenate([each.count for each, _ in slotted])
    return Entries(*group_entries(slots, n_slots, index, count))
