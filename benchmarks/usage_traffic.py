"""Raw requests for the usage benchmarks, and an encrypted cache filled with the cells they make.

The requests of a day come from its number alone, so that whoever asks for them gets the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from lmchat_desktop.cache import slicerows
from lmchat_desktop.contract.usage import SERVICE_SCOPE, SliceInfo
from lmchat_desktop.contract.usage_arrow import encode
from lmchat_desktop.domain.timebasis import epoch_s, last_days
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Measure, Outcome
from lmchat_desktop.domain.usage.slices import (
    DAY_RESOLUTION_S,
    DAY_S,
    LIVE_WINDOW,
    expected,
    hour_id,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from lmchat_desktop.cache.store import Cache

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 13, 47, 20, tzinfo=UTC)
DAYS = 90
PERIOD = last_days(DAYS, NOW, ZONE)
"""Ninety days up to now, a clock change among them; nothing happened before."""
FIRST_S, END_S = epoch_s(PERIOD.start), epoch_s(PERIOD.end)

MODELS, PLACES = 25, 5
COMBINATIONS = MODELS * PLACES
_COMBINATION = np.arange(COMBINATIONS)
_MODEL, _PLACE = _COMBINATION % MODELS, _COMBINATION // MODELS
LABELS: dict[Dimension, tuple[str, ...]] = {
    Dimension.MODEL: tuple(f"vendor/model-{at:02d}" for at in range(MODELS)),
    Dimension.PROVIDER: tuple(f"provider-{at}" for at in range(PLACES)),
    Dimension.REGION: ("eu", "us"),
    Dimension.OUTCOME: (Outcome.OK.value, Outcome.REROUTED.value, Outcome.FAILED.value),
    Dimension.ERROR: ("", "rate_limited", "timeout", "upstream"),
}
CODES: dict[Dimension, IntColumn] = {
    Dimension.MODEL: _MODEL,
    Dimension.PROVIDER: (_MODEL + _PLACE) % PLACES,
    Dimension.REGION: _PLACE % 2,
    Dimension.OUTCOME: np.array([0, 0, 0, 1, 2])[_PLACE],
    Dimension.ERROR: np.where(_PLACE == 4, 1 + _MODEL % 3, 0),
}
"""What each of the 125 combinations is: 25 models at three places, rerouted, and failed."""
USUAL_MS = 350.0 * 1.9 ** (_MODEL % 5)


@dataclass(frozen=True)
class Traffic:
    """How much happens, and how it spreads.

    Attributes:
        per_cell: requests of each combination in a quarter hour, on average.
        sigma: how far the latencies of a combination spread (of their natural logarithm).
        streamed: the part of requests whose first token is measured.
        copies: how often each request occurs within its cell and its latency bucket.

    """

    per_cell: float
    sigma: float = 0.45
    streamed: float = 0.4
    copies: int = 1


TRAFFIC = {
    "12": Traffic(10e6 / COMBINATIONS / ((END_S - FIRST_S) / DAY_RESOLUTION_S)),
    "60": Traffic(33.0, sigma=1.0, streamed=1.0),
    "1M": Traffic(1e6 / COMBINATIONS / ((END_S - FIRST_S) / DAY_RESOLUTION_S)),
    "10M": Traffic(1e6 / COMBINATIONS / ((END_S - FIRST_S) / DAY_RESOLUTION_S), copies=10),
}
"""The two widths of histograms, and one set of cells from a million and from ten million."""


@dataclass(frozen=True)
class Requests:
    """n requests as columns, oldest first."""

    started_s: IntColumn
    combination: IntColumn
    measures: dict[Measure, IntColumn]
    total_ms: NDArray[np.float64]
    first_ms: NDArray[np.float64]

    def between(self, start_s: int, end_s: int) -> Requests:
        """Those that started in [start_s, end_s)."""
        low, high = np.searchsorted(self.started_s, [start_s, end_s])
        return Requests(
            self.started_s[low:high],
            self.combination[low:high],
            {measure: values[low:high] for measure, values in self.measures.items()},
            self.total_ms[low:high],
            self.first_ms[low:high],
        )


def requests_of_day(traffic: Traffic, day_s: int) -> Requests:
    """The requests of the UTC day that begins at a second."""
    low, high = max(day_s, FIRST_S), min(day_s + DAY_S, END_S)
    rng = np.random.default_rng([day_s, int(traffic.per_cell * 1000)])
    n = round(traffic.per_cell * COMBINATIONS * (high - low) / DAY_RESOLUTION_S)
    started = np.sort(rng.integers(low, high, n))
    combination = rng.integers(0, COMBINATIONS, n)
    total = USUAL_MS[combination] * rng.lognormal(0, traffic.sigma, n)
    first = np.where(rng.random(n) < traffic.streamed, total * rng.uniform(0.1, 0.4, n), np.nan)
    tokens = rng.integers(20, 8_000, n)
    answered = np.where(CODES[Dimension.OUTCOME][combination] == 2, 0, rng.integers(1, 2_000, n))
    copies = traffic.copies
    return Requests(
        np.repeat(started, copies),
        np.repeat(combination, copies),
        {
            Measure.INPUT_TOKENS: np.repeat(tokens, copies),
            Measure.CACHED_TOKENS: np.repeat(tokens // 3, copies),
            Measure.OUTPUT_TOKENS: np.repeat(answered, copies),
            Measure.COST: np.repeat(tokens * 1_250 + answered * 10_003, copies),
        },
        np.repeat(total, copies),
        np.repeat(first, copies),
    )


def days() -> range:
    """The first second of each UTC day that traffic falls into."""
    return range(FIRST_S - FIRST_S % DAY_S, END_S, DAY_S)


def slices(traffic: Traffic) -> Iterator[tuple[SliceInfo, bytes]]:
    """The slices that a backend lists at `NOW`, made by the product's own rules."""
    names = set(expected(NOW, FIRST_S))
    for day_s in days():
        requests = requests_of_day(traffic, day_s)
        for name in sorted(names):
            span = parse(name)
            if day_s <= span.start_s < day_s + DAY_S:
                yield _slice(requests.between(span.start_s, span.end_s), name)
                names.discard(name)


