"""How large the frozen application is, and how fast it starts beside the unfrozen one.

Both are started afresh in turn, and timed from outside until they say what they did:
- the first frame of the sign-in page, best of N (`self-check --only window`);
- a private sandbox that has made its sample world and answers (`self-check --only sandbox`).
Builds the application where there is no build, which takes a minute or two more.
Run: python -m benchmarks.frozen [--times 7]
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rows import Row, tell

ROOT = Path(__file__).parents[1]
BUILT = ROOT / "dist" / "lmchat-desktop"
PROGRAM = BUILT / "lmchat-desktop"
UNFROZEN = Path(sys.executable).with_name("lmchat-desktop")

MOST_MB = 220.0
START_GOAL = 1.2


@dataclass(frozen=True)
class Start:
    """One start of a process.

    Attributes:
        seconds: until it said what it did.
        peak_mb: its highest resident memory.
    """

    seconds: float
    peak_mb: float


def start(program: Path, check: str, home: Path) -> Start:
    """Start a program anew and time one of its checks, in an environment with little in it."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(program), "self-check", "--only", check],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"},
    )
    assert process.stdout is not None
    seconds = None
    for line in process.stdout:
        if line.split()[:2] == ["ok", check]:
            seconds = time.perf_counter() - began
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if seconds is None or process.returncode:
        raise RuntimeError(f"{program} self-check --only {check} failed")
    return Start(seconds, usage.ru_maxrss / 2**10)


def rivals(check: str, times: int, home: Path) -> tuple[Start, Start]:
    """The fastest start of the frozen and of the unfrozen program, which take turns."""
    frozen, unfrozen = [], []
    for _ in range(times):
        unfrozen.append(start(UNFROZEN, check, home))
        frozen.append(start(PROGRAM, check, home))
    return min(frozen, key=lambda each: each.seconds), min(unfrozen, key=lambda each: each.seconds)


def size_mb() -> float:
    """The build's size in MB (2^20 bytes)."""
    files = (path for path in BUILT.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 2**20


def age_note() -> str:
    """A word of warning where the program was changed after it was built."""
    built = PROGRAM.stat().st_mtime
    sources = (*(ROOT / "lmchat_desktop").rglob("*.py"), ROOT / "lmchat.spec")
    newer = sum(path.stat().st_mtime > built for path in sources)
    return f"{newer} source files are newer than the build" if newer else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    if not PROGRAM.exists():
        subprocess.run([ROOT / "tools" / "dist", "--unchecked"], check=True, stdout=sys.stderr)
    note = age_note()
    with tempfile.TemporaryDirectory() as folder:
        for program in (UNFROZEN, PROGRAM):
            start(program, "window", Path(folder))  # fills the system's file cache for both
        window, unfrozen_window = rivals("window", times, Path(folder))
        sandbox, unfrozen_sandbox = rivals("sandbox", 1, Path(folder))
    tell(
        Row("frozen build, all files", size_mb(), "MB", "limit", MOST_MB, goal=1.0, note=note),
        Row(
            "frozen start to the sign-in page",
            window.seconds,
            "s",
            "unfrozen",
            unfrozen_window.seconds,
            goal=START_GOAL,
            state="cold",
            peak_mb=window.peak_mb,
            note=note,
        ),
        Row(
            "frozen start until a sandbox answers",
            sandbox.seconds,
            "s",
            "unfrozen",
            unfrozen_sandbox.seconds,
            goal=START_GOAL,
            state="cold",
            note="mostly the time that 1,017,861 sample requests take to be written",
        ),
    )


if __name__ == "__main__":
    main()
