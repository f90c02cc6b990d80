"""Two weeks of invented figures for charts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.timebasis import Step, bucket_edges
from lmchat_desktop.domain.usage.histogram import bucket_value
from lmchat_desktop.ui.charts.chart_data import ChartData, LatencyData, Series, heat_of
from lmchat_desktop.ui.theme.manager import current_theme

BERLIN = ZoneInfo("Europe/Berlin")
MODELS = {
    "gpt-4o-mini": 1.0,
    "claude-3-haiku": 0.9,
    "llama-3-70b": 0.7,
    "gpt-4-1106-preview": 0.5,
    "command-r-plus": 0.3,
}
FIRST, LAST = datetime(2026, 11, 9, tzinfo=BERLIN), datetime(2026, 11, 22, 15, tzinfo=BERLIN)
EDGES = bucket_edges(FIRST, LAST, Step.THREE_HOURS, BERLIN)
COUNT = len(EDGES) - 1


def _shape() -> np.ndarray:
    return (1.2 + np.sin(np.arange(COUNT) % 8 / 8 * 2 * np.pi - 1.5)) * 1e6


def usage(*, previous: bool = False, gap: bool = True, models: int = 5) -> ChartData:
    """Output tokens of some models, with a gap of a day and a half, the last bucket open."""
    chance = np.random.default_rng(1)
    colours = current_theme().series
    known = np.ones(COUNT, dtype=np.bool_)
    if gap:
        known[40:52] = False
    series = tuple(
        Series(
            name,
            name,
            colours.colour(name, "model"),
            np.round(_shape() * share * (0.8 + 0.4 * chance.random(COUNT))),
        )
        for name, share in list(MODELS.items())[:models]
    )
    before = sum(each.values for each in series) * (0.75 + 0.35 * chance.random(COUNT))
    return ChartData(
        EDGES,
        series,
        Kind.TOKENS,
        BERLIN,
        known,
        before if previous else None,
        open_from_s=float(EDGES[-2]),
    )


def latency() -> LatencyData:
    """p50, p95 and p99 with an incident of a day, above their histograms."""
    indexes = np.arange(150, 520)
    middle = bucket_value(indexes)
    centre = 1_200 + 300 * np.sin(np.arange(COUNT) / 9)
    centre[60:70] *= 2.6
    spread = np.log(middle)[None, :] - np.log(centre)[:, None]
    counts = (np.exp(-((spread / 0.42) ** 2) / 2) * 1_000).astype(np.int64)
    shares = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    colours = current_theme().tokens.series
    known = np.ones(COUNT, dtype=np.bool_)
    known[40:52] = False
    quantiles = tuple(
        Series(
            name,
            name,
            colours[place],
            np.array([middle[np.searchsorted(row, q)] for row in shares]),
        )
        for name, q, place in (("p50", 0.5, 2), ("p95", 0.95, 1), ("p99", 0.99, 3))
    )
    heat = heat_of(range(150, 520), counts)
    return LatencyData(EDGES, quantiles, heat, BERLIN, known, counts.sum(axis=1))
