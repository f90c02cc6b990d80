"""A report's latencies as the data that the latency chart draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.ui.charts.chart_data import HeatMap, LatencyData, Series
from lmchat_desktop.ui.pages.figures.chart_data import open_from
from lmchat_desktop.ui.theme.tokens import SERIES

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.usage.cells import Latency
    from lmchat_desktop.ui.pages.usage.picture import Picture

QUANTILE_COLOURS = {"p50": SERIES[2], "p95": SERIES[1], "p99": SERIES[3]}


def latency_data(picture: Picture, latency: Latency, zone: ZoneInfo) -> LatencyData:
    """Percentiles over the heat map of one kind of latency."""
    drawn = picture.latencies[latency]
    heat = HeatMap(drawn.counts, drawn.bounds_ms) if drawn.counts.size else None
    return LatencyData(
        edges=picture.answer.edges,
        quantiles=tuple(
            Series(name, name, QUANTILE_COLOURS[name], values)
            for name, values in drawn.quantiles.items()
        ),
        heat=heat,
        zone=zone,
        covered=picture.answer.covered,
        measured=drawn.measured,
        error_bound=ERROR_BOUND,
        open_from_s=open_from(picture.report),
    )
