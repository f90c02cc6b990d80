"""One unit of work: all of it or nothing, and once."""

from __future__ import annotations

import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from lmchat_desktop.contract.base import FieldProblem
from lmchat_desktop.domain.scopes import Principal
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import SQLITE_FILE, Busy, Database, StorageFull
from lmchat_desktop.sandbox.problems import ApiProblem
from lmchat_desktop.sandbox.uow import Act, Reply, Unit, Units, forget_answers
from tests.unit.sandbox.conftest import NOON

KEY = "0123456789abcdef"
SECRET = FieldProblem(pointer="/secret", detail="sk-lmc-secret")


class Desk:
    """Acts of one person on one database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.units = Units(database, lambda: self.now)
        self.done = 0

    def begin(self, connection: Connection, now: datetime) -> Unit:
        return Unit(connection, now, Principal("person_1", frozenset(), {}, "dev_1"))

    def work(self, unit: Unit) -> Reply:
        self.done += 1
        unit.audit("thing.make", "thing", f"thing_{self.done}", "acct_1")
        unit.changed("account", "acct_1", account_id="acct_1")
        return Reply(201, SECRET, {"ETag": f'"{self.done}"'}, secret=True)

    def failing(self, unit: Unit) -> Reply:
        self.work(unit)
        raise ApiProblem(409, "conflict")

    def run(self, request: bytes = b"make", key: str = KEY, who: str = "person_1") -> Response:
        return self.units.run(Act(who, key, request), self.begin, self.work)

    def counts(self) -> tuple[int, int, int]:
        with self.database.read() as connection:
            audit, changes, remembered = (
                connection.scalar(select(func.count()).select_from(table)) or 0
                for table in (tables.audit, tables.changes, tables.idempotency)
            )
        return audit, changes, remembered


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_effect_audit_change_and_answer_are_kept_together(desk: Desk) -> None:
    assert desk.run().status_code == 201
    assert desk.counts() == (1, 1, 1)


def test_a_refused_act_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(ApiProblem):
        desk.units.run(Act("person_1", KEY, b"make"), desk.begin, desk.failing)
    assert desk.counts() == (0, 0, 0)
    assert desk.run().status_code == 201


def test_the_same_act_is_done_once_and_answered_the_same(desk: Desk) -> None:
    first, second = desk.run(), desk.run()
    assert (first.body, first.headers["etag"]) == (second.body, second.headers["etag"])
    assert desk.counts() == (1, 1, 1)


def test_a_key_is_good_for_one_call(desk: Desk) -> None:
    desk.run()
    with pytest.raises(ApiProblem) as refused:
        desk.run(request=b"make another")
    assert (refused.value.status, refused.value.kind) == (422, "idempotency-key-reused")


def test_keys_of_two_people_do_not_meet(desk: Desk) -> None:
    desk.run()
    desk.run(who="person_2")
    assert desk.done == 2


def test_an_answer_is_remembered_for_a_day(desk: Desk) -> None:
    desk.run()
    desk.now += timedelta(hours=24) - timedelta(milliseconds=1)
    desk.run()
    assert desk.done == 1
    desk.now += timedelta(milliseconds=1)
    with desk.database.write() as connection:
        forget_answers(connection, desk.now)
    assert desk.counts() == (1, 1, 0)
    desk.run()
    assert desk.done == 2


def test_an_answer_that_has_had_its_day_is_overwritten(desk: Desk) -> None:
    desk.run()
    desk.now += timedelta(hours=25)
    desk.run()
    assert desk.counts() == (2, 2, 1)


def test_a_secret_answer_cannot_be_read_from_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.run()
    desk.database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"thing_1" in kept
    assert b"sk-lmc-secret" not in kept
    assert KEY.encode() not in kept


def test_the_same_act_under_way_is_told_so(desk: Desk) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(unit: Unit) -> Reply:
        entered.set()
        assert leave.wait(30)
        return desk.work(unit)

    act = Act("person_1", KEY, b"make")
    other = threading.Thread(target=desk.units.run, args=(act, desk.begin, slow))
    other.start()
    try:
        assert entered.wait(30)
        with pytest.raises(ApiProblem) as refused:
            desk.run()
        assert refused.value.kind == "idempotency-under-way"
        assert refused.value.headers["Retry-After"] == "1"
    finally:
        leave.set()
        other.join()
    assert desk.run().status_code == 201
    assert desk.counts() == (1, 1, 1)


def test_a_database_that_is_locked_is_busy(desk: Desk, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / SQLITE_FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy):
        desk.run()
    other.execute("ROLLBACK")
    other.close()
    assert desk.run().status_code == 201


def test_a_full_disk_changes_nothing(desk: Desk) -> None:
    def hoarding(unit: Unit) -> Reply:
        unit.connection.exec_driver_sql("PRAGMA max_page_count = 1")
        desk.work(unit)
        unit.audit("x", "x", "x", reason="x" * 1_000_000)
        return Reply(200)

    with pytest.raises(StorageFull):
        desk.units.run(Act("person_1", KEY, b"make"), desk.begin, hoarding)
    assert desk.counts() == (0, 0, 0)
