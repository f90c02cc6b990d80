"""How a period is read: its ends on cells, a step that fits, the coarsest level of each part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.domain.timebasis import (
    Period,
    Step,
    ceil_to,
    choose_step,
    epoch_s,
    epoch_s_above,
    floor_to,
    from_epoch,
)
from lmchat_desktop.domain.usage.slices import (
    DAY_RESOLUTION_S,
    HOUR_RESOLUTION_S,
    Level,
    live_start_s,
)

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

MAX_BUCKETS = 120
"""How many buckets a chart has at most where the question names no step."""

OPEN_END = timedelta(minutes=1)
"""A period that ended so recently still counts as going on: it was "up to now" when asked for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a period that is read at one level; its ends lie on the level's boundaries."""

    level: Level
    start_s: int
    end_s: int


def level_of(step: Step) -> Level:
    """The coarsest level whose cells fit into buckets of a step."""
    if step is Step.DAY:
        return Level.DAY
    if step.seconds >= Step.HOUR.seconds:
        return Level.HOUR
    return Level.QUARTER if step is Step.QUARTER else Level.MINUTE


def fitting_step(step: Step | None, period: Period, now: datetime) -> Step:
    """The step, or one that fits the period where there is none; never finer than the cells."""
    chosen = step or choose_step(period.start, period.end, MAX_BUCKETS)
    minutes_kept = epoch_s(period.start) >= live_start_s(now)
    return chosen if minutes_kept or level_of(chosen) is not Level.MINUTE else Step.QUARTER


def snapped(period: Period, now: datetime) -> Period:
    """The period with its ends taken to where cells begin; an end that is not over yet stays."""
    start = _nearest_cell(period.start, now)
    end = period.end if _is_open(period, now) else _nearest_cell(period.end, now)
    if end <= start:
        end = start + timedelta(seconds=_resolution_s(start, now))
    return Period(start, end, period.stride)


def segments(period: Period, level: Level, zone: ZoneInfo, now: datetime) -> list[Segment]:
    """The parts of a period by the level that each can be read at: the middle at the level asked
    for, ragged ends finer. An end that is not over yet is no ragged one, since nothing lies
    beyond it.
    """
    if level is Level.MINUTE:
        return [Segment(level, epoch_s(period.start), epoch_s_above(period.end))]
    step = _STEPS[level]
    start = ceil_to(period.start, step, zone)
    end = (ceil_to if _is_open(period, now) else floor_to)(period.end, step, zone)
    finer = _FINER[level]
    if start >= end:
        return segments(period, finer, zone, now)
    parts: list[Segment] = []
    if period.start < start:
        parts += segments(Period(period.start, start), finer, zone, now)
    parts.append(Segment(level, epoch_s(start), epoch_s(end)))
    if end < period.end:
        parts += segments(Period(end, period.end), finer, zone, now)
    return parts


_STEPS = {Level.DAY: Step.DAY, Level.HOUR: Step.HOUR, Level.QUARTER: Step.QUARTER}
_FINER = {Level.DAY: Level.HOUR, Level.HOUR: Level.QUARTER, Level.QUARTER: Level.MINUTE}


def _is_open(period: Period, now: datetime) -> bool:
    """Whether a period is not over."""
    return period.end > now - OPEN_END


def _resolution_s(at: datetime, now: datetime) -> int:
    return HOUR_RESOLUTION_S if epoch_s(at) >= live_start_s(now) else DAY_RESOLUTION_S


def _nearest_cell(at: datetime, now: datetime) -> datetime:
    resolution = _resolution_s(at, now)
    return from_epoch((epoch_s(at) + resolution // 2) // resolution * resolution)
