"""An export has every store that holds something on an account, and nothing of another's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    insert,
    select,
)
from sqlalchemy.types import NullType

from lmchat_desktop.domain.stores import Store
from lmchat_desktop.sandbox import exporting, tables
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.exporting import AccountExportJob, is_withheld
from lmchat_desktop.sandbox.subjects import Holder, UnknownPath, held_tables
from tests.unit.sandbox.conftest import NOON

HELD = held_tables()
OWN, OTHER = "acct_own", "acct_other"
PEOPLE = {OWN: "person_own", OTHER: "person_other"}
NUMBERS = {OWN: 1, OTHER: 2}
BOTH = "person_both"
"""Somebody who belongs to both accounts."""


class Lost(Exception):
    """A step is not committed."""


PARAMS = {"account_id": OWN, "export_id": "exp_1"}


class Writer:
    """Writes a row into every table for each account, all values of which tell whose it is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = count(100)
        self._made: dict[tuple[str, str], Any] = {}
        self._numbers: dict[tuple[str, str], Any] = {}

    def write(self, table: Table, account: str, person: str, **more: Any) -> None:
        store: Store = table.info["store"]
        row = {
            column.name: self._value(column, account)
            for column in table.columns
            if not column.nullable
        }
        for path in store.subject.split(" (")[0].split(", "):
            start, *rest = path.split(" → ")
            first, _, found_by = start.partition(" = ")
            if found_by:
                row[first] = self._numbers[rest[0].split(".")[0], account]
            else:
                row[first] = self._subject(table, first, rest, account, person)
        if table.name == "accounts":
            row["number"] = NUMBERS[account]
        row |= more
        self._connection.execute(insert(table).values(**row))
        key = next(iter(table.primary_key)).name
        self._made.setdefault((table.name, account), row[key])
        self._numbers.setdefault((table.name, account), row.get("number"))

    def _subject(self, table: Table, name: str, rest: list[str], account: str, person: str) -> Any:
        if rest and not rest[0].startswith("accounts."):
            return self._made[rest[0].split(".")[0], account]
        if name == "account_no":
            return NUMBERS[account]
        if name in ("account_id", "scope", "subject_id") or table.name == "accounts":
            return account
        return person

    def _value(self, column: Column[Any], account: str) -> Any:
        if column.name in ("outcome", "error"):
            return 0
        if isinstance(column.type, Boolean):
            return False
        if isinstance(column.type, BigInteger | Integer | SmallInteger):
            return next(self._next)
        if isinstance(column.type, Float):
            return float(next(self._next))
        if isinstance(column.type, LargeBinary):
            return f"={account}-{next(self._next)}".encode()
        assert isinstance(column.type, Text | NullType)
        return f"={account}-{column.name}-{next(self._next)}"


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        writer = Writer(connection)
        # Those that others lead through come first.
        ordered = sorted(HELD, key=lambda table: " → " in table.info["store"].subject)
        ordered.sort(key=lambda table: table.name == "attempts")
        for table in ordered:
            for account, person in PEOPLE.items():
                writer.write(table, account, person)
        for account in (OWN, OTHER):
            writer.write(tables.members, account, BOTH)
        writer.write(tables.persons, OWN, BOTH)
    return database


def run(database: Database, files: ExportFiles) -> dict[str, Any]:
    """Do all steps, each in a transaction of its own."""
    job = AccountExportJob(files, lambda: NOON, {("requests", "id"): lambda n: f"req_{n}"})
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    while True:
        with database.write() as connection:
            step = job.step(connection, PARAMS, checkpoint, result)
        # As the runner keeps them.
        checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
        assert step.done <= step.total
        if checkpoint is None:
            return result


def opened(files: ExportFiles) -> zipfile.ZipFile:
    return zipfile.ZipFile(files.archive("exp_1"))


