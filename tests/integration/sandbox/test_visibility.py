"""What a principal may not see does not exist for them, in any answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from lmchat_desktop.domain.usage import slices as names
from tests.integration.sandbox.api import Api, as_person, problem
from tests.support.sandbox import RunningSandbox

ALWAYS = {"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
def mine(owner: Api) -> str:
    memberships = owner.get("/v1/me")["memberships"]
    assert len(memberships) == 1
    return str(memberships[0]["account_id"])


@pytest.fixture(scope="module")
def others(admin: Api, mine: str) -> list[str]:
    return [account["id"] for account in admin.every("/v1/accounts") if account["id"] != mine]


def test_an_owner_sees_their_account_alone(owner: Api, mine: str, others: list[str]) -> None:
    assert len(others) >= 11
    assert [account["id"] for account in owner.every("/v1/accounts")] == [mine]
    assert {key["account_id"] for key in owner.every("/v1/keys")} == {mine}
    assert {request["account_id"] for request in owner.every("/v1/requests")} == {mine}


def test_what_belongs_to_others_cannot_be_told_from_what_is_not_there(
    owner: Api, admin: Api, others: list[str]
) -> None:
    their_key = next(k for k in admin.every("/v1/keys") if k["account_id"] == others[0])
    their_request = admin.every("/v1/requests", account_id=others[0], limit=1000)[0]
    their_device = admin.get("/v1/me")["device"]
    for theirs, nothing in (
        (f"/v1/accounts/{others[0]}", "/v1/accounts/acct_nothing"),
        (f"/v1/keys/{their_key['id']}", "/v1/keys/key_nothing"),
        (f"/v1/requests/{their_request['id']}", "/v1/requests/req_0000000000000"),
        (f"/v1/devices/{their_device['id']}", "/v1/devices/dev_nothing"),
        (f"/v1/usage/slices?scope={others[0]}", "/v1/usage/slices?scope=acct_nothing"),
        ("/v1/usage/slices?scope=service", "/v1/usage/slices?scope=acct_nothing"),
    ):
        seen, unseen = owner.call("GET", theirs), owner.call("GET", nothing)
        assert (seen.status_code, seen.content) == (unseen.status_code, unseen.content)
        assert seen.status_code == 404


def test_acts_on_what_belongs_to_others_find_nothing(
    owner: Api, admin: Api, others: list[str]
) -> None:
    key = next(k for k in admin.every("/v1/keys") if k["account_id"] == others[0])
    account = admin.get(f"/v1/accounts/{others[0]}")
    refusals = [
        owner.post("/v1/keys", {"account_id": others[0], "name": "mine"}),
        owner.post(f"/v1/keys/{key['id']}/revoke", {}),
        owner.patch(f"/v1/keys/{key['id']}", {"name": "mine"}, key["etag"]),
        owner.patch(f"/v1/accounts/{others[0]}", {"name": "mine"}, account["etag"]),
        owner.post(f"/v1/devices/{admin.get('/v1/me')['device']['id']}/revoke", {"reason": "x"}),
    ]
    assert [answer.status_code for answer in refusals] == [404] * 5
    assert admin.get(f"/v1/keys/{key['id']}") == key
    assert admin.get(f"/v1/accounts/{others[0]}") == account


def test_filters_and_searches_tell_nothing_about_others(
    owner: Api, admin: Api, others: list[str]
) -> None:
    account = admin.get(f"/v1/accounts/{others[0]}")
    assert owner.every("/v1/accounts", search=account["email"]) == []
    assert admin.every("/v1/accounts", search=account["email"].upper())[0]["id"] == others[0]
    assert owner.every("/v1/keys", account_id=others[0]) == []
    assert owner.every("/v1/requests", account_id=others[0]) == []
    their_key = next(k for k in admin.every("/v1/keys") if k["account_id"] == others[0])
    assert owner.every("/v1/requests", key_id=their_key["id"]) == []


def test_a_search_takes_signs_of_sql_as_they_are(admin: Api) -> None:
    assert admin.every("/v1/accounts", search="%") == []
    assert admin.every("/v1/accounts", search="_________________________________") == []
    assert admin.every("/v1/accounts", search="' OR 1=1 --") == []


def test_the_feed_names_nothing_of_others(owner: Api, mine: str, others: list[str]) -> None:
    snapshot, _ = owner.changes()
    kinds = {change["kind"] for change in snapshot}
    assert {"plan", "provider", "model", "processor", "account", "member", "key"} <= kinds
    text = json.dumps(snapshot)
    assert mine in text
    assert not [other for other in others if other in text]


def test_totals_are_of_what_is_seen(owner: Api, admin: Api, mine: str, others: list[str]) -> None:
    ranked = owner.get("/v1/usage/top", by="account", scope=mine, **ALWAYS)["data"]
    assert [row["id"] for row in ranked] == [mine]
    requests = admin.every("/v1/requests", account_id=mine, limit=1000)
    assert ranked[0]["requests"] == len(requests)
    assert ranked[0]["cost_nanos"] == sum(request["cost_nanos"] for request in requests)
    keys = owner.get("/v1/usage/top", by="key", scope=mine, limit=100, **ALWAYS)["data"]
    assert sum(row["requests"] for row in keys) == len(requests)
    assert {row["id"] for row in keys} <= {key["id"] for key in owner.every("/v1/keys")}
    refused = owner.call("GET", "/v1/usage/top", params={"by": "key", "scope": others[0]} | ALWAYS)
    assert refused.status_code == 404


def test_a_missing_scope_is_said(owner: Api, support: Api, legal: Api) -> None:
    for api, path in (
        (owner, "/v1/audit"),
        (support, "/v1/requests"),
        (legal, "/v1/keys"),
        (legal, "/v1/requests"),
    ):
        answer = api.call("GET", path)
        assert (answer.status_code, problem(answer)) == (403, "missing-scope")
    answer = owner.post("/v1/usage/recounts")
    assert (answer.status_code, problem(answer)) == (403, "missing-scope")


def test_operators_see_every_account_but_only_what_their_role_is_for(
    support: Api, legal: Api, admin: Api
) -> None:
    accounts = {account["id"] for account in admin.every("/v1/accounts")}
    for api in (support, legal):
        assert {account["id"] for account in api.every("/v1/accounts")} == accounts
    assert "key" not in {change["kind"] for change in legal.changes()[0]}
    assert legal.get("/v1/usage/top", by="key", **ALWAYS)["data"] == []
    me = legal.get("/v1/me")
    assert {device["person_id"] for device in legal.every("/v1/devices")} == {me["person"]["id"]}
    assert len({device["person_id"] for device in admin.every("/v1/devices")}) > 1


def test_a_member_reads_and_does_not_change(own_sandbox: RunningSandbox) -> None:
    member = next(
        person
        for person in own_sandbox.people()
        if person["accounts"] and all("(member)" in account for account in person["accounts"])
    )
    api = as_person(own_sandbox, member["person"]["name"])
    account = api.every("/v1/accounts")[0]
    answers = [
        api.post("/v1/keys", {"account_id": account["id"], "name": "new"}),
        api.patch(f"/v1/accounts/{account['id']}", {"name": "new"}, account["etag"]),
    ]
    assert [problem(answer) for answer in answers] == ["missing-scope"] * 2


def test_service_wide_usage_has_no_identifiers(support: Api, admin: Api) -> None:
    listed = support.get("/v1/usage/slices")["data"]
    biggest = max(listed, key=lambda one: one["cells"])
    body = support.call("GET", f"/v1/usage/slices/{biggest['id']}").content
    assert b"key_" not in body
    assert b"acct_" not in body
    account = admin.every("/v1/accounts")[0]["id"]
    theirs: list[dict[str, Any]] = support.get("/v1/usage/slices", scope=account)["data"]
    assert [one["id"] for one in theirs] == [one["id"] for one in listed]


def steady(entity: dict[str, Any]) -> dict[str, Any]:
    """An entity without what one's own traffic moves on meanwhile."""
    return {name: value for name, value in entity.items() if name != "last_used_at"}


