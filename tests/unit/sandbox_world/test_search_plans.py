"""However many accounts and keys there are, a search reads indexes and scans nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from lmchat_desktop.contract.queries import AccountSearchQuery
from lmchat_desktop.domain.scopes import Principal, Role
from lmchat_desktop.sandbox import upkeep
from lmchat_desktop.sandbox.calls import View
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.search import search

from .conftest import NOW

IDS = NumberedIds(bytes(32), "req")
CALLERS = {
    "support": Principal("person_1", frozenset({Role.SUPPORT}), {}),
    "owner": Principal("person_2", frozenset(), {"acct_1": Role.OWNER, "acct_2": Role.MEMBER}),
}


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize(
    "q",
    [
        "acct_abc",
        "acme rob",
        "billing@acme",
        "+49 30 5550",
        "sk-lmc-Ab",
        "a1B2",
        "…a1B2",
        IDS.text(7),
    ],
)
def test_no_table_is_scanned(own_world: Database, who: str, q: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    with own_world.write() as connection:
        upkeep.note_first_names(connection)
        event.listen(connection, "before_cursor_execute", note)
        search(View(connection, NOW, CALLERS[who]), IDS, AccountSearchQuery(q=q))
        event.remove(connection, "before_cursor_execute", note)
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            steps = [row.detail for row in plan]
            assert not [step for step in steps if step.startswith("SCAN")], (statement, steps)
        assert len(asked) > 2
