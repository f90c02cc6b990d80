"""How far sync is, who is signed in, and what time it is: one row, kept with each commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache.columns import from_millis, to_millis
from lmchat_desktop.cache.tables import sync_state
from lmchat_desktop.contract.identity import Me
from lmchat_desktop.domain.clock import Reading

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CacheState:
    """What the cache knows about itself.

    Attributes:
        cursor: where the change feed goes on; None where a snapshot has to start.
        generation: the number of the snapshot that entities were last seen in.
        snapshot_under_way: whether that snapshot is still being read.
        me: the signed-in person, as the backend last said.
        last_sync_at: when the cache last equalled the backend.
        time: what is kept of the backend's time; None for a new cache.
    """

    cursor: str | None = None
    generation: int = 0
    snapshot_under_way: bool = False
    me: Me | None = None
    last_sync_at: datetime | None = None
    time: Reading | None = None


def load(connection: Connection) -> CacheState:
    """The state as it stands; an empty one for a new cache."""
    row = connection.execute(select(sync_state)).first()
    return CacheState() if row is None else _state(row)


def known_time(connection: Connection) -> Reading | None:
    """What an earlier run left of the backend's time, without reading the rest of the state."""
    times = sync_state.c.newest_seen_ms, sync_state.c.contact_ms, sync_state.c.ahead_ms
    row = connection.execute(select(*times)).first()
    return None if row is None else _reading(*row)


def note_feed(
    connection: Connection, cursor: str | None, generation: int, snapshot_under_way: bool
) -> None:
    """Where the feed goes on from; to be called in the transaction that applies its page."""
    _set(
        connection,
        cursor=cursor,
        generation=generation,
        snapshot_under_way=snapshot_under_way,
    )


def note_me(connection: Connection, me: Me) -> None:
    """Who is signed in, with what they may do now."""
    _set(connection, me=me.model_dump_json())


def note_sync(connection: Connection, at: datetime) -> None:
    """The cache equalled the backend at that time."""
    _set(connection, last_sync_ms=to_millis(at))


def note_time(connection: Connection, time: Reading) -> None:
    """What time it is by the backend, for the next run; it stands in the place of the last."""
    _set(
        connection,
        newest_seen_ms=to_millis(time.newest),
        contact_ms=None if time.contact is None else to_millis(time.contact),
        ahead_ms=time.ahead // timedelta(milliseconds=1),
    )


def _set(connection: Connection, **values: Any) -> None:
    first = {"id": 1, "generation": 0, "snapshot_under_way": False} | values
    connection.execute(
        insert(sync_state).values(first).on_conflict_do_update(index_elements=["id"], set_=values)
    )


def _instant(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _reading(newest: int | None, contact: int | None, ahead: int | None) -> Reading | None:
    if newest is None:
        return None
    return Reading(from_millis(newest), _instant(contact), timedelta(milliseconds=ahead or 0))


def _state(row: Row[Any]) -> CacheState:
    return CacheState(
        cursor=row.cursor,
        generation=row.generation,
        snapshot_under_way=row.snapshot_under_way,
        me=None if row.me is None else Me.model_validate_json(row.me),
        last_sync_at=_instant(row.last_sync_ms),
        time=_reading(row.newest_seen_ms, row.contact_ms, row.ahead_ms),
    )
