"""Accounts by what somebody knows of them."""

from __future__ import annotations

from typing import Any

import pytest

from lmchat_desktop.domain.keys import secret as apikeys
from tests.integration.sandbox.api import Api, Owner, problem
from tests.integration.sandbox.outbox import code_to


def found(api: Api, q: str, **more: Any) -> dict[str, set[str]]:
    """The reasons of each account that was found, by its name."""
    answer = api.get("/v1/accounts/search", q=q, **more)
    return {
        one["account"]["name"]: {match["matched"] for match in one["matches"]}
        for one in answer["data"]
    }


@pytest.mark.parametrize(
    ("q", "name", "matched"),
    [
        ("acme rob", "Acme Robotics Inc.", "name"),
        ("ROBOTICS", "Acme Robotics Inc.", "name"),
        ("東雲", "東雲システムズ株式会社", "name"),
        ("NUMÉRIQUE", "Boulangerie Numérique SARL", "name"),
        ("billing@acme", "Acme Robotics Inc.", "email"),
        ("Dana@Acme-Robotics", "Acme Robotics Inc.", "email"),
        ("accounts@acme-robots", "Acme Robotics Inc.", "former-email"),
        ("dana@acme-robots", "Acme Robotics Inc.", "former-email"),
        ("+1 555 0100", "Acme Robotics Inc.", "phone"),
        ("+49 (30) 5550-1100", "Nordlicht Versicherung AG", "former-phone"),
    ],
)
def test_support_finds_an_account(support: Api, q: str, name: str, matched: str) -> None:
    assert matched in found(support, q)[name]


def test_whose_address_it_is_and_until_when_is_told(support: Api) -> None:
    (one,) = support.get("/v1/accounts/search", q="dana@acme-robots")["data"]
    (match,) = one["matches"]
    members = support.every(f"/v1/accounts/{one['account']['id']}/members")
    dana = next(each for each in members if each["name"] == "Dana Whitfield")
    assert match["person_id"] == dana["person_id"]
    assert match["until"] is not None
    assert match["value"] == "dana@acme-robots.example"


def test_an_id_a_hint_and_a_request_lead_to_their_account(support: Api, admin: Api) -> None:
    request = admin.get("/v1/requests", limit=1)["data"][0]
    account = support.get(f"/v1/accounts/{request['account_id']}")
    assert found(support, account["id"]) == {account["name"]: {"id"}}
    assert found(support, account["id"][:12].upper())[account["name"]] == {"id"}
    assert found(support, request["id"]) == {account["name"]: {"request-id"}}
    key = support.get(f"/v1/keys/{request['key_id']}")
    assert "key-hint" in found(support, key["hint"])[account["name"]]
    assert "key-hint" in found(support, key["hint"][-4:])[account["name"]]
    assert "key-hint" in found(support, f"…{key['hint'][-4:]}")[account["name"]]


def test_a_new_key_is_found_by_both_ends_of_its_hint(own: Owner, support: Api) -> None:
    account = own.account.rsplit("/", 1)[1]
    made = own.post("/v1/keys", {"account_id": account, "name": "found"}).json()
    for part in (made["key"]["hint"], made["secret"][:11], made["key"]["hint"][-4:]):
        ids = [
            one["account"]["id"]
            for one in Api(own.sandbox, own.token).get("/v1/accounts/search", q=part)["data"]
        ]
        assert ids == [account]


def test_a_secret_is_not_looked_for(support: Api) -> None:
    answer = support.call("GET", "/v1/accounts/search", params={"q": apikeys.new_secret()})
    assert (answer.status_code, problem(answer)) == (422, "invalid-request")


@pytest.mark.parametrize("q", ["%%", "__", "' OR 1=1 --", "\U0010ffff\U0010ffff", "zz%zz"])
def test_what_is_in_no_index_is_not_found(support: Api, q: str) -> None:
    assert found(support, q) == {}


def test_an_owner_finds_their_own_account_alone(owner: Api, admin: Api) -> None:
    mine = owner.get("/v1/accounts")["data"][0]["name"]
    assert list(found(owner, "an")) in ([], [mine])
    for q in ("acme", "billing@", "+1 555", "acct_"):
        assert set(found(owner, q)) <= {mine}
    request = next(
        one
        for one in admin.every("/v1/requests", limit=1000)
        if one["account_id"] == owner.get("/v1/accounts")["data"][0]["id"]
    )
    assert found(owner, request["id"]) == {}, "request ids are looked up for operators"


def test_a_changed_name_and_address_are_found_at_once(own: Owner) -> None:
    before = own.get(own.account)
    own.patch(own.account, {"name": "Zebra & Quagga Crossings"}, before["etag"])
    for q in ("zebra", "quagga cro", "CROSSINGS"):
        assert found(own, q) == {"Zebra & Quagga Crossings": {"name"}}
    assert found(own, before["name"]) == {}
    change = own.post(
        f"{own.account}/contact-changes", {"kind": "email", "value": "zebra@quagga.example"}
    ).json()
    code = code_to(own.sandbox, "zebra@quagga.example")
    own.post(f"{own.account}/contact-changes/{change['id']}/confirm", {"code": code})
    assert found(own, "zebra@") == {"Zebra & Quagga Crossings": {"email"}}
    assert found(own, before["email"])["Zebra & Quagga Crossings"] == {"former-email"}


def test_more_than_is_shown_is_said(support: Api) -> None:
    answer = support.get("/v1/accounts/search", q="acct_", limit=2)
    assert (len(answer["data"]), answer["more"]) == (2, True)
    assert support.get("/v1/accounts/search", q="acme robotics")["more"] is False
    for q in ("", "a", "  a  "):
        assert problem(support.call("GET", "/v1/accounts/search", params={"q": q})) == (
            "invalid-request"
        )


def test_the_list_is_filtered_by_beginnings(support: Api) -> None:
    for q in ("robotics", "billing@acme", "+1 555 0100 142", "Acme"):
        names = [one["name"] for one in support.every("/v1/accounts", search=q)]
        assert names == ["Acme Robotics Inc."]
    assert support.every("/v1/accounts", search="accounts@acme-robots") == []
    assert support.every("/v1/accounts", search="obotics") == []
