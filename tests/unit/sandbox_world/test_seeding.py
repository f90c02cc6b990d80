"""How a world is written: in portions of any size, and over by an older version's database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text

from lmchat_desktop.contract.queries import RequestsQuery
from lmchat_desktop.domain.usage.cells import Outcome
from lmchat_desktop.sandbox import meta, tables, usage
from lmchat_desktop.sandbox.app import open_backend
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.request_rows import condition_of
from lmchat_desktop.sandbox.settings import Settings
from lmchat_desktop.sandbox.world import loop
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.seed import seed

from .conftest import NOW, SMALL

VERSION_1 = """CREATE TABLE usage_slices (
    scope TEXT NOT NULL, slice_id TEXT NOT NULL, start_ms BIGINT NOT NULL, end_ms BIGINT NOT NULL,
    resolution_s INTEGER NOT NULL, etag TEXT, cells INTEGER, body BLOB, dirty BOOLEAN NOT NULL,
    PRIMARY KEY (scope, slice_id))"""


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


def test_a_database_of_version_1_is_brought_up_to_date(own_world: Database, tmp_path: Path) -> None:
    with own_world.write() as connection:
        before = told(connection)
        works = set(connection.scalars(select(tables.operators.c.person_id)))
        for table in (tables.usage_slices, tables.slice_bodies, tables.staff, tables.grants):
            table.drop(connection)
        for name in ("requests_by_key", "requests_failed", "requests_failed_by_account"):
            connection.execute(text(f"DROP INDEX {name}"))
        connection.execute(text(VERSION_1))
        connection.execute(text("CREATE INDEX usage_slices_by_start ON usage_slices (start_ms)"))
        meta.write(connection, Meta.SCHEMA, 1)
    own_world.close()
    backend = open_backend(Settings(tmp_path, traffic=SMALL, live=False), lambda part, detail: None)
    with backend.database.write() as connection:
        assert meta.read_int(connection, Meta.SCHEMA) == tables.SCHEMA_VERSION
        assert len(usage.rebuild_slices(connection)) == len(before)
        assert told(connection) == before
        known = connection.execute(select(tables.staff)).all()
        assert {row.person_id for row in known if row.joined_ms is not None} == works
        assert connection.execute(select(tables.grants)).all() == []
        indexes = {index["name"] for index in inspect(connection).get_indexes("requests")}
    backend.database.close()
    assert {index.name for index in tables.requests.indexes} == indexes


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
