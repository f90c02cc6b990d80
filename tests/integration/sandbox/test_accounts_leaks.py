"""Keys found in public: named by their hash, ended with a notice, and never sent."""

from __future__ import annotations

import hashlib
from typing import Any

from lmchat_desktop.domain.keys import secret as apikeys
from tests.integration.sandbox.api import Owner, as_person, problem
from tests.integration.sandbox.outbox import messages


def made(own: Owner, name: str) -> tuple[dict[str, Any], str, str]:
    """A new key, its secret and the secret's hash."""
    body = {"account_id": own.account.rsplit("/", 1)[1], "name": name}
    answer = own.post("/v1/keys", body).json()
    secret = answer["secret"]
    return answer["key"], secret, hashlib.sha256(secret.encode()).hexdigest()


def test_a_key_is_named_with_its_owners(own: Owner) -> None:
    key, secret, hashed = made(own, "leaked")
    other = hashlib.sha256(apikeys.new_secret().encode()).hexdigest()
    support = as_person(own.sandbox, "support")
    answer = support.post("/v1/keys/lookup", {"hashes": [other, hashed, hashed]})
    assert answer.status_code == 200
    (found,) = answer.json()["data"]
    me = own.get("/v1/me")
    assert found["key"] == key
    assert found["hash"] == hashed
    assert found["account_name"] == me["memberships"][0]["account_name"]
    assert [one["email"] for one in found["owners"]] == [me["person"]["email"]]
    assert found["revoked_now"] is False
    assert secret not in answer.text
    looked = support.every("/v1/audit", action="key.look-up", limit=1000)
    assert [one["entity_id"] for one in looked].count(key["id"]) == 1


def test_leaked_keys_end_with_one_notice_to_their_owner(own: Owner) -> None:
    first, _, hash_1 = made(own, "in a gist")
    second, _, hash_2 = made(own, "in a log")
    account = own.get(own.account)
    support = as_person(own.sandbox, "support")
    cursor = own.changes()[1]
    wanted = {"hashes": [hash_1, hash_2], "found_in": "a gist\nBcc: x@y.example"}
    done = support.post("/v1/keys/leaked", wanted, "the-same-leak-once").json()["data"]
    assert [one["revoked_now"] for one in done] == [True, True]
    assert [one["key"]["state"] for one in done] == ["revoked", "revoked"]
    assert {one["id"] for one in own.changes(cursor)[0] if one["kind"] == "key"} == {
        first["id"],
        second["id"],
    }
    (told,) = messages(own.sandbox, account["email"])
    assert "in a gist" in told["body"]
    assert first["hint"] in told["body"]
    assert second["hint"] in told["body"]
    assert "\nBcc" not in told["body"]
    again = support.post("/v1/keys/leaked", wanted, "the-same-leak-once").json()["data"]
    assert again == done
    later = support.post("/v1/keys/leaked", wanted).json()["data"]
    assert [one["revoked_now"] for one in later] == [False, False]
    assert len(messages(own.sandbox, account["email"])) == 1
    reasons = {
        one["reason"]
        for one in support.every("/v1/audit", action="key.revoke", limit=1000)
        if one["entity_id"] in (first["id"], second["id"])
    }
    assert reasons == {"leaked: a gist\nBcc: x@y.example"}


def test_without_a_notice_nobody_is_told(own: Owner) -> None:
    _, _, hashed = made(own, "silent")
    email = own.get(own.account)["email"]
    support = as_person(own.sandbox, "support")
    support.post("/v1/keys/leaked", {"hashes": [hashed], "notice": False})
    assert messages(own.sandbox, email) == []


def test_hashes_are_for_support_and_admins(own: Owner) -> None:
    _, secret, hashed = made(own, "mine")
    for path in ("/v1/keys/lookup", "/v1/keys/leaked"):
        assert problem(own.post(path, {"hashes": [hashed]})) == "missing-scope"
        legal = as_person(own.sandbox, "legal")
        assert problem(legal.post(path, {"hashes": [hashed]})) == "missing-scope"
        admin = as_person(own.sandbox, "admin")
        for hashes in ([], [secret], [hashed.upper()], [hashed] * 201):
            assert problem(admin.post(path, {"hashes": hashes})) == "invalid-request"
