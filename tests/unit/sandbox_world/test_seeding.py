"""How a world is written: in portions of any size, and over by an older version's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text

from lmchat_desktop.contract.queries import RequestsQuery
from lmchat_desktop.domain.audit.merkle import root_of
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox import audit_log, meta, tables, upkeep, usage
from lmchat_desktop.sandbox.app import open_backend
from lmchat_desktop.sandbox.audit_log import entry_of
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.request_rows import condition_of
from lmchat_desktop.sandbox.settings import Settings
from lmchat_desktop.sandbox.world import loop
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.seed import seed

from .conftest import NOW, SMALL

DAYS = select(tables.key_days).order_by(tables.key_days.c.key_no, tables.key_days.c.day)
KEYS = select(
    tables.keys.c.id,
    tables.keys.c.number,
    tables.keys.c.account_id,
    tables.keys.c.name,
    tables.keys.c.hint,
    tables.keys.c.models,
    tables.keys.c.expires_ms,
    tables.keys.c.last_used_ms,
    tables.keys.c.revoked_ms,
    tables.keys.c.version,
).order_by(tables.keys.c.id)
VERSION_1 = """CREATE TABLE usage_slices (
    scope TEXT NOT NULL, slice_id TEXT NOT NULL, start_ms BIGINT NOT NULL, end_ms BIGINT NOT NULL,
    resolution_s INTEGER NOT NULL, etag TEXT, cells INTEGER, body BLOB, dirty BOOLEAN NOT NULL,
    PRIMARY KEY (scope, slice_id))"""
VERSION_2 = """CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at_ms BIGINT NOT NULL, actor_id TEXT NOT NULL,
    device_id TEXT, action TEXT NOT NULL, entity_kind TEXT NOT NULL, entity_id TEXT NOT NULL,
    account_id TEXT, reason TEXT NOT NULL)"""
ENTRY = "at_ms, actor_id, device_id, action, entity_kind, entity_id, account_id, reason"


def unplant(connection: Connection) -> None:
    """Make the audit log one of version 2, with a gap in its numbers."""
    connection.execute(text("ALTER TABLE audit RENAME TO audit_3"))
    connection.execute(text(VERSION_2))
    copied = f"INSERT INTO audit (seq, {ENTRY}) SELECT 7 + 2 * seq, {ENTRY} FROM audit_3"
    connection.execute(text(copied))
    for name in ("audit_3", "audit_nodes", "audit_restores"):
        connection.execute(text(f"DROP TABLE {name}"))
    meta.write(connection, Meta.SCHEMA, 2)


KEYS_3 = """CREATE TABLE keys (
    id TEXT NOT NULL, number INTEGER NOT NULL, account_id TEXT NOT NULL, name TEXT NOT NULL,
    hint TEXT NOT NULL, secret_hash TEXT NOT NULL, models TEXT, monthly_limit_nanos BIGINT,
    created_ms BIGINT NOT NULL, created_by TEXT NOT NULL, expires_ms BIGINT, last_used_ms BIGINT,
    revoked_ms BIGINT, version INTEGER DEFAULT '1' NOT NULL,
    PRIMARY KEY (id), UNIQUE (number), UNIQUE (secret_hash))"""


def as_version_3(connection: Connection) -> None:
    """Keys as they were kept before they had rules and rotation."""
    connection.execute(text(KEYS_3.replace("TABLE keys", "TABLE before")))
    connection.execute(
        text(
            "INSERT INTO before SELECT id, number, account_id, name, hint, "
            "(SELECT hash FROM key_secrets WHERE key_id = keys.id AND ends_ms IS NULL), models, "
            "CASE budget_period WHEN 'month' THEN budget_nanos END, created_ms, created_by, "
            "expires_ms, last_used_ms, revoked_ms, version FROM keys"
        )
    )
    for table in ("keys", "key_secrets", "key_days", "key_uses", "key_refusals"):
        connection.execute(text(f"DROP TABLE {table}"))
    connection.execute(text("ALTER TABLE before RENAME TO keys"))
    connection.execute(text("CREATE INDEX ix_keys_account_id ON keys (account_id)"))


def told(connection: Connection) -> list[Any]:
    slices = tables.usage_slices.c
    return list(
        connection.execute(
            select(slices.scope, slices.slice_id, slices.etag, slices.cells).order_by(
                slices.scope, slices.slice_id
            )
        )
    )


def test_smaller_portions_make_the_same_slices(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "CHUNK", 700)
    other = Database.at(tmp_path, None, wait_s=5)
    tables.metadata.create_all(other.engine)
    with other.write() as connection:
        seed(connection, NOW, Traffic(SMALL), lambda part, detail: None)
        found = told(connection)
        indexes = {index["name"] for index in inspect(connection).get_indexes("requests")}
    other.close()
    assert {index.name for index in tables.requests.indexes} == indexes
    with seeded.read() as connection:
        assert found == told(connection)


ADDED = ("persons.phone", "aliases.folded", "members.version", "accounts.suspended_ms")
NEW = (
    tables.account_events,
    tables.account_names,
    tables.account_notes,
    tables.contact_changes,
    tables.exports,
    tables.invitations,
    tables.outbox,
    tables.recoveries,
)


def described(connection: Connection) -> dict[str, object]:
    """The columns and indexes of every table."""
    seen = inspect(connection)
    return {
        name: (
            {(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)},
            set(
                connection.scalars(
                    text("SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name"),
                    {"name": name},
                )
            ),
        )
        for name in seen.get_table_names()
        if name != "sqlite_sequence"
    }


def everybody_found(connection: Connection) -> set[tuple[object, ...]]:
    """By what accounts and people are found."""
    aliases, names = tables.aliases.c, tables.account_names.c
    return {
        tuple(row)
        for statement in (
            select(aliases.subject_id, aliases.folded),
            select(names.account_id, names.folded),
        )
        for row in connection.execute(statement)
    }


def without_accounts(connection: Connection) -> None:
    """Take back what version 6 added."""
    for table in NEW:
        table.drop(connection)
    for index in (
        "aliases_by_folded",
        "members_by_person",
        "keys_by_hint_end",
    ):
        connection.execute(text(f"DROP INDEX {index}"))
    for column in (*ADDED, "accounts.suspended_reason"):
        table, name = column.split(".")
        connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))


def test_a_database_of_version_1_is_brought_up_to_date(own_world: Database, tmp_path: Path) -> None:
    with own_world.write() as connection:
        upkeep.note_first_names(connection)
        before = told(connection)
        works = set(connection.scalars(select(tables.operators.c.person_id)))
        made = described(connection)
        found = everybody_found(connection)
        without_accounts(connection)
        for table in (tables.usage_slices, tables.slice_bodies, tables.staff, tables.grants):
            table.drop(connection)
        for name in ("requests_by_key", "requests_failed", "requests_failed_by_account"):
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text(VERSION_1))
        connection.execute(text("CREATE INDEX usage_slices_by_start ON usage_slices (start_ms)"))
        days = connection.execute(DAYS).all()
        keys = connection.execute(KEYS).all()
        as_version_3(connection)
        unplant(connection)
        meta.write(connection, Meta.SCHEMA, 1)
    own_world.close()
    backend = open_backend(Settings(tmp_path, traffic=SMALL, live=False), lambda part, detail: None)
    with backend.database.write() as connection:
        assert meta.read_int(connection, Meta.SCHEMA) == tables.SCHEMA_VERSION
        assert len(usage.rebuild_slices(connection)) == len(before)
        assert told(connection) == before
        assert connection.execute(DAYS).all() == days
        assert connection.execute(KEYS).all() == keys
        expected = {
            row.id: (row.name.casefold(), row.budget_nanos and "month")
            for row in connection.execute(select(tables.keys))
        }
        assert expected == {
            row.id: (row.name_folded, row.budget_period)
            for row in connection.execute(select(tables.keys))
        }
        assert {row.key_id for row in connection.execute(select(tables.key_secrets))} == set(
            expected
        )
        known = connection.execute(select(tables.staff)).all()
        assert {row.person_id for row in known if row.joined_ms is not None} == works
        assert connection.execute(select(tables.grants)).all() == []
        assert described(connection) == made
        assert everybody_found(connection) == found
    backend.database.close()


def test_entries_of_version_2_become_leaves(own_world: Database, tmp_path: Path) -> None:
    entries = text(f"SELECT {ENTRY} FROM audit ORDER BY seq")
    with own_world.write() as connection:
        before = connection.execute(entries).all()
        without_accounts(connection)
        for table in (tables.staff, tables.grants):
            table.drop(connection)
        as_version_3(connection)
        unplant(connection)
    own_world.close()
    backend = open_backend(Settings(tmp_path, traffic=SMALL, live=False), lambda part, detail: None)
    with backend.database.read() as connection:
        assert connection.execute(entries).all() == before
        rows = connection.execute(select(tables.audit).order_by(tables.audit.c.seq)).all()
        head = audit_log.head_of(connection)
        assert {index["name"] for index in inspect(connection).get_indexes("audit")} == {
            index.name for index in tables.audit.indexes
        }
    backend.database.close()
    assert [row.seq for row in rows] == list(range(len(before)))
    assert head.size == len(before) > 10
    assert head.root == root_of(entry_of(row).leaf() for row in rows)


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (RequestsQuery(), "requests_by_start"),
        (RequestsQuery(start=NOW, sort="started_at"), "requests_by_start"),
        (RequestsQuery(account_id="A"), "requests_by_account"),
        (RequestsQuery(key_id="K"), "requests_by_key"),
        (RequestsQuery(outcome=Outcome.FAILED), "requests_failed"),
        (RequestsQuery(error_code="provider_error", end=NOW), "requests_failed"),
        (RequestsQuery(account_id="A", outcome=Outcome.FAILED), "requests_failed_by_account"),
    ],
)
def test_pages_of_requests_are_answered_from_an_index(
    seeded: Database, asked: RequestsQuery, index: str
) -> None:
    """So that a page costs the same, however many requests there are."""
    requests = tables.requests.c
    with seeded.read() as connection:
        names = {
            "account_id": connection.scalar(select(tables.accounts.c.id).limit(1)),
            "key_id": connection.scalar(select(tables.keys.c.id).limit(1)),
        }
        given = {name: value for name, value in names.items() if getattr(asked, name) is not None}
        condition = condition_of(connection, asked.model_copy(update=given))
        page = select(tables.requests).where(condition).order_by(requests.started_ms, requests.id)
        compiled = page.limit(101).compile(connection, compile_kwargs={"render_postcompile": True})
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    assert f"USING INDEX {index}" in f"{plan[0][3]} ".replace(" (", " ")
    assert plan[0][3].split("USING INDEX ")[1].split()[0] == index
