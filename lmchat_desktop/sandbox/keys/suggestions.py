"""Keys that should be looked at: the rules of `domain.keys.suggestions` as conditions on rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, true

from lmchat_desktop.contract.keys import KeyState, KeySuggestion, SuggestionCounts, SuggestionKind
from lmchat_desktop.domain.keys import suggestions as rules
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.keys.listing import in_state
from lmchat_desktop.sandbox.tables.keys import EXPIRES, LAST_USED
from lmchat_desktop.sandbox.visibility import Visibility

KINDS = tuple(SuggestionKind)
"""In the order in which they are listed."""


def counts(
    connection: Connection, sight: Visibility, account_id: str | None, now: datetime
) -> SuggestionCounts:
    """How many there are of each kind."""
    found = {}
    for kind in KINDS:
        condition = _condition(kind, sight, account_id, now)
        statement = select(func.count()).select_from(tables.keys).where(condition)
        found[kind] = connection.scalar(statement) or 0
    return SuggestionCounts(as_of=now, counts=found)


def page(
    connection: Connection,
    sight: Visibility,
    account_id: str | None,
    kind: SuggestionKind | None,
    after: Sequence[Any] | None,
    limit: int,
    now: datetime,
) -> list[KeySuggestion]:
    """Suggestions by kind and key after a place; one more than the limit where there is more.

    Args:
        connection: to read from.
        sight: what may be seen.
        account_id: of this account alone.
        kind: of this kind alone.
        after: the kind and the key's id of the last one before, or None.
        limit: how many.
        now: the present instant.
    """
    found: list[KeySuggestion] = []
    first = 0 if after is None else KINDS.index(SuggestionKind(after[0]))
    for each in KINDS[first:]:
        if kind not in (None, each):
            continue
        condition = _condition(each, sight, account_id, now)
        if after is not None and each.value == after[0]:
            condition = and_(condition, tables.keys.c.id > after[1])
        rows = connection.execute(
            select(tables.keys)
            .where(condition)
            .order_by(tables.keys.c.id)
            .limit(limit + 1 - len(found))
        ).all()
        found += _made(connection, each, rows, now)
        if len(found) > limit:
            break
    return found


def _condition(
    kind: SuggestionKind, sight: Visibility, account_id: str | None, now: datetime
) -> ColumnElement[bool]:
    keys = tables.keys.c
    wanted: ColumnElement[bool] = true() if account_id is None else keys.account_id == account_id
    of_kind = _of_kind(kind, now)
    return and_(sight.of_kind("key"), wanted, in_state(KeyState.ACTIVE, now), of_kind)


def _of_kind(kind: SuggestionKind, now: datetime) -> ColumnElement[bool]:
    keys = tables.keys.c
    match kind:
        case SuggestionKind.UNUSED:
            return and_(LAST_USED >= 0, _before(now, rules.UNUSED_AFTER) > LAST_USED)
        case SuggestionKind.NEVER_USED:
            return and_(LAST_USED < 0, keys.created_ms < _before(now, rules.NEVER_USED_AFTER))
        case SuggestionKind.NO_EXPIRY:
            return EXPIRES < 0
        case SuggestionKind.EXPIRING:
            return and_(
                to_ms(now) < EXPIRES,
                to_ms(now + rules.EXPIRING_WITHIN) >= EXPIRES,
                _before(now, rules.USED_WITHIN) <= LAST_USED,
            )
        case SuggestionKind.OVER_BUDGET:
            return keys.over_until_ms > to_ms(now)
        case SuggestionKind.FOREIGN_ADDRESS:
            tried = select(tables.key_refusals.c.key_no).where(
                tables.key_refusals.c.last_ms >= _before(now, rules.FOREIGN_WITHIN)
            )
            return keys.number.in_(tried)


def _before(now: datetime, age: timedelta) -> int:
    return to_ms(now - age)


def _made(
    connection: Connection, kind: SuggestionKind, rows: Sequence[Row[Any]], now: datetime
) -> list[KeySuggestion]:
    foreign = (
        _foreign(connection, [row.number for row in rows], now)
        if kind is SuggestionKind.FOREIGN_ADDRESS
        else {}
    )
    return [
        KeySuggestion(
            id=f"{kind.value}/{row.id}",
            kind=kind,
            key_id=row.id,
            account_id=row.account_id,
            name=row.name,
            hint=row.hint,
            since=_since(kind, row, foreign),
            address=foreign[row.number][0] if foreign else None,
            count=foreign[row.number][1] if foreign else None,
        )
        for row in rows
    ]


def _since(
    kind: SuggestionKind, row: Row[Any], foreign: dict[int, tuple[str, int, int]]
) -> datetime | None:
    match kind:
        case SuggestionKind.UNUSED:
            return from_ms(row.last_used_ms)
        case SuggestionKind.NEVER_USED | SuggestionKind.NO_EXPIRY:
            return from_ms(row.created_ms)
        case SuggestionKind.OVER_BUDGET:
            return from_ms(row.over_since_ms)
        case SuggestionKind.FOREIGN_ADDRESS:
            return from_ms(foreign[row.number][2])
        case SuggestionKind.EXPIRING:
            return None


def _foreign(
    connection: Connection, numbers: Sequence[int], now: datetime
) -> dict[int, tuple[str, int, int]]:
    """By key: the address seen last, how often any was, and when the last."""
    found: dict[int, tuple[str, int, int]] = {}
    refusals = tables.key_refusals.c
    rows = connection.execute(
        select(tables.key_refusals)
        .where(
            refusals.key_no.in_(numbers),
            refusals.last_ms >= _before(now, rules.FOREIGN_WITHIN),
        )
        .order_by(refusals.key_no, refusals.last_ms, refusals.address)
    )
    for row in rows:
        count = row.requests + (found[row.key_no][1] if row.key_no in found else 0)
        found[row.key_no] = (row.address, count, row.last_ms)
    return found
