"""Requests made with numpy, the slices they fill a cache with, and their figures counted again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.contract.usage import SliceInfo
from lmchat_desktop.contract.usage_arrow import encode
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure, Outcome

DAY = 86_400

MODELS = (
    ("gpt-4o-mini", ("openai",), 0.15e-6, 0.60e-6),
    ("claude-3-haiku", ("anthropic",), 0.25e-6, 1.25e-6),
    ("llama-3-70b", ("groq", "together"), 0.59e-6, 0.79e-6),
    ("gpt-4-1106-preview", ("azure",), 10e-6, 30e-6),
    ("command-r-plus", ("cohere",), 3e-6, 15e-6),
    ("mixtral-8x7b", ("groq", "together"), 0.24e-6, 0.24e-6),
    ("gemini-1.5-flash", ("google",), 0.075e-6, 0.30e-6),
    ("llama-3-8b", ("groq", "together"), 0.05e-6, 0.08e-6),
    ("mistral-large", ("mistral",), 4e-6, 12e-6),
    ("claude-3-opus", ("anthropic",), 15e-6, 75e-6),
)
WEIGHTS = np.array([0.34, 0.2, 0.13, 0.09, 0.07, 0.06, 0.05, 0.03, 0.02, 0.01])
PROVIDERS = ("anthropic", "azure", "cohere", "google", "groq", "mistral", "openai", "together")
SPEED = np.array([1500, 2400, 1200, 900, 380, 1300, 720, 1000], dtype=np.float64)
ERROR_RATE = np.array([0.003, 0.009, 0.006, 0.004, 0.02, 0.005, 0.004, 0.015])
REGIONS = ("", "eu-central", "us-east", "us-west")
KEYS = ("key_batch", "key_chat", "key_search", "key_trial")
ERRORS = ("", "provider_error", "rate_limited", "too_few_tokens")
OUTCOMES = (Outcome.OK.value, Outcome.REROUTED.value, Outcome.FAILED.value)
LABELS = {
    Dimension.MODEL: tuple(model[0] for model in MODELS),
    Dimension.PROVIDER: PROVIDERS,
    Dimension.REGION: REGIONS,
    Dimension.KEY: KEYS,
    Dimension.OUTCOME: OUTCOMES,
    Dimension.ERROR: ERRORS,
}


@dataclass(frozen=True)
class Requests:
    """n requests as columns; codes refer to `LABELS`."""

    started_s: NDArray[np.int64]
    codes: dict[Dimension, NDArray[np.int64]]
    measures: dict[Measure, NDArray[np.int64]]
    total_ms: NDArray[np.float64]
    first_ms: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> Requests:
        return Requests(
            self.started_s[chosen],
            {dimension: codes[chosen] for dimension, codes in self.codes.items()},
            {measure: values[chosen] for measure, values in self.measures.items()},
            self.total_ms[chosen],
            self.first_ms[chosen],
        )

    def between(self, start: datetime, end: datetime) -> Requests:
        inside = self.started_s >= start.timestamp()
        return self.where(inside & (self.started_s < end.timestamp()))

    def having(self, dimension: Dimension, *values: str) -> Requests:
        wanted = [LABELS[dimension].index(value) for value in values]
        return self.where(np.isin(self.codes[dimension], wanted))

    def values(self, dimension: Dimension) -> list[str]:
        """The dimension's values that occur, the one with most requests first, then by name."""
        counts = np.bincount(self.codes[dimension], minlength=len(LABELS[dimension]))
        present = [i for i in range(len(counts)) if counts[i]]
        present.sort(key=lambda i: (-counts[i], LABELS[dimension][i]))
        return [LABELS[dimension][i] for i in present]

    def sum(self, measure: Measure) -> int:
        if measure is Measure.REQUESTS:
            return len(self.started_s)
        return sum(self.measures[measure].tolist())

    @property
    def failed(self) -> int:
        return int((self.codes[Dimension.OUTCOME] == OUTCOMES.index("failed")).sum())

    def quantile(self, latency: Latency, q: float) -> float:
        values = self.total_ms if latency is Latency.TOTAL else self.first_ms
        values = values[~np.isnan(values)]
        return float(np.quantile(values, q, method="inverted_cdf"))


