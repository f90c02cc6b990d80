"""Brings a database of an older version up to date, in one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.meta import Meta


def bring_up_to_date(connection: Connection) -> None:
    """From version 1: slices get versions and bodies of their own, requests further indexes.

    Slices are computed again when they are asked for; from the same requests under the same ETags.
    """
    tables.usage_slices.drop(connection)
    tables.usage_slices.create(connection)
    tables.slice_bodies.create(connection)
    for index in tables.requests.indexes:
        index.create(connection, checkfirst=True)
    meta.write(connection, Meta.SCHEMA, tables.SCHEMA_VERSION)
