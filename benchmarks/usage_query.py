"""How long a usage question takes, beside a plain loop over groups and buckets.

Both answer the same question from the same cells in the same run: requests, tokens, cost and
failures of each group and bucket, and p50, p95 and p99 of each bucket. Both answers are compared.
Run: python -m benchmarks.usage_query [--days 90] [--combinations 125] [--entries 12] [--level hour]
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from benchmarks.rows import Row, peak_mb, tell
from lmchat_desktop.contract.usage_arrow import decode, encode
from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Latency,
    Measure,
    UsageBlock,
)
from lmchat_desktop.domain.usage.histogram import bucket_value, entry_cells
from lmchat_desktop.domain.usage.query import UsageAnswer, UsageQuery, ask
from lmchat_desktop.domain.usage.rollup import merge

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
DAY_S = 86_400
CELL_S = {"quarter": 900, "hour": 3_600, "day": DAY_S}
QUANTILES = (0.5, 0.95, 0.99)


def make_day(rng: np.random.Generator, start_s: int, combinations: int, entries: int) -> UsageBlock:
    """A day of quarter hours in which every combination occurs, with so many histogram entries."""
    n = 96 * combinations
    start = np.repeat(start_s + 900 * np.arange(96), combinations)
    which = np.tile(np.arange(combinations), 96)
    sizes = {Dimension.MODEL: 25, Dimension.PROVIDER: 5}
    names: dict[Dimension, tuple[str, ...]] = dict.fromkeys(Dimension, ("",))
    codes: dict[Dimension, IntColumn] = dict.fromkeys(Dimension, np.zeros(n, np.int64))
    for dimension, size in sizes.items():
        names[dimension] = tuple(f"{dimension}-{at:03d}" for at in range(size))
    codes[Dimension.MODEL] = which % 25
    codes[Dimension.PROVIDER] = which // 25 % 5
    names[Dimension.OUTCOME] = ("failed", "ok", "rerouted")
    codes[Dimension.OUTCOME] = (which // 125 + (which % 50 > 0)) % 3
    # Each combination has its own usual latency, which drifts from cell to cell.
    usual = 200 + 3 * which + rng.integers(-15, 16, n)
    count = rng.integers(1, 4, (n, entries))
    histograms = Histograms(
        np.arange(n + 1) * entries,
        (usual[:, None] + np.arange(entries)).ravel(),
        count.ravel(),
    )
    measures = {measure: rng.integers(1, 10**6, n) for measure in Measure}
    measures[Measure.REQUESTS] = count.sum(axis=1)
    return UsageBlock(
        start_s=start,
        labels=names,
        codes=codes,
        measures=measures,
        latencies=dict.fromkeys(Latency, histograms),
    )


def by_loop(blocks: list[UsageBlock], query: UsageQuery) -> dict[str, object]:
    """The same answer by a loop over groups and buckets."""
    groups = sorted({name for block in blocks for name in block.labels[Dimension.MODEL]})
    n_buckets = len(query.edges) - 1
    tables = {m: np.zeros((len(groups), n_buckets), np.int64) for m in Measure}
    heat = np.zeros((len(Latency), n_buckets, 1024), np.int64)
    for block in blocks:
        names = np.array(block.labels[Dimension.MODEL])[block.codes[Dimension.MODEL]]
        bucket = np.searchsorted(query.edges, block.start_s, side="right") - 1
        for at, group in enumerate(groups):
            mine = names == group
            for slot in np.unique(bucket):
                chosen = mine & (bucket == slot)
                for measure in Measure:
                    tables[measure][at, slot] += block.measures[measure][chosen].sum()
        for at, latency in enumerate(Latency):
            histograms = block.latencies[latency]
            np.add.at(
                heat[at],
                (bucket[entry_cells(histograms)], histograms.index),
                histograms.count,
            )
    quantiles = {
        (latency, q): np.array([_quantile(heat[at, slot], q) for slot in range(n_buckets)])
        for at, latency in enumerate(Latency)
        for q in QUANTILES
    }
    return {"groups": groups, "tables": tables, "quantiles": quantiles}


def by_ask(blocks: list[UsageBlock], query: UsageQuery) -> UsageAnswer:
    """The question and the percentiles that a page shows of it."""
    answer = ask(blocks, [], query)
    for latency in Latency:
        for q in QUANTILES:
            answer.quantiles(latency, q)
            answer.group_quantiles(latency, q)
    return answer


def check(answer: UsageAnswer, plain: dict[str, object]) -> None:
    """Make sure that both say the same."""
    groups, tables, quantiles = plain["groups"], plain["tables"], plain["quantiles"]
    order = [answer.groups.index(name) for name in groups]  # type: ignore[attr-defined]
    for measure in Measure:
        assert (answer.per_group_bucket[measure][order] == tables[measure]).all()  # type: ignore[index]
    for (latency, q), values in quantiles.items():  # type: ignore[attr-defined]
        assert np.array_equal(answer.quantiles(latency, q), values, equal_nan=True)


def _quantile(counts: IntColumn, q: float) -> float:
    total = int(counts.sum())
    if not total:
        return float("nan")
    rank = max(int(np.ceil(total * q - 1)), 0) + 1
    return float(bucket_value(np.searchsorted(np.cumsum(counts), rank)))


def timed(work: Callable[[], T], times: int) -> tuple[float, T]:
    """The best of some runs in seconds, and what came out."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begun)
    return best, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--combinations", type=int, default=125)
    parser.add_argument("--entries", type=int, default=12)
    parser.add_argument("--level", choices=list(CELL_S), default="hour")
    size = parser.parse_args()
    rng = np.random.default_rng(0)
    cell_s = CELL_S[size.level]
    blocks = []
    roll_s = 0.0
    for day in range(size.days):
        block = make_day(rng, day * DAY_S, size.combinations, size.entries)
        if size.level != "quarter":
            edges = day * DAY_S + np.arange(0, DAY_S + 1, cell_s)
            spent, block = timed(lambda block=block, edges=edges: merge([block], edges), 1)  # type: ignore[misc]
            roll_s += spent
        blocks.append(block)
    query = UsageQuery(np.arange(0, size.days + 1) * DAY_S, Dimension.MODEL)
    name = f"{size.days} d x {size.combinations} combinations x {size.entries}, {size.level}s"
    first_s, _ = timed(lambda: by_ask(blocks, query), 1)
    ask_s, answer = timed(lambda: by_ask(blocks, query), 5)
    loop_s, plain = timed(lambda: by_loop(blocks, query), 1)
    check(answer, plain)
    streams = [encode(block) for block in blocks]
    decode_s, _ = timed(lambda: [decode(data) for data in streams], 2)
    entries = sum(len(block.latencies[k].index) for block in blocks for k in Latency)
    note = f"{sum(len(block) for block in blocks):,} cells, {entries:,} entries"
    for what, state, spent_s, goal in (
        ("ask", "cold", first_s, 1.0),
        ("ask", "hot", ask_s, 1.0),
        ("decode", "hot", decode_s, None),
        ("roll up from quarter hours", "cold", roll_s, None),
    ):
        tell(
            Row(
                f"{what}: {name}",
                spent_s * 1e3,
                "ms",
                "a loop over groups",
                loop_s * 1e3,
                goal,
                state,
                peak_mb(),
                note,
            )
        )


if __name__ == "__main__":
    main()
