"""What is kept of an account and who received some of it, as the backend tells it."""

from __future__ import annotations

from tests.integration.sandbox.api import Api, Owner, as_person

PARTS = ["account", "events", "requests", "prompts", "completions"]


def test_a_policy_says_how_long_and_where(own: Owner) -> None:
    parts = own.get(f"{own.account}/policy")["parts"]
    assert [one["part"] for one in parts] == PARTS
    assert [one["days"] for one in parts] == [None, 90, 400, 0, 0]
    assert [one["category"] for one in parts] == ["A", "B", "C", "D", "D"]
    assert {one["decided_by"] for one in parts} == {"product"}
    places = {
        one["part"]: {store["purpose"]: store["retention"] for store in one["stores"]}
        for one in parts
    }
    assert "customers" in places["account"]
    assert "what happened in an account, from which address and device" in places["events"]
    assert any(purpose.startswith("request metadata") for purpose in places["requests"])
    assert places["prompts"] == places["completions"] == {}
    every = [purpose for stores in places.values() for purpose in stores]
    assert len(every) == len(set(every))


def test_recipients_are_who_got_something_and_who_lmchat_writes_through(own: Owner) -> None:
    staff = as_person(own.sandbox, "admin")
    found = staff.every(f"{own.account}/recipients")
    ids = [one["processor"]["id"] for one in found]
    assert ids == sorted(ids)
    vendors = {one["processor"]["id"] for one in found if one["first_at"] is None}
    assert vendors == {"proc_mail", "proc_sms"}
    routed = [one for one in found if one["first_at"] is not None]
    assert routed
    assert all(one["first_at"] <= one["last_at"] for one in routed)
    paged = staff.every(f"{own.account}/recipients", limit=1)
    # Traffic goes on arriving between two lists, and moves the last time.
    assert [{**one, "last_at": None} for one in paged] == [
        {**one, "last_at": None} for one in found
    ]


def test_a_provider_that_got_nothing_is_no_recipient(own: Owner) -> None:
    staff = as_person(own.sandbox, "admin")
    account = _without_traffic(staff)
    ids = [one["processor"]["id"] for one in staff.every(f"/v1/accounts/{account}/recipients")]
    assert ids == ["proc_mail", "proc_sms"]


def _without_traffic(staff: Api) -> str:
    unused = {str(one["account_id"]) for one in staff.every("/v1/keys")}
    unused -= {
        str(one["account_id"]) for one in staff.every("/v1/keys") if one["last_used_at"] is not None
    }
    quiet = [
        str(one["id"])
        for one in staff.every("/v1/accounts")
        if one["id"] in unused or not staff.get("/v1/keys", account_id=one["id"])["data"]
    ]
    return quiet[0]
