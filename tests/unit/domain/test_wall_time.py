"""Days are added on the wall clock, across clock changes too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.wall_time import (
    WallTime,
    resolve,
    same_time_in,
    same_time_next_year,
    wall_minute,
)

BERLIN = ZoneInfo("Europe/Berlin")


def test_days_are_those_of_the_wall_clock() -> None:
    now = datetime(2026, 10, 20, 10, 0, 30, tzinfo=UTC)
    assert same_time_in(30, now, BERLIN) == datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
    assert same_time_in(30, now, ZoneInfo("UTC")) == datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ((2026, 11, 28, 9), (2027, 11, 28, 9)),
        ((2028, 2, 29, 9), (2029, 3, 1, 9)),
    ],
)
def test_a_year_later(now: tuple[int, ...], then: tuple[int, ...]) -> None:
    at = same_time_next_year(datetime(*now, tzinfo=UTC), ZoneInfo("UTC"))  # type: ignore[arg-type, misc]
    assert at == datetime(*then, tzinfo=UTC)  # type: ignore[arg-type, misc]


@given(
    st.datetimes(
        min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1), timezones=st.just(UTC)
    )
)
def test_the_minute_of_an_instant_means_that_instant_or_the_hour_before(at: datetime) -> None:
    resolved = resolve(wall_minute(at, BERLIN), BERLIN)
    minute = at.replace(second=0, microsecond=0)
    if resolved.kind is WallTime.TWICE:
        assert resolved.at in (minute, minute - timedelta(hours=1))
    else:
        assert (resolved.at, resolved.kind) == (minute, WallTime.ONCE)
