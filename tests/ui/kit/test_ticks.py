"""Ticks stand on nice values, and on the wall clock across clock changes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts.buckets import Buckets
from lmchat_desktop.ui.charts.chart_data import HeatMap, heat_of, spread_heat
from lmchat_desktop.ui.charts.ticks import log_ticks, nice_step, time_ticks, value_ticks

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
CHATHAM = ZoneInfo("Pacific/Chatham")


def _ticks(start: datetime, end: datetime, most: int) -> list[tuple[str, str, bool]]:
    zone = start.tzinfo
    assert zone is not None
    return [
        (datetime.fromtimestamp(tick.at_s, zone).strftime("%d %H:%M"), tick.label, tick.major)
        for tick in time_ticks(start.timestamp(), end.timestamp(), zone, most)
    ]


def test_hours_across_a_day_of_23_hours() -> None:
    start = datetime(2026, 3, 29, tzinfo=BERLIN)
    ticks = _ticks(start, datetime(2026, 3, 29, 6, tzinfo=BERLIN), 8)
    assert [label for _at, label, _major in ticks] == [
        "29 Mar",
        "01:00",
        "03:00",
        "04:00",
        "05:00",
        "06:00",
    ]


def test_hours_across_a_day_of_25_hours() -> None:
    start = datetime(2026, 10, 25, tzinfo=BERLIN)
    end = datetime(2026, 10, 25, 4, tzinfo=BERLIN)
    ticks = time_ticks(start.timestamp(), end.timestamp(), BERLIN, 8)
    assert [tick.label for tick in ticks] == ["25 Oct", "01:00", "02:00", "02:00", "03:00", "04:00"]
    assert np.diff([tick.at_s for tick in ticks]).tolist() == [3600] * 5


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, KATHMANDU, CHATHAM])
@pytest.mark.parametrize("start", [datetime(2026, 3, 1), datetime(2026, 10, 20)])
@pytest.mark.parametrize("days", [3, 14, 30])
def test_days_start_at_local_midnight(zone: ZoneInfo, start: datetime, days: int) -> None:
    first = start.replace(tzinfo=zone)
    ticks = _ticks(first, (start + timedelta(days=days)).replace(tzinfo=zone), 6)
    majors = [at for at, _label, major in ticks if major]
    assert majors
    assert all(at.endswith("00:00") for at in majors)


def test_a_zone_of_quarter_hours_has_round_local_times() -> None:
    start = datetime(2026, 11, 9, 3, 7, tzinfo=KATHMANDU)
    ticks = _ticks(start, start + timedelta(hours=2), 5)
    assert [label for _at, label, _major in ticks] == ["03:30", "04:00", "04:30", "05:00"]


def test_long_spans_show_months_and_years() -> None:
    start = datetime(2026, 1, 1, tzinfo=BERLIN)
    labels = [each[1] for each in _ticks(start, datetime(2027, 2, 1, tzinfo=BERLIN), 14)]
    assert labels[0] == "2026"
    assert "2027" in labels
    assert "Jul" in labels


def test_no_ticks_of_nothing() -> None:
    assert time_ticks(5, 5, BERLIN, 6) == []
    assert time_ticks(5, 900, BERLIN, 0) == []


@given(
    st.integers(min_value=1_500_000_000, max_value=1_900_000_000),
    st.integers(min_value=60, max_value=400 * 86_400),
    st.integers(min_value=2, max_value=14),
    st.sampled_from([BERLIN, NEW_YORK, KATHMANDU, CHATHAM]),
)
def test_ticks_are_few_ascending_and_within(
    start: int, length: int, most: int, zone: ZoneInfo
) -> None:
    ticks = [tick.at_s for tick in time_ticks(start, start + length, zone, most)]
    assert all(start <= at <= start + length for at in ticks)
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= most + 3


@pytest.mark.parametrize(
    ("top", "kind", "step", "last"),
    [
        (9_200_000, Kind.TOKENS, 2_500_000, 10_000_000),
        (7, Kind.COUNT, 2, 8),
        (41, Kind.COUNT, 10, 50),
        (3, Kind.COUNT, 1, 3),
        (0, Kind.COUNT, 1, 1),
        (10, Kind.COUNT, 2, 10),
        (6_700, Kind.LATENCY, 2_500, 7_500),
        (10_900, Kind.LATENCY, 2_500, 12_500),
        (0.019, Kind.PERCENT, 0.005, 0.02),
    ],
)
def test_value_ticks(top: float, kind: Kind, step: float, last: float) -> None:
    found, ticks = value_ticks(top, kind)
    assert found == pytest.approx(step)
    assert ticks[0] == 0
    assert ticks[-1] == pytest.approx(last)


@given(st.floats(min_value=1e-6, max_value=1e15), st.sampled_from(list(Kind)))
def test_value_ticks_reach_above_everything(top: float, kind: Kind) -> None:
    _step, ticks = value_ticks(top, kind)
    assert ticks[-1] >= top * (1 - 1e-9)
    assert 2 <= len(ticks) <= 8


def test_log_ticks() -> None:
    assert log_ticks(90, 5_500) == pytest.approx([100, 200, 500, 1_000, 2_000, 5_000])
    assert log_ticks(1, 100_000) == pytest.approx([1, 10, 100, 1_000, 10_000, 100_000])
    assert log_ticks(0, 5) == []


def test_a_nice_step_of_nothing_is_one() -> None:
    assert nice_step(0, 4) == nice_step(float("inf"), 4) == 1


def test_heat_keeps_every_request_that_is_within() -> None:
    counts = np.array([[4, 0, 10], [0, 7, 0]], dtype=np.int64)
    heat = HeatMap(counts, np.array([0.0, 10.0, 20.0, 40.0]))
    rows = spread_heat(heat, np.array([0.0, 5.0, 20.0, 30.0, 50.0]))
    assert rows.tolist() == [[2, 2, 5, 5], [0, 7, 0, 0]]


def test_heat_of_a_histogram_has_its_bounds() -> None:
    assert heat_of(range(0), np.zeros((3, 0), np.int64)) is None
    heat = heat_of(range(32), np.ones((1, 32), np.int64))
    assert heat is not None
    assert heat.bounds_ms[0] == 1
    assert heat.bounds_ms[-1] == pytest.approx(2)
    assert len(heat.bounds_ms) == 33


def test_buckets() -> None:
    buckets = Buckets(np.array([0, 10, 30, 60]))
    assert buckets.count == 3
    assert [buckets.at(x) for x in (-1, 0, 9.5, 10, 59, 60, 61)] == [None, 0, 0, 1, 2, 2, None]
    assert buckets.snapped(5, 12) == (0, 30)
    assert buckets.snapped(30, 5) == (0, 30)
    assert buckets.snapped(-50, 900) == (0, 60)
    assert (buckets.starting_at(30), buckets.starting_at(31)) == (2, None)
    assert Buckets().at(0) is None
    assert Buckets().count == 0
