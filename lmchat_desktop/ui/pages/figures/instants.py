"""Ranges of the calendar that people often want."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.timebasis import Period, day_bounds

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo


class Quick(StrEnum):
    """Calendar ranges that the dialog offers."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this-week"
    LAST_WEEK = "last-week"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"


def quick_range(quick: Quick, now: datetime, zone: ZoneInfo) -> Period:
    """A calendar range in the zone; weeks begin on Monday (ISO 8601), running ones end at `now`."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = (first - timedelta(days=1)).replace(day=1)

    def start(day: date) -> datetime:
        return day_bounds(day, zone)[0]

    return {
        Quick.TODAY: lambda: Period(start(today), now),
        Quick.YESTERDAY: lambda: Period(start(today - timedelta(days=1)), start(today)),
        Quick.THIS_WEEK: lambda: Period(start(monday), now),
        Quick.LAST_WEEK: lambda: Period(start(monday - timedelta(days=7)), start(monday)),
        Quick.THIS_MONTH: lambda: Period(start(first), now),
        Quick.LAST_MONTH: lambda: Period(start(last_month), start(first)),
    }[quick]()
