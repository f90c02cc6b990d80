"""A small world of requests, cut into slices as a backend does, for tests of the cache and sync."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from lmchat_desktop.contract.usage import SliceInfo
from lmchat_desktop.contract.usage_arrow import encode
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, Measure, UsageBlock
from lmchat_desktop.domain.usage.slices import expected, hour_id, parse

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
LABELS = {
    Dimension.MODEL: ("llama", "mixtral"),
    Dimension.PROVIDER: ("north", "south"),
    Dimension.REGION: ("eu", "us"),
    Dimension.KEY: ("key_marker_1", "key_marker_2"),
    Dimension.OUTCOME: ("failed", "ok"),
    Dimension.ERROR: ("", "rate_limited"),
}


@dataclass(frozen=True, eq=False)
class Requests:
    """Requests as columns."""

    start_s: np.ndarray
    codes: np.ndarray
    tokens: np.ndarray
    cost: np.ndarray
    total_ms: np.ndarray

    def __len__(self) -> int:
        return len(self.start_s)

    def where(self, chosen: np.ndarray) -> Requests:
        return Requests(
            self.start_s[chosen],
            self.codes[chosen],
            self.tokens[chosen],
            self.cost[chosen],
            self.total_ms[chosen],
        )

    def between(self, start_s: int, end_s: int) -> Requests:
        return self.where((self.start_s >= start_s) & (self.start_s < end_s))

    def plus(self, others: Requests) -> Requests:
        return Requests(
            np.concatenate([self.start_s, others.start_s]),
            np.concatenate([self.codes, others.codes]),
            np.concatenate([self.tokens, others.tokens]),
            np.concatenate([self.cost, others.cost]),
            np.concatenate([self.total_ms, others.total_ms]),
        )


@lru_cache(maxsize=8)
def make_requests(
    days: float = 6, count: int = 4000, seed: int = 7, now: datetime = NOW
) -> Requests:
    random = np.random.default_rng(seed)
    end_s = int(now.timestamp())
    start_s = np.sort(random.integers(end_s - int(days * 86400), end_s, count))
    return Requests(
        start_s.astype(np.int64),
        random.integers(0, 2, (count, len(LABELS))),
        random.integers(1, 5000, count),
        random.integers(1, 10**10, count),
        random.lognormal(6, 1, count),
    )


def block_of(requests: Requests, resolution_s: int) -> UsageBlock:
    return build_block(
        requests.start_s,
        resolution_s,
        {
            dimension: (labels, requests.codes[:, position])
            for position, (dimension, labels) in enumerate(LABELS.items())
        },
        {
            Measure.INPUT_TOKENS: requests.tokens,
            Measure.CACHED_TOKENS: requests.tokens // 3,
            Measure.OUTPUT_TOKENS: requests.tokens // 2,
            Measure.COST: requests.cost,
        },
        requests.total_ms,
        requests.total_ms / 4,
    )


def slice_of(requests: Requests, slice_id: str, now: datetime = NOW) -> tuple[SliceInfo, bytes]:
    span = parse(slice_id)
    block = block_of(requests.between(span.start_s, span.end_s), span.resolution_s)
    body = encode(block)
    info = SliceInfo(
        id=slice_id,
        start=datetime.fromtimestamp(span.start_s, UTC),
        end=datetime.fromtimestamp(span.end_s, UTC),
        resolution_s=span.resolution_s,
        closed=slice_id != hour_id(now),
        etag=f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        cells=len(block),
    )
    return info, body


@lru_cache(maxsize=8)
def slices_of(requests: Requests, now: datetime = NOW) -> list[tuple[SliceInfo, bytes]]:
    first_s = int(requests.start_s.min())
    return [slice_of(requests, each, now) for each in expected(now, first_s)]


def total(blocks: Iterable[UsageBlock], measure: Measure) -> int:
    return sum(int(block.measures[measure].sum()) for block in blocks)


def totals(blocks: Sequence[UsageBlock]) -> tuple[int, int, int]:
    """Requests, input tokens, cost."""
    return (
        total(blocks, Measure.REQUESTS),
        total(blocks, Measure.INPUT_TOKENS),
        total(blocks, Measure.COST),
    )


def expected_totals(requests: Requests) -> tuple[int, int, int]:
    return len(requests), int(requests.tokens.sum()), int(requests.cost.sum())


class FixedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by
