"""The change feed: a snapshot, then what changed, whole and in order."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest

from lmchat_desktop.contract.changes import ENTITY_TYPES
from tests.integration.sandbox.api import Api, as_person, problem
from tests.support.sandbox import RunningSandbox

State = dict[tuple[str, str], Any]


def state_of(changes: list[Any]) -> State:
    return {(change["kind"], change["id"]): change["entity"] for change in changes}


def applied(state: State, changes: list[Any]) -> State:
    after = dict(state)
    for change in changes:
        if change["entity"] is None:
            after.pop((change["kind"], change["id"]), None)
        else:
            after[change["kind"], change["id"]] = change["entity"]
    return after


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_a_snapshot_is_the_same_in_pages_of_any_size(owner: Api, limit: int) -> None:
    changes, _ = owner.changes(limit=limit)
    whole, _ = owner.changes()
    assert changes == whole
    assert len(state_of(changes)) == len(changes)


def test_a_snapshot_says_that_it_is_one_and_when_it_is_whole(owner: Api) -> None:
    after: str | None = None
    pages = []
    while not pages or pages[-1]["has_more"]:
        pages.append(owner.get("/v1/changes", limit=5, **({"after": after} if after else {})))
        after = pages[-1]["next_cursor"]
    assert all(page["snapshot"] for page in pages)
    assert [page["snapshot_complete"] for page in pages] == [False] * (len(pages) - 1) + [True]
    following = owner.get("/v1/changes", after=after)
    assert not following["snapshot"]


def test_a_snapshot_is_in_the_order_of_kinds_and_equal_to_the_lists(admin: Api) -> None:
    changes, _ = admin.changes()
    kinds = [change["kind"] for change in changes]
    order = list(ENTITY_TYPES)
    assert kinds == sorted(kinds, key=order.index)
    state = state_of(changes)
    for kind, path in (
        ("plan", "/v1/plans"),
        ("provider", "/v1/providers"),
        ("model", "/v1/models"),
        ("processor", "/v1/processors"),
        ("account", "/v1/accounts"),
        ("key", "/v1/keys"),
        ("device", "/v1/devices"),
    ):
        listed = {entity["id"]: entity for entity in admin.every(path, limit=3)}
        assert {id: entity for (of, id), entity in state.items() if of == kind} == listed


@pytest.mark.parametrize("limit", [1, 2, 1000])
def test_the_feed_applied_to_a_snapshot_is_the_next_snapshot(
    own_sandbox: RunningSandbox, limit: int
) -> None:
    admin, owner = as_person(own_sandbox, "admin"), as_person(own_sandbox, "owner")
    before, cursor = owner.changes()
    mine = owner.get("/v1/me")["memberships"][0]["account_id"]
    for number in range(3):
        made = owner.post("/v1/keys", {"account_id": mine, "name": f"key {number}"}).json()["key"]
        owner.patch(f"/v1/keys/{made['id']}", {"name": "again"}, made["etag"])
    owner.post(f"/v1/keys/{made['id']}/revoke", {"reason": "lost"})
    account = owner.get(f"/v1/accounts/{mine}")
    owner.patch(f"/v1/accounts/{mine}", {"country": "NP"}, account["etag"])
    another = next(one for one in admin.every("/v1/accounts") if one["id"] != mine)
    admin.patch(f"/v1/accounts/{another['id']}", {"country": "NP"}, another["etag"])
    changes, cursor = owner.changes(cursor, limit)
    after, _ = owner.changes()
    assert applied(state_of(before), changes) == state_of(after)
    assert another["id"] not in {change["id"] for change in changes}
    assert owner.changes(cursor)[0] == []


def test_what_changes_while_a_snapshot_is_read_comes_after_it(own_sandbox: RunningSandbox) -> None:
    owner = as_person(own_sandbox, "owner")
    mine = owner.get("/v1/me")["memberships"][0]["account_id"]
    first = owner.get("/v1/changes", limit=1)
    made = owner.post("/v1/keys", {"account_id": mine, "name": "between"}).json()["key"]
    account = owner.get(f"/v1/accounts/{mine}")
    owner.patch(f"/v1/accounts/{mine}", {"country": "NP"}, account["etag"])
    rest, cursor = owner.changes(first["next_cursor"])
    state = applied(state_of(first["data"]), rest)
    changes, _ = owner.changes(cursor)
    assert applied(state, changes) == state_of(owner.changes()[0])
    assert ("key", made["id"]) in applied(state, changes)


def test_a_cursor_is_its_persons_and_cannot_be_made_up(owner: Api, admin: Api) -> None:
    _, cursor = owner.changes()
    for after in (cursor[:-1], cursor + "A", "AAAA", "", "é", admin.changes()[1]):
        answer = owner.call("GET", "/v1/changes", params={"after": after})
        assert (answer.status_code, problem(answer)) == (410, "cursor-gone")


def test_other_grants_end_a_cursor(own_sandbox: RunningSandbox) -> None:
    owner = as_person(own_sandbox, "owner")
    _, cursor = owner.changes()
    person = owner.get("/v1/me")["person"]["id"]
    with sqlite3.connect(own_sandbox.data / "sandbox.sqlite3") as database:
        database.execute(
            "UPDATE persons SET access_version = access_version + 1 WHERE id = ?", [person]
        )
    database.close()
    answer = owner.call("GET", "/v1/changes", params={"after": cursor})
    assert problem(answer) == "cursor-gone"
    owner.changes()


@pytest.mark.full
def test_a_cursor_that_is_too_old_is_gone(own_sandbox: RunningSandbox) -> None:
    admin = as_person(own_sandbox, "admin")
    _, old = admin.changes()
    mine = admin.every("/v1/accounts")[0]
    admin.patch(f"/v1/accounts/{mine['id']}", {"country": "NP"}, mine["etag"])
    as_person(own_sandbox, "owner")
    headers = {"X-Sandbox-Token": own_sandbox.token}
    for _ in range(16):
        own_sandbox.call(
            "POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": 2 * 86400}
        )
    admin = as_person(own_sandbox, "admin")
    answer = admin.call("GET", "/v1/changes", params={"after": old})
    assert problem(answer) == "cursor-gone"
    _, fresh = admin.changes()
    assert admin.get("/v1/changes", after=fresh)["has_more"] is False


def test_a_key_that_expires_is_told_of(own_sandbox: RunningSandbox) -> None:
    owner = as_person(own_sandbox, "owner")
    mine = owner.get("/v1/me")["memberships"][0]["account_id"]
    now = own_sandbox.call("GET", "/v1/sandbox/clock", owner.token).json()["now"]
    until = datetime.fromisoformat(now) + timedelta(minutes=20)
    body = {"account_id": mine, "name": "short", "expires_at": until.isoformat()}
    key = owner.post("/v1/keys", body).json()["key"]
    assert key["state"] == "active"
    _, cursor = owner.changes()
    own_sandbox.move_clock(1800, str(owner.token))
    changed = state_of(owner.changes(cursor)[0])
    assert changed["key", key["id"]]["state"] == "expired"
