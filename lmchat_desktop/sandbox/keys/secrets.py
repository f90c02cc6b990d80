"""A key's secrets: a hash of each is kept, and when it stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from lmchat_desktop.domain.keys import secret as key_secret
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.identifiers import hash_secret


def make(connection: Connection, key_id: str, now: datetime) -> str:
    """Give a key a further secret, the present one from now on."""
    secret = key_secret.new_secret()
    connection.execute(
        insert(tables.key_secrets).values(
            hash=hash_secret(secret),
            key_id=key_id,
            hint=key_secret.hint(secret),
            made_ms=to_ms(now),
        )
    )
    return secret


def end_present(connection: Connection, key_id: str, ends_at: datetime) -> None:
    """Let the present secret stop at an instant."""
    secrets = tables.key_secrets
    connection.execute(
        update(secrets)
        .where(secrets.c.key_id == key_id, secrets.c.ends_ms.is_(None))
        .values(ends_ms=to_ms(ends_at))
    )


def move_old(connection: Connection, key_id: str, ends_at: datetime, now: datetime) -> None:
    """Let the secret before, which still works, stop at another instant."""
    secrets = tables.key_secrets
    connection.execute(
        update(secrets)
        .where(secrets.c.key_id == key_id, secrets.c.ends_ms > to_ms(now))
        .values(ends_ms=to_ms(ends_at))
    )


def restore_old(connection: Connection, key_id: str, now: datetime) -> Row[Any]:
    """Let the secret before, which still works, be the present one; answers its row."""
    secrets = tables.key_secrets
    old = connection.execute(
        select(secrets).where(secrets.c.key_id == key_id, secrets.c.ends_ms > to_ms(now))
    ).one()
    end_present(connection, key_id, now)
    connection.execute(update(secrets).where(secrets.c.hash == old.hash).values(ends_ms=None))
    return old


def end_all(connection: Connection, key_id: str, now: datetime) -> None:
    """Let every secret of a key that still works stop now."""
    secrets = tables.key_secrets
    working = or_(secrets.c.ends_ms.is_(None), secrets.c.ends_ms > to_ms(now))
    connection.execute(
        update(secrets).where(secrets.c.key_id == key_id, working).values(ends_ms=to_ms(now))
    )
