"""The change feed: pages of a snapshot first, then what changed, in the order of commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, func, select

from lmchat_desktop.contract.base import Answer, ProblemKind
from lmchat_desktop.contract.changes import ENTITY_TYPES, Change, ChangePage
from lmchat_desktop.domain.scopes import Principal
from lmchat_desktop.sandbox import entities, meta, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.cursors import BadCursor, Cursors
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.problems import ApiProblem
from lmchat_desktop.sandbox.visibility import Visibility, visible

KEPT = timedelta(days=30)
"""A client that was away for longer starts from a snapshot."""

_ORDER = tuple(ENTITY_TYPES)
_change: TypeAdapter[Change] = TypeAdapter(Change)


def page(
    connection: Connection,
    cursors: Cursors,
    principal: Principal,
    after: str | None,
    limit: int,
    now: datetime,
) -> ChangePage:
    """The page after a cursor, or a snapshot's first page.

    Raises:
        ApiProblem: 410 where the client has to start from a snapshot.
    """
    binding = f"changes/{principal.person_id}/{principal.access_version}"
    if after is None:
        position: list[Any] = ["snapshot", _newest(connection), 0, ""]
    else:
        try:
            position = cursors.open(binding, after)
        except BadCursor as error:
            raise _gone("What you may see has changed, or this cursor is not known.") from error
    floor = meta.read_int(connection, Meta.FEED_FLOOR)
    if position[1] < floor:
        raise _gone("This cursor is older than the changes that are kept.")
    sight = visible(principal)
    if position[0] == "snapshot":
        return _snapshot(connection, cursors, binding, sight, position, limit, now)
    return _changes(connection, cursors, binding, sight, position[1], limit, now, after)


def prune(connection: Connection, now: datetime) -> None:
    """Forget changes that are older than they have to be kept."""
    old = tables.changes.c.at_ms <= to_ms(now - KEPT)
    newest = connection.scalar(select(func.max(tables.changes.c.seq)).where(old))
    if newest is not None:
        connection.execute(delete(tables.changes).where(tables.changes.c.seq <= newest))
        meta.write(connection, Meta.FEED_FLOOR, newest)


def _snapshot(
    connection: Connection,
    cursors: Cursors,
    binding: str,
    sight: Visibility,
    position: list[Any],
    limit: int,
    now: datetime,
) -> ChangePage:
    _, began, place, last = position
    found: list[Change] = []
    while place < len(_ORDER):
        kind = _ORDER[place]
        known = entities.KINDS[kind]
        condition = sight.of_kind(kind)
        if last:
            condition = and_(condition, known.after(last))
        wanted = limit - len(found)
        batch = entities.fetch(connection, kind, condition, now, wanted + 1)
        found += [_upsert(kind, entity) for entity in batch[:wanted]]
        if len(batch) > wanted:
            # A page can end just before a kind's first entity; then it goes on from that kind.
            last = found[-1].id if wanted else last
            break
        place, last = place + 1, ""
    complete = place == len(_ORDER)
    following = ["feed", began] if complete else ["snapshot", began, place, last]
    return ChangePage(
        data=found,
        has_more=not complete,
        next_cursor=cursors.seal(binding, following),
        snapshot=True,
        snapshot_complete=complete,
    )


def _changes(
    connection: Connection,
    cursors: Cursors,
    binding: str,
    sight: Visibility,
    after: int,
    limit: int,
    now: datetime,
    given: str | None,
) -> ChangePage:
    row = tables.changes.c
    rows = connection.execute(
        select(row.seq, row.kind, row.entity_id)
        .where(row.seq > after, sight.changes())
        .order_by(row.seq)
        .limit(limit + 1)
    ).all()
    more = len(rows) > limit
    rows = rows[:limit]
    newest = {(one.kind, one.entity_id): one.seq for one in rows}
    present = _present(connection, sight, newest, now)
    data = [
        present.get((one.kind, one.entity_id)) or _tombstone(one.kind, one.entity_id)
        for one in rows
        if newest[one.kind, one.entity_id] == one.seq
    ]
    # Without more, the cursor passes over what this principal does not see as well.
    reached = rows[-1].seq if more else max(after, _newest(connection))
    # Where nothing is new the cursor stays the same, so that a client need not write it down.
    following = given if reached == after else None
    return ChangePage(
        data=data,
        has_more=more,
        next_cursor=following or cursors.seal(binding, ["feed", reached]),
    )


def _present(
    connection: Connection, sight: Visibility, wanted: dict[tuple[str, str], int], now: datetime
) -> dict[tuple[str, str], Change]:
    present: dict[tuple[str, str], Change] = {}
    for kind in _ORDER:
        ids = [identity for of_kind, identity in wanted if of_kind == kind]
        if not ids:
            continue
        condition = and_(sight.of_kind(kind), entities.KINDS[kind].is_any(ids))
        for entity in entities.fetch(connection, kind, condition, now):
            change = _upsert(kind, entity)
            present[kind, change.id] = change
    return present


def _newest(connection: Connection) -> int:
    newest = connection.scalar(select(func.max(tables.changes.c.seq)))
    return max(int(newest or 0), meta.read_int(connection, Meta.FEED_FLOOR))


def _upsert(kind: str, entity: Answer) -> Change:
    return _change.validate_python(
        {"kind": kind, "id": getattr(entity, "id"), "entity": entity}  # noqa: B009
    )


def _tombstone(kind: str, identity: str) -> Change:
    return _change.validate_python({"kind": kind, "id": identity, "entity": None})


def _gone(detail: str) -> ApiProblem:
    return ApiProblem(410, ProblemKind.CURSOR_GONE, detail)
