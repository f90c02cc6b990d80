"""Requests made at random, the cube built of them, and the same figures counted one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from lmchat_desktop.domain.timebasis import Step, day_edges, from_epoch, local_days
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import (
    Dimension,
    IntColumn,
    Latency,
    Measure,
    Outcome,
    UsageBlock,
)
from lmchat_desktop.domain.usage.rollup import merge
from lmchat_desktop.domain.usage.slices import (
    DAY_S,
    HOUR_S,
    Level,
    expected,
    live_start_s,
    parse,
)
from lmchat_desktop.domain.usage.totals import Totals, add_up

LABELS: dict[Dimension, tuple[str, ...]] = {
    Dimension.MODEL: ("vendor/small", "vendor/large", "other/größe-7b"),
    Dimension.PROVIDER: ("azure", "groq"),
    Dimension.REGION: ("sea", "cdg", "iad"),
    Dimension.KEY: ("", "key_a"),
    Dimension.OUTCOME: tuple(outcome.value for outcome in Outcome),
    Dimension.ERROR: ("", "rate_limited", "provider_error"),
}

ZONES = ("UTC", "Asia/Kathmandu", "Asia/Kolkata", "America/New_York", "Pacific/Chatham")


@dataclass(frozen=True)
class Requests:
    """Requests as columns; NaN where a latency was not measured."""

    started_s: IntColumn
    codes: Mapping[Dimension, IntColumn]
    measures: Mapping[Measure, IntColumn]
    ms: Mapping[Latency, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.started_s)

    def between(self, start_s: int, end_s: int) -> NDArray[np.bool_]:
        return (self.started_s >= start_s) & (self.started_s < end_s)

    def labelled(self, dimension: Dimension, label: str) -> NDArray[np.bool_]:
        names = np.array(LABELS[dimension])
        return names[self.codes[dimension]] == label

    def sum(self, measure: Measure, chosen: NDArray[np.bool_]) -> int:
        if measure is Measure.REQUESTS:
            return int(chosen.sum())
        return sum(self.measures[measure][chosen].tolist())

    def block(self, resolution_s: int, chosen: NDArray[np.bool_] | None = None) -> UsageBlock:
        rows = np.ones(len(self), dtype=np.bool_) if chosen is None else chosen
        return build_block(
            self.started_s[rows],
            resolution_s,
            {d: (LABELS[d], self.codes[d][rows]) for d in Dimension},
            {m: values[rows] for m, values in self.measures.items()},
            self.ms[Latency.TOTAL][rows],
            self.ms[Latency.FIRST_TOKEN][rows],
        )


def make_requests(seed: int, n: int, start_s: int, end_s: int) -> Requests:
    """n requests at random instants within [start_s, end_s)."""
    rng = np.random.default_rng(seed)
    total = rng.lognormal(7, 1.5, n)
    total[rng.random(n) < 0.1] = np.nan
    input_tokens = rng.integers(0, 200_000, n)
    return Requests(
        started_s=rng.integers(start_s, end_s, n),
        codes={d: rng.integers(0, len(LABELS[d]), n) for d in Dimension},
        measures={
            Measure.INPUT_TOKENS: input_tokens,
            Measure.CACHED_TOKENS: input_tokens // 3,
            Measure.OUTPUT_TOKENS: rng.integers(0, 9_000, n),
            Measure.COST: rng.integers(0, 2**44, n),
        },
        ms={Latency.TOTAL: total, Latency.FIRST_TOKEN: total * rng.random(n)},
    )


def requests_within(start_s: int, end_s: int, most: int = 300) -> st.SearchStrategy[Requests]:
    return st.builds(
        make_requests,
        seed=st.integers(0, 2**32 - 1),
        n=st.integers(0, most),
        start_s=st.just(start_s),
        end_s=st.just(end_s),
    )


class Cube:
    """Slices of requests, read at any level as a cache reads them."""

    def __init__(self, requests: Requests, now: datetime, first_s: int) -> None:
        self.now = now
        self.read: list[tuple[Level, int, int]] = []
        now_s = int(now.timestamp())
        seen = requests.started_s <= now_s
        self.slices: dict[str, UsageBlock] = {}
        for name in expected(now, first_s):
            span = parse(name)
            chosen = seen & requests.between(span.start_s, span.end_s)
            self.slices[name] = requests.block(span.resolution_s, chosen)

    def blocks(
        self, scope: str, start_s: int, end_s: int, level: Level, zone: ZoneInfo
    ) -> tuple[list[UsageBlock], list[tuple[int, int]]]:
        self.read.append((level, start_s, end_s))
        if level is Level.MINUTE:
            return self._slices(start_s, end_s, live=True)
        if level is Level.QUARTER:
            return self._quarters(start_s, end_s)
        step = Step.HOUR if level is Level.HOUR else Step.DAY
        blocks: list[UsageBlock] = []
        spans: list[tuple[int, int]] = []
        for day in local_days(from_epoch(start_s), from_epoch(end_s), zone):
            edges = day_edges(day, step, zone)
            fine, covered = self._quarters(int(edges[0]), int(edges[-1]))
            blocks.append(merge(fine, edges))
            spans += covered
        return blocks, spans

    def totals(
        self,
        scope: str,
        start_s: int,
        end_s: int,
        level: Level,
        zone: ZoneInfo,
        cancel: object = None,
    ) -> tuple[list[Totals], list[tuple[int, int]]]:
        self.read.append((level, start_s, end_s))
        found: list[Totals] = []
        spans: list[tuple[int, int]] = []
        for day in local_days(from_epoch(start_s), from_epoch(end_s), zone):
            edges = day_edges(day, Step.HOUR, zone)
            inner = edges[(edges > start_s) & (edges < end_s)]
            low, high = max(start_s, int(edges[0])), min(end_s, int(edges[-1]))
            fine, covered = self._quarters(low, high)
            hours, _ = add_up(fine, np.array([low, *inner, high]))
            found.append(hours if level is Level.HOUR else hours.in_one())
            spans += covered
        return found, spans

    def _quarters(self, start_s: int, end_s: int) -> tuple[list[UsageBlock], list[tuple[int, int]]]:
        """Day slices and, for what is not a closed day, hour slices in quarter hours."""
        open_day = int(self.now.timestamp()) // DAY_S * DAY_S
        closed, spans = self._slices(start_s, min(end_s, open_day), live=False)
        today, more = self._slices(max(start_s, open_day), end_s, live=True)
        edges = np.arange(open_day, open_day + DAY_S + 1, 900)
        return [*closed, *(merge([block], edges) for block in today)], [*spans, *more]

    def _slices(
        self, start_s: int, end_s: int, live: bool
    ) -> tuple[list[UsageBlock], list[tuple[int, int]]]:
        blocks, spans = [], []
        for name, block in self.slices.items():
            span = parse(name)
            is_live = span.end_s - span.start_s == HOUR_S
            if is_live is live and span.start_s < end_s and span.end_s > start_s:
                blocks.append(block)
                spans.append((span.start_s, min(span.end_s, int(self.now.timestamp()))))
        return blocks, spans

    def live_start_s(self) -> int:
        return live_start_s(self.now)


def epoch(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type]


def same_block(one: UsageBlock, other: UsageBlock) -> bool:
    return (
        np.array_equal(one.start_s, other.start_s)
        and dict(one.labels) == dict(other.labels)
        and all(np.array_equal(one.codes[d], other.codes[d]) for d in Dimension)
        and all(np.array_equal(one.measures[m], other.measures[m]) for m in Measure)
        and all(
            np.array_equal(getattr(one.latencies[k], part), getattr(other.latencies[k], part))
            for k in Latency
            for part in ("offsets", "index", "count")
        )
    )
