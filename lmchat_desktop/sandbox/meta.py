"""Single values that the sandbox keeps about itself, by name, in the table `meta`."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, select

from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import upsert


class Meta(StrEnum):
    """The names in use. Times are milliseconds since the epoch."""

    SCHEMA = "schema"
    SEED = "seed"
    NOTICE = "notice"
    """What everybody who looks at this backend should know; written by the seed."""
    FIRST_TRAFFIC = "first-traffic-ms"
    """Start of the UTC day of the first request; days before it have no slices."""
    POSITION = "traffic-position-ms"
    """Traffic has arrived up to here."""
    CLOCK_AHEAD = "clock-ahead-ms"
    SIGNING_KEY = "signing-key"
    """Keys cursors and identifiers, 32 bytes as hexadecimal."""
    AUDIT_KEY = "audit-key"
    """Signs the audit log's heads: the seed of an Ed25519 key, 32 bytes as hexadecimal."""
    FEED_FLOOR = "feed-floor"
    """Changes up to this sequence number are no longer kept."""
    SLICES_VERSION = "usage-slices-version"
    """How often usage slices were computed; each change of one bears such a number."""
    EXPIRED_UNTIL = "keys-expired-until-ms"
    """Keys that expired up to here are in the change feed as expired."""


def read(connection: Connection, name: Meta) -> str | None:
    """The value, or None where it was never written."""
    value: str | None = connection.scalar(
        select(tables.meta.c.value).where(tables.meta.c.name == name.value)
    )
    return value


def read_int(connection: Connection, name: Meta, default: int = 0) -> int:
    """The value as a whole number."""
    value = read(connection, name)
    return default if value is None else int(value)


def write(connection: Connection, name: Meta, value: str | int) -> None:
    """Write the value, over an older one."""
    upsert(connection, tables.meta, {"name": name.value, "value": str(value)})
