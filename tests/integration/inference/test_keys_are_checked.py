"""Keys as OpenAI's own client uses them: what they open, from where, how long, for how much."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from lmchat_desktop.domain.keys.secret import new_secret
from tests.integration.inference.conftest import MODEL, Desk

DAY_S = 86_400


def move(desk: Desk, seconds: float) -> None:
    headers = {"X-Sandbox-Token": desk.sandbox.token}
    answer = desk.sandbox.call(
        "POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": seconds}
    )
    answer.raise_for_status()
    # A moved clock ends the sign-in.
    desk.admin.token = desk.sandbox.sign_in("admin")


def now(desk: Desk) -> datetime:
    return datetime.fromisoformat(desk.admin.get("/v1/me")["server_time"])


def act(desk: Desk, key_id: str, what: str, **body: Any) -> Any:
    answer = desk.admin.post(f"/v1/keys/{key_id}/{what}", None if "undo" in what else body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_new_key_works_and_a_revoked_one_fails_at_once(desk: Desk) -> None:
    key, secret = desk.key()
    answer = desk.ask(secret)
    assert answer.model == MODEL
    assert "no model was asked" in answer.choices[0].message.content.lower()
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    act(desk, key["id"], "revoke", reason="tried")
    assert desk.refused(secret) == "revoked_api_key"


def test_a_key_that_nobody_made_is_refused(desk: Desk) -> None:
    assert desk.refused(new_secret()) == "invalid_api_key"
    assert desk.refused("sk-lmc-nonsense") == "invalid_api_key"
    answer = desk.sandbox.call("POST", "/inference/v1/chat/completions", content="{")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_old_secret_works_until_its_instant_and_not_after(desk: Desk) -> None:
    key, old = desk.key()
    rotated = act(desk, key["id"], "rotate", overlap_s=3600)
    new = rotated["secret"]
    assert rotated["key"]["old_hint"] == key["hint"]
    assert desk.refused(old) is desk.refused(new) is None
    move(desk, 3590)
    assert desk.refused(old) is None
    move(desk, 10)
    assert desk.refused(old) == "rotated_api_key"
    assert desk.refused(new) is None
    after = desk.admin.get(f"/v1/keys/{key['id']}")
    assert (after["old_hint"], after["old_ends_at"]) == (None, None)
    assert after["id"] == key["id"]


def test_an_overlap_is_moved_finished_and_undone(desk: Desk) -> None:
    key, first = desk.key()
    second = act(desk, key["id"], "rotate", overlap_s=60)["secret"]
    later = (now(desk) + timedelta(days=2)).isoformat()
    assert act(desk, key["id"], "rotation/move", old_ends_at=later)["old_ends_at"]
    move(desk, DAY_S)
    assert desk.refused(first) is None
    back = act(desk, key["id"], "rotation/undo")
    assert (back["hint"], back["rotated_at"], back["old_hint"]) == (key["hint"], None, None)
    assert desk.refused(first) is None
    assert desk.refused(second) == "rotated_api_key"
    third = act(desk, key["id"], "rotate", overlap_s=3600)["secret"]
    act(desk, key["id"], "rotation/move", old_ends_at=now(desk).isoformat())
    assert desk.refused(first) == "rotated_api_key"
    assert desk.refused(third) is None
    fourth = act(desk, key["id"], "rotate", overlap_s=0)["secret"]
    assert desk.refused(third) == "rotated_api_key"
    assert desk.refused(fourth) is None


def test_revoking_in_an_overlap_ends_both_secrets(desk: Desk) -> None:
    key, old = desk.key()
    new = act(desk, key["id"], "rotate", overlap_s=3600)["secret"]
    act(desk, key["id"], "revoke")
    assert desk.refused(old) == desk.refused(new) == "revoked_api_key"


def test_a_key_expires_with_both_its_secrets(desk: Desk) -> None:
    key, old = desk.key(expires_at=(now(desk) + timedelta(hours=1)).isoformat())
    rotated = act(desk, key["id"], "rotate", overlap_s=DAY_S)
    assert rotated["key"]["old_ends_at"] == key["expires_at"]
    assert desk.refused(old) is None
    move(desk, 3600)
    assert desk.refused(old) == desk.refused(rotated["secret"]) == "expired_api_key"


def test_a_key_calls_the_models_that_it_may(desk: Desk) -> None:
    _, secret = desk.key(models=[MODEL, "claude-3-haiku"])
    assert desk.refused(secret) is None
    assert desk.refused(secret, model="claude-3-haiku") is None
    assert desk.refused(secret, model="gpt-4-turbo") == "model_not_allowed"
    assert desk.refused(secret, model="no-such-model") == "model_not_found"
    listed = [each.id for each in desk.client(secret).models.list()]
    assert listed == sorted([MODEL, "claude-3-haiku"])
    _, free = desk.key()
    everything = {each["id"] for each in desk.admin.every("/v1/models")}
    assert {each.id for each in desk.client(free).models.list()} == everything


def test_data_stay_with_the_providers_and_in_the_countries_that_are_allowed(desk: Desk) -> None:
    providers = {each["id"]: each for each in desk.admin.every("/v1/providers")}
    model = next(each for each in desk.admin.every("/v1/models") if each["id"] == MODEL)
    serving = [price["provider_id"] for price in model["prices"]]
    other = next(each for each in providers if each not in serving)
    _, secret = desk.key(providers=serving[:1])
    answered = desk.ask(secret)
    assert answered is not None
    _, nowhere = desk.key(providers=[other])
    assert desk.refused(nowhere) == "no_allowed_route"
    regions = [region for name in serving for region in providers[name]["regions"]]
    country = regions[0]["country"]
    key, at_home = desk.key(countries=[country])
    desk.ask(at_home)
    request = desk.admin.get("/v1/requests", key_id=key["id"])["data"][0]
    places = {
        (name, region["id"]): region["country"]
        for name, each in providers.items()
        for region in each["regions"]
    }
    assert places[request["provider"], request["region"]] == country


def test_a_key_is_used_from_its_networks_alone(desk: Desk) -> None:
    key, secret = desk.key(addresses=["192.0.2.0/24", "2001:db8::/32"])
    assert desk.refused(secret, "192.0.2.9") is None
    assert desk.refused(secret, "::ffff:192.0.2.9") is None
    assert desk.refused(secret, "2001:db8::9") is None
    for foreign in ("198.51.100.7", "2001:db9::1", "198.51.100.7"):
        assert desk.refused(secret, foreign) == "ip_not_authorized"
    assert desk.refused(secret) == "ip_not_authorized"
    found = desk.admin.get("/v1/keys/suggestions", kind="foreign-address", limit=1000)["data"]
    mine = next(each for each in found if each["key_id"] == key["id"])
    assert (mine["address"], mine["count"]) == ("127.0.0.1", 4)


def test_what_a_caller_says_of_its_address_is_not_believed(desk: Desk) -> None:
    _, secret = desk.key(addresses=["192.0.2.0/24"])
    for headers in (
        {"X-Forwarded-For": "192.0.2.9"},
        {"Forwarded": "for=192.0.2.9"},
        {"X-Real-IP": "192.0.2.9"},
        {"X-Sandbox-Client-Address": "192.0.2.9"},
        {"X-Sandbox-Client-Address": "192.0.2.9", "X-Sandbox-Token": "wrong"},
    ):
        answer = desk.sandbox.call("GET", "/inference/v1/models", secret, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "ip_not_authorized"


def test_a_used_up_budget_refuses_until_it_begins_anew(desk: Desk) -> None:
    key, secret = desk.key(budget_nanos=1, budget_period="day")
    assert desk.refused(secret) is None
    assert desk.refused(secret) == "insufficient_quota"
    standing = desk.admin.get("/v1/keys/standings", ids=key["id"])["data"][0]
    assert standing["over_budget"]
    request = desk.admin.get("/v1/requests", key_id=key["id"])["data"][0]
    assert standing["spent_nanos"] == request["cost_nanos"] > 0
    counts = desk.admin.get("/v1/keys/suggestions/counts", account_id=desk.account_id)["counts"]
    assert counts["over-budget"] == 1
    move(desk, DAY_S)
    assert desk.refused(secret) is None
    changed = desk.admin.patch(
        f"/v1/keys/{key['id']}", {"budget_nanos": None, "budget_period": None}, "*"
    )
    assert changed.status_code == 200
    assert desk.refused(secret) is None


def test_the_two_apis_do_not_open_for_each_others_tokens(desk: Desk) -> None:
    _, secret = desk.key()
    assert desk.sandbox.call("GET", "/v1/me", secret).status_code == 401
    assert desk.admin.token is not None
    assert desk.refused(desk.admin.token) == "invalid_api_key"
    assert desk.sandbox.call("GET", "/inference/v1/models", desk.admin.token).status_code == 401


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ("{", None),
        ("[]", None),
        ('{"model": "m"}', "messages"),
        ('{"model": "m", "messages": []}', "messages"),
        ('{"model": "m", "messages": [{"role": "king", "content": "x"}]}', "messages.0.role"),
        ('{"model": "m", "messages": [{"role": "user"}], "n": 2}', "n"),
    ],
)
def test_what_cannot_be_understood_is_named(desk: Desk, body: str, param: str | None) -> None:
    _, secret = desk.key()
    answer = desk.sandbox.call("POST", "/inference/v1/chat/completions", secret, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_a_suspended_account_is_refused(desk: Desk) -> None:
    suspended = next(
        each for each in desk.admin.every("/v1/accounts") if each["state"] == "suspended"
    )
    answer = desk.admin.post("/v1/keys", {"account_id": suspended["id"], "name": "late"})
    assert answer.status_code == 409
