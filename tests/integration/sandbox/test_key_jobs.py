"""Many keys at once, as a job: a result for each, whatever happens in the middle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.sandbox.api import Api, as_person, ended, problem
from tests.integration.sandbox.test_keys import account_with_room, made, now, pointers
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def own(own_sandbox: RunningSandbox) -> Api:
    return as_person(own_sandbox, "admin")


def begun(api: Api, body: dict[str, Any]) -> str:
    answer = api.post("/v1/keys/bulk", body)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json()['id']}"
    return str(answer.json()["id"])


def outcomes(job: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["key_id"], each["outcome"]) for each in job["result"]["keys"]]


def test_keys_are_revoked_with_a_result_for_each(own: Api) -> None:
    first, second, gone = (made(own)["id"] for _ in range(3))
    own.post(f"/v1/keys/{gone}/revoke", {})
    job = ended(
        own,
        begun(
            own,
            {"act": "revoke", "key_ids": [first, "key_none", gone, second], "reason": "leaked"},
        ),
    )
    assert (job["state"], job["done"], job["total"]) == ("succeeded", 4, 4)
    assert outcomes(job) == [
        (first, "done"),
        ("key_none", "missing"),
        (gone, "unchanged"),
        (second, "done"),
    ]
    assert own.get(f"/v1/keys/{first}")["state"] == "revoked"
    entries = own.every("/v1/audit", action="key.revoke")
    assert {each["reason"] for each in entries if each["entity_id"] in (first, second)} == {
        "leaked"
    }


def test_keys_are_let_expire(own: Api) -> None:
    key, gone = made(own), made(own)
    own.post(f"/v1/keys/{gone['id']}/revoke", {})
    at = (now(own) + timedelta(days=3)).isoformat()
    ids = [key["id"], gone["id"], key["id"]]
    job = ended(own, begun(own, {"act": "expire", "key_ids": ids, "expires_at": at}))
    assert [outcome for _, outcome in outcomes(job)] == ["done", "refused", "unchanged"]
    assert job["result"]["keys"][1]["detail"]
    after = own.get(f"/v1/keys/{key['id']}")
    ends = datetime.fromisoformat(after["expires_at"])
    assert abs(ends - datetime.fromisoformat(at)) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"act": "expire", "key_ids": ["k"]}, "/expires_at"),
        (
            {"act": "expire", "key_ids": ["k"], "expires_at": "2020-01-01T00:00:00Z"},
            "/expires_at",
        ),
        (
            {"act": "revoke", "key_ids": ["k"], "expires_at": "2100-01-01T00:00:00Z"},
            "/expires_at",
        ),
        ({"act": "revoke", "key_ids": []}, "/key_ids"),
        ({"act": "delete", "key_ids": ["k"]}, "/act"),
    ],
)
def test_what_is_no_act_is_refused(admin: Api, body: dict[str, Any], pointer: str) -> None:
    answer = admin.post("/v1/keys/bulk", body)
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")
    assert pointers(answer) == [pointer]


def test_an_owner_acts_on_their_own_keys_alone(own_sandbox: RunningSandbox, own: Api) -> None:
    owner = as_person(own_sandbox, "owner")
    accounts = {each["account_id"] for each in owner.get("/v1/me")["memberships"]}
    keys = [key for key in own.every("/v1/keys") if key["state"] == "active"]
    mine = next(key["id"] for key in keys if key["account_id"] in accounts)
    other = next(key["id"] for key in keys if key["account_id"] not in accounts)
    job_id = begun(owner, {"act": "revoke", "key_ids": [other, mine]})
    assert outcomes(ended(owner, job_id)) == [(other, "missing"), (mine, "done")]
    assert own.get(f"/v1/keys/{other}")["state"] == "active"


def test_a_job_that_was_killed_goes_on_with_the_first_key_that_was_not_done(
    own_sandbox: RunningSandbox, own: Api
) -> None:
    account = account_with_room(own)
    ids = [made(own, account_id=account)["id"] for _ in range(40)]
    job_id = begun(own, {"act": "revoke", "key_ids": ids})
    own_sandbox.kill()
    own_sandbox.start()
    job = ended(own, job_id)
    assert job["state"] == "succeeded"
    assert outcomes(job) == [(each, "done") for each in ids]
    entries = own.every("/v1/audit", action="key.revoke", limit=1000)
    revoked = [each["entity_id"] for each in entries if each["entity_id"] in ids]
    assert sorted(revoked) == sorted(ids)
