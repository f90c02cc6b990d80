"""What the charts show, as plain data: no Qt, no pyqtgraph."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.usage.histogram import bucket_bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def _no_flags() -> Flags:
    return np.zeros(0, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One series of a chart.

    Attributes:
        name: its stable name, which `series_clicked` tells.
        title: what people read; shown as plain text.
        colour: #RRGGBB, from the theme's `series` registry.
        values: one per bucket, in the units of the chart's kind; NaN where there is none.
        previous: the same of the period before, one per bucket, or None.
    """

    name: str
    title: str
    colour: str
    values: Floats
    previous: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ChartData:
    """Series over time buckets.

    Attributes:
        edges: n + 1 ascending epoch seconds for n buckets.
        series: in stacking order, the first at the bottom.
        covered: per bucket, whether anything is known of it; all are when empty.
        kind: what the values are (see `domain.formatting.Kind`).
        zone: the zone of all times shown.
        previous: total of the period before, per bucket, or None.
        additive: whether a sum over the series means anything.
        open_from_s: epoch seconds from which on figures still grow; None when all is settled.
    """

    edges: Ints
    series: tuple[Series, ...]
    kind: Kind = Kind.COUNT
    zone: tzinfo = UTC
    covered: Flags = field(default_factory=_no_flags)
    previous: Floats | None = None
    additive: bool = True
    open_from_s: float | None = None

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return max(0, len(self.edges) - 1)

    def known(self) -> Flags:
        """Per bucket, whether anything is known of it."""
        if len(self.covered) == self.buckets:
            return self.covered
        return np.ones(self.buckets, dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """How many requests took how long, per bucket.

    Attributes:
        counts: [buckets, columns] requests.
        bounds_ms: columns + 1 ascending bounds of the columns in milliseconds.
    """

    counts: Ints
    bounds_ms: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LatencyData:
    """Percentile lines over a heat map.

    Attributes:
        edges: n + 1 ascending epoch seconds for n buckets.
        quantiles: the lines in milliseconds, lowest first; NaN where nothing was measured.
        heat: the histogram below the lines, or None.
        zone: the zone of all times shown.
        covered: per bucket, whether anything is known of it; all are when empty.
        measured: per bucket, how many requests the lines stand on; empty when not told.
        error_bound: relative error of the percentiles, such as 0.011.
        open_from_s: epoch seconds from which on figures still change.
    """

    edges: Ints
    quantiles: tuple[Series, ...]
    heat: HeatMap | None = None
    zone: tzinfo = UTC
    covered: Flags = field(default_factory=_no_flags)
    measured: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    error_bound: float = 0.011
    open_from_s: float | None = None

    @property
    def buckets(self) -> int:
        """How many buckets there are."""
        return max(0, len(self.edges) - 1)

    def known(self) -> Flags:
        """Per bucket, whether anything is known of it."""
        if len(self.covered) == self.buckets:
            return self.covered
        return np.ones(self.buckets, dtype=np.bool_)


def heat_of(indexes: range, counts: Ints) -> HeatMap | None:
    """The heat map of histogram counts [buckets, len(indexes)], as `UsageAnswer.heat` gives it."""
    if not len(indexes):
        return None
    lower, upper = bucket_bounds(np.arange(indexes.start, indexes.stop, dtype=np.int64))
    return HeatMap(counts, np.concatenate((lower, upper[-1:])))


def spread_heat(heat: HeatMap, row_bounds_ms: Floats) -> Floats:
    """The heat map's counts in other rows: each column's requests lie evenly between its bounds.

    Returns:
        [buckets, rows] requests; what lies beyond the rows is left out.
    """
    low, high = heat.bounds_ms[:-1], heat.bounds_ms[1:]
    below = np.minimum(high[:, None], row_bounds_ms[None, 1:])
    above = np.maximum(low[:, None], row_bounds_ms[None, :-1])
    shares = np.clip(below - above, 0, None) / (high - low)[:, None]
    met = np.flatnonzero(shares.any(axis=1))
    within = slice(met[0], met[-1] + 1) if len(met) else slice(0)
    rows: Floats = heat.counts[:, within].astype(np.float64) @ shares[within]
    return rows