def everything(api: Api, account: str, until: str) -> dict[str, Any]:
    """All that the feed, lists, counts and totals tell somebody, up to an instant.

    Hours that cease to be slices within the next two are left out: time goes on meanwhile.
    """
    end = datetime.fromisoformat(until)
    lasting = set(names.expected(end, 0)) & set(names.expected(end + timedelta(hours=2), 0))
    slices = api.get("/v1/usage/slices", scope=account)["data"]
    span = {"start": "2020-01-01T00:00:00Z", "end": until}
    return {
        "me": {k: v for k, v in api.get("/v1/me").items() if k != "server_time"},
        "snapshot": [{**one, "entity": steady(one["entity"])} for one in api.changes()[0]],
        "accounts": api.every("/v1/accounts"),
        "keys": [steady(one) for one in api.every("/v1/keys")],
        "devices": api.every("/v1/devices"),
        "jobs": api.every("/v1/jobs"),
        "requests": api.every("/v1/requests", limit=1000, **span),
        "slices": [one for one in slices if one["id"] in lasting and one["end"] <= until],
        "accounts ranked": api.get("/v1/usage/top", by="account", scope=account, **span),
        "keys ranked": api.get("/v1/usage/top", by="key", scope=account, **span),
    }


def test_what_happens_in_another_account_makes_no_difference(own_sandbox: RunningSandbox) -> None:
    owner, admin = as_person(own_sandbox, "owner"), as_person(own_sandbox, "admin")
    mine = owner.get("/v1/me")["memberships"][0]["account_id"]
    slices = owner.get("/v1/usage/slices", scope=mine)["data"]
    until = max(one["end"] for one in slices if one["closed"])
    before, (_, cursor) = everything(owner, mine, until), owner.changes()
    other = next(one for one in admin.every("/v1/accounts") if one["id"] != mine)
    made = admin.post("/v1/keys", {"account_id": other["id"], "name": "hidden"})
    assert made.status_code == 201
    renamed = admin.patch(f"/v1/accounts/{other['id']}", {"name": "Hidden"}, other["etag"])
    assert renamed.status_code == 200
    late = {"count": 50, "started_at": slices[5]["start"], "account_id": other["id"]}
    assert admin.post("/v1/sandbox/traffic", late).status_code == 200
    assert admin.post("/v1/usage/recounts").status_code == 202
    told, _ = owner.changes(cursor)
    assert other["id"] not in json.dumps(told)
    assert everything(owner, mine, until) == before
