"""Brings a database of an older version up to date, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, func, insert, select, text

from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.domain.keys.terms import BudgetPeriod
from lmchat_desktop.sandbox import audit_log, meta, tables
from lmchat_desktop.sandbox.audit_log import NewEntry
from lmchat_desktop.sandbox.clock import from_ms
from lmchat_desktop.sandbox.keys import budgets
from lmchat_desktop.sandbox.keys.tally import DAY_MS, Tally
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.upgrade_accounts import add_accounts
from lmchat_desktop.sandbox.usage_columns import read_columns

_KEYS_AT_ONCE = 1_000


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


def _remake_keys(connection: Connection) -> None:
    """Give keys their rules and rotation, secrets a table of their own, and add up their use.

    From where keys were used before is not known.
    """
    connection.execute(text("DROP INDEX IF EXISTS ix_keys_account_id"))
    connection.execute(text("ALTER TABLE keys RENAME TO keys_before"))
    for table in (
        tables.keys,
        tables.key_secrets,
        tables.key_days,
        tables.key_uses,
        tables.key_refusals,
    ):
        table.create(connection)
    before = connection.execute(text("SELECT * FROM keys_before ORDER BY number")).mappings()
    for rows in before.partitions(_KEYS_AT_ONCE):
        keys = [dict(row) for row in rows]
        secrets = [
            {
                "hash": key.pop("secret_hash"),
                "key_id": key["id"],
                "hint": key["hint"],
                "made_ms": key["created_ms"],
            }
            for key in keys
        ]
        for key in keys:
            budget = key["budget_nanos"] = key.pop("monthly_limit_nanos")
            key["budget_period"] = None if budget is None else BudgetPeriod.MONTH.value
            key["name_folded"] = key["name"].casefold()
        connection.execute(insert(tables.keys), keys)
        connection.execute(insert(tables.key_secrets), secrets)
    connection.execute(text("DROP TABLE keys_before"))
    _add_up_days(connection)


def _add_up_days(connection: Connection) -> None:
    requests = tables.requests.c
    first_ms, last_ms = connection.execute(
        select(func.min(requests.started_ms), func.max(requests.started_ms))
    ).one()
    if first_ms is None:
        return
    for start_ms in range(first_ms // DAY_MS * DAY_MS, last_ms + 1, DAY_MS):
        tally = Tally()
        tally.add(read_columns(connection, start_ms, start_ms + DAY_MS), None)
        tally.write(connection, fresh=True)
    numbers = list(connection.scalars(select(tables.keys.c.number)))
    for at in range(0, len(numbers), _KEYS_AT_ONCE):
        part = numbers[at : at + _KEYS_AT_ONCE]
        budgets.note_spending(connection, part, from_ms(last_ms))


def _know_staff(connection: Connection) -> None:
    """Know since when somebody is an operator: as far as is known, as long as they are known."""
    tables.staff.create(connection)
    tables.grants.create(connection)
    persons = tables.persons.c
    works = persons.id.in_(select(tables.operators.c.person_id))
    since = select(persons.id, persons.created_ms, persons.created_ms).where(works)
    connection.execute(
        insert(tables.staff).from_select(["person_id", "since_ms", "joined_ms"], since)
    )


STEPS: dict[int, Callable[[Connection], None]] = {
    1: _version_slices,
    2: _grow_audit_tree,
    3: _remake_keys,
    4: _know_staff,
    5: add_accounts,
}
"""What is to be done to a database of a version, so that it is of the next one."""