def _slice(requests: Requests, name: str) -> tuple[SliceInfo, bytes]:
    span = parse(name)
    block = build_block(
        requests.started_s,
        span.resolution_s,
        {d: (LABELS[d], codes[requests.combination]) for d, codes in CODES.items()},
        requests.measures,
        requests.total_ms,
        requests.first_ms,
    )
    info = SliceInfo(
        id=name,
        start=datetime.fromtimestamp(span.start_s, UTC),
        end=datetime.fromtimestamp(span.end_s, UTC),
        resolution_s=span.resolution_s,
        closed=name != hour_id(NOW),
        etag=f'"{name}"',
        cells=len(block),
    )
    return info, encode(block)


def fill_cache(cache: Cache, traffic: Traffic) -> dict[str, float]:
    """Put the slices into a cache as sync does, each in a transaction of its own.

    Returns:
        How many quarter-hour `cells` there are, `entries` of histograms a cell, and stored `mb`.

    """
    from lmchat_desktop.contract.usage_arrow import decode

    cells = entries = size = 0
    for info, body in slices(traffic):
        with cache.write() as connection:
            slicerows.put(connection, SERVICE_SCOPE, info, body, as_of=NOW)
        if info.resolution_s == DAY_RESOLUTION_S:
            cells += info.cells
            size += len(body)
            if info.cells and entries == 0 and info.start > PERIOD.start + LIVE_WINDOW:
                block = decode(body)
                entries = sum(len(each.index) for each in block.latencies.values()) / len(block)
    return {"cells": cells, "entries": entries, "mb": size / 2**20}
