"""Periods of budgets by UTC, whatever offset the instant has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.keys.budget import BudgetSpan, is_used_up, span_at
from lmchat_desktop.domain.keys.terms import BudgetPeriod


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("period", "at", "start", "end"),
    [
        (BudgetPeriod.DAY, utc(2026, 2, 28, 23, 59, 59), utc(2026, 2, 28), utc(2026, 3, 1)),
        (BudgetPeriod.DAY, utc(2026, 3, 1), utc(2026, 3, 1), utc(2026, 3, 2)),
        (BudgetPeriod.WEEK, utc(2026, 3, 1, 12), utc(2026, 2, 23), utc(2026, 3, 2)),
        (BudgetPeriod.WEEK, utc(2026, 3, 2), utc(2026, 3, 2), utc(2026, 3, 9)),
        (BudgetPeriod.MONTH, utc(2026, 1, 31, 5), utc(2026, 1, 1), utc(2026, 2, 1)),
        (BudgetPeriod.MONTH, utc(2028, 2, 29), utc(2028, 2, 1), utc(2028, 3, 1)),
        (BudgetPeriod.MONTH, utc(2026, 12, 31, 23), utc(2026, 12, 1), utc(2027, 1, 1)),
        (None, utc(2026, 12, 31, 23), utc(2026, 12, 1), utc(2027, 1, 1)),
        (
            BudgetPeriod.MONTH,
            datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            utc(2026, 2, 1),
            utc(2026, 3, 1),
        ),
    ],
)
def test_spans(period: BudgetPeriod | None, at: datetime, start: datetime, end: datetime) -> None:
    assert span_at(period, at) == BudgetSpan(start, end)


def test_a_total_budget_never_begins_anew() -> None:
    assert span_at(BudgetPeriod.TOTAL, utc(2026, 1, 1)) == BudgetSpan(None, None)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        span_at(BudgetPeriod.DAY, datetime(2026, 1, 1))


instants = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones())
periods = st.sampled_from([BudgetPeriod.DAY, BudgetPeriod.WEEK, BudgetPeriod.MONTH])


@given(period=periods, at=instants)
def test_every_instant_lies_in_its_span_and_spans_follow_one_another(
    period: BudgetPeriod, at: datetime
) -> None:
    span = span_at(period, at)
    assert span.start is not None
    assert span.end is not None
    assert span.start <= at < span.end
    assert span_at(period, span.start) == span
    assert span_at(period, span.end).start == span.end


@pytest.mark.parametrize(
    ("spent", "budget", "over"),
    [(0, None, False), (2**63, None, False), (4, 5, False), (5, 5, True), (0, 0, True)],
)
def test_used_up(spent: int, budget: int | None, over: bool) -> None:
    assert is_used_up(spent, budget) is over
