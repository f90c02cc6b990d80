"""Operators over HTTP: what takes effect at once, what waits, and what ends with a removal."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.sandbox.api import Api, as_person, problem
from tests.support.sandbox import RunningSandbox

WHY = "Agreed at the meeting."


def sign_in(sandbox: RunningSandbox, person_id: str) -> Api:
    answer = sandbox.call(
        "POST",
        "/v1/sandbox/sign-in",
        headers={"X-Sandbox-Token": sandbox.token},
        json={"person_id": person_id},
    )
    return Api(sandbox, answer.json()["access_token"])


def operator(api: Api, name: str) -> dict[str, Any]:
    found = [one for one in api.every("/v1/operators") if one["name"] == name]
    assert len(found) == 1
    return dict(found[0])


def set_roles(api: Api, one: dict[str, Any], *roles: str) -> Any:
    body = {"roles": list(roles), "reason": WHY}
    return api.patch(f"/v1/operators/{one['id']}", body, one["etag"])


def remove(api: Api, one: dict[str, Any]) -> Any:
    return api.post(f"/v1/operators/{one['id']}/remove", {"reason": WHY})


def invite(api: Api, name: str, *roles: str) -> Any:
    body = {"name": name, "email": f"{name}@lmchat.example", "roles": list(roles), "reason": WHY}
    return api.post("/v1/operators", body)


def decide(api: Api, grant: dict[str, Any], how: str) -> Any:
    return api.post(f"/v1/grants/{grant['id']}/{how}", {"reason": WHY})


def actions(api: Api, limit: int) -> list[tuple[str, str]]:
    entries = api.get("/v1/audit", limit=limit)["data"]
    assert {entry["reason"] for entry in entries} == {WHY}
    return [(entry["action"], entry["entity_id"]) for entry in reversed(entries)]


@pytest.fixture
def admin(own_sandbox: RunningSandbox) -> Api:
    return as_person(own_sandbox, "Martin Kovač")


@pytest.fixture
def second(own_sandbox: RunningSandbox) -> Api:
    return as_person(own_sandbox, "Priya Raghunathan")


def test_the_sample_world_has_operators_in_every_state(admin: Api) -> None:
    every = admin.every("/v1/operators")
    assert {one["state"] for one in every} == {"active", "invited"}
    assert {role for one in every for role in one["roles"]} == {"support", "legal", "admin"}
    grants = admin.every("/v1/grants")
    assert {one["state"] for one in grants} == {"pending", "approved", "rejected"}
    (pending,) = admin.every("/v1/grants", state="pending")
    assert admin.get(f"/v1/operators/{pending['person_id']}")["waiting"] == pending["roles"]
    assert admin.every("/v1/grants", person_id=pending["person_id"]) == [pending]


def test_the_table_of_roles_is_what_me_answers(admin: Api, own_sandbox: RunningSandbox) -> None:
    table = admin.get("/v1/roles")
    scopes = {one["role"]: sorted(one["scopes"]) for one in table["roles"]}
    for role in ("admin", "support", "legal"):
        person = next(
            one
            for one in own_sandbox.people()
            if one["operator_roles"] == [role] and not one["accounts"]
        )
        api = as_person(own_sandbox, person["person"]["name"])
        assert sorted(api.get("/v1/me")["scopes"]) == scopes[role]
    assert {one["scope"] for one in table["scopes"]} == set().union(*scopes.values())
    waits = {one["role"] for one in table["roles"] if one["second_person"]}
    assert waits == {"legal", "admin"}
    assert as_person(own_sandbox, "owner").get("/v1/roles") == table


def test_a_role_without_a_right_to_approve_begins_at_once(
    admin: Api, own_sandbox: RunningSandbox
) -> None:
    answer = invite(admin, "zoe", "support")
    made = answer.json()
    assert (made["state"], made["roles"], made["waiting"]) == ("invited", ["support"], [])
    assert answer.headers["Location"] == f"/v1/operators/{made['id']}"
    assert actions(admin, 2) == [
        ("operator.invite", made["id"]),
        ("role.give", f"{made['id']}/support"),
    ]
    zoe = sign_in(own_sandbox, made["id"])
    assert zoe.get("/v1/me")["operator_roles"] == ["support"]
    seen = admin.get(f"/v1/operators/{made['id']}")
    assert seen["state"] == "active"
    assert seen["joined_at"] is not None
    again = invite(admin, "ZOE", "support")
    assert (again.status_code, problem(again)) == (409, "conflict")
    assert zoe.every("/v1/operators") == [seen]
    nobody = zoe.post("/v1/operators", {"name": "x", "email": "x@y", "roles": ["support"]})
    assert problem(nobody) == "missing-scope"


def test_a_right_to_approve_waits_for_a_second_person(
    admin: Api, second: Api, own_sandbox: RunningSandbox
) -> None:
    legal, support = as_person(own_sandbox, "legal"), as_person(own_sandbox, "Aoife Brennan")
    _, cursor = legal.changes()
    _, own_cursor = support.changes()
    aoife = operator(admin, "Aoife Brennan")
    answer = set_roles(admin, aoife, "support", "admin")
    assert (answer.json()["roles"], answer.json()["waiting"]) == (["support"], ["admin"])
    assert support.get("/v1/me")["operator_roles"] == ["support"]
    told = {(one["kind"], one["id"]) for one in legal.changes(cursor)[0]}
    (grant,) = admin.every("/v1/grants", state="pending", person_id=aoife["id"])
    assert told >= {("operator", aoife["id"]), ("grant", grant["id"])}
    assert {one["kind"] for one in support.changes(own_cursor)[0]} == {"operator", "grant"}

    # Neither who asked, nor who gains, nor who has no right to approve.
    for api, why in ((admin, "own-rights"), (support, "missing-scope")):
        refused = decide(api, grant, "approve")
        assert (refused.status_code, problem(refused)) == (403, why)
    approved = decide(legal, grant, "approve")
    assert approved.status_code == 200
    assert approved.json()["state"] == "approved"
    assert approved.json()["decided_by_name"] == legal.get("/v1/me")["person"]["name"]
    assert support.get("/v1/me")["operator_roles"] == ["admin", "support"]
    assert support.call("GET", "/v1/changes", params={"after": own_cursor}).status_code == 410
    assert actions(admin, 2) == [
        ("grant.approve", grant["id"]),
        ("role.give", f"{aoife['id']}/admin"),
    ]
    again = decide(second, grant, "reject")
    assert (again.status_code, problem(again)) == (409, "conflict")


def test_who_gains_cannot_approve_although_they_may_approve_others(admin: Api, second: Api) -> None:
    priya = operator(admin, "Priya Raghunathan")
    assert set_roles(admin, priya, "admin", "legal").json()["waiting"] == ["legal"]
    (grant,) = admin.every("/v1/grants", state="pending", person_id=priya["id"])
    for how in ("approve", "reject"):
        refused = decide(second, grant, how)
        assert (refused.status_code, problem(refused)) == (403, "own-rights")
    assert decide(second, grant, "withdraw").json()["state"] == "withdrawn"
    assert operator(admin, "Priya Raghunathan")["waiting"] == []


def test_a_rejected_wish_changes_nothing(admin: Api, own_sandbox: RunningSandbox) -> None:
    (grant,) = admin.every("/v1/grants", state="pending")
    legal = as_person(own_sandbox, "legal")
    assert decide(legal, grant, "reject").json()["state"] == "rejected"
    after = admin.get(f"/v1/operators/{grant['person_id']}")
    assert (after["roles"], after["waiting"]) == (["support"], [])


def test_nobody_raises_their_own_rights(admin: Api, own_sandbox: RunningSandbox) -> None:
    for name, more in (("Martin Kovač", ("admin", "support")), ("Ruth Feldstein", ("admin",))):
        me = as_person(own_sandbox, name)
        refused = set_roles(me, operator(me, name), *more)
        assert (refused.status_code, problem(refused)) == (403, "own-rights")
    support = as_person(own_sandbox, "Aoife Brennan")
    mine = operator(support, "Aoife Brennan")
    refused = set_roles(support, mine, "support", "admin")
    assert problem(refused) == "own-rights"
    owner = as_person(own_sandbox, "owner")
    assert owner.every("/v1/operators") == owner.every("/v1/grants") == []
    assert remove(owner, mine).status_code == 404


def test_others_are_changed_by_who_may_alone(own_sandbox: RunningSandbox) -> None:
    legal = as_person(own_sandbox, "legal")
    aoife = operator(legal, "Aoife Brennan")
    for refused in (set_roles(legal, aoife, "legal"), remove(legal, aoife)):
        assert (refused.status_code, problem(refused)) == (403, "missing-scope")


def test_the_last_administrator_stays(admin: Api, second: Api) -> None:
    assert remove(second, operator(second, "Priya Raghunathan")).status_code == 204
    martin = operator(admin, "Martin Kovač")
    for refused in (remove(admin, martin), set_roles(admin, martin)):
        assert (refused.status_code, problem(refused)) == (409, "conflict")
    assert operator(admin, "Martin Kovač") == martin


def test_a_removal_ends_sessions_and_devices(admin: Api, own_sandbox: RunningSandbox) -> None:
    support = as_person(own_sandbox, "Aoife Brennan")
    token = support.post("/v1/tokens", {"name": "script"}).json()["secret"]
    device = support.get("/v1/me")["device"]
    aoife = operator(admin, "Aoife Brennan")
    _, cursor = admin.changes()
    assert remove(admin, aoife).status_code == 204
    assert problem(support.call("GET", "/v1/me")) == "device-revoked"
    script = Api(own_sandbox, token, device["id"])
    assert problem(script.call("GET", "/v1/me")) == "device-revoked"
    assert problem(Api(own_sandbox, token).call("GET", "/v1/me")) == "unauthenticated"
    gone = [one for one in admin.changes(cursor)[0] if one["kind"] == "operator"]
    assert gone == [{"kind": "operator", "id": aoife["id"], "entity": None}]
    revoked = [one["revoked_at"] for one in admin.every("/v1/devices", person_id=aoife["id"])]
    assert len(revoked) == 2
    assert None not in revoked
    ended = [one for one in admin.every("/v1/audit") if one["action"] == "device.revoke"]
    assert [one["reason"] for one in ended[:2]] == [WHY] * 2
    again = sign_in(own_sandbox, aoife["id"]).get("/v1/me")
    assert (again["scopes"], again["operator_roles"]) == ([], [])


def test_who_is_a_member_keeps_their_devices(admin: Api, second: Api) -> None:
    device = second.get("/v1/me")["device"]
    assert remove(admin, operator(admin, "Priya Raghunathan")).status_code == 204
    assert problem(second.call("GET", "/v1/me")) == "unauthenticated"
    assert admin.get(f"/v1/devices/{device['id']}")["revoked_at"] is None
    again = sign_in(second.sandbox, device["person_id"]).get("/v1/me")
    assert again["operator_roles"] == []
    assert [one["role"] for one in again["memberships"]] == ["owner"]


def test_a_wish_lapses_with_whoever_asked(admin: Api, second: Api) -> None:
    (grant,) = admin.every("/v1/grants", state="pending")
    assert grant["asked_by_name"] == "Martin Kovač"
    martin = operator(admin, "Martin Kovač")
    assert set_roles(second, martin).json()["roles"] == []
    (after,) = second.every("/v1/grants", person_id=grant["person_id"])
    assert after["state"] == "lapsed"
    assert second.get(f"/v1/operators/{grant['person_id']}")["waiting"] == []


def test_other_wishes_take_the_place_of_those_that_wait(admin: Api, second: Api) -> None:
    (grant,) = admin.every("/v1/grants", state="pending")
    kwame = second.get(f"/v1/operators/{grant['person_id']}")
    same = set_roles(second, kwame, "support", "legal")
    assert same.json() == kwame
    other = set_roles(second, kwame, "support", "admin")
    assert other.json()["waiting"] == ["admin"]
    states = {one["id"]: one["state"] for one in admin.every("/v1/grants", person_id=kwame["id"])}
    assert states.pop(grant["id"]) == "lapsed"
    assert list(states.values()) == ["pending"]


def test_a_change_of_something_else_than_was_seen_is_refused(admin: Api, second: Api) -> None:
    kwame = operator(admin, "Kwame Asante")
    assert set_roles(second, kwame, "support").status_code == 200
    stale = set_roles(admin, kwame, "support", "legal")
    assert (stale.status_code, problem(stale)) == (412, "precondition-failed")
    assert stale.headers["ETag"] == operator(admin, "Kwame Asante")["etag"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"roles": ["owner"]},
        {"roles": []},
        {"email": "nobody"},
        {"name": "  "},
        {"reason": ""},
    ],
    ids=lambda wrong: "".join(wrong),
)
def test_an_invitation_has_to_be_whole(sandbox: RunningSandbox, wrong: dict[str, Any]) -> None:
    body = {"name": "N", "email": "n@b.example", "roles": ["support"], "reason": WHY} | wrong
    refused = as_person(sandbox, "admin").post("/v1/operators", body)
    assert (refused.status_code, problem(refused)) == (422, "invalid-request")
