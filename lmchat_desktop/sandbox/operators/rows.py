"""Rows of `staff` and `grants` as the contract's entities."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.operators import Grant, GrantState, Operator, OperatorState
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms
from lmchat_desktop.sandbox.etags import etag_of

OPERATORS = select(tables.staff, tables.persons.c.name, tables.persons.c.email).join(
    tables.persons, tables.persons.c.id == tables.staff.c.person_id
)

_gains, _asked, _decided = (
    tables.persons.alias(name) for name in ("who_gains", "who_asked", "who_decided")
)
GRANTS = (
    select(
        tables.grants,
        _gains.c.name.label("person_name"),
        _asked.c.name.label("asked_by_name"),
        _decided.c.name.label("decided_by_name"),
    )
    .join(_gains, _gains.c.id == tables.grants.c.person_id)
    .join(_asked, _asked.c.id == tables.grants.c.asked_by)
    .outerjoin(_decided, _decided.c.id == tables.grants.c.decided_by)
)


def operators(connection: Connection, rows: Sequence[Row[Any]], _now: datetime) -> list[Answer]:
    """Rows of `OPERATORS`, with the roles that they hold and that wait."""
    people = [row.person_id for row in rows]
    held: defaultdict[str, list[Role]] = defaultdict(list)
    for row in connection.execute(
        select(tables.operators).where(tables.operators.c.person_id.in_(people))
    ):
        held[row.person_id].append(Role(row.role))
    waiting: dict[str, list[Role]] = {}
    for row in connection.execute(
        select(tables.grants.c.person_id, tables.grants.c.roles).where(
            tables.grants.c.person_id.in_(people),
            tables.grants.c.state == GrantState.PENDING.value,
        )
    ):
        waiting[row.person_id] = roles_of(row.roles)
    return [
        Operator(
            id=row.person_id,
            name=row.name,
            email=row.email,
            roles=sorted(held[row.person_id]),
            waiting=waiting.get(row.person_id, []),
            state=OperatorState.INVITED if row.joined_ms is None else OperatorState.ACTIVE,
            since=from_ms(row.since_ms),
            joined_at=maybe_from_ms(row.joined_ms),
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def grants(_connection: Connection, rows: Sequence[Row[Any]], _now: datetime) -> list[Answer]:
    """Rows of `GRANTS`."""
    return [
        Grant(
            id=row.id,
            person_id=row.person_id,
            person_name=row.person_name,
            roles=roles_of(row.roles),
            reason=row.reason,
            state=GrantState(row.state),
            asked_by=row.asked_by,
            asked_by_name=row.asked_by_name,
            asked_at=from_ms(row.asked_ms),
            decided_by=row.decided_by,
            decided_by_name=row.decided_by_name,
            decided_at=maybe_from_ms(row.decided_ms),
            decision_reason=row.decision_reason,
            etag=etag_of(row.version),
        )
        for row in rows
    ]


def roles_of(text: str) -> list[Role]:
    """The roles of a row of `grants`."""
    return [Role(one) for one in json.loads(text)]
