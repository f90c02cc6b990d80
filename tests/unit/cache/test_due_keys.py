"""Keys to look at are found by index, and are those that the rules speak of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lmchat_desktop.cache import due_keys, entities
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.store import Cache, open_cache
from lmchat_desktop.contract.changes import KeyChange
from lmchat_desktop.contract.keys import ApiKey, KeyState
from tests.unit.cache.traffic import NOW

WEEK = timedelta(days=7)
DAY = timedelta(days=1)

ACTIVE, EXPIRED, REVOKED = KeyState.ACTIVE, KeyState.EXPIRED, KeyState.REVOKED

TABLE: dict[str, tuple[KeyState, datetime | None, datetime | None, bool]] = {
    "without an end": (ACTIVE, None, NOW, False),
    "expires later": (ACTIVE, NOW + 2 * WEEK, NOW, False),
    "expires soon": (ACTIVE, NOW + DAY, None, True),
    "expires at the edge": (ACTIVE, NOW + WEEK, None, True),
    "expired a moment ago and used": (ACTIVE, NOW - DAY, NOW, True),
    "expired and not used lately": (EXPIRED, NOW - 3 * WEEK, NOW - 2 * WEEK, False),
    "expired and used": (EXPIRED, NOW - 3 * WEEK, NOW - DAY, True),
    "revoked and used": (REVOKED, None, NOW - DAY, True),
    "revoked, would expire soon": (REVOKED, NOW + DAY, None, False),
}


@pytest.fixture
def cache() -> Iterator[Cache]:
    """A cache with a key for each line of the table, for two accounts."""
    made = open_cache(None, None)
    changes = [
        KeyChange(id=f"{account}/{name}", entity=key(f"{account}/{name}", account, *row))
        for account in ("acct_1", "acct_2")
        for name, (*row, _due) in TABLE.items()
    ]
    with made.write() as connection:
        entities.apply(connection, changes, 1)
    yield made
    made.close()


def key(
    key_id: str,
    account: str,
    state: KeyState,
    expires: datetime | None,
    used: datetime | None,
) -> ApiKey:
    return ApiKey(
        id=key_id,
        account_id=account,
        name=key_id,
        hint="sk-lmc-…",
        state=state,
        created_at=NOW - 10 * WEEK,
        created_by="person_1",
        expires_at=expires,
        last_used_at=used,
        etag='"1"',
    )


@pytest.mark.parametrize("account", [None, "acct_1"])
def test_what_the_rules_speak_of_is_found_and_no_more(cache: Cache, account: str | None) -> None:
    accounts = ("acct_1", "acct_2") if account is None else (account,)
    found = EntityRepository(cache).due_keys(NOW, WEEK, WEEK, account)
    wanted = {f"{each}/{name}" for each in accounts for name, row in TABLE.items() if row[-1]}
    assert {each.id for each in found} == wanted
    assert len(found) == len(wanted)


def test_no_table_is_read_through(cache: Cache) -> None:
    for asked in (
        due_keys.expiring(NOW, WEEK, None),
        due_keys.called_after_end(NOW, WEEK, None),
    ):
        with cache.read() as connection:
            text = str(asked.compile(connection, compile_kwargs={"literal_binds": True}))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
        assert all("SEARCH" in row[-1] for row in plan), plan


def test_names_are_of_those_that_are_there(cache: Cache) -> None:
    repository = EntityRepository(cache)
    name = "acct_1/expires soon"
    assert repository.names("key", {name, "key_gone"}) == {name: name}
    assert repository.names("key", set()) == {}
