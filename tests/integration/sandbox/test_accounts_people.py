"""Members and invitations, suspension, notes and events of accounts."""

from __future__ import annotations

from typing import Any

import httpx

from tests.integration.sandbox.api import Api, Owner, as_person, problem
from tests.integration.sandbox.outbox import invitation_code, messages
from tests.support.sandbox import RunningSandbox

GUEST = "guest@acme-robotics.example"


def members(api: Api, path: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in api.every(f"{path}/members")}


def invite(api: Api, path: str, email: str = GUEST, role: str = "member") -> dict[str, Any]:
    answer = api.post(f"{path}/invitations", {"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def mine(api: Api) -> str:
    return f"/v1/accounts/{api.get('/v1/me')['memberships'][0]['account_id']}"


def join(sandbox: RunningSandbox, code: str, name: str = "Guest") -> httpx.Response:
    nobody = Api(sandbox)
    return nobody.call(
        "POST",
        "/v1/sandbox/invitations/accept",
        json={"code": code, "name": name},
        headers={"X-Sandbox-Token": sandbox.token, "Idempotency-Key": f"join-{code}-{name}"},
    )


def member_path(path: str, member: dict[str, Any]) -> str:
    return f"{path}/members/{member['person_id']}"


def test_the_last_owner_stays(own: Owner) -> None:
    path = own.account
    owner = next(one for one in members(own, path).values() if one["role"] == "owner")
    demoted = own.patch(member_path(path, owner), {"role": "member"}, owner["etag"])
    assert problem(demoted) == "conflict"
    assert problem(own.delete(member_path(path, owner), owner["etag"])) == "conflict"
    other = next(one for one in members(own, path).values() if one["role"] == "member")
    promoted = own.patch(member_path(path, other), {"role": "owner"}, other["etag"])
    assert promoted.json()["role"] == "owner"
    assert own.delete(member_path(path, owner), owner["etag"]).status_code == 204
    assert own.get("/v1/me")["memberships"] == []
    assert problem(own.call("GET", path)) == "missing-scope"


def test_a_change_of_role_is_bound_to_what_was_seen(own: Owner) -> None:
    path = own.account
    other = next(one for one in members(own, path).values() if one["role"] == "member")
    own.patch(member_path(path, other), {"role": "owner"}, other["etag"])
    stale = own.patch(member_path(path, other), {"role": "member"}, other["etag"])
    assert problem(stale) == "precondition-failed"
    assert problem(own.delete(member_path(path, other), None)) == "precondition-required"


def test_who_is_removed_sees_the_account_no_more(own: Owner) -> None:
    path = own.account
    other = next(one for one in members(own, path).values() if one["role"] == "member")
    theirs = as_person(own.sandbox, other["name"])
    before, cursor = theirs.changes()
    account = path.rsplit("/", 1)[1]
    assert account in {one["id"] for one in before}
    feed = own.changes()[1]
    assert own.delete(member_path(path, other), other["etag"]).status_code == 204
    gone = theirs.call("GET", "/v1/changes", params={"after": cursor})
    assert (gone.status_code, problem(gone)) == (410, "cursor-gone")
    seen = [one["entity"] for one in theirs.changes()[0]]
    assert account not in {one.get("account_id", one["id"]) for one in seen}
    assert {"kind": "member", "id": other["id"], "entity": None} in own.changes(feed)[0]
    assert "no longer a member" in messages(own.sandbox, other["email"])[0]["subject"]


def test_a_member_leaves_but_changes_nobody(own: Owner) -> None:
    path = own.account
    found = members(own, path).values()
    one = next(each for each in found if each["role"] == "member")
    owner = next(each for each in found if each["role"] == "owner")
    api = as_person(own.sandbox, one["name"])
    assert problem(api.delete(member_path(path, owner), owner["etag"])) == "missing-scope"
    changed = api.patch(member_path(path, one), {"role": "owner"}, one["etag"])
    assert problem(changed) == "missing-scope"
    wanted = {"email": GUEST, "role": "owner"}
    assert problem(api.post(f"{path}/invitations", wanted)) == "missing-scope"
    assert api.delete(member_path(path, one), one["etag"]).status_code == 204


def test_support_makes_nobody_an_owner(own: Owner) -> None:
    path = own.account
    other = next(one for one in members(own, path).values() if one["role"] == "member")
    support = as_person(own.sandbox, "support")
    changed = support.patch(member_path(path, other), {"role": "owner"}, other["etag"])
    assert problem(changed) == "missing-scope"
    invited = support.post(f"{path}/invitations", {"email": GUEST, "role": "owner"})
    assert problem(invited) == "missing-scope"


def test_somebody_new_joins_by_the_code_that_came_by_mail(own: Owner) -> None:
    path = own.account
    cursor = own.changes()[1]
    invitation = invite(own, path)
    assert (invitation["state"], invitation["role"]) == ("open", "member")
    code = invitation_code(own.sandbox, GUEST)
    assert code not in str(own.every(f"{path}/invitations"))
    joined = join(own.sandbox, code)
    assert joined.status_code == 200
    assert members(own, path)["Guest"] == joined.json()
    ended = next(one for one in own.every(f"{path}/invitations") if one["id"] == invitation["id"])
    assert (ended["state"], ended["person_id"]) == ("accepted", joined.json()["person_id"])
    kinds = [one["kind"] for one in own.changes(cursor)[0]]
    assert {"invitation", "member"} <= set(kinds)
    assert problem(join(own.sandbox, code, "Again")) == "not-found"
    guest = as_person(own.sandbox, "Guest")
    assert guest.get(path)["id"] == joined.json()["account_id"]


def test_somebody_who_is_signed_in_joins(own: Owner) -> None:
    path = own.account
    invite(own, path, "kwame@lmchat.example", "owner")
    kwame = as_person(own.sandbox, "Kwame Asante")
    code = invitation_code(own.sandbox, "kwame@lmchat.example")
    made = kwame.post("/v1/invitations/accept", {"code": code})
    assert (made.status_code, made.json()["role"]) == (200, "owner")
    assert kwame.get("/v1/me")["memberships"][0]["role"] == "owner"
    invite(own, path, "second@lmchat.example")
    again = kwame.post(
        "/v1/invitations/accept", {"code": invitation_code(own.sandbox, "second@lmchat.example")}
    )
    assert problem(again) == "conflict"


def test_an_invitation_ends(own: Owner) -> None:
    path = own.account
    first = invite(own, path)
    code = invitation_code(own.sandbox, GUEST)
    second = invite(own, path, role="owner")
    assert problem(join(own.sandbox, code)) == "not-found"
    taken = own.post(f"{path}/invitations/{second['id']}/withdraw")
    assert taken.json()["state"] == "withdrawn"
    assert own.post(f"{path}/invitations/{second['id']}/withdraw").json() == taken.json()
    third = invite(own, path)
    own.sandbox.move_clock(7 * 86_400, str(own.token))
    own = own.again()
    states = {one["id"]: one["state"] for one in own.every(f"{path}/invitations")}
    assert states[first["id"]] == states[second["id"]] == "withdrawn"
    assert states[third["id"]] == "expired"
    assert problem(join(own.sandbox, invitation_code(own.sandbox, GUEST))) == "not-found"


def test_a_member_is_not_invited(owner: Api) -> None:
    path = mine(owner)
    email = next(iter(members(owner, path).values()))["email"].upper()
    answer = owner.post(f"{path}/invitations", {"email": email, "role": "member"})
    assert problem(answer) == "conflict"
    answer = owner.post(f"{path}/invitations", {"email": "x", "role": "member"})
    assert answer.json()["errors"][0]["pointer"] == "/email"
    answer = owner.post(f"{path}/invitations", {"email": GUEST, "role": "admin"})
    assert answer.json()["errors"][0]["pointer"] == "/role"


def test_an_account_is_suspended_and_reinstated_once(own: Owner) -> None:
    path = own.account
    before = own.get(path)
    key = own.post("/v1/keys", {"account_id": before["id"], "name": "first"}).json()["key"]
    support = as_person(own.sandbox, "support")
    reason = {"reason": "credential-sharing", "text": "case <b>7</b>"}
    assert problem(own.post(f"{path}/suspend", reason)) == "missing-scope"
    assert problem(support.post(f"{path}/suspend", {"reason": "dislike"})) == "invalid-request"
    done = support.post(f"{path}/suspend", reason).json()
    assert (done["state"], done["suspended_reason"]) == ("suspended", "credential-sharing")
    assert done["suspended_since"] is not None
    assert own.get(path) == done
    assert support.post(f"{path}/suspend", {"reason": "spam"}).json() == done
    told = messages(own.sandbox, before["email"])
    assert len(told) == 1
    assert "shared with others" in told[0]["body"]
    assert "case" not in told[0]["body"]
    account = before["id"]
    refused = own.post("/v1/keys", {"account_id": account, "name": "x"})
    assert problem(refused) == "conflict"
    rotated = own.post(f"/v1/keys/{key['id']}/rotate", {"overlap_s": 0})
    assert (problem(rotated), rotated.json()["detail"]) == ("conflict", "The account is suspended.")
    assert own.get(f"/v1/keys/{key['id']}")["hint"] == key["hint"]
    assert (
        problem(own.post(f"{path}/invitations", {"email": GUEST, "role": "member"})) == "conflict"
    )
    back = support.post(f"{path}/reinstate", {"text": "settled"}).json()
    assert back == before | {"etag": back["etag"]}
    assert support.post(f"{path}/reinstate", {}).json() == back
    entries = support.every("/v1/audit", account_id=account, limit=1000)
    assert [(one["action"], one["reason"]) for one in entries[:2]] == [
        ("account.reinstate", "settled"),
        ("account.suspend", "credential-sharing: case <b>7</b>"),
    ]


def test_notes_are_operators_and_stay(own: Owner) -> None:
    path = own.account
    support, admin = as_person(own.sandbox, "Kwame Asante"), as_person(own.sandbox, "admin")
    text = "<script>alert(1)</script>\nsecond line"
    note = support.post(f"{path}/notes", {"text": text}).json()
    assert (note["text"], note["author_name"]) == (text, "Kwame Asante")
    assert admin.every(f"{path}/notes")[0] == note
    legal = as_person(own.sandbox, "legal")
    assert legal.every(f"{path}/notes")[0] == note
    assert problem(legal.post(f"{path}/notes", {"text": "x"})) == "missing-scope"
    assert problem(own.call("GET", f"{path}/notes")) == "missing-scope"
    assert problem(admin.post(f"{path}/notes/{note['id']}/strike")) == "missing-scope"
    struck = support.post(f"{path}/notes/{note['id']}/strike").json()
    assert struck == note | {"struck_at": struck["struck_at"]}
    assert struck["struck_at"] is not None
    assert support.post(f"{path}/notes/{note['id']}/strike").json() == struck
    for text in ("", "x" * 4001):
        assert problem(support.post(f"{path}/notes", {"text": text})) == "invalid-request"


def test_an_account_is_told_what_happened_in_it(own: Owner) -> None:
    path = own.account
    agent = {"User-Agent": "<b>a browser</b>"}
    key = own.call(
        "POST",
        "/v1/keys",
        json={"account_id": path.rsplit("/", 1)[1], "name": "told"},
        headers={"Idempotency-Key": f"an-event-of-a-key-{own.name.encode().hex()}", **agent},
    ).json()["key"]
    made = own.every(f"{path}/events", kind="key-created")[0]
    me = own.get("/v1/me")
    assert made["detail"] == key["id"]
    assert (made["ip"], made["user_agent"]) == ("127.0.0.1", "<b>a browser</b>")
    assert (made["person_id"], made["device_id"]) == (me["person"]["id"], me["device"]["id"])
    support = as_person(own.sandbox, "support")
    support.post(f"/v1/keys/{key['id']}/revoke", {})
    revoked = own.every(f"{path}/events", kind="key-revoked")[0]
    told = {name: revoked[name] for name in ("person_id", "device_id", "ip", "user_agent")}
    assert told == {"person_id": None, "device_id": None, "ip": "", "user_agent": ""}, (
        "where an operator sits is not the account's to know"
    )


def test_a_new_device_is_marked_once(own: Owner) -> None:
    path = own.account
    name = own.get("/v1/me")["person"]["name"]
    for device in ("laptop", "laptop", "tablet"):
        own.sandbox.sign_in(name, device)
    events = own.every(f"{path}/events", kind="sign-in")
    assert [(one["device_name"], one["new_device"]) for one in events[:3]] == [
        ("tablet", True),
        ("laptop", False),
        ("laptop", True),
    ]


def test_events_are_paged_and_filtered(owner: Api, admin: Api) -> None:
    path = mine(owner)
    every = owner.every(f"{path}/events", limit=1000)
    assert [one["id"] for one in owner.every(f"{path}/events", limit=7)] == [
        one["id"] for one in every
    ]
    times = [one["at"] for one in every]
    assert times == sorted(times, reverse=True)
    some = owner.every(f"{path}/events", kind=["sign-in", "key-created"], limit=1000)
    assert some == [one for one in every if one["kind"] in ("sign-in", "key-created")]
    middle = times[len(times) // 2]
    assert owner.every(f"{path}/events", start=middle, limit=1000) == [
        one for one in every if one["at"] >= middle
    ]
    assert owner.every(f"{path}/events", end=middle, limit=1000) == [
        one for one in every if one["at"] < middle
    ]
    agents = {one["user_agent"] for one in admin.every(f"{path}/events", limit=1000)}
    assert len(agents) > 1


def test_events_are_not_for_every_member(owner: Api, sandbox: RunningSandbox) -> None:
    path = mine(owner)
    name = next(one["name"] for one in members(owner, path).values() if one["role"] == "member")
    assert problem(as_person(sandbox, name).call("GET", f"{path}/events")) == "missing-scope"
