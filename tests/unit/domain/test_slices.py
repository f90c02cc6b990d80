"""Slice names, and which slices exist at an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.coverage import merge_spans
from lmchat_desktop.domain.usage.slices import (
    LIVE_WINDOW,
    RETENTION_CEILING,
    SliceSpan,
    day_id,
    expected,
    hour_id,
    live_start_s,
    parse,
)

INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(INSTANTS)
def test_names_say_what_they_cover(at: datetime) -> None:
    day, hour = parse(day_id(at.date())), parse(hour_id(at))
    assert day.start_s <= hour.start_s <= at.timestamp() < hour.end_s <= day.end_s
    assert (day.end_s - day.start_s, day.resolution_s) == (86_400, 900)
    assert (hour.end_s - hour.start_s, hour.resolution_s) == (3_600, 60)


def test_an_hour_is_named_in_utc() -> None:
    at = datetime.fromisoformat("2026-11-24T05:30:00+05:45")
    assert hour_id(at) == "2026-11-23T23"
    start = int(datetime(2026, 11, 23, 23, tzinfo=UTC).timestamp())
    assert parse("2026-11-23T23") == SliceSpan(start, start + 3600, 60)


@pytest.mark.parametrize(
    "name",
    ["", "2026-13-01", "2026-02-30", "2026-1-1", "2026-01-01T24", "2026-01-01T5", "２０２６-01-01"],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(name)


def test_slices_of_an_instant() -> None:
    now = datetime(2026, 11, 24, 5, 33, tzinfo=UTC)
    first = int(datetime(2026, 11, 21, 13, 0, tzinfo=UTC).timestamp())
    names = expected(now, first)
    days = [name for name in names if "T" not in name]
    hours = [name for name in names if "T" in name]
    assert days == ["2026-11-21", "2026-11-22", "2026-11-23"]
    assert hours[0] == "2026-11-22T05"
    assert hours[-1] == "2026-11-24T05"
    assert len(hours) == 49


def test_nothing_is_listed_before_the_first_traffic() -> None:
    now = datetime(2026, 11, 24, 5, 33, tzinfo=UTC)
    assert expected(now, int(now.timestamp()) + 1) == []
    assert expected(now, int(now.timestamp())) == ["2026-11-24T05"]


@given(INSTANTS, st.integers(0, 500 * 86_400))
def test_slices_cover_all_that_is_kept_without_a_gap(now: datetime, age_s: int) -> None:
    first = int(now.timestamp()) - age_s
    spans = [parse(name) for name in expected(now, first)]
    cover = merge_spans((span.start_s, span.end_s) for span in spans)
    assert len(cover) == 1
    oldest = max(first, int((now - RETENTION_CEILING).timestamp()))
    assert cover[0][0] <= oldest
    assert cover[0][1] > now.timestamp()
    for span in spans:
        assert span.end_s > oldest
        if span.resolution_s == 900:
            assert span.end_s <= now.timestamp()
        else:
            assert span.end_s > (now - LIVE_WINDOW).timestamp() - 1
            assert span.start_s >= live_start_s(now)


def test_days_end_at_the_retention_ceiling() -> None:
    now = datetime(2026, 11, 24, 5, 33, tzinfo=UTC)
    names = expected(now, 0)
    assert names[0] == day_id(date(2026, 11, 24) - timedelta(days=400))
