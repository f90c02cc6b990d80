"""E-mail and telephone number: nothing counts before the code that went to it has come back."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.integration.sandbox.api import Api, Owner, as_person, problem
from tests.integration.sandbox.outbox import code_to, messages, wrong

NEW = "new.address@acme-robotics.example"


def account_of(api: Api) -> dict[str, Any]:
    found = api.get("/v1/me")["memberships"][0]["account_id"]
    return dict(api.get(f"/v1/accounts/{found}"))


def ask_for(api: Api, path: str, kind: str = "email", value: str = NEW) -> dict[str, Any]:
    answer = api.post(f"{path}/contact-changes", {"kind": kind, "value": value})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def confirm(api: Api, path: str, change: dict[str, Any], code: str) -> Any:
    return api.post(f"{path}/contact-changes/{change['id']}/confirm", {"code": code})


def test_an_account_has_another_email_once_its_code_came_back(own: Owner) -> None:
    before = account_of(own)
    path = f"/v1/accounts/{before['id']}"
    change = ask_for(own, path, value=" New.Address@ACME-robotics.example ")
    assert (change["value"], change["state"], change["tries_left"]) == (
        "New.Address@acme-robotics.example",
        "open",
        5,
    )
    assert own.get(path) == before, "nothing counts before the code"
    assert messages(own.sandbox, before["email"]) == []
    cursor = own.changes()[1]
    done = confirm(own, path, change, code_to(own.sandbox, NEW))
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    after = own.get(path)
    assert after == before | {
        "email": "New.Address@acme-robotics.example",
        "email_verified": True,
        "etag": after["etag"],
    }
    assert after["etag"] != before["etag"]
    assert [one["entity"] for one in own.changes(cursor)[0] if one["kind"] == "account"] == [after]
    me = own.get("/v1/me")["person"]["email"]
    for told in (before["email"], me):
        text = messages(own.sandbox, told)[0]
        assert "was changed" in text["subject"]
        assert "N…@acme-robotics.example" in text["body"]
    assert own.every(f"{path}/contact-changes") == [done.json()]


def test_a_former_address_is_known_with_its_time(own: Owner) -> None:
    before = account_of(own)
    path = f"/v1/accounts/{before['id']}"
    confirm(own, path, ask_for(own, path), code_to(own.sandbox, NEW))
    with sqlite3.connect(own.sandbox.data / "sandbox.sqlite3") as database:
        rows = database.execute(
            "SELECT value, until_ms IS NULL FROM aliases WHERE subject_id = ? AND kind = 'email'"
            " ORDER BY from_ms",
            (before["id"],),
        ).fetchall()
    database.close()
    assert rows[-2:] == [(before["email"], 0), (NEW, 1)]


def test_a_wrong_code_counts_and_the_fifth_ends_it(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    change = ask_for(own, path)
    code = code_to(own.sandbox, NEW)
    for left in (4, 3, 2, 1, 0):
        answer = confirm(own, path, change, wrong(code))
        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"pointer": "/code", "detail": f"{left} tries are left"}]
    assert problem(confirm(own, path, change, code)) == "conflict"
    state = own.every(f"{path}/contact-changes")[0]
    assert (state["state"], state["tries_left"]) == ("void", 0)
    assert account_of(own)["email"] != NEW


def test_a_repeated_try_counts_once(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    change = ask_for(own, path)
    body, key = {"code": wrong(code_to(own.sandbox, NEW))}, "the-very-same-try"
    for _ in range(3):
        own.post(f"{path}/contact-changes/{change['id']}/confirm", body, key)
    assert own.every(f"{path}/contact-changes")[0]["tries_left"] == 4


def test_a_code_ends_after_15_minutes_and_by_the_next(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    first = ask_for(own, path)
    code = code_to(own.sandbox, NEW)
    second = ask_for(own, path, value="other@acme-robotics.example")
    assert problem(confirm(own, path, first, code)) == "conflict"
    other = ask_for(own, path, "phone", "+15550100199")
    later = code_to(own.sandbox, "other@acme-robotics.example")
    own.sandbox.move_clock(901, str(own.token))
    assert problem(confirm(own, path, second, later)) == "conflict"
    states = {one["id"]: one["state"] for one in own.every(f"{path}/contact-changes")}
    assert states == {first["id"]: "void", second["id"]: "expired", other["id"]: "expired"}


def test_five_codes_within_an_hour(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    for number in range(5):
        ask_for(own, path, value=f"a{number}@acme-robotics.example")
    refused = own.post(f"{path}/contact-changes", {"kind": "phone", "value": "+15550100199"})
    assert (refused.status_code, problem(refused)) == (429, "rate-limited")
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600
    own.sandbox.move_clock(3600, str(own.token))
    ask_for(own.again(), path, "phone", "+15550100199")


def test_the_old_number_is_told_by_text_message(own: Owner) -> None:
    before = account_of(own)
    path = f"/v1/accounts/{before['id']}"
    change = ask_for(own, path, "phone", "+1 555 010 0199")
    assert confirm(own, path, change, code_to(own.sandbox, "+15550100199")).status_code == 200
    assert account_of(own)["phone"] == "+15550100199"
    told = messages(own.sandbox, before["phone"], "sms")
    assert "…99" in told[0]["body"]
    assert "+15550100199" not in told[0]["body"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "nobody"), ("phone", "0555 010"), ("phone", NEW), ("email", "a@b\r\nBcc: c@d.de")],
)
def test_what_is_no_address_is_refused(owner: Api, kind: str, value: str) -> None:
    path = f"/v1/accounts/{account_of(owner)['id']}"
    answer = owner.post(f"{path}/contact-changes", {"kind": kind, "value": value})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/value")


def test_a_person_changes_their_own_email(own: Owner) -> None:
    me = own.get("/v1/me")["person"]
    change = ask_for(own, "/v1/me", value="dana.new@acme-robotics.example")
    code = code_to(own.sandbox, "dana.new@acme-robotics.example")
    other = as_person(own.sandbox, "support")
    assert problem(confirm(other, "/v1/me", change, code)) == "not-found"
    assert confirm(own, "/v1/me", change, code).status_code == 200
    after = own.get("/v1/me")["person"]
    assert after == me | {"email": "dana.new@acme-robotics.example"}
    account = account_of(own)["id"]
    member = next(
        one for one in own.every(f"/v1/accounts/{account}/members") if one["person_id"] == me["id"]
    )
    assert member["email"] == after["email"]
    assert messages(own.sandbox, me["email"])[0]["subject"].endswith("was changed")


def test_who_may_not_change_an_account_sends_no_code(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    members = own.every(f"{path}/members")
    member = as_person(own.sandbox, next(one["name"] for one in members if one["role"] == "member"))
    wanted = {"kind": "email", "value": "never@acme-robotics.example"}
    assert problem(member.post(f"{path}/contact-changes", wanted)) == "missing-scope"
    admin = as_person(own.sandbox, "admin")
    elsewhere = next(one["id"] for one in admin.every("/v1/accounts") if one["id"] not in path)
    refused = own.post(f"/v1/accounts/{elsewhere}/contact-changes", wanted)
    assert problem(refused) == "not-found"
    assert messages(own.sandbox, wanted["value"]) == []


def test_no_code_is_kept_beside_the_message(own: Owner) -> None:
    path = f"/v1/accounts/{account_of(own)['id']}"
    ask_for(own, path)
    code = code_to(own.sandbox, NEW)
    with sqlite3.connect(own.sandbox.data / "sandbox.sqlite3") as database:
        for table in ("contact_changes", "audit", "account_events", "changes", "idempotency"):
            kept = str(database.execute(f"SELECT * FROM {table}").fetchall())
            assert f"'{code}'" not in kept
            assert f" {code} " not in kept
    database.close()
