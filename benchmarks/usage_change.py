"""How long the usage page takes to show another range or grouping, beside DuckDB and polars.

Ninety days of 125 combinations a quarter hour (over a million cells) lie in an encrypted cache, at
12 and at 60 histogram entries a cell. The real page is driven by its own controls; the time goes
from the click until the frame is painted in which its chart, and all else that is dirty then, shows
the answer. What completes the report comes after that, and is not part of it.
The rivals answer the sums and exact percentiles by day and model from ten million raw requests, the
very ones that the cells at 12 entries are made of; all three are compared. Cold questions are set
against their cold ones (see `usage_rivals`).

- hot: the slowest kind of change, each the median of its repetitions after the first time.
- cold: the first question of a new process whose cache has its roll-ups; the file itself is warm.
- growth: the same cells made of a million and of ten million requests.
- memory: resident, with 90 days shown, above a window with a plain pyqtgraph plot.

Run: python -m benchmarks.usage_change [--times 3] [--folder WHERE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.rows import Row, tell
from benchmarks.usage_rivals import Answer, by_duckdb, by_polars, raw_columns
from benchmarks.usage_traffic import TRAFFIC
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND

HOT_MS, COLD_MS, MEMORY_MB = 100, 300, 150


def started(mode: str, *arguments: str) -> subprocess.Popen[str]:
    """A new process that measures the page."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.usage_page", mode, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it measured."""
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a measurement ended with {process.returncode}")
    measured: dict[str, Any] = json.loads(output.splitlines()[-1])
    return measured


def fill_all(folder: Path) -> dict[str, dict[str, Any]]:
    """Fill a cache for each kind of traffic, two at a time; their roll-ups are yet to be made."""
    names = ["60", "12", "10M", "1M"]
    filled: dict[str, dict[str, Any]] = {}
    while names:
        pair = {name: started("fill", str(folder / name / "cache.db"), name) for name in names[:2]}
        filled |= {name: ended(process) for name, process in pair.items()}
        names = names[2:]
    return filled


def compare(told: dict[str, Any], rivals: dict[str, Answer]) -> None:
    """Make sure that all say the same: sums exactly, percentiles within the histogram's bound."""
    sums, quantiles = np.array(told["sums"], np.int64), np.array(told["quantiles"], np.float64)
    for name, answer in rivals.items():
        if not np.array_equal(sums, answer.sums):
            raise AssertionError(f"{name} has other sums")
        if not np.array_equal(np.isnan(quantiles), np.isnan(answer.quantiles)):
            raise AssertionError(f"{name} has percentiles where there are none, or the reverse")
        off = np.nanmax(np.abs(quantiles / answer.quantiles - 1))
        if off > ERROR_BOUND:
            raise AssertionError(f"percentiles are off by {off:.3%} from those of {name}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=3, help="runs of each rival")
    parser.add_argument("--folder", type=Path, help="keep the caches here")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        filled = fill_all(folder)
        caches = {name: str(folder / name / "cache.db") for name in filled}
        first = {name: ended(started("first", caches[name])) for name in ("12", "60")}
        for name in ("1M", "10M"):
            ended(started("first", caches[name]))
        changes = {name: ended(started("changes", caches[name])) for name in ("12", "60")}
        growth: dict[str, list[float]] = {"1M": [], "10M": []}
        for name in ("1M", "10M", "10M", "1M"):
            growth[name].append(ended(started("changes", caches[name]))["hot_ms"])
        bare = ended(started("bare"))
        told = ended(started("answer", caches["12"]))
        columns = raw_columns(TRAFFIC["12"])
        duckdb = by_duckdb(columns, options.times, folder)
        polars = by_polars(columns, options.times, folder)
    compare(told, {"DuckDB": duckdb.answer, "polars": polars.answer})
    note = f"{len(columns['day']):,} raw requests for the rivals; "
    for name, seen in changes.items():
        made = filled[name]
        cells = note + f"{made['cells']:,} cells of {made['entries']:.0f} entries from "
        cells += f"{seen['requests']:,} requests"
        what = f"change of range or grouping, {name} entries a cell"
        for state, ms, limit, by_first, by_second in (
            ("hot", seen["hot_ms"], HOT_MS, duckdb.hot_ms, polars.hot_ms),
            ("cold", seen["cold_ms"], COLD_MS, duckdb.cold_ms, polars.cold_ms),
        ):
            tell(
                Row(what, ms, "ms", "limit", limit, 1.0, state, seen["peak_mb"], cells),
                Row(what, ms, "ms", "DuckDB, exact", by_first, 0.2, state, seen["peak_mb"]),
                Row(what, ms, "ms", "polars, exact", by_second, 1.0, state, seen["peak_mb"]),
            )
        tell(
            Row(
                f"first question in a new zone, {name} entries a cell",
                first[name]["first_ms"],
                "ms",
                "DuckDB, exact",
                duckdb.cold_ms,
                None,
                "cold",
                first[name]["peak_mb"],
                "every roll-up of the range is made for it; the window stays usable meanwhile",
            ),
            Row(
                f"memory with 90 days shown, {name} entries a cell",
                seen["rss_mb"] - bare["rss_mb"],
                "MB",
                "limit",
                MEMORY_MB,
                1.0,
                "hot",
                seen["peak_mb"],
                f"above {bare['rss_mb']:.0f} MB of a window with a plain pyqtgraph plot",
            ),
        )
    tell(
        Row(
            "change of range or grouping, from 10 M requests",
            min(growth["10M"]),
            "ms",
            "from 1 M in the same cells",
            min(growth["1M"]),
            1.15,
            "hot",
        )
    )


if __name__ == "__main__":
    main()
