"""What keys have spent of their budgets, read from their days, and which are over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, cast, func, or_, select, update

from lmchat_desktop.domain.keys.budget import BudgetSpan, is_used_up, span_at
from lmchat_desktop.domain.keys.terms import BudgetPeriod
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms

FOR_GOOD_MS = 253_402_300_799_000
"""Until when a total budget is used up: the last second that an instant can name."""

_EPOCH = from_ms(0)


def day_of(at: datetime) -> int:
    """The day's number since the epoch, by UTC."""
    return (at - _EPOCH) // timedelta(days=1)


def spent(
    connection: Connection, keys: Iterable[Any], now: datetime
) -> dict[int, tuple[BudgetSpan, int]]:
    """The present span of each key's budget and what was spent in it, by the key's number.

    Args:
        connection: to read from.
        keys: rows with `number` and `budget_period`.
        now: the present instant.
    """
    numbers: dict[BudgetPeriod | None, list[int]] = {}
    for row in keys:
        period = None if row.budget_period is None else BudgetPeriod(row.budget_period)
        numbers.setdefault(period, []).append(row.number)
    spans = {period: span_at(period, now) for period in numbers}
    if not numbers:
        return {}
    days = tables.key_days.c
    wanted = [
        and_(
            days.key_no.in_(of_period),
            days.day >= (0 if (start := spans[period].start) is None else day_of(start)),
        )
        for period, of_period in numbers.items()
    ]
    sums = {
        row.key_no: int(row.cost_nanos)
        for row in connection.execute(
            select(days.key_no, cast(func.sum(days.cost_nanos), BigInteger).label("cost_nanos"))
            .where(or_(*wanted), days.day <= day_of(now))
            .group_by(days.key_no)
        )
    }
    return {
        number: (spans[period], sums.get(number, 0))
        for period, of_period in numbers.items()
        for number in of_period
    }


def spent_in_all(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """What keys have ever spent, by their numbers."""
    days = tables.key_days.c
    rows = connection.execute(
        select(days.key_no, cast(func.sum(days.cost_nanos), BigInteger).label("cost_nanos"))
        .where(days.key_no.in_(sorted(numbers)))
        .group_by(days.key_no)
    )
    return {row.key_no: int(row.cost_nanos) for row in rows}


def note_spending(connection: Connection, numbers: Collection[int], now: datetime) -> None:
    """Write down which of these keys are over their budgets now, since when and until when."""
    keys = tables.keys.c
    rows = connection.execute(
        select(
            keys.number,
            keys.budget_nanos,
            keys.budget_period,
            keys.over_since_ms,
            keys.over_until_ms,
        ).where(
            keys.number.in_(sorted(numbers)),
            or_(keys.budget_nanos.is_not(None), keys.over_until_ms.is_not(None)),
        )
    ).all()
    found = spent(connection, rows, now)
    for row in rows:
        span, amount = found[row.number]
        since_ms, until_ms = row.over_since_ms, row.over_until_ms
        if not is_used_up(amount, row.budget_nanos):
            since_ms = until_ms = None
        else:
            if until_ms is None or until_ms <= to_ms(now):
                since_ms = to_ms(now)
            until_ms = FOR_GOOD_MS if span.end is None else to_ms(span.end)
        if (since_ms, until_ms) != (row.over_since_ms, row.over_until_ms):
            connection.execute(
                update(tables.keys)
                .where(keys.number == row.number)
                .values(over_since_ms=since_ms, over_until_ms=until_ms)
            )
