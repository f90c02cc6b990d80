"""The conditions by which suggestions are found are the rules of the domain, whatever the time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lmchat_desktop.domain.keys.suggestions import Observed, suggestions
from lmchat_desktop.domain.scopes import Principal, Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.entities import life_of
from lmchat_desktop.sandbox.keys import suggestions as listed
from lmchat_desktop.sandbox.visibility import visible

from .conftest import NOW

EVERYTHING = visible(Principal("person_1", frozenset({Role.ADMIN}), {}))


@pytest.mark.parametrize("days", [0, 1, 7, 12, 31, 92, 200])
def test_the_rows_found_are_those_of_the_rules(seeded: Database, days: int) -> None:
    now = NOW + timedelta(days=days)
    with seeded.read() as connection:
        foreign = {
            row.key_no: from_ms(row.last_ms)
            for row in connection.execute(select(tables.key_refusals))
        }
        expected = {}
        for row in connection.execute(select(tables.keys)):
            over = row.over_until_ms is not None and row.over_until_ms > to_ms(now)
            observed = Observed(
                state=life_of(row).state(now),
                created_at=from_ms(row.created_ms),
                expires_at=maybe_from_ms(row.expires_ms),
                last_used_at=maybe_from_ms(row.last_used_ms),
                over_budget_since=from_ms(row.over_since_ms) if over else None,
                foreign_at=foreign.get(row.number),
            )
            for kind, since in suggestions(observed, now).items():
                expected[f"{kind.value}/{row.id}"] = since
        found = listed.page(connection, EVERYTHING, None, None, None, 1_000, now)
        counts = listed.counts(connection, EVERYTHING, None, now).counts
    assert {each.id: each.since for each in found} == expected
    assert sum(counts.values()) == len(expected) > 0
