"""Moments on the wire: RFC 3339 and nothing else, the same when they come back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lmchat_desktop.contract.base import Instant, SentCount, instant_text

MOMENT: TypeAdapter[datetime] = TypeAdapter(Instant)
WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
instants = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=zones)


@given(instants)
def test_a_moment_comes_back_to_the_millisecond(at: datetime) -> None:
    written = instant_text(at)
    assert WRITTEN.fullmatch(written)
    back = MOMENT.validate_python(written)
    assert back.utcoffset() == timedelta(0)
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)
    assert MOMENT.validate_python(at.isoformat()) == at or at.utcoffset() is None


@given(
    st.text(max_size=30)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.none()
    | st.from_regex(r"\d{4}-\d{2}-\d{2}.\d{2}:\d{2}:\d{2}.{0,8}")
)
def test_anything_else_is_refused_in_one_way(value: object) -> None:
    try:
        at = MOMENT.validate_python(value)
    except ValidationError:
        return
    assert isinstance(value, str)
    assert at.utcoffset() is not None


@pytest.mark.parametrize(
    "value", ["1764000000", "0.5", 0, 1.5, "2026-11-24", "2026-11-24T10:00:00", "20261124T100000Z",
              "2026-11-24T10:00:00Z ", "２０26-11-24T10:00:00Z", "2026-02-30T10:00:00Z"]
)  # fmt: skip
def test_what_is_no_written_moment_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(value)


@pytest.mark.parametrize("value", ["5", True, 5.0, -1, 2**63])
def test_a_count_that_is_sent_is_a_whole_number(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(SentCount).validate_python(value)


def test_a_moment_is_a_moment_in_utc() -> None:
    assert MOMENT.validate_python("2026-11-24t10:00:00+01:00") == datetime(
        2026, 11, 24, 9, tzinfo=UTC
    )
