"""The log's tree in the database: its numbers, its nodes, erasing, signing and noting heads."""

from __future__ import annotations

import errno
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, and_, delete, select, update

from lmchat_desktop.contract.queries import AuditQuery
from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore
from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.domain.audit.merkle import is_consistent, is_included, root_of
from lmchat_desktop.domain.audit.note import Signer
from lmchat_desktop.sandbox import audit_log, tables
from lmchat_desktop.sandbox.audit_log import DamagedTree, NewEntry
from lmchat_desktop.sandbox.audit_signing import (
    HEADS_FILE,
    RESTORED,
    HeadNotes,
    LogSigner,
    log_signer,
    restores_of,
)
from lmchat_desktop.sandbox.database import SQLITE_FILE, Database, StorageFull
from lmchat_desktop.sandbox.problems import ApiProblem
from lmchat_desktop.sandbox.routes.audit import condition_of
from lmchat_desktop.sandbox.uow import Act
from tests.unit.sandbox.conftest import NOON
from tests.unit.sandbox.test_uow import KEY, Desk

SECRET = "person_marker"


def new(number: int) -> NewEntry:
    values = {
        "actor_id": SECRET,
        "device_id": None,
        "entity_id": f"key_{number}",
        "account_id": "acct_1",
        "reason": "because",
    }
    return NewEntry(number, "key.create", "key", values)


def grow(database: Database, *counts: int) -> None:
    for count in counts:
        with database.write() as connection:
            start = audit_log.size_of(connection)
            audit_log.append(connection, [new(start + place) for place in range(count)])


def leaves(connection: Connection) -> list[bytes]:
    rows = connection.execute(select(tables.audit).order_by(tables.audit.c.seq))
    return [audit_log.entry_of(row).leaf() for row in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.integers(0, 9), max_size=8))
def test_however_it_grew_the_tree_is_that_of_its_entries(
    database: Database, counts: list[int]
) -> None:
    with database.write() as connection:
        for table in (tables.audit, tables.audit_nodes):
            connection.execute(delete(table))
    grow(database, *counts)
    with database.read() as connection:
        made = leaves(connection)
        size = sum(counts)
        assert len(made) == audit_log.size_of(connection) == size
        roots = [audit_log.head_of(connection, part).root for part in range(size + 1)]
        assert roots == [root_of(made[:part]) for part in range(size + 1)]
        proofs = audit_log.inclusion_proofs(connection, range(size), size)
        assert all(
            is_included(place, size, leaf, proofs[place], roots[size])
            for place, leaf in enumerate(made)
        )
        for first in range(size + 1):
            proof = audit_log.consistency_proof(connection, first, size)
            assert is_consistent(first, size, roots[first], roots[size], proof)


def test_an_act_that_was_undone_leaves_no_gap(database: Database) -> None:
    desk = Desk(database)
    for number in range(4):
        with pytest.raises(ApiProblem):
            desk.units.run(Act("person_1", KEY, b"make"), desk.begin, desk.failing)
        desk.run(key=f"{KEY}{number}")
    with database.read() as connection:
        assert list(connection.scalars(select(tables.audit.c.seq))) == [0, 1, 2, 3]
        assert audit_log.head_of(connection).root == root_of(leaves(connection))


def test_what_is_erased_is_gone_and_the_tree_stays(database: Database, tmp_path: Path) -> None:
    grow(database, 5)
    with database.write() as connection:
        head, made = audit_log.head_of(connection), leaves(connection)
        salts = list(connection.scalars(select(tables.audit.c.actor_id_salt)))
        for seq in range(5):
            audit_log.erase_value(connection, seq, "actor_id")
        audit_log.erase_value(connection, 2, "reason")
    with database.read() as connection:
        assert leaves(connection) == made
        assert audit_log.head_of(connection) == head
        row = connection.execute(select(tables.audit).where(tables.audit.c.seq == 2)).one()
    entry = audit_log.entry_of(row)
    assert set(entry.commitments) == {"actor_id", "reason"}
    assert entry.values["actor_id"] is entry.values["reason"] is None
    assert entry.values["entity_id"] == "key_2"
    database.close()
    with sqlite3.connect(tmp_path / SQLITE_FILE) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    kept = (tmp_path / SQLITE_FILE).read_bytes()
    assert SECRET.encode() not in kept
    assert not [salt for salt in salts if salt in kept]
    with pytest.raises(ValueError, match="no such value"), database.write() as connection:
        audit_log.erase_value(connection, 1, "action")


@pytest.mark.parametrize("name", [*VALUES, "action", "at_ms", "entity_kind"])
def test_a_row_that_was_altered_has_another_leaf(database: Database, name: str) -> None:
    grow(database, 3)
    with database.write() as connection:
        before = leaves(connection)
        connection.execute(update(tables.audit).values({name: 77 if name == "at_ms" else "x"}))
        assert not set(leaves(connection)) & set(before)


def test_a_tree_without_a_node_is_damaged_and_takes_no_more(database: Database) -> None:
    grow(database, 6)
    with database.write() as connection:
        connection.execute(delete(tables.audit_nodes).where(tables.audit_nodes.c.level == 2))
    with database.read() as connection, pytest.raises(DamagedTree):
        audit_log.head_of(connection)
    with pytest.raises(DamagedTree):
        grow(database, 1)


def signer(database: Database, folder: Path) -> LogSigner:
    with database.write() as connection:
        key = log_signer(connection)
    return LogSigner(key, HeadNotes(folder / HEADS_FILE), lambda: NOON)


