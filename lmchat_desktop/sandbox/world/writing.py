"""Writes many rows at once, and composed requests with their attempts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, insert

from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.world.compose import Composed
from lmchat_desktop.sandbox.world.sample import FloatArray

_ATTEMPT_COLUMNS = tuple(column.name for column in tables.attempts.columns)


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows by the driver's own executemany, several times faster than by SQLAlchemy's.

    Args:
        connection: a writing transaction.
        table: where to.
        names: the columns, in the order of the values.
        rows: plain Python values.
    """
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(names))
    statement = str(compiled)
    order: Sequence[str] | None = getattr(compiled, "positiontup", None)
    if order is None:
        named = [dict(zip(names, row, strict=True)) for row in rows]
        connection.exec_driver_sql(statement, named)
        return
    if list(order) != list(names):
        places = [names.index(name) for name in order]
        rows = [tuple(row[place] for place in places) for row in rows]
    connection.exec_driver_sql(statement, list(rows))


def insert_requests(connection: Connection, composed: Composed) -> None:
    """Insert requests, and those attempts that have rows of their own."""
    columns = composed.columns
    values: dict[str, list[Any]] = {
        "id": composed.ids.tolist(),
        "started_ms": columns.started_ms.tolist(),
        "account_no": columns.account_no.tolist(),
        "key_no": columns.key_no.tolist(),
        "model_no": columns.model_no.tolist(),
        "provider_no": columns.provider_no.tolist(),
        "region_no": columns.region_no.tolist(),
        "outcome": columns.outcome.tolist(),
        "error": columns.error.tolist(),
        "attempt_count": composed.attempt_count.tolist(),
        "input_tokens": columns.input_tokens.tolist(),
        "cached_tokens": columns.cached_tokens.tolist(),
        "output_tokens": columns.output_tokens.tolist(),
        "cost_nanos": columns.cost_nanos.tolist(),
        "total_ms": _or_none(columns.total_ms),
        "first_token_ms": _or_none(columns.first_token_ms),
    }
    rows = list(zip(*values.values(), strict=True))
    insert_rows(connection, tables.requests, list(values), rows)
    insert_rows(connection, tables.attempts, _ATTEMPT_COLUMNS, composed.attempt_rows())


def _or_none(values: FloatArray) -> list[float | None]:
    """Plain floats, None where there is no number."""
    plain: list[float | None] = values.tolist()
    for at in np.flatnonzero(np.isnan(values)).tolist():
        plain[at] = None
    return plain
