"""Budgets of keys: which span of time one counts in, and when it is used up.

Periods go by UTC, so that a budget begins anew at the same instant wherever one looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateutil.relativedelta import MO, relativedelta

from lmchat_desktop.domain.keys.terms import BudgetPeriod

if TYPE_CHECKING:
    from collections.abc import Mapping

_MIDNIGHT = relativedelta(hour=0, minute=0, second=0, microsecond=0)
_STARTS: Mapping[BudgetPeriod, relativedelta] = {
    BudgetPeriod.DAY: _MIDNIGHT,
    BudgetPeriod.WEEK: _MIDNIGHT + relativedelta(weekday=MO(-1)),
    BudgetPeriod.MONTH: _MIDNIGHT + relativedelta(day=1),
}
_LENGTHS: Mapping[BudgetPeriod, relativedelta] = {
    BudgetPeriod.DAY: relativedelta(days=1),
    BudgetPeriod.WEEK: relativedelta(weeks=1),
    BudgetPeriod.MONTH: relativedelta(months=1),
}


@dataclass(frozen=True, slots=True)
class BudgetSpan:
    """The span that a budget counts in; None where it has no bound on that side.

    Attributes:
        start: its first instant.
        end: the first instant after it, when the budget begins anew.
    """

    start: datetime | None
    end: datetime | None


def span_at(period: BudgetPeriod | None, at: datetime) -> BudgetSpan:
    """The present span at an instant; the month's where there is no budget.

    Raises:
        ValueError: the instant has no offset from UTC.
    """
    if at.utcoffset() is None:
        raise ValueError("an instant has an offset from UTC")
    if period is BudgetPeriod.TOTAL:
        return BudgetSpan(None, None)
    known = period or BudgetPeriod.MONTH
    start = at.astimezone(UTC) + _STARTS[known]
    return BudgetSpan(start, start + _LENGTHS[known])


def is_used_up(spent_nanos: int, budget_nanos: int | None) -> bool:
    """Whether nothing is left of a budget: requests are refused from then on."""
    return budget_nanos is not None and spent_nanos >= budget_nanos