def test_a_head_is_signed_once_and_noted_before_it_is_told(
    database: Database, tmp_path: Path
) -> None:
    log = signer(database, tmp_path)
    grow(database, 3)
    with database.read() as connection:
        first = log.sign(connection)
        assert log.sign(connection) is first
        assert HeadNotes(tmp_path / HEADS_FILE).read(log.key) == {3: first.note}
        head = audit_log.head_of(connection)
    assert Checkpoint.opened(first.note, log.key).head == head
    grow(database, 1)
    with database.read() as connection:
        second = log.sign(connection)
    assert second.etag != first.etag
    assert HeadNotes(tmp_path / HEADS_FILE).read(log.key) == {3: first.note, 4: second.note}


def test_few_heads_are_noted_however_many_are_signed(database: Database, tmp_path: Path) -> None:
    log = signer(database, tmp_path)
    for _ in range(70):
        grow(database, 1)
        with database.read() as connection:
            log.sign(connection)
    noted = sorted(HeadNotes(tmp_path / HEADS_FILE).read(log.key))
    assert (noted[0], noted[-1]) == (1, 70)
    assert len(noted) <= 8


def signer_again(database: Database, folder: Path) -> LogSigner:
    with database.read() as connection:
        key = log_signer(connection)
    return LogSigner(key, HeadNotes(folder / HEADS_FILE), lambda: NOON + timedelta(hours=1))


def test_a_head_that_cannot_be_noted_is_not_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = signer(database, tmp_path)

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with database.read() as connection, pytest.raises(StorageFull):
        log.sign(connection)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(HEADS_FILE)]


def cut_back(database: Database, size: int) -> None:
    """Make the database what it was when the log had so many entries."""
    nodes = tables.audit_nodes.c
    with database.write() as connection:
        connection.execute(delete(tables.audit).where(tables.audit.c.seq >= size))
        for level in range(8):
            beyond = and_(nodes.level == level, nodes.position >= size >> level)
            connection.execute(delete(tables.audit_nodes).where(beyond))


@pytest.fixture
def signed(database: Database, tmp_path: Path) -> list[Head]:
    """A log that signed its head three times, when it had 2, 4 and 9 entries."""
    log = signer(database, tmp_path)
    heads = []
    for count in (2, 2, 5):
        grow(database, count)
        with database.read() as connection:
            heads.append(log.sign(connection).head)
    return heads


def test_a_restored_backup_is_stated_once(
    database: Database, tmp_path: Path, signed: list[Head]
) -> None:
    cut_back(database, 5)
    for died in (True, False):
        log = signer_again(database, tmp_path)
        with database.write() as connection:
            log.announce_restore(connection)
            (statement,) = restores_of(connection)
            entry = connection.execute(select(tables.audit).where(tables.audit.c.seq == 5)).one()
            assert audit_log.size_of(connection) == 6
            if not died:
                log.begin(connection)
    assert (entry.action, entry.actor_id) == (RESTORED, "sandbox")
    assert "4 entries" in entry.reason
    restore = Restore.opened(statement, log.key)
    with database.write() as connection:
        assert (restore.lost, restore.back_to) == (signed[-1], audit_log.head_of(connection, 5))
        again = signer_again(database, tmp_path)
        again.announce_restore(connection)
        assert again.sign(connection).restores == (statement,)
    assert sorted(HeadNotes(tmp_path / HEADS_FILE).read(log.key))[-1] == 6


@pytest.mark.parametrize("level", [0, 1])
def test_a_history_that_was_rewritten_is_not_taken_for_a_backup(
    database: Database, tmp_path: Path, signed: list[Head], level: int
) -> None:
    cut_back(database, 5)
    nodes = tables.audit_nodes.c
    with database.write() as connection:
        first = and_(nodes.level >= level, nodes.position == 0)
        connection.execute(update(tables.audit_nodes).where(first).values(hash=bytes(32)))
        signer_again(database, tmp_path).announce_restore(connection)
        assert restores_of(connection) == ()
        assert audit_log.size_of(connection) == 5


def test_a_damaged_tree_is_no_backup_and_is_served(
    database: Database, tmp_path: Path, signed: list[Head]
) -> None:
    cut_back(database, 5)
    log = signer_again(database, tmp_path)
    with database.write() as connection:
        connection.execute(delete(tables.audit_nodes).where(tables.audit_nodes.c.level == 2))
        log.announce_restore(connection)
        log.begin(connection)
        assert restores_of(connection) == ()


@pytest.mark.parametrize("note", ["", "hello", '"hello"\n', "\xff"])
def test_notes_of_another_log_are_none(database: Database, tmp_path: Path, note: str) -> None:
    (tmp_path / HEADS_FILE).write_text(note, encoding="latin-1")
    log = signer(database, tmp_path)
    grow(database, 1)
    with database.write() as connection:
        log.announce_restore(connection)
        log.begin(connection)
        assert restores_of(connection) == ()
    assert sorted(HeadNotes(tmp_path / HEADS_FILE).read(log.key)) == [1]
    assert HeadNotes(tmp_path / HEADS_FILE).read(Signer(bytes(32)).key) == {}


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (AuditQuery(actor_id="A"), "audit_by_actor_id"),
        (AuditQuery(action="A"), "audit_by_action"),
        (AuditQuery(entity_id="A", sort="seq"), "audit_by_entity_id"),
        (AuditQuery(account_id="A"), "audit_by_account_id"),
        (AuditQuery(start=NOON, end=NOON), "audit_by_at_ms"),
        (AuditQuery(proof_size=7), "INTEGER PRIMARY KEY"),
    ],
    ids=str,
)
def test_pages_are_answered_from_an_index(
    database: Database, asked: AuditQuery, index: str
) -> None:
    page = select(tables.audit).where(condition_of(asked)).order_by(tables.audit.c.seq.desc())
    with database.read() as connection:
        compiled = page.limit(101).compile(connection, compile_kwargs={"render_postcompile": True})
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
    assert index in plan[0][3]
