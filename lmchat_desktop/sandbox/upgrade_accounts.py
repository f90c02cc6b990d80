"""Version 6 of the database: suspensions, contacts, events, notes, invitations and exports."""

from __future__ import annotations

from sqlalchemy import Column, Connection, select, update
from sqlalchemy.schema import CreateColumn, CreateIndex

from lmchat_desktop.domain.contact.addresses import ContactKind, folded
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.names import write_names

_INDEXES = {"aliases_by_folded", "members_by_person", "keys_by_hint_end"}


def add_accounts(connection: Connection) -> None:
    """Add tables, columns and indexes, and make what is there findable."""
    for column in (
        tables.persons.c.phone,
        tables.accounts.c.suspended_ms,
        tables.accounts.c.suspended_reason,
        tables.aliases.c.folded,
        tables.members.c.version,
    ):
        _add(connection, column)
    for table in (
        tables.account_events,
        tables.account_names,
        tables.account_notes,
        tables.contact_changes,
        tables.exports,
        tables.invitations,
        tables.outbox,
        tables.recoveries,
    ):
        table.create(connection)
    for table in (tables.aliases, tables.members, tables.keys):
        for index in table.indexes:
            if index.name in _INDEXES:
                # One of an older version gets its keys anew in the same run, with every index.
                connection.execute(CreateIndex(index, if_not_exists=True))
    aliases = tables.aliases
    for row in connection.execute(select(aliases.c.id, aliases.c.kind, aliases.c.value)).all():
        connection.execute(
            update(aliases)
            .where(aliases.c.id == row.id)
            .values(folded=folded(ContactKind(row.kind), row.value))
        )
    write_names(connection)


def _add(connection: Connection, column: Column[object]) -> None:
    written = CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {written}")
