"""The stored slices of the usage cube as rows; every function works within a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache.columns import to_seconds
from lmchat_desktop.cache.packing import pack
from lmchat_desktop.cache.tables import usage_rollups, usage_slices

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from lmchat_desktop.contract.usage import SliceInfo

_INFO_COLUMNS = [column for column in usage_slices.columns if column.name not in ("scope", "body")]
"""As many and in the order of `StoredSlice`."""


@dataclass(frozen=True, slots=True)
class StoredSlice:
    """A stored slice without its cells; times are epoch seconds.

    Attributes:
        covered_until_s: the end, or how far an open slice had come when it was fetched.
        packing: how the body is packed (see `packing`).
    """

    id: str
    start_s: int
    end_s: int
    covered_until_s: int
    resolution_s: int
    closed: bool
    etag: str
    cells: int
    packing: str


def put(
    connection: Connection, scope: str, info: SliceInfo, body: bytes, as_of: datetime | None = None
) -> None:
    """Store a slice's cells under the ETag of `info`, in place of what was there.

    Args:
        connection: of a write.
        scope: whose usage it is.
        info: the slice; its ETag and cell count are those of the body.
        body: the Arrow stream as it came.
        as_of: the instant up to which an open slice is known; its end, if not told.
    """
    put_packed(connection, scope, info, *pack(body), as_of)


def put_packed(
    connection: Connection,
    scope: str,
    info: SliceInfo,
    packing: str,
    packed: bytes,
    as_of: datetime | None = None,
) -> None:
    """As `put`, of a body that was packed before, so that no write waits for the packing."""
    values = _values(info, as_of) | {"etag": info.etag, "packing": packing, "body": packed}
    statement = insert(usage_slices).values(scope=scope, slice_id=info.id, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["scope", "slice_id"], set_=values)
    )
    forget_rollups(connection, scope, to_seconds(info.start), to_seconds(info.end))


def touch(connection: Connection, scope: str, infos: Iterable[SliceInfo], as_of: datetime) -> None:
    """Note that slices stand as listed: the cells are the same, an open one covers more by now."""
    for info in infos:
        connection.execute(
            update(usage_slices)
            .where(usage_slices.c.scope == scope, usage_slices.c.slice_id == info.id)
            .where(usage_slices.c.etag == info.etag)
            .values(_values(info, as_of))
        )


def forget(connection: Connection, scope: str, slice_ids: Collection[str]) -> None:
    """Delete slices, and the roll-ups that were made from them."""
    table = usage_slices
    chosen = (table.c.scope == scope) & table.c.slice_id.in_(sorted(slice_ids))
    spans = connection.execute(select(table.c.start_s, table.c.end_s).where(chosen)).all()
    connection.execute(delete(table).where(chosen))
    for start_s, end_s in spans:
        forget_rollups(connection, scope, start_s, end_s)


def forget_scope(connection: Connection, scope: str) -> None:
    """Delete everything that is stored of a scope."""
    for table in (usage_slices, usage_rollups):
        connection.execute(delete(table).where(table.c.scope == scope))


def any_before(connection: Connection, horizon_s: int) -> bool:
    """Whether anything starts before the horizon of the retention."""
    return any(
        connection.scalar(select(table.c.start_s).where(table.c.start_s < horizon_s).limit(1))
        is not None
        for table in (usage_slices, usage_rollups)
    )


def forget_before(connection: Connection, horizon_s: int) -> set[str]:
    """Delete what starts before the horizon of the retention; answers the scopes that lost some."""
    table = usage_slices
    lost = set(connection.scalars(select(table.c.scope).where(table.c.start_s < horizon_s)))
    for each in (usage_slices, usage_rollups):
        connection.execute(delete(each).where(each.c.start_s < horizon_s))
    return lost


def forget_rollups(connection: Connection, scope: str, start_s: int, end_s: int) -> None:
    """Delete the roll-ups that a span of a scope is part of."""
    table = usage_rollups
    connection.execute(
        delete(table).where(
            table.c.scope == scope, table.c.start_s < end_s, table.c.end_s > start_s
        )
    )


def scopes(connection: Connection) -> set[str]:
    """The scopes of which anything is stored."""
    return set(connection.scalars(select(usage_slices.c.scope).distinct()))


def stored(
    connection: Connection, scope: str, start_s: int | None = None, end_s: int | None = None
) -> list[StoredSlice]:
    """The slices of a scope that touch a span, oldest first; all without one."""
    table = usage_slices
    conditions: list[ColumnElement[bool]] = [table.c.scope == scope]
    if start_s is not None:
        conditions.append(table.c.end_s > start_s)
    if end_s is not None:
        conditions.append(table.c.start_s < end_s)
    rows = connection.execute(
        select(*_INFO_COLUMNS).where(*conditions).order_by(table.c.start_s, table.c.slice_id)
    )
    return [StoredSlice(*row) for row in rows]


def etags(connection: Connection, scope: str) -> dict[str, str]:
    """The ETag of each stored slice of a scope."""
    table = usage_slices
    rows = connection.execute(select(table.c.slice_id, table.c.etag).where(table.c.scope == scope))
    return {row.slice_id: row.etag for row in rows}


def bodies(
    connection: Connection, scope: str, slice_ids: Sequence[str]
) -> dict[str, tuple[str, bytes]]:
    """The packing and the packed body of slices, by id."""
    if not slice_ids:
        return {}
    table = usage_slices
    rows = connection.execute(
        select(table.c.slice_id, table.c.packing, table.c.body).where(
            table.c.scope == scope, table.c.slice_id.in_(slice_ids)
        )
    )
    return {row.slice_id: (row.packing, row.body) for row in rows}


def _values(info: SliceInfo, as_of: datetime | None) -> dict[str, Any]:
    start_s, end_s = to_seconds(info.start), to_seconds(info.end)
    open_until = end_s if as_of is None else to_seconds(as_of)
    return {
        "start_s": start_s,
        "end_s": end_s,
        "covered_until_s": end_s if info.closed else max(start_s, min(end_s, open_until)),
        "resolution_s": info.resolution_s,
        "closed": info.closed,
        "cells": info.cells,
    }
