"""Local time made of instants: days, hours and bucket edges of a zone, right across clock changes.

A day or hour of a zone starts at its first instant: where a clock change repeats midnight, at the
first one; where it skips midnight, at the change itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

if TYPE_CHECKING:
    from lmchat_desktop.domain.usage.cells import IntColumn

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)


class UnknownZone(ValueError):
    """No time zone has this name."""


class Step(StrEnum):
    """How much time one bucket of a chart covers."""

    MINUTE = "1min"
    FIVE_MINUTES = "5min"
    QUARTER = "15min"
    HOUR = "1h"
    THREE_HOURS = "3h"
    SIX_HOURS = "6h"
    DAY = "1d"

    @property
    def seconds(self) -> int:
        """Its length in seconds; a bucket beside a clock change can be shorter or longer."""
        return _SECONDS[self]


_SECONDS = {
    Step.MINUTE: 60,
    Step.FIVE_MINUTES: 300,
    Step.QUARTER: 900,
    Step.HOUR: 3_600,
    Step.THREE_HOURS: 10_800,
    Step.SIX_HOURS: 21_600,
    Step.DAY: 86_400,
}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time.

    Attributes:
        start: its first instant, aware.
        end: the first instant after it, aware.
        stride: how far back the period lies that this one is compared with, where that is not
            its own length (see `previous`).

    """

    start: datetime
    end: datetime
    stride: timedelta | None = None

    def __post_init__(self) -> None:
        """Refuse what is no span of time."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs instants with a zone")
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name.

    Raises:
        UnknownZone: there is none.

    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"no time zone is called {name!r}") from error


def local_days(start: datetime, end: datetime, zone: tzinfo) -> list[date]:
    """The days of a zone that [start, end) touches, oldest first. A day that a zone skipped is
    not among them.
    """
    if end <= start:
        return []
    day = start.astimezone(zone).date()
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    days: list[date] = []
    while day <= last:
        first, after = day_bounds(day, zone)
        if first < after:
            days.append(day)
        day += _DAY
    return days


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The first instant of a local day and the first one after it, in UTC.

    They are 23 or 25 hours apart where a clock change lies between, and equal for a day that the
    zone skipped.
    """
    return _first_instant(day, 0, zone), _first_instant(day + _DAY, 0, zone)


def bucket_edges(start: datetime, end: datetime, step: Step, zone: tzinfo) -> IntColumn:
    """The edges of the buckets that [start, end) falls into.

    Hours and days are those of the zone's wall clock, so the first and the last bucket can be
    shorter than the rest, and one beside a clock change shorter or longer. Quarter hours and less
    are counted from the epoch, which is the same in every zone in use.

    Returns:
        Epoch seconds, ascending: start, every boundary within, end (n + 1 values for n buckets).

    Raises:
        ValueError: end is not after start.

    """
    start_s, end_s = epoch_s(start), epoch_s_above(end)
    if end_s <= start_s:
        raise ValueError("buckets need an end after their start")
    if step.seconds < Step.HOUR.seconds:
        inner = np.arange(start_s - start_s % step.seconds, end_s, step.seconds, dtype=np.int64)
    else:
        days = local_days(start, end, zone)
        inner = np.concatenate([day_edges(day, step, zone)[:-1] for day in days])
    inner = inner[(inner > start_s) & (inner < end_s)]
    return np.concatenate(([start_s], inner, [end_s])).astype(np.int64)


def day_edges(day: date, step: Step, zone: tzinfo) -> IntColumn:
    """The edges of a whole local day's buckets (n + 1 epoch seconds for n buckets)."""
    first, after = day_bounds(day, zone)
    first_s, after_s = epoch_s(first), epoch_s(after)
    if step.seconds < Step.HOUR.seconds:
        return np.arange(first_s, after_s + 1, step.seconds, dtype=np.int64)
    if after_s - first_s == Step.DAY.seconds and _offset(first, zone) == _offset(after, zone):
        return np.arange(first_s, after_s + 1, step.seconds, dtype=np.int64)
    found = {first_s, after_s}
    for wall_s in range(0, Step.DAY.seconds, step.seconds):
        found.add(epoch_s(_first_instant(day, wall_s, zone)))
        if step is Step.HOUR:
            found.add(epoch_s(_second_instant(day, wall_s, zone)))
    return np.array(sorted(at for at in found if first_s <= at <= after_s), dtype=np.int64)


def floor_to(at: datetime, step: Step, zone: tzinfo) -> datetime:
    """The last boundary of the step at or before an instant, in UTC."""
    edges = _edges_around(at, step, zone)
    return from_epoch(int(edges[np.searchsorted(edges, epoch_s(at), side="right") - 1]))


