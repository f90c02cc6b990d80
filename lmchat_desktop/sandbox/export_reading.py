"""Reads what is held on an account table by table, in portions that go on after a key.

Attempts have no account of their own: they are read by portions of their requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, select, tuple_

from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.subjects import Holder

PORTION = 2_000
"""Rows of a step, so that others can write in between."""
COUNTED = 20_000
"""Keys that a step counts."""

_ORDERS = {"requests": ("started_ms", "id")}
"""By what a table is read where an index does not begin with its primary key."""
_LEADERS = {"attempts": ("request_id", tables.requests)}
"""Tables that are read along another one: by which of their columns, and along which."""

Key = list[Any]


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a table.

    Attributes:
        rows: the rows.
        keys: how many keys were gone through.
        last: the key after which the next portion begins; None at the table's end.
    """

    rows: Sequence[Row[Any]]
    keys: int
    last: Key | None


def portion_of(
    connection: Connection, holder: Holder, table: Table, after: Key | None, upto: Key | None
) -> Portion:
    """The next rows of a table.

    Args:
        connection: what to read from.
        holder: whose rows.
        table: of which table.
        after: the last portion's last key.
        upto: the last key of all.
    """
    if table.name not in _LEADERS:
        rows = _taken(connection, holder, table, table.columns, after, upto, PORTION)
        return Portion(rows, len(rows), _last(table, rows, PORTION))
    name, leader = _LEADERS[table.name]
    keys = _taken(connection, holder, leader, _order(leader), after, upto, PORTION)
    led = table.c[name].in_([key.id for key in keys])
    rows = connection.execute(select(table).where(led).order_by(*table.primary_key)).all()
    return Portion(rows, len(keys), _last(leader, keys, PORTION))


def counted_of(
    connection: Connection, holder: Holder, table: Table, after: Key | None, upto: Key | None
) -> Portion:
    """The next keys of a table as far as they are counted at once, without rows."""
    _, leader = _LEADERS.get(table.name, ("", table))
    keys = _taken(connection, holder, leader, _order(leader), after, upto, COUNTED)
    return Portion((), len(keys), _last(leader, keys, COUNTED))


def bound_of(connection: Connection, holder: Holder, table: Table) -> Key | None:
    """The last key of a table whose keys are numbers, which grow; None for any other table."""
    _, leader = _LEADERS.get(table.name, ("", table))
    order = _order(leader)
    if not all(column.type.python_type is int for column in order):
        return None
    descending = [column.desc() for column in order]
    row = connection.execute(
        select(*order).where(holder.rows_of(leader)).order_by(*descending).limit(1)
    ).first()
    return [0] * len(order) if row is None else list(row)


def _taken(
    connection: Connection,
    holder: Holder,
    table: Table,
    columns: Sequence[ColumnElement[Any]] | Any,
    after: Key | None,
    upto: Key | None,
    limit: int,
) -> Sequence[Row[Any]]:
    order = _order(table)
    statement = select(*columns).where(holder.rows_of(table))
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    if upto is not None:
        statement = statement.where(tuple_(*order) <= tuple_(*upto))
    return connection.execute(statement.order_by(*order).limit(limit)).all()


def _last(table: Table, rows: Sequence[Row[Any]], limit: int) -> Key | None:
    if len(rows) < limit:
        return None
    return [getattr(rows[-1], column.name) for column in _order(table)]


def _order(table: Table) -> list[ColumnElement[Any] | Any]:
    names = _ORDERS.get(table.name, [column.name for column in table.primary_key])
    return [table.c[name] for name in names]
