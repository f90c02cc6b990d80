"""Brings a database of an older version up to date, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, text

from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.sandbox import audit_log, meta, tables
from lmchat_desktop.sandbox.audit_log import NewEntry
from lmchat_desktop.sandbox.meta import Meta


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


def _grow_audit_tree(connection: Connection) -> None:
    """Make the audit log a Merkle tree over the entries that are there, with salts drawn now."""
    names = ", ".join(VALUES)
    rows = connection.execute(
        text(f"SELECT at_ms, action, entity_kind, {names} FROM audit ORDER BY seq")
    ).all()
    connection.execute(text("DROP TABLE audit"))
    for table in (tables.audit, tables.audit_nodes, tables.audit_restores):
        table.create(connection)
    audit_log.append(
        connection,
        [
            NewEntry(
                row.at_ms,
                row.action,
                row.entity_kind,
                {name: getattr(row, name) for name in VALUES},
            )
            for row in rows
        ],
    )


STEPS: dict[int, Callable[[Connection], None]] = {1: _version_slices, 2: _grow_audit_tree}
"""What is to be done to a database of a version, so that it is of the next one."""
