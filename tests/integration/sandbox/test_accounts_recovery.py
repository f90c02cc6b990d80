"""Somebody who lost e-mail and telephone is let in by two operators, after three days."""

from __future__ import annotations

from typing import Any

from tests.integration.sandbox.api import Api, Owner, as_person, problem
from tests.integration.sandbox.outbox import code_to, messages, wrong

NEW = "lost.and.found@mailbox.example"
CHECKS = [
    {"kind": "payment-reference", "text": "the last two invoices' numbers"},
    {"kind": "video-call", "text": "with a passport, recorded as <b>REC-9</b>"},
]
THREE_DAYS = 72 * 3600


def prepare(support: Api, own: Owner, **more: Any) -> Any:
    person = own.get("/v1/me")["person"]["id"]
    body = {"person_id": person, "checks": CHECKS, "text": "called twice", "email": NEW} | more
    return support.post(f"{own.account}/recoveries", body)


def test_two_operators_and_three_days_let_somebody_in(own: Owner) -> None:
    before, path = own.get("/v1/me")["person"], f"{own.account}/recoveries"
    aoife, kwame = (as_person(own.sandbox, name) for name in ("Aoife Brennan", "Kwame Asante"))
    recovery = prepare(aoife, own).json()
    assert (recovery["state"], recovery["checks"]) == ("prepared", CHECKS)
    one = f"{path}/{recovery['id']}"
    assert problem(aoife.post(f"{one}/approve")) == "missing-scope"
    assert problem(aoife.post(f"{one}/send-code")) == "conflict"
    assert messages(own.sandbox, before["email"]) == []
    approved = kwame.post(f"{one}/approve").json()
    assert approved["state"] == "approved"
    assert approved["effective_at"] > approved["approved_at"]
    told = messages(own.sandbox, before["email"])[0]
    assert "write to support" in told["body"]
    assert NEW not in told["body"]
    assert problem(aoife.post(f"{one}/send-code")) == "conflict"
    assert messages(own.sandbox, NEW) == []
    own.sandbox.move_clock(THREE_DAYS, str(own.token))
    aoife, own = as_person(own.sandbox, "Aoife Brennan"), own.again()
    sent = aoife.post(f"{one}/send-code").json()
    assert (sent["state"], sent["tries_left"]) == ("code-sent", 5)
    code = code_to(own.sandbox, NEW)
    refused = aoife.post(f"{one}/complete", {"code": wrong(code)})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/code")
    assert own.get("/v1/me")["person"] == before
    done = aoife.post(f"{one}/complete", {"code": code})
    assert (done.status_code, done.json()["state"]) == (200, "completed")
    assert problem(own.call("GET", "/v1/me")) == "unauthenticated", "signed out everywhere"
    after = own.again().get("/v1/me")["person"]
    assert after == before | {"email": NEW}
    assert "now counts" in messages(own.sandbox, before["email"])[0]["subject"]
    actions = [
        entry["action"]
        for entry in aoife.every("/v1/audit", account_id=recovery["account_id"], limit=1000)
        if entry["entity_id"] == recovery["id"]
    ]
    assert actions == [
        "recovery.complete",
        "recovery.refuse-code",
        "recovery.send-code",
        "recovery.approve",
        "recovery.prepare",
    ]


def test_five_wrong_codes_end_a_code_and_another_is_sent(own: Owner) -> None:
    aoife, kwame = (as_person(own.sandbox, name) for name in ("Aoife Brennan", "Kwame Asante"))
    one = f"{own.account}/recoveries/{prepare(aoife, own).json()['id']}"
    kwame.post(f"{one}/approve")
    own.sandbox.move_clock(THREE_DAYS, str(own.token))
    aoife = as_person(own.sandbox, "Aoife Brennan")
    aoife.post(f"{one}/send-code")
    code = code_to(own.sandbox, NEW)
    for _ in range(5):
        assert aoife.post(f"{one}/complete", {"code": wrong(code)}).status_code == 422
    assert problem(aoife.post(f"{one}/complete", {"code": code})) == "conflict"
    aoife.post(f"{one}/send-code")
    done = aoife.post(f"{one}/complete", {"code": code_to(own.sandbox, NEW)})
    assert done.json()["state"] == "completed"


def test_a_recovery_is_refused_or_withdrawn_with_a_reason(own: Owner) -> None:
    aoife, kwame = (as_person(own.sandbox, name) for name in ("Aoife Brennan", "Kwame Asante"))
    first = prepare(aoife, own).json()
    path = f"{own.account}/recoveries"
    assert problem(prepare(kwame, own)) == "conflict", "one at a time"
    assert problem(aoife.post(f"{path}/{first['id']}/refuse", {"reason": "x"})) == "missing-scope"
    assert problem(kwame.post(f"{path}/{first['id']}/refuse", {"reason": ""})) == "invalid-request"
    refused = kwame.post(f"{path}/{first['id']}/refuse", {"reason": "blurred"}).json()
    assert (refused["state"], refused["end_reason"]) == ("refused", "blurred")
    assert problem(kwame.post(f"{path}/{first['id']}/approve")) == "conflict"
    second = prepare(kwame, own).json()
    aoife.post(f"{path}/{second['id']}/approve")
    taken = aoife.post(f"{path}/{second['id']}/withdraw", {"reason": "the owner objected"}).json()
    assert taken["state"] == "withdrawn"
    own.sandbox.move_clock(THREE_DAYS, str(own.token))
    aoife = as_person(own.sandbox, "Aoife Brennan")
    assert problem(aoife.post(f"{path}/{second['id']}/send-code")) == "conflict"
    assert [one["id"] for one in aoife.every(path)] == [second["id"], first["id"]]


def test_what_was_checked_is_needed(own: Owner) -> None:
    support = as_person(own.sandbox, "support")
    for wrongly, pointer in (
        ({"checks": CHECKS[:1]}, "/checks"),
        ({"checks": [CHECKS[0], CHECKS[0]]}, "/checks"),
        ({"email": "nowhere"}, "/email"),
        ({"person_id": support.get("/v1/me")["person"]["id"]}, "/person_id"),
    ):
        answer = prepare(support, own, **wrongly)
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert problem(own.call("GET", f"{own.account}/recoveries")) == "missing-scope"
    assert problem(prepare(own, own)) == "missing-scope"
