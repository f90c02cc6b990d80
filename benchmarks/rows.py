"""What a benchmark says: one row a figure, each beside a named rival or limit of the same run."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "bench-row "
"""Begins the line of standard output that holds a row as JSON."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and what it is measured against.

    Attributes:
        name: what was measured.
        value: how much it was, in `unit`.
        unit: of `value` and `rival_value`: `ms`, `s`, `MB`, `requests`.
        rival: what it is set against in the same run: a program, another way, or "limit".
        rival_value: the rival's figure.
        goal: the highest ratio of `value` to `rival_value` that is good enough; None where the
            figure is told for information.
        state: "cold" for the first time in a new process, "hot" for again, "" where neither fits.
        peak_mb: the highest resident memory of the process that did the measured work.
        note: what a reader has to know to believe the figure.
    """

    name: str
    value: float
    unit: str
    rival: str
    rival_value: float
    goal: float | None = None
    state: str = ""
    peak_mb: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """The value over the rival's; below 1 is better than the rival."""
        return self.value / self.rival_value

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        return None if self.goal is None else self.ratio <= self.goal

    def as_json(self) -> dict[str, object]:
        """The row as it stands in `build/bench.json`."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def tell(*rows: Row) -> None:
    """Hand rows to whoever runs the benchmark."""
    for row in rows:
        print(MARK + json.dumps(asdict(row)), flush=True)


def heard(output: str) -> list[Row]:
    """The rows within a benchmark's standard output."""
    return [
        Row(**json.loads(line.removeprefix(MARK)))
        for line in output.splitlines()
        if line.startswith(MARK)
    ]


def peak_mb(*, children: bool = False) -> float:
    """The highest resident memory of this process, or of its ended children, in MB (2^20 bytes)."""
    import resource

    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    peak = resource.getrusage(who).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def table(rows: Sequence[Row]) -> str:
    """The rows as text, one line each, figures right-aligned."""
    heads = ("what", "state", "value", "rival", "rival's", "ratio", "goal", "met", "peak MB")
    lines = [
        (
            row.name,
            row.state,
            f"{_figure(row.value)} {row.unit}",
            row.rival,
            f"{_figure(row.rival_value)} {row.unit}",
            f"{row.ratio:.3g}",
            "" if row.goal is None else f"≤ {row.goal:g}",
            {True: "yes", False: "NO", None: ""}[row.met],
            "" if row.peak_mb is None else f"{row.peak_mb:.0f}",
        )
        for row in rows
    ]
    widths = [max(len(line[at]) for line in (heads, *lines)) for at in range(len(heads))]
    left = {0, 1, 3, 7}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (heads, *lines)
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
