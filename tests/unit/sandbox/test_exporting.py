"""An export has every store that holds something on an account, and nothing of another's."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
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
    update,
)
from sqlalchemy.types import NullType

from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.stores import Store
from lmchat_desktop.sandbox import export_files, export_reading, exporting, tables
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.exporting import AccountExportJob, is_withheld
from lmchat_desktop.sandbox.jobs import JobRunner, job_of, submit
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
JOBS_TELL = {"jobs.jsonl", "jobs.csv", "README.txt"}
NAMED = {("requests", "id"): lambda number: f"req_{number}"}


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
    job = AccountExportJob(files, lambda: NOON, NAMED)
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    done = 0
    while True:
        with database.write() as connection:
            step = job.step(connection, PARAMS, checkpoint, result)
        # As the runner keeps them.
        checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
        assert step.done >= done
        assert step.total is None or step.done <= step.total
        done = step.done
        if checkpoint is None:
            assert step.done == step.total
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


@pytest.fixture
def much(filled: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An account with many more rows than a step reads, and more bytes than a step packs."""
    monkeypatch.setattr(export_reading, "PORTION", 3)
    monkeypatch.setattr(export_reading, "COUNTED", 4)
    monkeypatch.setattr(exporting, "COUNTED", 4)
    monkeypatch.setattr(export_files, "PACKED", 700)
    monkeypatch.setattr(export_files, "DIGESTED", 900)
    with filled.write() as connection:
        writer = Writer(connection)
        for number in range(20):
            writer.write(tables.requests, OWN, "", id=500 + number, started_ms=200 - number % 3)
            writer.write(tables.attempts, OWN, "", request_id=500 + number, number=1)
            writer.write(tables.attempts, OWN, "", request_id=500 + number, number=2)
            writer.write(tables.account_notes, OWN, "")
    return filled


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_many_rows_come_in_portions(much: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    rows = run(much, files)["rows"]
    with opened(files) as archive:
        for name, many in (("requests", 21), ("attempts", 41), ("account_notes", 21)):
            keys = [
                tuple(row[column.name] for column in tables.metadata.tables[name].primary_key)
                for row in lines(archive, name)
            ]
            assert len(keys) == len(set(keys)) == rows[name] == many
    unzip = shutil.which("unzip")
    if unzip is not None:
        subprocess.run([unzip, "-tqq", str(files.archive("exp_1"))], check=True)


def test_each_step_that_was_not_committed_is_done_again(much: Database, tmp_path: Path) -> None:
    plain, again = ExportFiles(tmp_path / "plain"), ExportFiles(tmp_path / "again")
    expected = run(much, plain)
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    steps = 0
    while True:
        with suppress(Lost), much.write() as connection:
            job = AccountExportJob(again, lambda: NOON, NAMED)
            job.step(connection, PARAMS, checkpoint, dict(result))
            raise Lost
        if steps in (0, 3, 12, 40, 66, 90, 100, 111):
            # Another process goes on.
            again = ExportFiles(tmp_path / "again")
            job = AccountExportJob(again, lambda: NOON, NAMED)
        with much.write() as connection:
            step = job.step(connection, PARAMS, checkpoint, result)
        checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
        steps += 1
        if checkpoint is None:
            break
    assert steps > 112
    assert result == expected
    assert again.archive("exp_1").read_bytes() == plain.archive("exp_1").read_bytes()


def test_an_export_whose_files_were_lost_is_made_anew(much: Database, tmp_path: Path) -> None:
    plain, lossy = ExportFiles(tmp_path / "plain"), ExportFiles(tmp_path / "lossy")
    expected = run(much, plain)
    for phase, name in (
        ("write", "account_notes.csv"),
        ("pack", "requests.jsonl"),
        ("pack", "archive.zip"),
        ("digest", "archive.zip"),
    ):
        job = AccountExportJob(lossy, lambda: NOON, NAMED)
        checkpoint: dict[str, Any] | None = None
        result: dict[str, Any] = {}
        lost = 0
        while True:
            with much.write() as connection:
                step = job.step(connection, PARAMS, checkpoint, result)
            checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
            if checkpoint is None:
                break
            path = tmp_path / "lossy" / "exports" / "exp_1" / name
            if not lost and checkpoint["phase"] == phase and path.is_file():
                lost = path.stat().st_size
                path.write_bytes(path.read_bytes()[: lost // 2])
        assert lost, name
        assert result == expected
        assert contents(lossy.archive("exp_1")) == contents(plain.archive("exp_1"))
        lossy.drop("exp_1")


def test_what_comes_after_the_beginning_is_not_waited_for(much: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    job = AccountExportJob(files, lambda: NOON, NAMED)
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] = {}
    for number in count(900):
        with much.write() as connection:
            step = job.step(connection, PARAMS, checkpoint, result)
        checkpoint, result = json.loads(json.dumps([step.checkpoint, step.result]))
        if checkpoint is None:
            break
        with much.write() as connection:
            # As fast as they are read.
            writer = Writer(connection)
            for each in range(3):
                new = number * 10 + each
                writer.write(tables.requests, OWN, "", id=new, started_ms=1_000 + new)
                writer.write(tables.attempts, OWN, "", request_id=new, number=1)
                writer.write(tables.audit, OWN, PEOPLE[OWN], seq=10_000 + new)
    assert result["rows"]["requests"] == 21
    assert result["rows"]["attempts"] == 41
    assert result["rows"]["audit"] == 1


def test_others_write_between_its_steps_and_a_cancelled_one_leaves_nothing(
    much: Database, tmp_path: Path
) -> None:
    files = ExportFiles(tmp_path)
    job = AccountExportJob(files, lambda: NOON, NAMED)
    runner = JobRunner(much, lambda: NOON, {"export": job}, {"export": job.abandon})
    with much.write() as connection:
        connection.execute(tables.jobs.delete())
        job_id = submit(connection, "export", PARAMS, PEOPLE[OWN], NOON)
    seen = []
    for phase in ("write", "pack", "digest"):
        while phase not in seen[-1:]:
            assert runner.step_once()
            with much.write() as connection:
                connection.execute(
                    insert(tables.meta).values(name=f"between {len(seen)}", value="")
                )
                row = connection.execute(select(tables.jobs)).one()
                seen.append(json.loads(row.checkpoint)["phase"])
    assert list((tmp_path / "exports").iterdir())
    with much.write() as connection:
        connection.execute(update(tables.jobs).values(cancel_requested=True))
    while runner.step_once():
        pass
    with much.read() as connection:
        ended = job_of(connection.execute(select(tables.jobs)).one())
    assert (ended.id, ended.state) == (job_id, JobState.CANCELLED)
    assert list((tmp_path / "exports").iterdir()) == []


def test_two_exports_at_once_are_each_as_if_alone(much: Database, tmp_path: Path) -> None:
    files, alone = ExportFiles(tmp_path / "both"), ExportFiles(tmp_path / "alone")
    run(much, alone)
    job = AccountExportJob(files, lambda: NOON, NAMED)
    runner = JobRunner(much, lambda: NOON, {"export": job}, {"export": job.abandon})
    with much.write() as connection:
        connection.execute(tables.jobs.delete())
        for export_id in ("exp_1", "exp_2"):
            submit(connection, "export", PARAMS | {"export_id": export_id}, PEOPLE[OWN], NOON)
    steps = 0
    while runner.step_once():
        steps += 1
        # A digest that began anew at each turn would never end.
        assert steps < 500
    with much.read() as connection:
        ended = [job_of(row) for row in connection.execute(select(tables.jobs))]
    assert [one.state for one in ended] == [JobState.SUCCEEDED] * 2
    expected = contents(alone.archive("exp_1"))
    for export_id in ("exp_1", "exp_2"):
        made = contents(files.archive(export_id))
        # The jobs themselves are in it: there are two now.
        assert {name for name in made if made[name] != expected[name]} <= JOBS_TELL
        assert made.keys() == expected.keys()


def test_an_export_that_failed_leaves_nothing(filled: Database, tmp_path: Path) -> None:
    files = ExportFiles(tmp_path)
    job = AccountExportJob(files, lambda: NOON, {("requests", "id"): lambda n: str(n // 0)})
    runner = JobRunner(filled, lambda: NOON, {"export": job}, {"export": job.abandon})
    with filled.write() as connection:
        connection.execute(tables.jobs.delete())
        submit(connection, "export", PARAMS, PEOPLE[OWN], NOON)
    while runner.step_once():
        pass
    with filled.read() as connection:
        assert connection.scalar(select(tables.jobs.c.state)) == JobState.FAILED.value
    assert list((tmp_path / "exports").iterdir()) == []


def test_who_leaves_the_account_or_comes_meanwhile_is_not_in_it(
    filled: Database, tmp_path: Path
) -> None:
    files = ExportFiles(tmp_path)
    job = AccountExportJob(files, lambda: NOON, NAMED)
    with filled.write() as connection:
        step = job.step(connection, PARAMS, None, {})
        members = tables.members
        connection.execute(
            update(members)
            .where(members.c.account_id == OWN, members.c.person_id == BOTH)
            .values(person_id=PEOPLE[OTHER])
        )
    while step.checkpoint is not None:
        with filled.write() as connection:
            step = job.step(connection, PARAMS, step.checkpoint, step.result)
    with opened(files) as archive:
        assert {row["id"] for row in lines(archive, "persons")} == {PEOPLE[OWN]}


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
