"""The sandbox's SQL is also PostgreSQL's."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from lmchat_desktop.domain.scopes import Principal, Role
from lmchat_desktop.sandbox import entities, tables
from lmchat_desktop.sandbox.visibility import visible

POSTGRES = postgresql.dialect()
PRINCIPALS = [
    Principal("person_1", frozenset(), {"acct_1": Role.MEMBER}),
    Principal("person_2", frozenset({Role.ADMIN}), {}),
]
KINDS = [*entities.KINDS, "request", "audit", "job"]


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda table: table.name)
def test_tables(table: Table) -> None:
    text = str(CreateTable(table).compile(dialect=POSTGRES))
    assert "AUTOINCREMENT" not in text
    for column in table.columns:
        if column.name.endswith(("_ms", "_nanos")) and "FLOAT" not in str(column.type):
            assert "BIGINT" in str(column.type), f"{column} does not hold 64 bits"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("principal", PRINCIPALS, ids=["member", "admin"])
def test_conditions(principal: Principal, kind: str) -> None:
    select(1).where(visible(principal).of_kind(kind)).compile(dialect=POSTGRES)
    select(1).where(visible(principal).changes()).compile(dialect=POSTGRES)


def test_an_entity_kind_is_asked_for_by_id_and_after_an_id() -> None:
    for kind in entities.KINDS.values():
        condition = kind.is_any(["a/b", "c/d"]), kind.after("a/b")
        kind.statement.where(*condition).compile(dialect=POSTGRES)
