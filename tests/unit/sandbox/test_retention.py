"""What is kept about accounts is forgotten when its time is over, and files go with their rows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Table, insert, select

from lmchat_desktop.sandbox import retention, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.delivery import Delivery
from lmchat_desktop.sandbox.errands import Errands
from lmchat_desktop.sandbox.identifiers import NumberedIds
from tests.unit.sandbox.conftest import NOON

IDS = NumberedIds(bytes(32), "msg")
NUMBERS = {
    column.name: 1
    for column in tables.requests.columns
    if not column.nullable and column.name not in ("id", "started_ms")
}
ATTEMPT = {"provider_no": 1, "region_no": 1, "model_no": 1, "error": 0}


def put(database: Database, table: Table, days: float, at: str, **more: object) -> None:
    """A row whose time began so many days ago."""
    texts = {
        column.name: f"x{days}"
        for column in table.columns
        if not column.nullable and str(column.type) == "TEXT"
    }
    began = to_ms(NOON - timedelta(days=days))
    times = {
        column.name: began
        for column in table.columns
        if not column.nullable and column.name.endswith("_ms")
    }
    with database.write() as connection:
        connection.execute(insert(table).values(texts | times | {at: began} | more))


def left(database: Database, table: Table) -> int:
    with database.write() as connection:
        retention.forget(connection, NOON)
        return len(connection.execute(select(table)).all())


def test_each_kind_of_record_has_its_time(database: Database) -> None:
    for table, days, at in (
        (tables.outbox, 30, "made_ms"),
        (tables.account_events, 90, "at_ms"),
        (tables.contact_changes, 90, "sent_ms"),
        (tables.invitations, 90, "expires_ms"),
        (tables.account_notes, 731, "at_ms"),
        (tables.recoveries, 731, "ended_ms"),
        (tables.exports, 30, "created_ms"),
    ):
        put(database, table, days, at)
        put(database, table, days - 0.001, at)
        assert left(database, table) == 1, table.name


def test_requests_go_by_whole_days_with_their_attempts(database: Database) -> None:
    midnight = NOON.replace(hour=0)
    first_kept = NOON - (midnight - timedelta(days=400))
    for number, ago in enumerate((first_kept, first_kept + timedelta(milliseconds=1))):
        put(database, tables.requests, ago / timedelta(days=1), "started_ms", id=number, **NUMBERS)
        put(database, tables.attempts, 0, "wait_ms", request_id=number, number=1, **ATTEMPT)
    assert left(database, tables.requests) == 1
    assert left(database, tables.attempts) == 1
    with database.read() as connection:
        assert list(connection.scalars(select(tables.requests.c.id))) == [0]
        assert list(connection.scalars(select(tables.attempts.c.request_id))) == [0]


def test_a_recovery_under_way_is_kept(database: Database) -> None:
    put(database, tables.recoveries, 1000, "prepared_ms")
    assert left(database, tables.recoveries) == 1


def test_a_message_is_delivered_again_until_it_is_given_up(
    database: Database, tmp_path: Path
) -> None:
    put(database, tables.outbox, 0, "due_ms", kind="mail", recipient="a@b.example")
    now = NOON
    (tmp_path / "outbox").write_text("in the way of the folder")
    errands = Errands(database, lambda: now, Delivery(tmp_path, None), IDS)
    tries = []
    while errands.deliver_due():
        with database.read() as connection:
            row = connection.execute(select(tables.outbox)).one()
        tries.append(row.due_ms - to_ms(now))
        now += timedelta(milliseconds=tries[-1])
        assert row.failure.startswith("FileExistsError") or row.failure.startswith("NotADirectory")
    assert tries[:4] == [1000, 2000, 4000, 8000]
    assert max(tries) == 3_600_000
    with database.read() as connection:
        row = connection.execute(select(tables.outbox)).one()
    assert (row.attempts, row.sent_ms, row.due_ms) == (16, None, None)


def test_files_go_with_their_rows(database: Database, tmp_path: Path) -> None:
    for days in (0, 31):
        put(database, tables.outbox, days, "due_ms", kind="mail", recipient="a@b.example")
    delivery = Delivery(tmp_path, None)
    errands = Errands(database, lambda: NOON, delivery, IDS)
    assert errands.deliver_due() is False
    (tmp_path / "outbox" / "something-else.eml").write_text("left behind")
    assert len(delivery.names()) == 3
    assert left(database, tables.outbox) == 1
    errands.sweep()
    (name,) = delivery.names()
    assert IDS.text(1) in name
