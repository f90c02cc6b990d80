"""Lists of keys: filters and orders, each answered from an index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, true

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.contract.queries import KeysQuery
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.tables.keys import EXPIRES, LAST_USED

_LAST = "\U0010ffff"
"""Comes after every character in the order of bytes."""

_UNKNOWN = -1

Value = Callable[[Row[Any]], Any]

_ORDERS: dict[str, tuple[ColumnElement[Any], Value] | None] = {
    "id": None,
    "name": (tables.keys.c.name_folded, lambda row: row.name_folded),
    "created_at": (tables.keys.c.created_ms, lambda row: row.created_ms),
    "last_used_at": (LAST_USED, lambda row: _known(row.last_used_ms)),
    "expires_at": (EXPIRES, lambda row: _known(row.expires_ms)),
}


def condition_of(query: KeysQuery, now: datetime) -> ColumnElement[bool]:
    """On `keys`: those that are asked for."""
    row = tables.keys.c
    wanted: list[ColumnElement[bool]] = []
    if query.account_id is not None:
        wanted.append(row.account_id == query.account_id)
    if query.state is not None:
        wanted.append(in_state(query.state, now))
    if query.search is not None:
        wanted.append(
            or_(
                _begins(row.name_folded, query.search.casefold()),
                _begins(row.id, query.search),
                _begins(row.hint, query.search),
            )
        )
    return and_(true(), *wanted)


def in_state(state: KeyState, now: datetime) -> ColumnElement[bool]:
    """On `keys`: those that are in a state now."""
    row = tables.keys.c
    revoked, expired = row.revoked_ms.is_not(None), EXPIRES.between(0, to_ms(now))
    match state:
        case KeyState.REVOKED:
            return revoked
        case KeyState.EXPIRED:
            return and_(expired, ~revoked)
        case KeyState.ACTIVE:
            return and_(~expired, ~revoked)


def order_of(query: KeysQuery) -> tuple[list[ColumnElement[Any]], bool, Value]:
    """The order that is asked for, whether it is turned round, and its values of a row."""
    order = _ORDERS[query.sort.removeprefix("-")]
    descending = query.sort.startswith("-")
    if order is None:
        return [tables.keys.c.id], descending, lambda row: [row.id]
    column, value = order
    return [column, tables.keys.c.id], descending, lambda row: [value(row), row.id]


def _begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    return and_(column >= prefix, column < prefix + _LAST)


def _known(milliseconds: int | None) -> int:
    return _UNKNOWN if milliseconds is None else milliseconds
