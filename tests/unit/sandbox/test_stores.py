"""Everything that the sandbox keeps is declared in the store registry."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from sqlalchemy import Column, Table

from lmchat_desktop.contract.outbox import MessageKind, OutboxMessage
from lmchat_desktop.domain.stores import Erasure, Field, Store
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.audit_signing import HEADS_FILE, HeadNotes
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.delivery import Delivery
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.folder_lock import FolderLock
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.stores import FILES
from tests.unit.sandbox.conftest import NOON

MESSAGE = OutboxMessage(
    id="msg_1",
    kind=MessageKind.MAIL,
    to="somebody@acme.example",
    subject="s",
    body="b",
    made_at=NOON,
    attempts=0,
)

TABLES = list(tables.metadata.tables.values())
COLUMNS = [column for table in TABLES for column in table.columns]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_declared(table: Table) -> None:
    store = table.info.get("store")
    assert isinstance(store, Store)
    assert store.purpose
    assert store.retention
    personal = any(column.info["field"].category is not None for column in table.columns)
    assert bool(store.subject) or not personal, "personal data without a path to its subject"
    assert store.erasure is not Erasure.NOTHING or not personal


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_is_declared(column: Column[object]) -> None:
    field = column.info.get("field")
    assert isinstance(field, Field)
    assert (field.category is None) == (field.erasure is Erasure.NOTHING)


def test_a_file_is_declared(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        database = Database.at(tmp_path, None, wait_s=1)
        tables.metadata.create_all(database.engine)
        HeadNotes(tmp_path / HEADS_FILE).write({1: "head"})
        with database.write() as connection:
            meta.write(connection, Meta.NOTICE, "here")
            (tmp_path / f"{HEADS_FILE}.partial").touch()
            Delivery(tmp_path, None).deliver(MESSAGE)
            exports = ExportFiles(tmp_path)
            sizes = {"keys": exports.append("exp_1", "keys", ["id"], [["key_1"]], [0, 0])}
            packed, _ = exports.pack("exp_1", sizes, None, NOON)
            exports.close("exp_1", sizes, packed, NOON, "read me")
            exports.finish("exp_1")
            files = [path for path in tmp_path.rglob("*") if path.is_file()]
            written = {path.relative_to(tmp_path).as_posix() for path in files}
        database.close()
    assert len(written) == len(FILES)
    assert {name for name in written if not any(fnmatch(name, f.pattern) for f in FILES)} == set()


def test_every_table_is_exported_by_name() -> None:
    assert {table.name for table in TABLES} == set(tables.__all__) - {"SCHEMA_VERSION", "metadata"}
