"""A valid call of every operation, on the caller's own thing or on somebody else's.

What an act would use up is made anew for each call, by a second administrator.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from lmchat_desktop.contract.operation import Operation, Trait
from tests.integration.sandbox.api import Api, ended
from tests.support.sandbox import RunningSandbox

WHY = {"reason": "To see whether it is allowed."}
ALWAYS = {"start": "2020-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}
REDIRECT = "http://127.0.0.1:49152/callback"


@dataclass
class Caller:
    """Somebody of one column of the table; nobody has no token.

    Attributes:
        account_id: their own account, where they have one.
    """

    role: str
    api: Api
    person_id: str = ""
    account_id: str | None = None


@dataclass
class World:
    """What the calls are about.

    Attributes:
        staff: a second administrator, who makes what is used up.
        foreign_account: one that no caller is a member of.
        stranger: somebody who is no caller.
    """

    sandbox: RunningSandbox
    staff: Api
    foreign_account: str
    stranger: str
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    seen: dict[str, str] = field(default_factory=dict)

    def account(self, caller: Caller, own: bool) -> str:
        """The account that a call is about."""
        if not own:
            return self.foreign_account
        assert caller.account_id is not None, f"{caller.role} has no account of their own: use -"
        return caller.account_id

    def person(self, caller: Caller, own: bool) -> str:
        """The person that a call is about."""
        return caller.person_id if own else self.stranger

    def session(self, person_id: str) -> dict[str, Any]:
        """Tokens of a further session of a person."""
        headers = {"X-Sandbox-Token": self.sandbox.token}
        body = {"person_id": person_id}
        answer = self.sandbox.call("POST", "/v1/sandbox/sign-in", headers=headers, json=body)
        return dict(answer.raise_for_status().json())

    def signed_in(self, person_id: str) -> Api:
        """A further session of a person."""
        return Api(self.sandbox, self.session(person_id)["access_token"])

    def first(self, path: str, **filters: Any) -> str:
        """The id of the first entry of a list, as the second administrator sees it."""
        name = f"{path} {filters}"
        if name not in self.seen:
            self.seen[name] = self.staff.get(path, **filters)["data"][0]["id"]
        return self.seen[name]

    def key(self, account_id: str) -> str:
        """A key of an account, to be used up."""
        body = {"account_id": account_id, "name": f"throw-away {next(self.numbers)}"}
        return str(made(self.staff.post("/v1/keys", body))["key"]["id"])

    def operator(self, role: str) -> str:
        """Somebody with one role as an operator, to be used up."""
        number = next(self.numbers)
        email = f"throw-away-{number}@lmchat.example"
        body = {"name": f"Throw-away {number}", "email": email, "roles": [role], **WHY}
        person_id = str(made(self.staff.post("/v1/operators", body))["id"])
        waits = self.staff.get("/v1/grants", person_id=person_id, state="pending")["data"]
        if waits:
            legal = self.signed_in(self.sandbox.person("legal")["person"]["id"])
            made(legal.post(f"/v1/grants/{waits[0]['id']}/approve", WHY))
        return person_id

    def grant(self, person_id: str) -> str:
        """Roles that wait for a second person, and that the second administrator asked for."""
        operator = self.staff.get(f"/v1/operators/{person_id}")
        more = {"legal", "admin"} - set(operator["roles"])
        body = {"roles": sorted(more | set(operator["roles"])), **WHY}
        made(self.staff.patch(f"/v1/operators/{person_id}", body, "*"))
        waits = self.staff.get("/v1/grants", person_id=person_id, state="pending")["data"]
        return str(waits[0]["id"])


def made(answer: httpx.Response) -> Any:
    """What a preparation answers; it has to succeed."""
    assert answer.is_success, answer.text
    return answer.json()


Ask = Callable[[World, Caller, bool], httpx.Response]


def plain(operation: Operation) -> Ask:
    """The call of an operation that needs nothing, or a page."""
    params = {"limit": 1} if operation.has(Trait.PAGED) else {}

    def ask(_world: World, caller: Caller, _own: bool) -> httpx.Response:
        return caller.api.call(operation.method, operation.path, params=params)

    return ask


def _get(path: Callable[[World, Caller, bool], str], **params: Any) -> Ask:
    return lambda world, caller, own: caller.api.call(
        "GET", path(world, caller, own), params=params
    )


def _post(
    path: Callable[[World, Caller, bool], str],
    body: Callable[[World, Caller, bool], Any] = lambda _world, _caller, _own: None,
) -> Ask:
    return lambda world, caller, own: caller.api.post(
        path(world, caller, own), body(world, caller, own)
    )


def _in_account(path: str, name: str = "account_id", **params: Any) -> Ask:
    def ask(world: World, caller: Caller, own: bool) -> httpx.Response:
        asked = {name: world.account(caller, own), **params}
        return caller.api.call("GET", path, params=asked)

    return ask


def _in_service(path: str, **params: Any) -> Ask:
    return lambda _world, caller, _own: caller.api.call(
        "GET", path, params={"scope": "service", **params}
    )


def _slice(world: World) -> str:
    return f"/v1/usage/slices/{world.first('/v1/usage/slices')}"


def _authorization(verifier: str) -> dict[str, str]:
    digest = hashlib.sha256(verifier.encode()).digest()
    return {
        "response_type": "code",
        "client_id": "lmchat-desktop",
        "redirect_uri": REDIRECT,
        "state": "state",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }


def _choose(world: World, caller: Caller, _own: bool, verifier: str = "v" * 50) -> httpx.Response:
    form = _authorization(verifier) | {"person_id": world.stranger}
    return caller.api.call("POST", "/oauth/authorize", data=form)


def _exchange(world: World, caller: Caller, own: bool) -> httpx.Response:
    verifier = secrets.token_urlsafe(40)
    back = urlsplit(_choose(world, caller, own, verifier).headers["Location"])
    form = {
        "grant_type": "authorization_code",
        "client_id": "lmchat-desktop",
        "code": parse_qs(back.query)["code"][0],
        "code_verifier": verifier,
        "redirect_uri": REDIRECT,
    }
    return caller.api.call("POST", "/oauth/token", data=form)


def _token(world: World, caller: Caller, own: bool) -> str:
    whose = caller.api if own else world.staff
    return str(made(whose.post("/v1/tokens", {"name": "throw-away"}))["token"]["id"])


def _list_tokens(world: World, caller: Caller, _own: bool) -> httpx.Response:
    if caller.api.token is not None:
        _token(world, caller, True)
    return caller.api.call("GET", "/v1/tokens", params={"limit": 1})


def _device(world: World, caller: Caller, own: bool) -> str:
    session = world.signed_in(world.person(caller, own))
    return f"/v1/devices/{session.get('/v1/me')['device']['id']}"


def _list_devices(world: World, caller: Caller, own: bool) -> httpx.Response:
    person_id = world.person(caller, own)
    world.session(person_id)
    return caller.api.call("GET", "/v1/devices", params={"person_id": person_id, "limit": 1})


def _update_account(world: World, caller: Caller, own: bool) -> httpx.Response:
    path = f"/v1/accounts/{world.account(caller, own)}"
    return caller.api.patch(path, {"name": world.staff.get(path)["name"]}, "*")


def _list_accounts(world: World, caller: Caller, own: bool) -> httpx.Response:
    params = {"search": world.account(caller, own), "limit": 1}
    return caller.api.call("GET", "/v1/accounts", params=params)


def _create_key(world: World, caller: Caller, own: bool) -> httpx.Response:
    body = {"account_id": world.account(caller, own), "name": f"by {caller.role}"}
    answer = caller.api.post("/v1/keys", body)
    if answer.is_success:
        made(world.staff.post(f"/v1/keys/{answer.json()['key']['id']}/revoke", {}))
    return answer


def _with_key(ask: Callable[[Api, str], httpx.Response]) -> Ask:
    def call(world: World, caller: Caller, own: bool) -> httpx.Response:
        path = f"/v1/keys/{world.key(world.account(caller, own))}"
        answer = ask(caller.api, path)
        # A plan has room for few keys.
        made(world.staff.post(f"{path}/revoke", {}))
        return answer

    return call


def _rotated(ask: Callable[[Api, str], httpx.Response]) -> Ask:
    """A call on a key whose secret before still works."""

    def call(world: World, caller: Caller, own: bool) -> httpx.Response:
        path = f"/v1/keys/{world.key(world.account(caller, own))}"
        made(world.staff.post(f"{path}/rotate", {"overlap_s": 3600}))
        answer = ask(caller.api, path)
        made(world.staff.post(f"{path}/revoke", {}))
        return answer

    return call


OUTCOMES = {"done": 202, "refused": 403, "missing": 404}


def _act_on_keys(world: World, caller: Caller, own: bool) -> httpx.Response:
    """What became of the key: of an act on many, each has an outcome of its own."""
    key_id = world.key(world.account(caller, own))
    answer = caller.api.post("/v1/keys/bulk", {"act": "revoke", "key_ids": [key_id]})
    if answer.is_success:
        job = ended(caller.api, answer.json()["id"])
        return httpx.Response(OUTCOMES[job["result"]["keys"][0]["outcome"]], json={})
    made(world.staff.post(f"/v1/keys/{key_id}/revoke", {}))
    return answer


def _standings(world: World, caller: Caller, own: bool) -> httpx.Response:
    key_id = world.first("/v1/keys", account_id=world.account(caller, own))
    return caller.api.call("GET", "/v1/keys/standings", params={"ids": key_id})


def _suggestion_counts(world: World, caller: Caller, own: bool) -> httpx.Response:
    params = {"account_id": world.account(caller, own)}
    answer = caller.api.call("GET", "/v1/keys/suggestions/counts", params=params)
    if answer.is_success and not any(answer.json()["counts"].values()):
        return httpx.Response(200, json={"data": []})
    return answer


def _log_size(world: World) -> int:
    return int(world.staff.get("/v1/audit", limit=1)["data"][0]["seq"]) + 1


def _consistency(world: World, caller: Caller, _own: bool) -> httpx.Response:
    params = {"first": 1, "second": _log_size(world)}
    return caller.api.call("GET", "/v1/audit/consistency", params=params)


def _inclusion(world: World, caller: Caller, _own: bool) -> httpx.Response:
    params = {"size": _log_size(world)}
    return caller.api.call("GET", "/v1/audit/0/proof", params=params)


def _invitation(world: World, _caller: Caller, _own: bool) -> Any:
    email = f"throw-away-{next(world.numbers)}@lmchat.example"
    return {"name": "Throw-away", "email": email, "roles": ["support"], **WHY}


def _set_roles(more: bool) -> Ask:
    def ask(world: World, caller: Caller, own: bool) -> httpx.Response:
        person_id = caller.person_id if own else world.operator("support")
        held = set(world.staff.get(f"/v1/operators/{person_id}")["roles"])
        other = {"legal"} - held or {"admin"}
        # To hold on to what one has is no more than one has, and takes nothing from the caller.
        roles = held | other if more else held if own else set()
        return caller.api.patch(f"/v1/operators/{person_id}", {"roles": sorted(roles), **WHY}, "*")

    return ask


def _remove_operator(world: World, caller: Caller, own: bool) -> httpx.Response:
    if own:
        leaving = world.operator(caller.role)
        return world.signed_in(leaving).post(f"/v1/operators/{leaving}/remove", WHY)
    return caller.api.post(f"/v1/operators/{world.operator('support')}/remove", WHY)


def _grants(world: World, caller: Caller, own: bool) -> str:
    return world.grant(caller.person_id if own else world.operator("support"))


def _list_grants(world: World, caller: Caller, own: bool) -> httpx.Response:
    person_id = caller.person_id if own else world.operator("support")
    world.grant(person_id)
    return caller.api.call("GET", "/v1/grants", params={"person_id": person_id, "limit": 1})


def _decide(how: str) -> Ask:
    return _post(
        lambda world, caller, own: f"/v1/grants/{_grants(world, caller, own)}/{how}",
        lambda _world, _caller, _own: WHY,
    )


def _begin_job(api: Api) -> httpx.Response:
    """A job that does nothing: whoever may change keys may begin it."""
    return api.post("/v1/keys/bulk", {"act": "revoke", "key_ids": ["key_none"]})


def _job(world: World, caller: Caller, own: bool) -> str:
    name = f"job of {caller.person_id if own else 'the second administrator'}"
    if name not in world.seen:
        world.seen[name] = made(_begin_job(caller.api if own else world.staff))["id"]
    return f"/v1/jobs/{world.seen[name]}"


def _list_jobs(_world: World, caller: Caller, _own: bool) -> httpx.Response:
    if caller.api.token is not None:
        _begin_job(caller.api)
    return caller.api.call("GET", "/v1/jobs", params={"limit": 1})


def _used_key(world: World, caller: Caller, own: bool) -> str:
    account_id = world.account(caller, own)
    (latest,) = world.staff.get("/v1/requests", account_id=account_id, limit=1)["data"]
    return f"/v1/keys/{latest['key_id']}/use"


def _order(world: World, caller: Caller, _own: bool) -> httpx.Response:
    (latest,) = world.staff.get("/v1/requests", limit=1)["data"]
    body = {"count": 1, "started_at": latest["started_at"]}
    return caller.api.call("POST", "/v1/sandbox/traffic", json=body)


CALLS: dict[str, Ask] = {
    "authorize": _get(lambda *_: "/oauth/authorize", **_authorization("v" * 50)),
    "choose_person": _choose,
    "exchange_token": _exchange,
    "list_tokens": _list_tokens,
    "create_token": _post(lambda *_: "/v1/tokens", lambda *_: {"name": "throw-away"}),
    "revoke_token": _post(lambda *given: f"/v1/tokens/{_token(*given)}/revoke"),
    "list_devices": _list_devices,
    "register_device": _post(
        lambda *_: "/v1/devices",
        lambda *_: {"name": "throw-away", "platform": "", "app_version": ""},
    ),
    "get_device": _get(_device),
    "revoke_device": _post(lambda *given: f"{_device(*given)}/revoke", lambda *_: WHY),
    "list_accounts": _list_accounts,
    "get_account": _get(lambda world, *given: f"/v1/accounts/{world.account(*given)}"),
    "update_account": _update_account,
    "list_keys": _in_account("/v1/keys", limit=1),
    "create_key": _create_key,
    "get_key": _with_key(lambda api, path: api.call("GET", path)),
    "update_key": _with_key(lambda api, path: api.patch(path, {"name": "renamed"}, "*")),
    "revoke_key": _with_key(lambda api, path: api.post(f"{path}/revoke", {})),
    "rotate_key": _with_key(lambda api, path: api.post(f"{path}/rotate", {"overlap_s": 60})),
    "move_rotation": _rotated(
        lambda api, path: api.post(f"{path}/rotation/move", {"old_ends_at": "2020-01-01T00:00:00Z"})
    ),
    "undo_rotation": _rotated(lambda api, path: api.post(f"{path}/rotation/undo")),
    "act_on_keys": _act_on_keys,
    "get_key_use": _get(_used_key, hours=720),
    "list_standings": _standings,
    "list_suggestions": _in_account("/v1/keys/suggestions", limit=1),
    "count_suggestions": _suggestion_counts,
    "get_audit_consistency": _consistency,
    "get_audit_proof": _inclusion,
    "get_operator": _get(
        lambda world, caller, own: (
            f"/v1/operators/{caller.person_id if own else world.operator('support')}"
        )
    ),
    "invite_operator": _post(lambda *_: "/v1/operators", _invitation),
    "set_operator_roles more": _set_roles(more=True),
    "set_operator_roles less": _set_roles(more=False),
    "remove_operator": _remove_operator,
    "list_grants": _list_grants,
    "approve_grant": _decide("approve"),
    "reject_grant": _decide("reject"),
    "withdraw_grant": _decide("withdraw"),
    "list_slices service": _in_service("/v1/usage/slices"),
    "list_slices account": _in_account("/v1/usage/slices", "scope"),
    "get_slice service": lambda world, caller, own: _in_service(_slice(world))(world, caller, own),
    "get_slice account": lambda world, caller, own: _in_account(_slice(world), "scope")(
        world, caller, own
    ),
    "list_top service": _in_service("/v1/usage/top", by="account", limit=1, **ALWAYS),
    "list_top account": _in_account("/v1/usage/top", "scope", by="account", limit=1, **ALWAYS),
    "list_top keys": _in_account("/v1/usage/top", "scope", by="key", limit=1, **ALWAYS),
    "list_requests": _in_account("/v1/requests", limit=1),
    "get_request": _get(
        lambda world, *given: (
            f"/v1/requests/{world.first('/v1/requests', account_id=world.account(*given))}"
        )
    ),
    "list_jobs": _list_jobs,
    "get_job": _get(_job),
    "cancel_job": _post(lambda *given: f"{_job(*given)}/cancel"),
    "sign_in_as": lambda world, caller, _own: caller.api.call(
        "POST", "/v1/sandbox/sign-in", json={"person_id": world.stranger}
    ),
    "move_clock": lambda _world, caller, _own: caller.api.call(
        "POST", "/v1/sandbox/clock", json={"advance_s": 0}
    ),
    "order_traffic": _order,
    "start_recount": _post(lambda *_: "/v1/usage/recounts"),
}
"""By rows of the table. What needs nothing but its path, or is a whole list, needs no entry."""
