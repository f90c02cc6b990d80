"""Slices of the usage cube: their names, which ones exist at an instant, and levels of detail.

A day slice (`2026-11-10`) is a closed UTC day in cells of a quarter hour; an hour slice
(`2026-11-24T05`) is a UTC hour of the last 48 hours in cells of a minute, the open hour included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAY_S = 86_400
HOUR_S = 3_600
DAY_RESOLUTION_S = 900
HOUR_RESOLUTION_S = 60

LIVE_WINDOW = timedelta(hours=48)
"""Hour slices exist while their hour ended less than this ago."""
RETENTION_CEILING = timedelta(days=400)
"""No usage cell is kept longer than this."""

_SHAPE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}))?", re.ASCII)


class Level(StrEnum):
    """How finely usage is read: as minutes, quarter hours, local hours or local days."""

    MINUTE = "minute"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class SliceSpan:
    """What a slice's name says.

    Attributes:
        start_s: its first second since the epoch.
        end_s: the first second after it.
        resolution_s: the length of its cells in seconds.

    """

    start_s: int
    end_s: int
    resolution_s: int


def day_id(day: date) -> str:
    """The name of a UTC day's slice."""
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def hour_id(at: datetime) -> str:
    """The name of the slice of the UTC hour that an aware instant lies in."""
    hour = at.astimezone(UTC)
    return f"{day_id(hour.date())}T{hour.hour:02d}"


def parse(slice_id: str) -> SliceSpan:
    """What a slice's name says.

    Raises:
        ValueError: it is not the name of a slice.

    """
    shape = _SHAPE.fullmatch(slice_id)
    if shape is None:
        raise ValueError("not the name of a usage slice")
    year, month, day, hour = shape.groups()
    start = datetime(int(year), int(month), int(day), int(hour or 0), tzinfo=UTC)
    start_s = int(start.timestamp())
    if hour is None:
        return SliceSpan(start_s, start_s + DAY_S, DAY_RESOLUTION_S)
    return SliceSpan(start_s, start_s + HOUR_S, HOUR_RESOLUTION_S)


def live_start_s(now: datetime) -> int:
    """The first second that an hour slice covers at this instant."""
    live = int((now - LIVE_WINDOW).timestamp())
    return live - live % HOUR_S


def expected(now: datetime, first_s: int) -> list[str]:
    """The names of all slices that exist at an instant, day slices first, each kind oldest first.

    Args:
        now: the instant, aware.
        first_s: when the first traffic happened, in epoch seconds; nothing before its day or its
            hour is listed.

    """
    now_s = int(now.timestamp())
    oldest_s = max(first_s, int((now - RETENTION_CEILING).timestamp()))
    if first_s > now_s:
        return []
    days = range(oldest_s - oldest_s % DAY_S, now_s - now_s % DAY_S, DAY_S)
    first_hour = max(first_s - first_s % HOUR_S, live_start_s(now))
    hours = range(first_hour, now_s + 1, HOUR_S)
    return [
        *(day_id(datetime.fromtimestamp(at, UTC).date()) for at in days),
        *(hour_id(datetime.fromtimestamp(at, UTC)) for at in hours),
    ]
