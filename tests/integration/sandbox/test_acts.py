"""Acts: once for all retries, bound to what was seen, and all of an act or nothing."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from typing import Any

import httpx
import pytest

from lmchat_desktop.domain.keys import secret as key_secret
from tests.integration.sandbox.api import Api, as_person, problem
from tests.integration.sandbox.whole_log import verified
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def own(own_sandbox: RunningSandbox) -> Api:
    return as_person(own_sandbox, "owner")


def account_of(api: Api) -> str:
    return str(api.get("/v1/me")["memberships"][0]["account_id"])


def room(api: Api, account_id: str) -> int:
    """How many keys the account can still have."""
    plan_id = api.get(f"/v1/accounts/{account_id}")["plan_id"]
    plan = next(plan for plan in api.every("/v1/plans") if plan["id"] == plan_id)
    active = [
        key for key in api.every("/v1/keys", account_id=account_id) if key["state"] == "active"
    ]
    return int(plan["key_limit"]) - len(active)


def test_a_secret_is_answered_once_and_kept_nowhere(own: Api) -> None:
    key = str(uuid.uuid4())
    body = {"account_id": account_of(own), "name": "new"}
    first = own.post("/v1/keys", body, key)
    assert first.status_code == 201
    secret = first.json()["secret"]
    assert key_secret.is_wellformed(secret)
    assert first.headers["Location"] == f"/v1/keys/{first.json()['key']['id']}"
    again = own.post("/v1/keys", body, key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert secret not in str(own.every("/v1/keys"))
    own.sandbox.stop()
    kept = b"".join(path.read_bytes() for path in own.sandbox.data.iterdir())
    assert first.json()["key"]["id"].encode() in kept
    for what in (secret, secret[-20:], key, str(own.token)):
        assert what.encode() not in kept
    own.sandbox.start()
    assert own.post("/v1/keys", body, key).content == first.content


def test_many_at_once_with_one_key_do_it_once(own: Api) -> None:
    body = {"account_id": account_of(own), "name": "raced"}
    key = str(uuid.uuid4())
    start = threading.Barrier(8)
    answers: list[httpx.Response] = []

    def ask() -> None:
        start.wait(30)
        answers.append(own.post("/v1/keys", body, key))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == "idempotency-under-way"
            assert answer.headers["Retry-After"] == "1"
    assert [one["name"] for one in own.every("/v1/keys")].count("raced") == 1
    assert own.post("/v1/keys", body, key).status_code == 201


def test_a_key_is_good_for_one_call_of_one_person(own: Api) -> None:
    key, account = str(uuid.uuid4()), account_of(own)
    made = own.post("/v1/keys", {"account_id": account, "name": "a"}, key)
    reused = own.post("/v1/keys", {"account_id": account, "name": "b"}, key)
    assert problem(reused) == "idempotency-key-reused"
    revoked = own.post(f"/v1/keys/{made.json()['key']['id']}/revoke", {}, key)
    assert problem(revoked) == "idempotency-key-reused"
    admin = as_person(own.sandbox, "admin")
    assert admin.post("/v1/keys", {"account_id": account, "name": "b"}, key).status_code == 201


@pytest.mark.parametrize("key", [None, "", "short", "x" * 256])
def test_without_a_proper_key_nothing_is_done(owner: Api, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"account_id": account_of(owner), "name": "nothing"}
    answer = owner.call("POST", "/v1/keys", json=body, headers=headers)
    assert (answer.status_code, problem(answer)) == (400, "invalid-request")
    assert answer.json()["errors"][0]["pointer"] == "/header/Idempotency-Key"


def test_a_refusal_is_not_remembered(own: Api) -> None:
    account = account_of(own)
    made = [
        own.post("/v1/keys", {"account_id": account, "name": "fill"}).json()["key"]
        for _ in range(room(own, account))
    ]
    key, body = str(uuid.uuid4()), {"account_id": account, "name": "one more"}
    assert problem(own.post("/v1/keys", body, key)) == "conflict"
    own.post(f"/v1/keys/{made[0]['id']}/revoke", {})
    assert own.post("/v1/keys", body, key).status_code == 201


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"budget_nanos": -1, "budget_period": "day"}, "/budget_nanos"),
        ({"budget_nanos": 2**63, "budget_period": "day"}, "/budget_nanos"),
        ({"budget_nanos": 5}, "/budget_period"),
        ({"budget_period": "day"}, "/budget_period"),
        ({"budget_nanos": 5, "budget_period": "year"}, "/budget_period"),
        ({"requests_per_minute": 0}, "/requests_per_minute"),
        ({"tokens_per_day": True}, "/tokens_per_day"),
        ({"providers": ["no-such-provider"]}, "/providers/0"),
        ({"countries": ["FR", "XX"]}, "/countries/1"),
        ({"countries": ["Germany"]}, "/countries/0"),
        ({"addresses": []}, "/addresses"),
        ({"addresses": ["192.0.2.0/24", "192.0.2.1/24"]}, "/addresses/1"),
        ({"notes": "x" * 2_001}, "/notes"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "2100-01-01T00:00:00"}, "/expires_at"),
        ({"models": ["no-such-model"]}, "/models/0"),
        ({"surprise": 1}, "/surprise"),
        ({"a/b~c": 1}, "/a~1b~0c"),
    ],
)
def test_invalid_fields_are_named(owner: Api, fields: dict[str, Any], pointer: str) -> None:
    answer = owner.post("/v1/keys", {"account_id": account_of(owner), "name": "x"} | fields)
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_change_is_bound_to_what_was_seen(own: Api) -> None:
    account = own.get(f"/v1/accounts/{account_of(own)}")
    path = f"/v1/accounts/{account['id']}"
    assert problem(own.patch(path, {"country": "NP"}, None)) == "precondition-required"
    changed = own.patch(path, {"country": "NP"}, account["etag"])
    assert changed.status_code == 200
    assert changed.json()["etag"] == changed.headers["ETag"] != account["etag"]
    stale = own.patch(path, {"country": "IN"}, account["etag"])
    assert (stale.status_code, problem(stale)) == (412, "precondition-failed")
    assert stale.json()["current_etag"] == stale.headers["ETag"] == changed.json()["etag"]
    assert own.get(path) == changed.json()
    assert own.patch(path, {"country": None}, "*").json()["country"] is None
    assert problem(own.patch(path, {"name": None}, "*")) == "invalid-request"


def test_a_merge_patch_changes_what_it_names(own: Api) -> None:
    body = {
        "account_id": account_of(own),
        "name": "whole",
        "models": [own.every("/v1/models")[0]["id"]],
        "budget_nanos": 5,
        "budget_period": "week",
        "addresses": ["::ffff:192.0.2.7", "2001:DB8::/32"],
        "notes": "by hand",
    }
    key = own.post("/v1/keys", body).json()["key"]
    assert key["addresses"] == ["192.0.2.7", "2001:db8::/32"]
    path = f"/v1/keys/{key['id']}"
    after = own.patch(path, {"models": None}, key["etag"]).json()
    assert after == key | {"models": None, "etag": after["etag"]}
    same = own.patch(path, {"name": "whole"}, after["etag"]).json()
    assert same == after, "what changes nothing is no change"
    free = own.patch(path, {"budget_nanos": None, "notes": None}, "*").json()
    assert (free["budget_nanos"], free["budget_period"], free["notes"]) == (None, None, "")


def test_a_revoked_key_stays_revoked(own: Api) -> None:
    key = own.post("/v1/keys", {"account_id": account_of(own), "name": "gone"}).json()["key"]
    path = f"/v1/keys/{key['id']}"
    first = own.post(f"{path}/revoke", {"reason": "lost"}).json()
    assert first["state"] == "revoked"
    assert own.post(f"{path}/revoke", {"reason": "again"}).json() == first
    answer = own.patch(path, {"name": "back"}, first["etag"])
    assert (answer.status_code, problem(answer)) == (409, "conflict")


def test_every_act_is_in_the_audit_log_with_its_reason(own: Api) -> None:
    key = own.post("/v1/keys", {"account_id": account_of(own), "name": "audited"}).json()["key"]
    own.post(f"/v1/keys/{key['id']}/revoke", {"reason": "<b>lost</b>"})
    admin = as_person(own.sandbox, "admin")
    entries = [one for one in admin.every("/v1/audit", limit=7) if one["entity_id"] == key["id"]]
    assert [(one["action"], one["reason"]) for one in entries] == [
        ("key.revoke", "<b>lost</b>"),
        ("key.create", ""),
    ]
    me = own.get("/v1/me")
    assert {one["actor_id"] for one in entries} == {me["person"]["id"]}
    assert {one["device_id"] for one in entries} == {me["device"]["id"]}
    assert admin.every("/v1/audit", action="key.revoke", actor_id=me["person"]["id"])[0] in entries


class Writers:
    """Several that make keys and revoke them, until the server is gone or each has done enough."""

    def __init__(self, sandbox: RunningSandbox, each: int = 10_000) -> None:
        self.api = as_person(sandbox, "admin")
        self._each = each
        self.accounts = self.api.every("/v1/accounts")
        self.made: list[str] = []
        self.acts: list[tuple[str, dict[str, Any]]] = []
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(4)]

    def start(self, wanted: int = 0) -> None:
        self._wanted = wanted
        for thread in self._threads:
            thread.start()

    def until(self, acts: int) -> None:
        """Let them write until so many acts have been answered."""
        self.start(acts)
        assert self._enough.wait(60)

    @property
    def writing(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _write(self, number: int) -> None:
        try:
            for _ in range(self._each):
                account = self.accounts[(number + len(self.acts)) % len(self.accounts)]
                body = {"account_id": account["id"], "name": f"by {number}"}
                key = str(uuid.uuid4())
                self.acts.append((key, body))
                answer = self.api.post("/v1/keys", body, key)
                if answer.status_code == 201:
                    made = answer.json()["key"]["id"]
                    self.made.append(made)
                    self.api.post(f"/v1/keys/{made}/revoke", {})
                if len(self.made) >= self._wanted:
                    self._enough.set()
        except httpx.TransportError:
            return


@pytest.mark.parametrize("acts", [1, 5, 12])
def test_killed_in_the_middle_of_writes_each_act_is_whole_or_not_there(
    own_sandbox: RunningSandbox, acts: int
) -> None:
    writers = Writers(own_sandbox)
    known = {key["id"] for key in writers.api.every("/v1/keys")}
    writers.until(acts)
    own_sandbox.kill()
    writers.join()
    own_sandbox.start()
    database = sqlite3.connect(own_sandbox.data / "sandbox.sqlite3")

    def ids(statement: str) -> set[str]:
        return {row[0] for row in database.execute(statement)}

    keys = ids("SELECT id FROM keys") - known
    revoked = ids("SELECT id FROM keys WHERE revoked_ms IS NOT NULL") - known
    assert set(writers.made) <= keys, "an answered act is gone"
    assert keys == ids("SELECT entity_id FROM audit WHERE action = 'key.create'") - known
    assert revoked == ids("SELECT entity_id FROM audit WHERE action = 'key.revoke'") - known
    assert keys <= ids("SELECT entity_id FROM changes WHERE kind = 'key'")
    remembered = database.execute("SELECT count(*) FROM idempotency WHERE sealed").fetchone()[0]
    assert remembered == len(keys)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    verified(as_person(own_sandbox, "admin"))
    again = [writers.api.post("/v1/keys", body, key) for key, body in writers.acts]
    made = [answer.json()["key"]["id"] for answer in again if answer.status_code == 201]
    assert {problem(answer) for answer in again if answer.status_code != 201} <= {"conflict"}
    assert len(set(made)) == len(made)
    assert {one["id"] for one in writers.api.every("/v1/keys")} - known == set(made)
    assert keys <= set(made), "an act was done twice"


def test_the_feed_after_a_kill_leads_to_what_is_there(own_sandbox: RunningSandbox) -> None:
    writers = Writers(own_sandbox)
    before, cursor = writers.api.changes()
    writers.until(6)
    own_sandbox.kill()
    writers.join()
    own_sandbox.start()
    state = {(one["kind"], one["id"]): one["entity"] for one in before}
    for change in writers.api.changes(cursor)[0]:
        state[change["kind"], change["id"]] = change["entity"]
    snapshot = {(one["kind"], one["id"]): one["entity"] for one in writers.api.changes()[0]}
    assert state == snapshot


def test_concurrent_writers_leave_no_gap_in_the_feed(own_sandbox: RunningSandbox) -> None:
    """Somebody who reads the feed while others write sees each commit, in an order."""
    writers = Writers(own_sandbox, each=8)
    reader = as_person(own_sandbox, "admin")
    before, cursor = reader.changes()
    state = {(one["kind"], one["id"]): one["entity"] for one in before}
    writers.start()
    while True:
        last = not writers.writing
        page = reader.get("/v1/changes", after=cursor, limit=3)
        cursor = page["next_cursor"]
        for change in page["data"]:
            state[change["kind"], change["id"]] = change["entity"]
        if last and not page["has_more"]:
            break
    assert len(writers.made) > 10
    assert state == {(one["kind"], one["id"]): one["entity"] for one in reader.changes()[0]}
