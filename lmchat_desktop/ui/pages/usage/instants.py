"""Times as people type them in a zone, made into instants; and the ranges they often want."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.timebasis import Period, day_bounds

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class WallTime(StrEnum):
    """Whether a local time happens once, as it should."""

    ONCE = "once"
    NEVER = "never"
    """Clocks are put forward over it; the instant that the old offset gives is taken."""
    TWICE = "twice"
    """Clocks are put back over it; the first of the two instants is taken."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The instant that a local time means.

    Attributes:
        at: the instant, in UTC.
        kind: whether the local time happens once, never or twice on that day.
    """

    at: datetime
    kind: WallTime


def resolve(local: datetime, zone: ZoneInfo) -> Resolved:
    """The instant of a naive local time in a zone (PEP 495: gaps and folds)."""
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    at = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return Resolved(at, WallTime.ONCE)
    exists = at.astimezone(zone).replace(tzinfo=None) == local.replace(fold=0)
    return Resolved(at, WallTime.TWICE if exists else WallTime.NEVER)


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
