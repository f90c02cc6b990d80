"""Times as people read them off a wall clock in a zone, made into instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

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


def wall_minute(at: datetime, zone: ZoneInfo) -> datetime:
    """The naive local time of an instant, to the minute."""
    return at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None, fold=0)


def same_time_in(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant when the zone's wall clock shows the same minute so many days later, in UTC."""
    return resolve(wall_minute(now, zone) + timedelta(days=days), zone).at


def same_time_next_year(now: datetime, zone: ZoneInfo) -> datetime:
    """The same minute of the same date a year later, in UTC; of 1 March after a 29 February."""
    local = wall_minute(now, zone)
    if (local.month, local.day) == (2, 29):
        local = local.replace(month=3, day=1)
    return resolve(local.replace(year=local.year + 1), zone).at
