"""Days, hours and edges of zones: right where clocks change, and where midnight does not exist."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.timebasis import (
    Period,
    Step,
    UnknownZone,
    bucket_edges,
    ceil_to,
    choose_step,
    day_bounds,
    day_edges,
    epoch_s,
    epoch_s_above,
    floor_to,
    last_days,
    last_hours,
    local_days,
    previous,
    zone,
)

NEW_YORK = zone("America/New_York")
CHATHAM = zone("Pacific/Chatham")
HARD_ZONES = (
    "UTC",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "America/New_York",
    "Pacific/Chatham",
    "Australia/Lord_Howe",
    "America/Havana",
    "Africa/Cairo",
    "America/Asuncion",
    "Asia/Beirut",
    "Pacific/Apia",
)
INSTANTS = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def hours(day: date, name: str) -> float:
    first, after = day_bounds(day, zone(name))
    return (after - first) / timedelta(hours=1)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_an_unknown_zone_is_told(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone(name)


@pytest.mark.parametrize(
    ("day", "name", "length"),
    [
        (date(2026, 3, 8), "America/New_York", 23),
        (date(2026, 11, 1), "America/New_York", 25),
        (date(2026, 11, 2), "America/New_York", 24),
        (date(2026, 4, 5), "Pacific/Chatham", 25),
        (date(2026, 9, 27), "Pacific/Chatham", 23),
        (date(2026, 4, 5), "Australia/Lord_Howe", 24.5),
        (date(2026, 10, 4), "Australia/Lord_Howe", 23.5),
        (date(2026, 3, 29), "Asia/Beirut", 23),
        (date(2011, 12, 30), "Pacific/Apia", 0),
    ],
)
def test_days_beside_a_clock_change(day: date, name: str, length: float) -> None:
    assert hours(day, name) == length


def test_a_skipped_midnight_is_the_clock_change() -> None:
    first, _ = day_bounds(date(2026, 3, 29), zone("Asia/Beirut"))
    assert first.astimezone(zone("Asia/Beirut")).hour == 1
    assert first == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_a_repeated_midnight_is_the_first() -> None:
    havana = zone("America/Havana")
    first, after = day_bounds(date(2026, 11, 1), havana)
    assert first == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert after - first == timedelta(hours=25)


def test_a_skipped_day_is_not_listed() -> None:
    apia = zone("Pacific/Apia")
    start, end = day_bounds(date(2011, 12, 29), apia)[0], day_bounds(date(2011, 12, 31), apia)[1]
    assert local_days(start, end, apia) == [date(2011, 12, 29), date(2011, 12, 31)]


def test_chatham_hours_begin_at_a_quarter_past() -> None:
    summer, winter = date(2026, 1, 10), date(2026, 7, 10)
    for day, offset in ((summer, "13:45"), (winter, "12:45")):
        edges = day_edges(day, Step.HOUR, CHATHAM)
        assert len(edges) == 25
        assert set((edges % 3600).tolist()) == {900}
        assert datetime.fromtimestamp(int(edges[0]), CHATHAM).isoformat().endswith(f"+{offset}")


def test_hours_of_a_day_with_a_repeated_hour() -> None:
    edges = day_edges(date(2026, 11, 1), Step.HOUR, NEW_YORK)
    assert np.diff(edges).tolist() == [3600] * 25
    walls = [datetime.fromtimestamp(at, NEW_YORK).hour for at in edges[:4].tolist()]
    assert walls == [0, 1, 1, 2]


def test_an_hour_that_a_clock_change_cuts_is_two_parts() -> None:
    edges = day_edges(date(2026, 9, 27), Step.HOUR, CHATHAM)
    assert (np.diff(edges)[:5] // 60).tolist() == [60, 60, 45, 15, 60]
    assert int(edges[-1] - edges[0]) == 23 * 3600


def test_three_hours_follow_the_wall_clock() -> None:
    spring = day_edges(date(2026, 3, 8), Step.THREE_HOURS, NEW_YORK)
    autumn = day_edges(date(2026, 11, 1), Step.THREE_HOURS, NEW_YORK)
    assert (np.diff(spring) // 3600).tolist() == [2, *[3] * 7]
    assert (np.diff(autumn) // 3600).tolist() == [4, *[3] * 7]


@given(INSTANTS, st.integers(1, 40 * 86_400), st.sampled_from(Step), st.sampled_from(HARD_ZONES))
def test_edges_tile_the_range(start: datetime, length_s: int, step: Step, name: str) -> None:
    end = start + timedelta(seconds=min(length_s, 400 * step.seconds))
    edges = bucket_edges(start, end, step, zone(name))
    assert edges[0] == epoch_s(start)
    assert edges[-1] == epoch_s_above(end)
    lengths = np.diff(edges)
    assert (lengths > 0).all()
    if step.seconds < 3600:
        assert lengths.max() <= step.seconds
    else:
        assert lengths.max() <= max(step.seconds + 3600, 0)


@given(INSTANTS, st.sampled_from(HARD_ZONES))
def test_coarser_edges_are_finer_ones_too(at: datetime, name: str) -> None:
    day = at.astimezone(zone(name)).date()
    steps = (Step.QUARTER, Step.HOUR, Step.THREE_HOURS, Step.SIX_HOURS, Step.DAY)
    found = [set(day_edges(day, step, zone(name)).tolist()) for step in steps]
    for fine, coarse in itertools.pairwise(found):
        assert coarse <= fine


@given(INSTANTS, st.sampled_from(Step), st.sampled_from(HARD_ZONES))
def test_floor_and_ceiling_surround_an_instant(at: datetime, step: Step, name: str) -> None:
    below, above = floor_to(at, step, zone(name)), ceil_to(at, step, zone(name))
    assert below <= at <= above
    assert floor_to(below, step, zone(name)) == below == ceil_to(below, step, zone(name))
    assert floor_to(above, step, zone(name)) == above
    assert above - below <= timedelta(seconds=step.seconds + 3600)


@given(INSTANTS, INSTANTS, st.sampled_from(HARD_ZONES))
def test_each_instant_lies_in_its_local_day(one: datetime, two: datetime, name: str) -> None:
    place = zone(name)
    first, after = day_bounds(one.astimezone(place).date(), place)
    assert first <= one < after
    if two > one and two - one < timedelta(days=60):
        days = local_days(one, two, place)
        bounds = [day_bounds(day, place) for day in days]
        assert bounds[0][0] <= one
        assert bounds[-1][1] >= two
        assert all(a[1] == b[0] for a, b in itertools.pairwise(bounds))


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (timedelta(hours=1), Step.MINUTE),
        (timedelta(hours=6), Step.FIVE_MINUTES),
        (timedelta(hours=24), Step.QUARTER),
        (timedelta(days=5), Step.HOUR),
        (timedelta(days=7), Step.THREE_HOURS),
        (timedelta(days=30, hours=1), Step.SIX_HOURS),
        (timedelta(days=90), Step.DAY),
        (timedelta(days=400), Step.DAY),
    ],
)
def test_step_that_fits(length: timedelta, step: Step) -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    assert choose_step(start, start + length) is step


NOW = datetime(2026, 11, 24, 10, 23, 7, tzinfo=UTC)


def test_the_last_hours_start_on_a_quarter_hour() -> None:
    period = last_hours(24, NOW)
    assert period.start == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    assert period.end == NOW
    before = previous(period, NEW_YORK)
    assert before.start == datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    assert before.end == NOW - timedelta(hours=24)


def test_the_last_days_are_local_and_include_today() -> None:
    period = last_days(7, NOW, CHATHAM)
    assert period.start.astimezone(CHATHAM).isoformat() == "2026-11-19T00:00:00+13:45"
    assert local_days(period.start, period.end, CHATHAM)[-1] == date(2026, 11, 25)
    assert len(local_days(period.start, period.end, CHATHAM)) == 7


def test_days_are_compared_by_the_wall_clock_across_a_change() -> None:
    now = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)
    period = last_days(7, now, NEW_YORK)
    before = previous(period, NEW_YORK)
    assert before.start.astimezone(NEW_YORK).isoformat() == "2026-10-21T00:00:00-04:00"
    assert before.end.astimezone(NEW_YORK).isoformat() == "2026-10-27T10:30:00-04:00"


def test_whole_days_are_compared_with_whole_days() -> None:
    start = day_bounds(date(2026, 3, 2), NEW_YORK)[0]
    end = day_bounds(date(2026, 3, 9), NEW_YORK)[0]
    before = previous(Period(start, end), NEW_YORK)
    assert before.end == start
    assert before.start == day_bounds(date(2026, 2, 23), NEW_YORK)[0]


def test_a_period_that_is_not_over_is_compared_up_to_the_same_time() -> None:
    start, end = day_bounds(date(2026, 11, 24), NEW_YORK)
    until = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    before = previous(Period(start, end), NEW_YORK, until)
    assert before == Period(start - timedelta(days=1), until - timedelta(days=1))
    hour = Period(NOW - timedelta(hours=3), NOW)
    cut = previous(hour, NEW_YORK, NOW - timedelta(hours=1))
    assert cut.end == NOW - timedelta(hours=4)
    assert cut.start == NOW - timedelta(hours=6)


def test_just_after_midnight_a_period_has_a_length() -> None:
    midnight = day_bounds(date(2026, 11, 24), NEW_YORK)[0]
    period = last_days(1, midnight, NEW_YORK)
    assert period.start == midnight
    assert period.end > midnight
    assert previous(period, NEW_YORK).end > previous(period, NEW_YORK).start


@pytest.mark.parametrize(
    ("start", "end"), [(NOW, NOW), (NOW, NOW - timedelta(1)), (datetime(2026, 1, 1), NOW)]
)
def test_what_is_no_period_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="period"):
        Period(start, end)
