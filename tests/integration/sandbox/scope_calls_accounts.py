"""Valid calls of the operations on accounts, their people, addresses, recoveries and exports.

What a call leaves behind is taken back by the second administrator, so that the next finds the
account as it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import httpx

from lmchat_desktop.domain.keys import secret
from tests.integration.sandbox.api import Api, ended
from tests.integration.sandbox.outbox import code_to, invitation_code, messages, wrong
from tests.integration.sandbox.scope_calls import Ask, Caller, World, made

CHECKS = [
    {"kind": "payment-reference", "text": "the last two invoices' numbers"},
    {"kind": "video-call", "text": "with a passport"},
]


def _path(world: World, caller: Caller, own: bool) -> str:
    return f"/v1/accounts/{world.account(caller, own)}"


def _reading(name: str) -> Ask:
    return lambda world, caller, own: caller.api.call(
        "GET", f"{_path(world, caller, own)}/{name}", params={"limit": 1}
    )


def _member(world: World, path: str, role: str = "owner") -> str:
    members = world.staff.get(f"{path}/members")["data"]
    return str(next(one["person_id"] for one in members if one["role"] == role))


def _owner(world: World, path: str) -> Api:
    """An owner of an account, by a session of their own."""
    return world.signed_in(_member(world, path))


def _address(world: World) -> str:
    return f"throw-away-{next(world.numbers)}@mailbox.example"


def _search(_world: World, caller: Caller, _own: bool) -> httpx.Response:
    return caller.api.call("GET", "/v1/accounts/search", params={"q": "Acme", "limit": 1})


def _suspend(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    answer = caller.api.post(f"{path}/suspend", {"reason": "spam"})
    if answer.is_success:
        made(world.staff.post(f"{path}/reinstate", {}))
    return answer


def _reinstate(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    made(world.staff.post(f"{path}/suspend", {"reason": "spam"}))
    answer = caller.api.post(f"{path}/reinstate", {})
    if not answer.is_success:
        made(world.staff.post(f"{path}/reinstate", {}))
    return answer


def _invite(api: Api, path: str, email: str) -> httpx.Response:
    return api.post(f"{path}/invitations", {"email": email, "role": "member"})


def _create_invitation(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    answer = _invite(caller.api, path, _address(world))
    if answer.is_success:
        made(caller.api.post(f"{path}/invitations/{answer.json()['id']}/withdraw"))
    return answer


def _list_invitations(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    if path not in world.seen:
        world.seen[path] = made(_invite(_owner(world, path), path, _address(world)))["id"]
    return caller.api.call("GET", f"{path}/invitations", params={"limit": 1})


def _withdraw_invitation(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    owner = _owner(world, path)
    one = f"{path}/invitations/{made(_invite(owner, path, _address(world)))['id']}/withdraw"
    answer = caller.api.post(one)
    if not answer.is_success:
        made(owner.post(one))
    return answer


def _accept_invitation(world: World, caller: Caller, _own: bool) -> httpx.Response:
    path = f"/v1/accounts/{world.foreign_account}"
    owner = _owner(world, path)
    email = caller.api.get("/v1/me")["person"]["email"] if caller.person_id else _address(world)
    made(_invite(owner, path, email))
    answer = caller.api.post(
        "/v1/invitations/accept", {"code": invitation_code(world.sandbox, email)}
    )
    if answer.is_success:
        owner.delete(f"{path}/members/{caller.person_id}", "*").raise_for_status()
    return answer


def _joined(world: World, path: str) -> str:
    """Somebody who has become a member of an account, to be used up."""
    owner, email = _owner(world, path), _address(world)
    made(_invite(owner, path, email))
    answer = world.sandbox.call(
        "POST",
        "/v1/sandbox/invitations/accept",
        headers={"X-Sandbox-Token": world.sandbox.token, "Idempotency-Key": email},
        json={"code": invitation_code(world.sandbox, email), "name": "Throw-away"},
    )
    members = owner.get(f"{path}/members")["data"]
    assert answer.is_success, answer.text
    return str(next(one["person_id"] for one in members if one["email"] == email))


def _with_member(ask: Callable[[Api, str], httpx.Response]) -> Ask:
    def call(world: World, caller: Caller, own: bool) -> httpx.Response:
        path = _path(world, caller, own)
        one = f"{path}/members/{_joined(world, path)}"
        answer = ask(caller.api, one)
        _owner(world, path).delete(one, "*")
        return answer

    return call


def _join(world: World, caller: Caller, _own: bool) -> httpx.Response:
    path, email = f"/v1/accounts/{world.foreign_account}", _address(world)
    made(_invite(_owner(world, path), path, email))
    body = {"code": invitation_code(world.sandbox, email), "name": "Throw-away"}
    return caller.api.post("/v1/sandbox/invitations/accept", body)


def _change(world: World) -> dict[str, str]:
    return {"kind": "email", "value": _address(world)}


def _change_contact(world: World, caller: Caller, own: bool) -> httpx.Response:
    return caller.api.post(f"{_path(world, caller, own)}/contact-changes", _change(world))


def _list_contact_changes(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    _open_change(world, path, "a list")
    return caller.api.call("GET", f"{path}/contact-changes")


def _open_change(world: World, path: str, use: str) -> tuple[str, str]:
    """A change of an account's address that waits for its code: its id, and a wrong code.

    One for each use, since a newer change ends the one before, and few codes go out in an hour.
    """
    name = f"change of {path} for {use}"
    if name not in world.seen:
        changed = made(_owner(world, path).post(f"{path}/contact-changes", _change(world)))
        world.seen[name] = changed["id"]
        world.seen[f"{name}: code"] = wrong(code_to(world.sandbox, changed["value"]))
    return world.seen[name], world.seen[f"{name}: code"]


def _confirm_contact(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    change_id, code = _open_change(world, path, "a code")
    return caller.api.post(f"{path}/contact-changes/{change_id}/confirm", {"code": code})


def _change_own_contact(world: World, caller: Caller, _own: bool) -> httpx.Response:
    return caller.api.post("/v1/me/contact-changes", _change(world))


def _confirm_own_contact(world: World, caller: Caller, own: bool) -> httpx.Response:
    whose = caller.api if own else world.signed_in(world.stranger)
    name = f"own change of {caller.person_id if own else world.stranger}"
    if name not in world.seen:
        changed = made(whose.post("/v1/me/contact-changes", _change(world)))
        world.seen[name] = changed["id"]
        world.seen[f"{name}: code"] = wrong(code_to(world.sandbox, changed["value"]))
    code = {"code": world.seen[f"{name}: code"]}
    return caller.api.post(f"/v1/me/contact-changes/{world.seen[name]}/confirm", code)


def _prepared(api: Api, world: World, path: str) -> httpx.Response:
    person = _member(world, path)
    body = {"person_id": person, "checks": CHECKS, "email": _address(world)}
    return api.post(f"{path}/recoveries", body)


def _taken_back(world: World, path: str, recovery_id: str) -> None:
    world.staff.post(f"{path}/recoveries/{recovery_id}/withdraw", {"reason": "It was a try."})


def _prepare(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    answer = _prepared(caller.api, world, path)
    if answer.is_success:
        _taken_back(world, path, answer.json()["id"])
    return answer


def _with_recovery(act: str, body: Any = None) -> Ask:
    """An act on a recovery that the second administrator prepared."""

    def call(world: World, caller: Caller, own: bool) -> httpx.Response:
        path = _path(world, caller, own)
        recovery_id = made(_prepared(world.staff, world, path))["id"]
        answer = caller.api.post(f"{path}/recoveries/{recovery_id}/{act}", body)
        _taken_back(world, path, recovery_id)
        return answer

    return call


def _list_recoveries(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    _taken_back(world, path, made(_prepared(world.staff, world, path))["id"])
    return caller.api.call("GET", f"{path}/recoveries", params={"limit": 1})


def _list_notes(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    made(world.staff.post(f"{path}/notes", {"text": "A try."}))
    return caller.api.call("GET", f"{path}/notes", params={"limit": 1})


def _create_note(world: World, caller: Caller, own: bool) -> httpx.Response:
    return caller.api.post(f"{_path(world, caller, own)}/notes", {"text": "A try."})


def _strike(world: World, caller: Caller, own: bool) -> httpx.Response:
    """The note is by the caller where they can write one, for others strike none."""
    path = _path(world, caller, own)
    written = caller.api.post(f"{path}/notes", {"text": "A try."})
    note = (
        written.json()
        if written.is_success
        else made(world.staff.post(f"{path}/notes", {"text": "A try."}))
    )
    return caller.api.post(f"{path}/notes/{note['id']}/strike")


def _export(world: World, path: str) -> str:
    """An export that an owner of the account made."""
    name = f"export of {path}"
    if name not in world.seen:
        owner = _owner(world, path)
        exports = owner.get(f"{path}/exports", limit=1)["data"]
        if not exports:
            ended(owner, made(owner.post(f"{path}/exports"))["id"])
            exports = owner.get(f"{path}/exports", limit=1)["data"]
        world.seen[name] = exports[0]["id"]
    return world.seen[name]


def _list_exports(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    _export(world, path)
    return caller.api.call("GET", f"{path}/exports", params={"limit": 1})


def _fetch_export(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = _path(world, caller, own)
    return caller.api.call("GET", f"{path}/exports/{_export(world, path)}")


def _start_export(world: World, caller: Caller, own: bool) -> httpx.Response:
    answer = caller.api.post(f"{_path(world, caller, own)}/exports")
    if answer.is_success:
        ended(caller.api, answer.json()["id"])
    return answer


def _leak(path: str) -> Ask:
    def call(_world: World, caller: Caller, _own: bool) -> httpx.Response:
        hashed = hashlib.sha256(secret.new_secret().encode()).hexdigest()
        answer = caller.api.post(path, {"hashes": [hashed]})
        return httpx.Response(answer.status_code) if answer.is_success else answer

    return call


def _written(world: World) -> str:
    """A message that went out."""
    if "message" not in world.seen:
        path, email = f"/v1/accounts/{world.foreign_account}", _address(world)
        made(_invite(_owner(world, path), path, email))
        world.seen["message"] = messages(world.sandbox, email)[0]["id"]
    return world.seen["message"]


def _list_outbox(world: World, caller: Caller, _own: bool) -> httpx.Response:
    _written(world)
    return caller.api.call("GET", "/v1/sandbox/outbox", params={"limit": 1})


def _message(world: World, caller: Caller, _own: bool) -> httpx.Response:
    return caller.api.call("GET", f"/v1/sandbox/outbox/{_written(world)}")


ACCOUNT_CALLS: dict[str, Ask] = {
    "search_accounts": _search,
    "suspend_account": _suspend,
    "reinstate_account": _reinstate,
    "list_members": _reading("members"),
    "update_member": _with_member(lambda api, path: api.patch(path, {"role": "owner"}, "*")),
    "remove_member": _with_member(lambda api, path: api.delete(path, "*")),
    "list_invitations": _list_invitations,
    "create_invitation": _create_invitation,
    "withdraw_invitation": _withdraw_invitation,
    "accept_invitation": _accept_invitation,
    "join_by_invitation": _join,
    "list_contact_changes": _list_contact_changes,
    "change_contact": _change_contact,
    "confirm_contact": _confirm_contact,
    "change_own_contact": _change_own_contact,
    "confirm_own_contact": _confirm_own_contact,
    "list_recoveries": _list_recoveries,
    "prepare_recovery": _prepare,
    "approve_recovery": _with_recovery("approve"),
    "refuse_recovery": _with_recovery("refuse", {"reason": "It was a try."}),
    "withdraw_recovery": _with_recovery("withdraw", {"reason": "It was a try."}),
    "send_recovery_code": _with_recovery("send-code"),
    "complete_recovery": _with_recovery("complete", {"code": "123456"}),
    "get_account_policy": lambda world, caller, own: caller.api.call(
        "GET", f"{_path(world, caller, own)}/policy"
    ),
    "list_recipients": _reading("recipients"),
    "list_events": _reading("events"),
    "list_notes": _list_notes,
    "create_note": _create_note,
    "strike_note": _strike,
    "list_exports": _list_exports,
    "start_export": _start_export,
    "fetch_export": _fetch_export,
    "look_up_leaked_keys": _leak("/v1/keys/lookup"),
    "revoke_leaked_keys": _leak("/v1/keys/leaked"),
    "list_outbox": _list_outbox,
    "get_outbox_message": _message,
}
"""As `scope_calls.CALLS`."""
