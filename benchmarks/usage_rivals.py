"""What DuckDB and polars make of the raw requests: sums and exact percentiles by day and model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.usage_traffic import (
    CODES,
    MODELS,
    PERIOD,
    ZONE,
    Requests,
    Traffic,
    days,
    requests_of_day,
)
from lmchat_desktop.domain.timebasis import Step, bucket_edges
from lmchat_desktop.domain.usage.cells import Dimension, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

QUANTILES = (0.50, 0.95, 0.99)
SUMS = {
    "input": Measure.INPUT_TOKENS,
    "cached": Measure.CACHED_TOKENS,
    "output": Measure.OUTPUT_TOKENS,
    "cost": Measure.COST,
}
FIGURES = ("requests", *SUMS, "failed")


@dataclass(frozen=True)
class Answer:
    """Figures of each day and model: `sums` (figure × day × model), `quantiles` likewise."""

    sums: NDArray[np.int64]
    quantiles: NDArray[np.float64]


def raw_columns(traffic: Traffic) -> dict[str, NDArray[Any]]:
    """All requests as columns, in the narrowest types, with the local day worked out for them."""
    parts: list[Requests] = [requests_of_day(traffic, day_s) for day_s in days()]
    edges = bucket_edges(PERIOD.start, PERIOD.end, Step.DAY, ZONE)
    started = np.concatenate([part.started_s for part in parts])
    combination = np.concatenate([part.combination for part in parts])
    return {
        "day": (np.searchsorted(edges, started, side="right") - 1).astype(np.int16),
        "model": CODES[Dimension.MODEL][combination].astype(np.int16),
        "failed": (CODES[Dimension.OUTCOME][combination] == 2).astype(np.int8),
        **{
            name: np.concatenate([part.measures[measure] for part in parts])
            for name, measure in SUMS.items()
        },
        "total_ms": np.concatenate([part.total_ms for part in parts]),
    }


def by_duckdb(columns: dict[str, NDArray[Any]], times: int) -> tuple[float, Answer]:
    """The best of some runs in milliseconds, and the answer; the rows lie in DuckDB's memory."""
    import duckdb

    connection = duckdb.connect()
    connection.register("given", columns)
    connection.execute("create table requests as select * from given")
    connection.unregister("given")
    sums = ", ".join(f"sum({name})" for name in (*SUMS, "failed"))
    question = (
        f"select day, model, count(*), {sums}, quantile_disc(total_ms, {list(QUANTILES)}) "
        "from requests group by day, model"
    )
    spent, rows = best_of(lambda: connection.execute(question).fetchall(), times)
    connection.close()
    return spent, _answer([(*row[:-1], *row[-1]) for row in rows])


def by_polars(columns: dict[str, NDArray[Any]], times: int) -> tuple[float, Answer]:
    """The best of some runs in milliseconds, and the answer."""
    import polars

    requests = polars.DataFrame(columns).lazy()
    question = requests.group_by("day", "model").agg(
        polars.len().alias("requests"),
        *(polars.col(name).cast(polars.Int64).sum() for name in (*SUMS, "failed")),
        *(
            polars.col("total_ms").quantile(q, interpolation="equiprobable").alias(f"p{q}")
            for q in QUANTILES
        ),
    )
    spent, frame = best_of(question.collect, times)
    return spent, _answer(frame.rows())


def best_of(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """The best of some runs in milliseconds, and what came out."""
    best = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        result = work()
        best = min(best, (time.perf_counter() - begun) * 1e3)
    return best, result


def _answer(rows: Sequence[Sequence[Any]]) -> Answer:
    n_days = len(bucket_edges(PERIOD.start, PERIOD.end, Step.DAY, ZONE)) - 1
    sums = np.zeros((len(FIGURES), n_days, MODELS), dtype=np.int64)
    quantiles = np.full((len(QUANTILES), n_days, MODELS), np.nan)
    for day, model, *figures in rows:
        sums[:, day, model] = [int(each) for each in figures[: len(FIGURES)]]
        quantiles[:, day, model] = figures[len(FIGURES) :]
    return Answer(sums, quantiles)
