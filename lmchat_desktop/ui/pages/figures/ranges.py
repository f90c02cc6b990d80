"""The ranges of time that pages show: presets that move with the clock, and fixed instants."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.timebasis import Period, last_days, last_hours

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


class Preset(StrEnum):
    """The ranges that one click gives."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"


PRESET_DAYS = {Preset.WEEK: 7, Preset.MONTH: 30, Preset.QUARTER: 90}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A range of time: a preset that moves with the clock, or two fixed instants.

    Attributes:
        preset: the preset; None means the instants hold.
        start: first instant of a custom range, aware.
        end: the instant after a custom range, aware.
    """

    preset: Preset | None = Preset.WEEK
    start: datetime | None = None
    end: datetime | None = None

    def period(self, now: datetime, zone: ZoneInfo) -> Period:
        """The instants that the range means at `now`; days are the zone's calendar days."""
        if self.preset is None:
            if self.start is None or self.end is None:
                raise ValueError("a custom range needs a start and an end")
            return Period(self.start, self.end)
        if self.preset is Preset.DAY:
            return last_hours(24, now)
        return last_days(PRESET_DAYS[self.preset], now, zone)