def make_requests(
    start: datetime,
    end: datetime,
    count: int,
    seed: int = 1,
    slow: tuple[str, datetime, float] | None = None,
    failing: tuple[str, datetime, float] | None = None,
) -> Requests:
    """Requests with a daily rhythm; from an instant on a provider may be slower or fail more."""
    random = np.random.default_rng(seed)
    first, last = int(start.timestamp()), int(end.timestamp())
    drawn = random.integers(first, last, count * 3)
    hour = (drawn % DAY) / 3600
    weekday = (drawn // DAY + 3) % 7
    busy = (0.28 + 0.72 * np.exp(-(((hour - 13.5) / 4.2) ** 2))) * np.where(weekday >= 5, 0.5, 1)
    started = np.sort(drawn[random.random(len(drawn)) < busy][:count])
    n = len(started)
    model = random.choice(len(MODELS), n, p=WEIGHTS)
    offered = [[PROVIDERS.index(name) for name in entry[1]] for entry in MODELS]
    provider = np.array(
        [
            o[k % len(o)]
            for o, k in zip([offered[m] for m in model], random.integers(0, 9, n), strict=True)
        ]
    )
    region = random.choice(4, n, p=[0.05, 0.45, 0.3, 0.2])
    key = random.choice(4, n, p=[0.2, 0.55, 0.2, 0.05])
    rate = ERROR_RATE[provider]
    if failing is not None:
        hit = (provider == PROVIDERS.index(failing[0])) & (started >= failing[1].timestamp())
        rate = np.where(hit, failing[2], rate)
    failed = random.random(n) < rate
    rerouted = ~failed & (random.random(n) < 0.012)
    outcome = np.where(failed, 2, np.where(rerouted, 1, 0))
    error = np.where(failed, random.choice([1, 2, 3], n, p=[0.1, 0.7, 0.2]), 0)
    tokens_in = random.lognormal(6.6, 1.0, n).astype(np.int64) + 1
    cached = np.where(random.random(n) < 0.35, (tokens_in * 0.6).astype(np.int64), 0)
    tokens_out = np.where(failed, 0, random.lognormal(5.1, 0.8, n).astype(np.int64))
    price_in = np.array([round(entry[2] * 1e12) for entry in MODELS])[model]
    price_out = np.array([round(entry[3] * 1e12) for entry in MODELS])[model]
    cost = (tokens_in * price_in + 500) // 1000 + (tokens_out * price_out + 500) // 1000
    total = SPEED[provider] * random.lognormal(0, 0.45, n) * (0.6 + tokens_out / 350)
    if slow is not None:
        hit = (provider == PROVIDERS.index(slow[0])) & (started >= slow[1].timestamp())
        total = np.where(hit, total * slow[2], total)
    silent = failed & (error == 2)
    total = np.where(silent, np.nan, total)
    return Requests(
        started.astype(np.int64),
        {
            Dimension.MODEL: model.astype(np.int64),
            Dimension.PROVIDER: provider.astype(np.int64),
            Dimension.REGION: region.astype(np.int64),
            Dimension.KEY: key.astype(np.int64),
            Dimension.OUTCOME: outcome.astype(np.int64),
            Dimension.ERROR: error.astype(np.int64),
        },
        {
            Measure.INPUT_TOKENS: tokens_in,
            Measure.CACHED_TOKENS: cached,
            Measure.OUTPUT_TOKENS: tokens_out,
            Measure.COST: cost,
        },
        total,
        total * random.uniform(0.15, 0.4, n),
    )


def slices_of(
    requests: Requests, since: datetime, now: datetime, *, keys: bool = True
) -> list[tuple[SliceInfo, bytes]]:
    """The slices that a backend would list at `now`, from the day of `since` on."""
    slices: list[tuple[SliceInfo, bytes]] = []
    day = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while day + timedelta(days=1) <= now:
        slices.append(
            _slice(requests, f"{day:%Y-%m-%d}", day, day + timedelta(days=1), 900, now, keys)
        )
        day += timedelta(days=1)
    hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=47)
    hour = max(hour, since.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    while hour <= now:
        slices.append(
            _slice(requests, f"{hour:%Y-%m-%dT%H}", hour, hour + timedelta(hours=1), 60, now, keys)
        )
        hour += timedelta(hours=1)
    return slices


def _slice(
    requests: Requests,
    name: str,
    start: datetime,
    end: datetime,
    resolution_s: int,
    now: datetime,
    keys: bool,
) -> tuple[SliceInfo, bytes]:
    part = requests.between(start, min(end, now))
    dims = {
        dimension: (LABELS[dimension], codes)
        for dimension, codes in part.codes.items()
        if keys or dimension is not Dimension.KEY
    }
    block = build_block(
        part.started_s, resolution_s, dims, part.measures, part.total_ms, part.first_ms
    )
    info = SliceInfo(
        id=name,
        start=start,
        end=end,
        resolution_s=resolution_s,
        closed=end <= now,
        etag=f'"{len(part.started_s)}-{name}"',
        cells=len(block),
    )
    return info, encode(block)


def fill(
    cache: Cache, scope: str, requests: Requests, since: datetime, now: datetime, **more: bool
) -> None:
    """Put the slices of the requests into a cache, as sync does."""
    with cache.write() as connection:
        for info, body in slices_of(requests, since, now, **more):
            slicerows.put(connection, scope, info, body, as_of=now)


def joined(first: Requests, second: Requests) -> Requests:
    """All requests of two."""
    return Requests(
        np.concatenate([first.started_s, second.started_s]),
        {d: np.concatenate([c, second.codes[d]]) for d, c in first.codes.items()},
        {m: np.concatenate([v, second.measures[m]]) for m, v in first.measures.items()},
        np.concatenate([first.total_ms, second.total_ms]),
        np.concatenate([first.first_ms, second.first_ms]),
    )
