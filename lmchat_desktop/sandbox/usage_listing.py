"""The list of a scope's slices: whole, or what is another since an earlier list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, Select, and_, or_, select

from lmchat_desktop.contract.usage import SliceInfo, SliceList
from lmchat_desktop.sandbox import meta, tables, usage
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.cursors import BadCursor, Cursors
from lmchat_desktop.sandbox.meta import Meta


def slice_list(
    connection: Connection, cursors: Cursors, person_id: str, scope: str, after: str | None
) -> SliceList:
    """The scope's slices, all of which have to be computed.

    Args:
        connection: one state of the database.
        cursors: seals and opens where a list ends.
        person_id: who asks.
        scope: whose usage.
        after: `next_cursor` of an earlier list; one that is not known leads to a whole list.
    """
    binding = f"slices/{scope}/{person_id}"
    now = usage.as_of(connection)
    now_ms = to_ms(now)
    slices = tables.usage_slices.c
    chosen: Select[Any] = select(
        slices.slice_id,
        slices.start_ms,
        slices.end_ms,
        slices.resolution_s,
        slices.etag,
        slices.cells,
    ).where(slices.scope == scope)
    gone: list[str] = []
    position = _opened(cursors, binding, after)
    if position is not None:
        version, before_ms = position
        closed_since = and_(slices.end_ms > before_ms, slices.end_ms <= now_ms)
        chosen = chosen.where(or_(slices.version > version, closed_since))
        there = set(usage.names_at(connection, now))
        gone = [
            name for name in usage.names_at(connection, from_ms(before_ms)) if name not in there
        ]
    reached = [meta.read_int(connection, Meta.SLICES_VERSION), now_ms]
    rows = connection.execute(chosen.order_by(slices.start_ms, slices.end_ms))
    return SliceList(
        scope=scope,
        as_of=now,
        data=[_info(row, now_ms) for row in rows],
        complete=position is None,
        gone=gone,
        next_cursor=cursors.seal(binding, reached),
    )


def _opened(cursors: Cursors, binding: str, after: str | None) -> tuple[int, int] | None:
    """The version and the instant of an earlier list; None where a whole list is to be given."""
    if after is None:
        return None
    try:
        version, as_of_ms = cursors.open(binding, after)
    except BadCursor:
        return None
    return version, as_of_ms


def _info(row: Row[Any], now_ms: int) -> SliceInfo:
    return SliceInfo(
        id=row.slice_id,
        start=from_ms(row.start_ms),
        end=from_ms(row.end_ms),
        resolution_s=row.resolution_s,
        closed=row.end_ms <= now_ms,
        etag=row.etag,
        cells=row.cells,
    )
