"""Where keys stand, from what was added up of their days: a few reads, however much traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from lmchat_desktop.contract.keys import KeyStanding, KeyStandings
from lmchat_desktop.domain.keys.budget import BudgetSpan, is_used_up
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.keys import budgets, latency
from lmchat_desktop.sandbox.visibility import Visibility

DAYS = 14
_P95 = 0.95
_EPOCH = date(1970, 1, 1)


def standings(
    connection: Connection, sight: Visibility, ids: Sequence[str], now: datetime
) -> KeyStandings:
    """The standings of the keys that may be seen, in the order in which they are named."""
    keys = tables.keys.c
    rows = {
        row.id: row
        for row in connection.execute(
            select(keys.id, keys.number, keys.budget_nanos, keys.budget_period).where(
                keys.id.in_(ids), sight.of_kind("key")
            )
        )
    }
    spent = budgets.spent(connection, rows.values(), now)
    today = budgets.day_of(now)
    days = _days(connection, [row.number for row in rows.values()], today)
    return KeyStandings(
        as_of=now,
        data=[
            _standing(rows[key_id], spent[rows[key_id].number], days[rows[key_id].number], today)
            for key_id in dict.fromkeys(ids)
            if key_id in rows
        ],
    )


def _standing(
    row: Any, spent: tuple[BudgetSpan, int], days: dict[int, Any], today: int
) -> KeyStanding:
    span, amount = spent
    return KeyStanding(
        key_id=row.id,
        spent_nanos=amount,
        period_start=span.start,
        period_end=span.end,
        over_budget=is_used_up(amount, row.budget_nanos),
        daily_requests=[
            days[day].requests if day in days else 0 for day in range(today - DAYS + 1, today + 1)
        ],
        last_day=_EPOCH + timedelta(days=today),
        p95_ms=latency.quantile(latency.merged(day.latency for day in days.values()), _P95),
    )


def _days(
    connection: Connection, numbers: Sequence[int], today: int
) -> defaultdict[int, dict[int, Any]]:
    """The days of each key, by their numbers."""
    found: defaultdict[int, dict[int, Any]] = defaultdict(dict)
    days = tables.key_days
    rows = connection.execute(
        select(days).where(
            days.c.key_no.in_(numbers), days.c.day > today - DAYS, days.c.day <= today
        )
    )
    for row in rows:
        found[row.key_no][row.day] = row
    return found
