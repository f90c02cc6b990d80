"""Ranges and steps of time in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.timebasis import Step
from lmchat_desktop.ui.pages.figures.names import tr
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.services.usage import UsageReport


def period_text(report: UsageReport) -> str:
    """The time of a report as briefly as it can be said, with the zone."""
    period, zone = report.period, report.question.zone
    return f"{translated(formatting.span(period.start, period.end, zone))} ({zone.key})"


def range_text(period: Period, zone: ZoneInfo) -> str:
    """A range in words, with the zone."""

    def at(instant: datetime) -> str:
        return translated(formatting.moment(instant, zone))

    return f"{at(period.start)} – {at(period.end)} ({zone.key})"


def offset_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant in a zone, with how far the zone is from UTC then."""
    local = at.astimezone(zone)
    text = translated(formatting.moment(local, zone))
    if zone.key == "UTC":
        return text
    offset = local.strftime("%z")
    return f"{text} (UTC{offset[:3]}:{offset[3:]})"


def step_text(step: Step) -> str:
    """How much time a bar stands for."""
    return {
        Step.MINUTE: tr("per minute"),
        Step.FIVE_MINUTES: tr("per 5 minutes"),
        Step.QUARTER: tr("per quarter hour"),
        Step.HOUR: tr("per hour"),
        Step.THREE_HOURS: tr("per 3 hours"),
        Step.SIX_HOURS: tr("per 6 hours"),
        Step.DAY: tr("per day"),
    }[step]
