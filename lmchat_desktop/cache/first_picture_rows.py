"""Keeps what was shown last for the next start, and forgets it; `first_picture` reads it then.

Whatever is deleted of what was synced takes it along: triggers of the tables see to that, so that
no way of forgetting can leave it behind (see `tables.first_picture`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache.columns import to_millis
from lmchat_desktop.cache.first_picture import rights_of
from lmchat_desktop.cache.tables import first_picture, sync_state

if TYPE_CHECKING:
    from datetime import datetime

_NOTHING: dict[str, Any] = dict.fromkeys(("version", "rights", "valid_until_ms", "content"))


def forgettings(connection: Connection) -> int:
    """How often anything was forgotten; ask before reading what is going to be shown."""
    return connection.scalar(select(first_picture.c.forgettings)) or 0


def keep(
    connection: Connection, content: bytes, *, version: str, valid_until: datetime, read_at: int
) -> bool:
    """Keep what is shown in place of what was shown before.

    Args:
        connection: of a write.
        content: what is shown.
        version: who writes it, for nobody else to read it.
        valid_until: when the oldest figure in it goes past its retention.
        read_at: `forgettings` as of the reading of what is shown.

    Returns:
        Whether it was kept: not where anything was forgotten since it was read.
    """
    me = connection.scalar(select(sync_state.c.me))
    if me is None or forgettings(connection) != read_at:
        return False
    _set(
        connection,
        read_at,
        version=version,
        rights=rights_of(me),
        valid_until_ms=to_millis(valid_until),
        content=content,
    )
    return True


def forget(connection: Connection) -> None:
    """Forget it, also where it is only about to be kept."""
    _set(connection, forgettings(connection) + 1, **_NOTHING)


def _set(connection: Connection, count: int, **values: Any) -> None:
    statement = insert(first_picture).values(id=1, forgettings=count, **values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_={"forgettings": count, **values}
        )
    )
