"""Usage as CSV: the figures shown, with units and offsets, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from lmchat_desktop.domain.timebasis import Period, Step, day_bounds, zone
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, Measure, UsageBlock
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.services.usage import UsageQuestion, UsageReport, UsageService
from lmchat_desktop.services.usage_export import header, write_csv

CHATHAM = zone("Pacific/Chatham")
NOW = datetime(2026, 9, 27, 18, 0, tzinfo=UTC)


class OneBlock:
    def __init__(self, block: UsageBlock, covered: list[tuple[int, int]]) -> None:
        self.block, self.covered = block, covered

    def blocks(
        self, scope: str, start_s: int, end_s: int, level: Level, zone: object
    ) -> tuple[list[UsageBlock], list[tuple[int, int]]]:
        return [self.block], self.covered


def report_of(models: list[str], group_by: Dimension | None = Dimension.MODEL) -> UsageReport:
    start, end = day_bounds(datetime(2026, 9, 27).date(), CHATHAM)
    first = int(start.timestamp())
    n = len(models)
    block = build_block(
        np.full(n, first + 900),
        900,
        {
            Dimension.MODEL: (models, np.arange(n)),
            Dimension.OUTCOME: (["ok", "failed"], np.arange(n) % 2),
        },
        {Measure.COST: np.arange(n) * 1_234_567_891, Measure.INPUT_TOKENS: np.arange(n) * 10},
        np.full(n, 250.0),
        np.full(n, np.nan),
    )
    service = UsageService(OneBlock(block, [(first, first + 9000)]), lambda: NOW)
    return service.report(
        UsageQuestion("service", Period(start, end), Step.HOUR, CHATHAM, group_by, detailed=True)
    )


def rows_of(report: UsageReport) -> list[dict[str, str]]:
    stream = io.StringIO(newline="")
    written = write_csv(report, stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue(), newline="")))
    assert len(rows) == written
    assert list(rows[0]) == header(report)
    return rows


def test_a_row_for_each_bucket_and_group() -> None:
    report = report_of(["a", "b", "c"])
    rows = rows_of(report)
    assert len(rows) == 24 * 3
    starts = [row["start (Pacific/Chatham)"] for row in rows[::3]]
    # At 02:45 the clocks of Chatham went on to 03:45: hour 2 had 45 minutes and hour 3 had 15.
    assert starts[:5] == [
        "2026-09-27T00:00:00+12:45",
        "2026-09-27T01:00:00+12:45",
        "2026-09-27T02:00:00+12:45",
        "2026-09-27T03:45:00+13:45",
        "2026-09-27T04:00:00+13:45",
    ]
    assert rows[0]["end (Pacific/Chatham)"] == starts[1]
    first = rows[:3]
    assert [row["model"] for row in first] == ["a", "b", "c"]
    assert [row["requests"] for row in first] == ["1", "1", "1"]
    assert [row["failed requests"] for row in first] == ["0", "1", "0"]
    assert [row["failed requests (%)"] for row in first] == ["0.000", "100.000", "0.000"]
    assert [Decimal(row["cost (USD)"]) for row in first] == [
        Decimal(0),
        Decimal("1.234567891"),
        Decimal("2.469135782"),
    ]
    for row in first:
        p95 = float(row["total time p95 (ms, ±1.1 %)"])
        assert abs(p95 / 250 - 1) <= 0.011
        assert row["time to first token p95 (ms, ±1.1 %)"] == ""


def test_no_data_is_left_empty_and_zero_is_zero() -> None:
    rows = rows_of(report_of(["a"]))
    assert [row["data"] for row in rows[:4]] == ["yes", "yes", "part", "no"]
    assert rows[1]["requests"] == "0"
    assert rows[1]["cost (USD)"] == "0.00"
    assert rows[1]["failed requests (%)"] == ""
    assert rows[3]["requests"] == rows[3]["cost (USD)"] == ""


def test_without_groups_there_is_a_row_a_bucket() -> None:
    assert len(rows_of(report_of(["a", "b"], None))) == 24
    report = report_of([])
    rows = rows_of(report)
    assert len(rows) == 24
    assert rows[0]["requests"] == "0"
    assert rows[-1]["requests"] == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")']
)
def test_formulas_are_neutralised(text: str) -> None:
    assert rows_of(report_of([text]))[0]["model"] == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "a,b", 'quo"te', "two\nlines", "‮evil", "日本語"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert rows_of(report_of([text]))[0]["model"] == text
