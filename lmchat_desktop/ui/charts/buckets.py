"""Finding buckets by instants, and spans that hold whole buckets."""

from __future__ import annotations

import bisect
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.chart_data import Ints


class Buckets:
    """The buckets between ascending edges (epoch seconds).

    Attributes:
        edges: n + 1 edges of n buckets; none at all while there is nothing to show.
    """

    def __init__(self, edges: Ints | None = None) -> None:
        self.edges: Ints = np.zeros(0, np.int64) if edges is None else edges
        self._list: list[int] = self.edges.tolist()

    @property
    def count(self) -> int:
        """How many there are."""
        return max(0, len(self._list) - 1)

    def bounds(self, bucket: int) -> tuple[float, float]:
        """Start and end of a bucket."""
        return float(self._list[bucket]), float(self._list[bucket + 1])

    def whole(self) -> tuple[float, float]:
        """Start of the first and end of the last bucket."""
        return float(self._list[0]), float(self._list[-1])

    def at(self, at_s: float) -> int | None:
        """The bucket that an instant lies in; the very end belongs to the last."""
        if not self.count or not self._list[0] <= at_s <= self._list[-1]:
            return None
        return min(bisect.bisect_right(self._list, at_s), self.count) - 1

    def starting_at(self, at_s: float) -> int | None:
        """The bucket that starts at this very instant."""
        bucket = self.at(at_s)
        return bucket if bucket is not None and self._list[bucket] == at_s else None

    def clamped(self, at_s: float) -> float:
        """The instant, or the end of the whole that it lies beyond."""
        start, end = self.whole()
        return min(max(at_s, start), end)

    def snapped(self, first: float, second: float) -> tuple[float, float]:
        """The buckets that a span touches, whole; the instants may be in either order."""
        low, high = sorted((self.clamped(first), self.clamped(second)))
        start, end = self.at(low), self.at(high)
        if start is None or end is None:
            return low, high
        if end > start and self._list[end] == high:
            end -= 1
        return self.bounds(start)[0], self.bounds(end)[1]
