"""Brings a database of an older version up to date, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.upgrade_accounts import add_accounts


def bring_up_to_date(connection: Connection) -> None:
    """Take every step from the stored version to the present one."""
    for version in range(meta.read_int(connection, Meta.SCHEMA), tables.SCHEMA_VERSION):
        STEPS[version](connection)
    meta.write(connection, Meta.SCHEMA, tables.SCHEMA_VERSION)


def _version_slices(connection: Connection) -> None:
    """Give slices versions and bodies of their own, and requests further indexes.

    Slices are computed again when they are asked for; from the same requests under the same ETags.
    """
    tables.usage_slices.drop(connection)
    tables.usage_slices.create(connection)
    tables.slice_bodies.create(connection)
    for index in tables.requests.indexes:
        index.create(connection, checkfirst=True)


STEPS: dict[int, Callable[[Connection], None]] = {1: _version_slices, 2: add_accounts}
"""What is to be done to a database of a version, so that it is of the next one."""
