"""Where ticks stand: nice steps of values, and local midnights, hours and months of time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from lmchat_desktop.domain.formatting import MONTHS, Kind
from lmchat_desktop.domain.formatting import day as day_text
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
_DAYS = (1, 2, 3, 4, 7, 14)
_STEP_OF_NOTHING = {Kind.MONEY: 1e9, Kind.PERCENT: 0.01, Kind.LATENCY: 1000.0}
_MONTHS = (1, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A tick of a time axis.

    Attributes:
        at_s: epoch seconds.
        label: a time of day, a date or a month.
        major: whether a new day (or, among months, a new year) starts here.
    """

    at_s: float
    label: str
    major: bool


def nice_step(length: float, intervals: int) -> float:
    """The smallest nice step (1, 2, 2.5, 5 × 10ⁿ) that needs at most so many intervals."""
    if length <= 0 or not math.isfinite(length):
        return 1.0
    rough = length / max(1, intervals)
    magnitude = 10.0 ** math.floor(math.log10(rough))
    return next(factor * magnitude for factor in _NICE if factor * magnitude >= rough * (1 - 1e-9))


def value_ticks(top: float, kind: Kind, most: int = 5) -> tuple[float, list[float]]:
    """Ticks from zero that reach above `top`, whole ones where the kind counts things.

    Args:
        top: what has to be reached.
        kind: what the values are.
        most: how many intervals there may be.

    Returns:
        The distance of ticks, and the ticks, with as little room above as may be.
    """
    if top <= 0:
        step = _STEP_OF_NOTHING.get(kind, 1.0)
    else:
        choices = (nice_step(top, intervals) for intervals in range(max(2, most - 2), most + 1))
        step = min((_whole(each, kind) for each in choices), key=_cost(top, most))
    count = max(1, math.ceil(top / step - 1e-9))
    return step, [step * place for place in range(count + 1)]


def _whole(step: float, kind: Kind) -> float:
    """The step, or the next one that suits things that are counted."""
    if kind not in (Kind.COUNT, Kind.TOKENS, Kind.BYTES):
        return step
    return 5.0 if step == 2.5 else max(1.0, step)


def _cost(top: float, most: int) -> Callable[[float], float]:
    """How ill a step suits a height: by the room left above, and by how far ticks are from four."""

    def cost(step: float) -> float:
        count = max(1, math.ceil(top / step - 1e-9))
        return count * step / top + 0.04 * abs(count - min(4, most))

    return cost


def log_ticks(low: float, high: float) -> list[float]:
    """Ticks of a logarithmic axis: 1, 2 and 5 of each decade, decades alone when there are many."""
    if low <= 0 or high <= low:
        return []
    factors = (1.0, 2.0, 5.0) if math.log10(high / low) <= 2.4 else (1.0,)
    first = math.floor(math.log10(low))
    last = math.ceil(math.log10(high))
    every = (factor * 10.0**decade for decade in range(first, last + 1) for factor in factors)
    return [tick for tick in every if low * 0.999 <= tick <= high * 1.001]


def time_ticks(start_s: float, end_s: float, zone: tzinfo, most: int) -> list[TimeTick]:
    """Ticks of [start, end] on round times of the zone's wall clock, right across clock changes.

    A time that the clock skips has no tick; an hour that it repeats has two.
    """
    if end_s <= start_s or most < 1:
        return []
    length_minutes = (end_s - start_s) / 60
    for minutes in _MINUTES:
        if length_minutes / minutes <= most:
            return _within(start_s, end_s, _clock_ticks(start_s, end_s, zone, minutes))
    for days in _DAYS:
        if length_minutes / (days * 1440) <= most:
            return _within(start_s, end_s, _day_ticks(start_s, end_s, zone, days))
    for months in _MONTHS:
        if length_minutes / (months * 43_800) <= most:
            return _within(start_s, end_s, _month_ticks(start_s, end_s, zone, months))
    return _within(start_s, end_s, _month_ticks(start_s, end_s, zone, 240))


def _within(start_s: float, end_s: float, ticks: Iterator[TimeTick]) -> list[TimeTick]:
    inside = (tick for tick in ticks if start_s <= tick.at_s <= end_s)
    return sorted(inside, key=lambda tick: tick.at_s)


def _local_day(at_s: float, zone: tzinfo) -> date:
    return datetime.fromtimestamp(at_s, tz=zone).date()


def _ahead_s(at_s: float, zone: tzinfo) -> float:
    """How many seconds the zone's clock is ahead of UTC."""
    ahead = datetime.fromtimestamp(at_s, tz=zone).utcoffset() or timedelta()
    return ahead.total_seconds()


def _instants(local: datetime, zone: tzinfo) -> list[float]:
    """The instants at which the zone's clock shows this: none, one or two."""
    found: list[float] = []
    for fold in (0, 1):
        instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        shown = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        if shown == local and instant.timestamp() not in found:
            found.append(instant.timestamp())
    return found


def _clock_ticks(start_s: float, end_s: float, zone: tzinfo, minutes: int) -> Iterator[TimeTick]:
    day, last = _local_day(start_s, zone), _local_day(end_s, zone)
    ahead_s, later_s = (_ahead_s(at, zone) for at in (start_s - 86_400, end_s + 86_400))
    first_s = start_s + min(ahead_s, later_s)
    last_s = end_s + max(ahead_s, later_s)
    while day <= last:
        midnight = datetime.combine(day, time())
        midnight_s = midnight.replace(tzinfo=UTC).timestamp()
        for minute in range(0, 1440, minutes):
            if not first_s <= midnight_s + minute * 60 <= last_s:
                continue
            local = midnight + timedelta(minutes=minute)
            instants = _instants(local, zone)
            for at_s in instants if minutes <= 60 else instants[:1]:
                label = f"{local.hour:02d}:{local.minute:02d}" if minute else _day_label(day)
                yield TimeTick(at_s, label, minute == 0)
        day += timedelta(days=1)


def _day_ticks(start_s: float, end_s: float, zone: tzinfo, days: int) -> Iterator[TimeTick]:
    day, last = _local_day(start_s, zone), _local_day(end_s, zone)
    while day <= last:
        first_of_week = 1
        if (day.toordinal() - first_of_week) % days == 0:
            for at_s in _instants(datetime.combine(day, time()), zone)[:1]:
                yield TimeTick(at_s, _day_label(day), True)
        day += timedelta(days=1)


def _month_ticks(start_s: float, end_s: float, zone: tzinfo, months: int) -> Iterator[TimeTick]:
    first, last = _local_day(start_s, zone), _local_day(end_s, zone)
    number = first.year * 12 + first.month - 1
    while number <= last.year * 12 + last.month - 1:
        year, month = divmod(number, 12)
        if number % months == 0:
            local = datetime(year, month + 1, 1)
            for at_s in _instants(local, zone)[:1]:
                label = str(year) if month == 0 else translated(MONTHS[month])
                yield TimeTick(at_s, label, month == 0)
        number += 1


def _day_label(local: date) -> str:
    return translated(day_text(datetime.combine(local, time(), UTC), UTC))
