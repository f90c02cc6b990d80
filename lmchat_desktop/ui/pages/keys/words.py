"""How the page says where a key stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.contract.keys import BudgetPeriod, KeyState
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.tables.drawn_values import Course, Meter, Status

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import KeyStanding

SOON = timedelta(days=14)
NEARLY = 0.8
"""From this part of a budget on its bar warns."""

translate = QCoreApplication.translate


def status_of(
    state: KeyState,
    expires_at: datetime | None,
    old_ends_at: datetime | None,
    now: datetime,
) -> Status:
    """The state as a dot and a word; what time has changed since it was told counts already."""
    if state is KeyState.REVOKED:
        return Status(translate("KeyWords", "Revoked"), "muted")
    if state is KeyState.EXPIRED or (expires_at is not None and expires_at <= now):
        return Status(translate("KeyWords", "Expired"), "muted")
    if old_ends_at is not None and old_ends_at > now:
        return Status(translate("KeyWords", "Rotating"), "accent")
    if expires_at is not None and expires_at - now <= SOON:
        return Status(translate("KeyWords", "Expiring"), "warn")
    return Status(translate("KeyWords", "Active"), "good")


def budget_of(budget_nanos: int | None, standing: KeyStanding | None) -> Meter:
    """The spent part of a budget, or what was spent where there is none."""
    if budget_nanos is None:
        if standing is None:
            return Meter("")
        return Meter(str(formatting.money(standing.spent_nanos)))
    whole = str(formatting.money(budget_nanos)).removesuffix(".00")
    if standing is None:
        return Meter(translate("KeyWords", "of {whole}").format(whole=whole), 0.0)
    share = standing.spent_nanos / budget_nanos if budget_nanos else 1.0
    tone = "bad" if standing.over_budget else "warn" if share >= NEARLY else "accent"
    part = f"×{formatting.significant(share, 2)}" if share >= 10 else _whole_percent(share)
    text = translate("KeyWords", "{part} of {whole}").format(part=part, whole=whole)
    return Meter(text, share, tone)


def _whole_percent(share: float) -> str:
    """A part in whole per cent; a trace is not nothing, and what is not all is not 100 %."""
    if 0 < share < 0.01:
        return "<1 %"
    return f"{min(99, round(share * 100)) if share < 1 else round(share * 100)} %"


def course_of(standing: KeyStanding) -> Course:
    """Requests by day, with their sum in words."""
    total = sum(standing.daily_requests)
    text = translate("KeyWords", "{count} requests in 14 days").format(
        count=formatting.count(total)
    )
    return Course(text, tuple(standing.daily_requests))


def period_words(period: BudgetPeriod) -> str:
    """How often a budget begins anew."""
    return {
        BudgetPeriod.DAY: translate("KeyWords", "a day"),
        BudgetPeriod.WEEK: translate("KeyWords", "a week"),
        BudgetPeriod.MONTH: translate("KeyWords", "a month"),
        BudgetPeriod.TOTAL: translate("KeyWords", "in all"),
    }[period]
