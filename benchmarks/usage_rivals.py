"""What DuckDB and polars make of the raw requests: sums and exact percentiles by day and model.

- hot: again, with the rows in their memory.
- cold: the first question of a new process to their own file, as the page's cold one is; the file
  itself is warm. The cache is encrypted, their files are not.

Run by `usage_change`; by itself it asks one cold question: python -m benchmarks.usage_rivals
duckdb|polars FILE
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
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

    import polars
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


@dataclass(frozen=True)
class Rival:
    """How long a rival takes, in milliseconds, and what it answers."""

    hot_ms: float
    cold_ms: float
    answer: Answer


def by_duckdb(columns: dict[str, NDArray[Any]], times: int, folder: Path) -> Rival:
    """DuckDB, with its file in a folder."""
    import duckdb

    connection = duckdb.connect()
    connection.register("given", columns)
    file = folder / "requests.duckdb"
    connection.execute("create table requests as select * from given")
    connection.execute(f"attach '{file}' as kept")
    connection.execute("create table kept.requests as select * from given")
    connection.execute("detach kept")
    connection.unregister("given")
    hot, rows = best_of(lambda: connection.execute(_DUCKDB_QUESTION).fetchall(), times)
    connection.close()
    answer = _answer([(*row[:-1], *row[-1]) for row in rows])
    return Rival(hot, _cold("duckdb", file, times), answer)


def by_polars(columns: dict[str, NDArray[Any]], times: int, folder: Path) -> Rival:
    """Polars, with a Parquet file in a folder."""
    import polars

    requests = polars.DataFrame(columns)
    file = folder / "requests.parquet"
    requests.write_parquet(file)
    hot, frame = best_of(_polars_question(requests.lazy()).collect, times)
    return Rival(hot, _cold("polars", file, times), _answer(frame.rows()))


_SUMMED = ", ".join(f"sum({name})" for name in (*SUMS, "failed"))
_DUCKDB_QUESTION = (
    f"select day, model, count(*), {_SUMMED}, quantile_disc(total_ms, {list(QUANTILES)}) "
    "from requests group by day, model"
)


def _polars_question(requests: polars.LazyFrame) -> polars.LazyFrame:
    import polars

    return requests.group_by("day", "model").agg(
        polars.len().alias("requests"),
        *(polars.col(name).cast(polars.Int64).sum() for name in (*SUMS, "failed")),
        *(
            polars.col("total_ms").quantile(q, interpolation="equiprobable").alias(f"p{q}")
            for q in QUANTILES
        ),
    )


def _cold(rival: str, file: Path, times: int) -> float:
    """The median of the first questions of some new processes, in milliseconds."""
    program = [sys.executable, "-m", "benchmarks.usage_rivals", rival, str(file)]
    return statistics.median(
        json.loads(subprocess.run(program, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(times)
    )


def _ask_cold(rival: str, file: Path) -> float:
    """Milliseconds from opening the file until the answer is there; libraries are loaded before."""
    if rival == "duckdb":
        import duckdb

        connection = duckdb.connect()
        begun = time.perf_counter()
        connection.execute(f"attach '{file}' as kept (read_only)")
        connection.execute("use kept")
        connection.execute(_DUCKDB_QUESTION).fetchall()
    else:
        import polars

        begun = time.perf_counter()
        _polars_question(polars.scan_parquet(file)).collect().rows()
    return (time.perf_counter() - begun) * 1e3


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


if __name__ == "__main__":
    print(json.dumps(_ask_cold(sys.argv[1], Path(sys.argv[2]))))