def lines(archive: zipfile.ZipFile, store: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{store}.jsonl").splitlines()]


def test_every_store_with_a_subject_is_in_it(filled: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    result = run(filled, files)
    names = {f"{table.name}.{ending}" for table in HELD for ending in ("jsonl", "csv")}
    with opened(files) as archive:
        assert set(archive.namelist()) == names | {"README.txt"}
        readme = archive.read("README.txt").decode()
        for table in HELD:
            found = lines(archive, table.name)
            assert found, f"nothing of {table.name}"
            assert result["rows"][table.name] == len(found)
            assert table.info["store"].purpose in readme
    assert not (tmp_path / "exports" / "exp_1").exists(), "only the archive is left"


def test_no_row_of_another_account_is_in_it(filled: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    run(filled, files)
    with opened(files) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode()
            assert OTHER not in content, name
            assert PEOPLE[OTHER] not in content, name
        assert {row["person_id"] for row in lines(archive, "members")} == {PEOPLE[OWN], BOTH}
        assert {row["id"] for row in lines(archive, "persons")} == {PEOPLE[OWN], BOTH}


def test_what_a_person_did_elsewhere_is_not_the_accounts(filled: Database, tmp_path: Path) -> None:
    with filled.write() as connection:
        writer = Writer(connection)
        writer.write(tables.audit, OTHER, PEOPLE[OWN], seq=9_001, reason="elsewhere")
        writer.write(tables.audit, OWN, PEOPLE[OWN], seq=9_002, account_id=None, reason="own")
    files = ExportFiles(tmp_path)
    run(filled, files)
    with opened(files) as archive:
        reasons = {row["reason"] for row in lines(archive, "audit")}
    assert "own" in reasons
    assert "elsewhere" not in reasons


def test_secrets_digests_are_left_out_and_texts_are_no_formulas(
    filled: Database, tmp_path: Path
) -> None:
    files = ExportFiles(tmp_path)
    run(filled, files)
    with opened(files) as archive:
        for table in HELD:
            rows = list(csv.DictReader(io.StringIO(archive.read(f"{table.name}.csv").decode())))
            assert len(rows) == len(lines(archive, table.name))
            withheld = {column.name for column in table.columns if is_withheld(column)}
            for row in rows:
                assert not withheld & set(row)
                assert not [value for value in row.values() if value.startswith("=")]
        (request,) = lines(archive, "requests")
    assert request["id"].startswith("req_")
    assert request["account"] == OWN
    assert request["started_at"].endswith("Z")


def test_many_rows_come_in_portions_and_a_step_that_was_not_committed_is_done_again(
    filled: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PORTION", 3)
    with filled.write() as connection:
        writer = Writer(connection)
        for number in range(10):
            writer.write(tables.requests, OWN, "", id=500 + number, started_ms=5 - number % 3)
            writer.write(tables.attempts, OWN, "", request_id=500 + number, number=1)
    plain, again = ExportFiles(tmp_path / "plain"), ExportFiles(tmp_path / "again")
    expected = run(filled, plain)
    assert expected["rows"]["requests"] == expected["rows"]["attempts"] == 11
    job = AccountExportJob(again, lambda: NOON, {})
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    while True:
        with suppress(Lost), filled.write() as connection:
            job.step(connection, PARAMS, checkpoint, dict(result))
            raise Lost
        with filled.write() as connection:
            step = job.step(connection, PARAMS, checkpoint, result)
        checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
        if checkpoint is None:
            break
    assert result["rows"] == expected["rows"]
    with opened(plain) as first, opened(again) as second:
        assert sorted(first.namelist()) == sorted(second.namelist())
        ids = [row["id"] for row in lines(second, "requests")]
        assert len(set(ids)) == 11
        assert len(lines(second, "attempts")) == 11


def test_a_path_that_is_not_known_is_an_error() -> None:
    holder = Holder("acct_1", 1, ())
    for subject in ("nothing", "value", "subject_id → nowhere.account_id"):
        table = tables.aliases.to_metadata(type(tables.metadata)())
        table.info["store"] = Store("x", subject, "y", tables.aliases.info["store"].erasure)
        with pytest.raises(UnknownPath):
            holder.rows_of(table)


def test_what_was_exported_is_forgotten_and_swept(filled: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    with filled.write() as connection:
        for table in (tables.exports, tables.jobs):
            connection.execute(table.delete())
        connection.execute(
            insert(tables.exports).values(
                id="exp_1", account_id=OWN, job_id="job_1", requested_by="p", created_ms=0
            )
        )
    run(filled, files)
    files.append("exp_2", "keys", ["id"], [["left by a crash"]], [0, 0])
    files.sweep(filled)
    assert [path.name for path in (tmp_path / "exports").iterdir()] == ["exp_1.zip"]
    with filled.write() as connection:
        exporting.forget(connection, NOON + exporting.KEPT)
        assert connection.execute(select(tables.exports)).all() == []
    files.sweep(filled)
    assert list((tmp_path / "exports").iterdir()) == []
