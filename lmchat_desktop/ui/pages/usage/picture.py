"""A usage report worked out for the screen: percentiles, heat maps and rows, off the interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Latency
from lmchat_desktop.domain.usage.histogram import bucket_bounds
from lmchat_desktop.ui.pages.figures.rows import (
    BreakdownRow,
    breakdown_rows,
    total_row,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from lmchat_desktop.domain.usage.query import UsageAnswer
    from lmchat_desktop.services.usage import UsageReport
    from lmchat_desktop.ui.pages.figures.names import Names

QUANTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True, eq=False)
class LatencyPicture:
    """One kind of latency over n time buckets.

    Attributes:
        quantiles: p50, p95 and p99 in milliseconds, NaN where nothing was measured (n each).
        counts: requests by time bucket and latency bucket (n × m).
        bounds_ms: the m + 1 bounds of the latency buckets.
        measured: how many requests were measured (n values).
    """

    quantiles: Mapping[str, NDArray[np.float64]]
    counts: IntColumn
    bounds_ms: NDArray[np.float64]
    measured: IntColumn


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A report with everything that takes arithmetic.

    Attributes:
        report: the report.
        names: display names of its groups.
        rows: the breakdown, largest by requests first.
        total: all groups together.
        latencies: both kinds of latency.
        rankings: names by dimension in the order in which they get colours, where they have none.
    """

    report: UsageReport
    names: Names
    rows: tuple[BreakdownRow, ...]
    total: BreakdownRow
    latencies: Mapping[Latency, LatencyPicture]
    rankings: Mapping[Dimension, tuple[str, ...]]

    @property
    def answer(self) -> UsageAnswer:
        """The report's figures."""
        return self.report.answer

    @property
    def dimension(self) -> Dimension:
        """What the groups are."""
        assert self.report.question.group_by is not None
        return self.report.question.group_by


def draw_up(
    report: UsageReport, names: Names, rankings: Mapping[Dimension, tuple[str, ...]]
) -> Picture:
    """Work a grouped report out; to be called on a pool thread."""
    assert report.question.group_by is not None
    answer = report.answer
    return Picture(
        report=report,
        names=names,
        rows=tuple(breakdown_rows(answer, report.question.group_by, names, report.beside)),
        total=total_row(answer),
        latencies={latency: _latency(answer, latency) for latency in Latency},
        rankings=rankings,
    )


def _latency(answer: UsageAnswer, latency: Latency) -> LatencyPicture:
    indexes, counts = answer.heat(latency)
    if len(indexes):
        lower, upper = bucket_bounds(np.arange(indexes.start, indexes.stop, dtype=np.int64))
        bounds = np.concatenate([lower, upper[-1:]])
    else:
        bounds = np.zeros(1)
    return LatencyPicture(
        quantiles={name: answer.quantiles(latency, q) for name, q in QUANTILES.items()},
        counts=counts,
        bounds_ms=bounds,
        measured=counts.sum(axis=1, dtype=np.int64),
    )
