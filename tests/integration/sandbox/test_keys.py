"""Keys over HTTP: lists, rotation, standings, use, suggestions, and what the feed tells of them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lmchat_desktop.contract.keys import MAX_STANDINGS, SuggestionKind
from lmchat_desktop.sandbox.database import SQLITE_FILE
from tests.integration.sandbox.api import Api, as_person, problem
from tests.support.sandbox import RunningSandbox

DAY_S = 86_400


@pytest.fixture
def own(own_sandbox: RunningSandbox) -> Api:
    return as_person(own_sandbox, "admin")


def account_with_room(api: Api) -> str:
    return next(
        str(each["id"])
        for each in api.every("/v1/accounts")
        if each["plan_id"] == "plan_enterprise" and each["state"] == "active"
    )


def made(api: Api, **wishes: Any) -> dict[str, Any]:
    body = {"account_id": account_with_room(api), "name": "made", **wishes}
    answer = api.post("/v1/keys", body)
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()["key"]
    return key


def moved(sandbox: RunningSandbox, seconds: float) -> Api:
    """The administrator after that much time; a long absence ends a sign-in."""
    headers = {"X-Sandbox-Token": sandbox.token}
    sandbox.call(
        "POST", "/v1/sandbox/clock", headers=headers, json={"advance_s": seconds}
    ).raise_for_status()
    return as_person(sandbox, "admin")


def now(api: Api) -> datetime:
    return datetime.fromisoformat(api.get("/v1/me")["server_time"])


def pointers(answer: Any) -> list[str]:
    return [each["pointer"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    "sort",
    [
        "id",
        *(
            f"{sign}{field}"
            for field in ("name", "created_at", "last_used_at", "expires_at")
            for sign in ("", "-")
        ),
    ],
)
def test_lists_are_sorted_page_after_page(admin: Api, sort: str) -> None:
    field, turned = sort.removeprefix("-"), sort.startswith("-")

    def rank(key: dict[str, Any]) -> tuple[str, str]:
        value = key[field] or ""
        return (value.casefold() if field == "name" else value), key["id"]

    every = admin.every("/v1/keys")
    assert admin.every("/v1/keys", sort=sort, limit=7) == sorted(every, key=rank, reverse=turned)


def test_lists_are_filtered(admin: Api) -> None:
    every = admin.every("/v1/keys")
    for state in ("active", "expired", "revoked"):
        found = admin.every("/v1/keys", state=state, limit=9, sort="-name")
        assert {key["id"] for key in found} == {key["id"] for key in every if key["state"] == state}
        assert found
    some = every[5]
    for part, found in (
        ("warehouse COPILOT", {"Warehouse copilot (production)", "Warehouse copilot (staging)"}),
        ("RÜCKVERSICHERUNG", {"Rückversicherung Nachtlauf"}),
        ("問い", {"問い合わせ応対"}),
        (some["id"][:12], {some["name"]}),
        (some["hint"][:11], {some["name"]}),
        ("%", set()),
        ("zzz", set()),
    ):
        assert {key["name"] for key in admin.every("/v1/keys", search=part)} == found
    both = admin.every("/v1/keys", search="s", account_id=some["account_id"], state="active")
    assert all(key["account_id"] == some["account_id"] and key["state"] == "active" for key in both)


def test_a_rotation_is_done_once_and_its_secret_had_again(own: Api) -> None:
    key = made(own, notes="stays")
    act = str(uuid.uuid4())
    path = f"/v1/keys/{key['id']}"
    first = own.post(f"{path}/rotate", {"overlap_s": 3600}, act)
    again = own.post(f"{path}/rotate", {"overlap_s": 3600}, act)
    assert (again.status_code, again.content) == (200, first.content)
    rotated, secret = first.json()["key"], first.json()["secret"]
    assert rotated["hint"] == f"{secret[:11]}…{secret[-10:-6]}"
    assert rotated == key | {
        name: rotated[name] for name in ("hint", "rotated_at", "old_hint", "old_ends_at", "etag")
    }
    assert rotated["old_hint"] == key["hint"]
    ends = datetime.fromisoformat(rotated["rotated_at"]) + timedelta(hours=1)
    assert datetime.fromisoformat(rotated["old_ends_at"]) == ends
    own.sandbox.stop()
    for file in own.sandbox.data.glob(f"{SQLITE_FILE}*"):
        assert secret.encode() not in file.read_bytes()


def test_what_cannot_be_rotated_or_moved(own: Api) -> None:
    key = made(own)
    path = f"/v1/keys/{key['id']}"
    for act in ("rotation/undo", "rotation/move"):
        body = {"old_ends_at": now(own).isoformat()} if "move" in act else None
        answer = own.post(f"{path}/{act}", body)
        assert (answer.status_code, problem(answer)) == (409, "conflict")
    for overlap in (-1, 90 * DAY_S + 1, "60", 1.5):
        answer = own.post(f"{path}/rotate", {"overlap_s": overlap})
        assert (answer.status_code, pointers(answer)) == (422, ["/overlap_s"])
    assert own.post(f"{path}/rotate", {"overlap_s": 60}).status_code == 200
    assert problem(own.post(f"{path}/rotate", {"overlap_s": 60})) == "conflict"
    late = (now(own) + timedelta(days=91)).isoformat()
    answer = own.post(f"{path}/rotation/move", {"old_ends_at": late})
    assert (answer.status_code, pointers(answer)) == (422, ["/old_ends_at"])
    own.post(f"{path}/revoke", {})
    for act in ("rotate", "rotation/undo"):
        body = {"overlap_s": 60} if act == "rotate" else None
        assert problem(own.post(f"{path}/{act}", body)) == "conflict"


def test_only_those_who_may_change_keys_rotate_them(sandbox: RunningSandbox, admin: Api) -> None:
    members = admin.every("/v1/keys")
    names = (each["person"]["name"] for each in sandbox.people() if not each["operator_roles"])
    member = next(
        each
        for each in (as_person(sandbox, name) for name in names)
        if {place["role"] for place in each.get("/v1/me")["memberships"]} == {"member"}
    )
    accounts = {each["account_id"] for each in member.get("/v1/me")["memberships"]}
    seen = next(key for key in members if key["account_id"] in accounts)
    hidden = next(key for key in members if key["account_id"] not in accounts)
    body = {"overlap_s": 60}
    assert member.post(f"/v1/keys/{seen['id']}/rotate", body).status_code == 403
    for act in ("rotate", "revoke"):
        answer = as_person(sandbox, "owner").post(
            f"/v1/keys/{hidden['id']}/{act}", body if act == "rotate" else {}
        )
        assert answer.status_code in (403, 404)
    assert member.get(f"/v1/keys/{hidden['id']}/use", status=404)
    found = member.get("/v1/keys/standings", ids=f"{hidden['id']},{seen['id']}")["data"]
    assert [each["key_id"] for each in found] == [seen["id"]]


def test_standings_are_told_in_the_order_that_was_asked(admin: Api) -> None:
    # Other tests make keys at the same sandbox; so many may be asked for at once.
    keys = admin.every("/v1/keys")[-(MAX_STANDINGS - 2) :]
    ids = [key["id"] for key in keys][::-1]
    told = admin.get("/v1/keys/standings", ids=",".join([*ids, "key_none", ids[0]]))
    assert [each["key_id"] for each in told["data"]] == ids
    by_id = {each["key_id"]: each for each in told["data"]}
    for key in keys:
        standing = by_id[key["id"]]
        assert len(standing["daily_requests"]) == 14
        used = sum(standing["daily_requests"])
        assert (standing["p95_ms"] is None) == (used == 0)
        if key["budget_period"] == "total":
            assert standing["over_budget"]
            assert standing["period_start"] is standing["period_end"] is None
            assert standing["spent_nanos"] >= key["budget_nanos"]
    # A day that is over, so that what arrives meanwhile makes no difference.
    busy = max(told["data"], key=lambda each: each["daily_requests"][-2])
    over = datetime.fromisoformat(busy["last_day"]).replace(tzinfo=UTC)
    counted = admin.every(
        "/v1/requests",
        key_id=busy["key_id"],
        start=(over - timedelta(days=1)).isoformat(),
        end=over.isoformat(),
        limit=1000,
    )
    assert busy["daily_requests"][-2] == len(counted) > 0
    too_many = admin.call("GET", "/v1/keys/standings", params={"ids": ",".join(["k"] * 101)})
    assert (too_many.status_code, pointers(too_many)) == (422, ["/query/ids"])


def test_the_sample_world_has_each_kind_of_suggestion(admin: Api) -> None:
    whole = admin.every("/v1/keys/suggestions", limit=1000)
    assert {each["kind"] for each in whole} == {kind.value for kind in SuggestionKind}
    assert admin.every("/v1/keys/suggestions", limit=3) == whole
    assert len({each["id"] for each in whole}) == len(whole)
    counts = admin.get("/v1/keys/suggestions/counts")["counts"]
    for kind in SuggestionKind:
        mine = [each for each in whole if each["kind"] == kind]
        assert admin.every("/v1/keys/suggestions", kind=kind.value, limit=2) == mine
        assert counts[kind] == len(mine)
    foreign = next(each for each in whole if each["kind"] == "foreign-address")
    assert (foreign["address"], foreign["count"]) == ("203.0.113.250", 7)
    active = {key["id"] for key in admin.every("/v1/keys", state="active")}
    assert {each["key_id"] for each in whole} <= active


def test_suggestions_are_those_of_the_keys_that_are_seen(owner: Api, admin: Api) -> None:
    mine = {each["account_id"] for each in owner.get("/v1/me")["memberships"]}
    seen = owner.every("/v1/keys/suggestions")
    assert {each["account_id"] for each in seen} <= mine
    every = admin.every("/v1/keys/suggestions")
    assert seen == [each for each in every if each["account_id"] in mine]
    counts = owner.get("/v1/keys/suggestions/counts")["counts"]
    assert sum(counts.values()) == len(seen)


def test_the_sample_world_has_a_key_in_the_middle_of_a_rotation(admin: Api) -> None:
    (rotating,) = (key for key in admin.every("/v1/keys") if key["old_ends_at"] is not None)
    use = admin.get(f"/v1/keys/{rotating['id']}/use", hours=48)
    assert 0 < use["old_requests"] < use["requests"]
    assert {each["secret"] for each in use["data"]} == {"present", "old"}
    assert use["requests"] == sum(each["requests"] for each in use["data"])


def test_the_feed_tells_when_an_overlap_or_a_key_ends(own_sandbox: RunningSandbox) -> None:
    api = as_person(own_sandbox, "admin")
    ends = (now(api) + timedelta(hours=3)).isoformat()
    key = made(api, expires_at=ends)
    api.post(f"/v1/keys/{key['id']}/rotate", {"overlap_s": 3600})
    _, cursor = api.changes()
    api = moved(own_sandbox, 2 * 3600)
    changed, cursor = api.changes(cursor)
    (after,) = (each["entity"] for each in changed if each["id"] == key["id"])
    assert (after["state"], after["old_hint"], after["old_ends_at"]) == ("active", None, None)
    api = moved(own_sandbox, 3600)
    changed, _ = api.changes(cursor)
    (after,) = (each["entity"] for each in changed if each["id"] == key["id"])
    assert after["state"] == "expired"


@pytest.mark.full
def test_addresses_are_forgotten_after_30_days(own_sandbox: RunningSandbox) -> None:
    api = as_person(own_sandbox, "admin")
    kinds = api.get("/v1/keys/suggestions/counts")["counts"]
    assert kinds["foreign-address"] == 1
    for _ in range(16):
        api = moved(own_sandbox, 2 * DAY_S)
    assert api.get("/v1/keys/suggestions/counts")["counts"]["foreign-address"] == 0
    key = api.every("/v1/keys", search="Ticket triage")[0]
    report = api.get(f"/v1/keys/{key['id']}/use", hours=720)
    oldest = min(each["first_at"] for each in report["data"])
    assert datetime.fromisoformat(oldest) > now(api) - timedelta(days=30, hours=2)


def test_an_expired_key_is_brought_back_where_the_plan_has_room(own: Api) -> None:
    expired = own.every("/v1/keys", state="expired")[0]
    later = (now(own) + timedelta(days=30)).isoformat()
    path = f"/v1/keys/{expired['id']}"
    body = {"account_id": expired["account_id"], "name": "fill"}
    while own.post("/v1/keys", body).status_code == 201:
        pass
    assert problem(own.patch(path, {"expires_at": later}, expired["etag"])) == "conflict"
    filled = own.every("/v1/keys", account_id=expired["account_id"], search="fill")[0]
    own.post(f"/v1/keys/{filled['id']}/revoke", {})
    back = own.patch(path, {"expires_at": later}, expired["etag"]).json()
    assert back["state"] == "active"
