"""How far sync is, who is signed in, and the newest time seen: one row, kept with each commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache.columns import from_millis, to_millis
from lmchat_desktop.cache.tables import sync_state
from lmchat_desktop.contract.identity import Me

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
        newest_seen_at: the newest time ever seen.
    """

    cursor: str | None = None
    generation: int = 0
    snapshot_under_way: bool = False
    me: Me | None = None
    last_sync_at: datetime | None = None
    newest_seen_at: datetime | None = None


def load(connection: Connection) -> CacheState:
    """The state as it stands; an empty one for a new cache."""
    row = connection.execute(select(sync_state)).first()
    return CacheState() if row is None else _state(row)


def newest_seen(connection: Connection) -> datetime | None:
    """The newest time that this cache has ever seen."""
    millis = connection.scalar(select(sync_state.c.newest_seen_ms))
    return None if millis is None else from_millis(millis)


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


def note_newest(connection: Connection, at: datetime) -> None:
    """A time that was seen; an older one than is known changes nothing."""
    known = sync_state.c.newest_seen_ms
    millis = to_millis(at)
    statement = insert(sync_state).values(
        id=1, generation=0, snapshot_under_way=False, newest_seen_ms=millis
    )
    newest = func.max(func.coalesce(known, millis), millis)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"newest_seen_ms": newest})
    )


def _set(connection: Connection, **values: Any) -> None:
    first = {"id": 1, "generation": 0, "snapshot_under_way": False} | values
    connection.execute(
        insert(sync_state).values(first).on_conflict_do_update(index_elements=["id"], set_=values)
    )


def _state(row: Row[Any]) -> CacheState:
    def instant(millis: int | None) -> datetime | None:
        return None if millis is None else from_millis(millis)

    return CacheState(
        cursor=row.cursor,
        generation=row.generation,
        snapshot_under_way=row.snapshot_under_way,
        me=None if row.me is None else Me.model_validate_json(row.me),
        last_sync_at=instant(row.last_sync_ms),
        newest_seen_at=instant(row.newest_seen_ms),
    )