def ceil_to(at: datetime, step: Step, zone: tzinfo) -> datetime:
    """The first boundary of the step at or after an instant, in UTC."""
    floor = floor_to(at, step, zone)
    if floor == at:
        return floor
    edges = _edges_around(at, step, zone)
    return from_epoch(int(edges[np.searchsorted(edges, epoch_s(floor), side="right")]))


def choose_step(start: datetime, end: datetime, max_buckets: int = 120) -> Step:
    """The finest step with which [start, end) has at most so many buckets; days at the longest."""
    length = (end - start).total_seconds()
    for step in Step:
        # Days around a clock change may be an hour longer; that must not halve the detail.
        slack = 3_600 if step.seconds >= 3 * 3_600 else 0
        if (length - slack) / step.seconds <= max_buckets:
            return step
    return Step.DAY


def last_hours(hours: int, now: datetime) -> Period:
    """The last hours up to now, from the first whole quarter hour in them.

    Starting on a quarter hour makes every bucket but the open one whole. The period that it is
    compared with lies exactly so many hours back.
    """
    now_s = epoch_s(now)
    start_s = -(-(now_s - hours * 3_600) // 900) * 900
    return Period(from_epoch(start_s), now.astimezone(UTC), timedelta(hours=hours))


def last_days(days: int, now: datetime, zone: tzinfo) -> Period:
    """So many local days, today included, up to now. At the first instant of a day today is empty,
    and then the period ends one second later.
    """
    today = now.astimezone(zone).date()
    start = day_bounds(today - timedelta(days=days - 1), zone)[0]
    end = now.astimezone(UTC)
    return Period(start, max(end, start + timedelta(seconds=1)))


def previous(period: Period, zone: tzinfo, until: datetime | None = None) -> Period:
    """The period that a period is compared with.

    One that starts with a local day lies as many local days back as it touches, by the wall
    clock, so that a day that is half over is compared with half a day. Any other lies its
    stride back, or its own length.

    Args:
        period: the period.
        zone: whose days count.
        until: where the data of the period ends; what is compared ends at the same time of its
            own period. None: the whole of both.

    """
    start = period.start
    end = period.end if until is None else min(max(until, start), period.end)
    local = start.astimezone(zone)
    if period.stride is None and day_bounds(local.date(), zone)[0] == start:
        days = len(local_days(start, period.end, zone))
        earlier = day_bounds(local.date() - days * _DAY, zone)[0]
        return Period(earlier, max(_wall_back(end, days, zone), earlier + timedelta(seconds=1)))
    stride = period.stride or (period.end - start)
    return Period(start - stride, max(end, start + timedelta(seconds=1)) - stride, period.stride)


def epoch_s(at: datetime) -> int:
    """The whole seconds since the epoch at or before an aware instant."""
    return (at - _EPOCH) // timedelta(seconds=1)


def epoch_s_above(at: datetime) -> int:
    """The whole seconds since the epoch at or after an aware instant."""
    return -((_EPOCH - at) // timedelta(seconds=1))


def from_epoch(seconds: int) -> datetime:
    """The instant so many seconds after the epoch, in UTC."""
    return _EPOCH + timedelta(seconds=seconds)


def _wall_back(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The instant when the zone's wall clock showed the same time so many days earlier."""
    local = at.astimezone(zone)
    if day_bounds(local.date(), zone)[0] == at:
        return day_bounds(local.date() - days * _DAY, zone)[0]
    wall = local.replace(tzinfo=None) - days * _DAY
    return _resolve(wall.replace(fold=local.fold), zone)


def _edges_around(at: datetime, step: Step, zone: tzinfo) -> IntColumn:
    """The edges of the local day that an instant lies in."""
    return _cached_day_edges(at.astimezone(zone).date(), step, zone)


@lru_cache(maxsize=4096)
def _cached_day_edges(day: date, step: Step, zone: tzinfo) -> IntColumn:
    edges = day_edges(day, step, zone)
    edges.setflags(write=False)
    return edges


def _offset(at: datetime, zone: tzinfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


@lru_cache(maxsize=16384)
def _first_instant(day: date, wall_s: int, zone: tzinfo) -> datetime:
    """The first instant when the wall clock shows a time or, where it is skipped, a later one."""
    return _resolve(datetime.combine(day, time()) + timedelta(seconds=wall_s), zone)


def _second_instant(day: date, wall_s: int, zone: tzinfo) -> datetime:
    """The second instant of a repeated wall time; the only one of any other."""
    wall = datetime.combine(day, time()) + timedelta(seconds=wall_s)
    return _resolve(wall.replace(fold=1), zone)


def _resolve(wall: datetime, zone: tzinfo) -> datetime:
    """The instant of a wall time; a skipped one is taken for the clock change that skips it."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(fold=0):
        return at
    early = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = _offset(early, zone)
    low, high = epoch_s(early), epoch_s(late)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(from_epoch(middle), zone) == before:
            low = middle
        else:
            high = middle
    return from_epoch(high)
