"""Runs the benchmarks one after another, each in a process of its own: `make bench`.

Prints a table and writes `build/bench.json`. A benchmark that fails is told of at the end, and
makes the exit code 1; a goal that is missed does not, since machines differ: read the table.
Run some alone: python -m benchmarks cold_start usage_change
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.rows import Row, heard, table

HERE = Path(__file__).parent
OUT = HERE.parent / "build" / "bench.json"
NOT_MEASURING = {"__init__", "__main__", "rows"}


def names() -> list[str]:
    """The benchmarks that there are: modules that have a `main`."""
    return sorted(
        file.stem
        for file in HERE.glob("*.py")
        if file.stem not in NOT_MEASURING and "\ndef main(" in file.read_text(encoding="utf-8")
    )


def run(name: str) -> tuple[list[Row], int]:
    """The rows of one benchmark, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}"],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        cwd=HERE.parent,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
    )
    return heard(done.stdout), done.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE")
    options = parser.parse_args()
    rows: list[Row] = []
    failed: list[str] = []
    for name in options.names or names():
        print(f"{name} …", file=sys.stderr, flush=True)
        found, code = run(name)
        rows += found
        if code or not found:
            failed.append(f"{name} (exit code {code}, {len(found)} rows)")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cpus": os.cpu_count(),
            "system": platform.system(),
            "arch": platform.machine(),
        },
        "python": platform.python_version(),
        "rows": [row.as_json() for row in rows],
        "failed": failed,
    }
    options.out.write_text(json.dumps(written, indent=1, ensure_ascii=False), encoding="utf-8")
    print(table(rows))
    for row in rows:
        if row.note:
            print(f"  {row.name}: {row.note}")
    for each in failed:
        print(f"FAILED: {each}", file=sys.stderr)
    print(f"written to {options.out}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
