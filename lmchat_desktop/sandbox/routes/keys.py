"""API keys of accounts. A secret is answered once and kept as a hash."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection, func, insert, or_, select, update
from starlette.responses import Response

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.keys import (
    ApiKey,
    KeyCreate,
    KeyCreated,
    KeyRevoke,
    KeyState,
    KeyUpdate,
)
from lmchat_desktop.contract.queries import KeysQuery
from lmchat_desktop.domain import apikeys
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.identifiers import hash_secret
from lmchat_desktop.sandbox.problems import ApiProblem, invalid
from lmchat_desktop.sandbox.routes.answers import answer, entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_keys")
def list_keys(call: Caller, query: Annotated[KeysQuery, Query()]) -> Response:
    """Keys that the caller may see."""
    wanted = None if query.account_id is None else tables.keys.c.account_id == query.account_id
    return entity_page(call, "key", query, wanted)


@serve(router, "get_key")
def get_key(call: Caller, key_id: str) -> Response:
    """One key."""
    with call.view() as view:
        key = one(view.connection, view.sight, "key", key_id, view.now)
    assert isinstance(key, ApiKey)
    return answer(key, ETag=key.etag)


@serve(router, "create_key")
def create_key(call: Caller, body: KeyCreate) -> Response:
    """A new key of an account."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        account = one(unit.connection, sight, "account", body.account_id, unit.now)
        assert isinstance(account, Account)
        need(unit, Scope.KEYS_WRITE, account.id)
        _check_wishes(unit, body.models, body)
        _check_room(unit, account)
        secret, key_id = apikeys.new_secret(), new_id("key")
        unit.connection.execute(
            insert(tables.keys).values(
                id=key_id,
                number=_next_number(unit.connection),
                account_id=account.id,
                name=body.name,
                hint=apikeys.hint(secret),
                secret_hash=hash_secret(secret),
                models=_models(body.models),
                monthly_limit_nanos=body.monthly_limit_nanos,
                created_ms=to_ms(unit.now),
                created_by=unit.principal.person_id,
                expires_ms=None if body.expires_at is None else to_ms(body.expires_at),
            )
        )
        unit.audit("key.create", "key", key_id, account.id)
        unit.changed("key", key_id, account_id=account.id)
        key = _key(unit, sight, key_id)
        headers = {"Location": f"/v1/keys/{key_id}", "ETag": key.etag}
        return Reply(201, KeyCreated(key=key, secret=secret), headers, secret=True)

    return call.act(work)


@serve(router, "update_key")
def update_key(call: Caller, key_id: str, body: KeyUpdate) -> Response:
    """Change a key."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _key(unit, sight, key_id)
        need(unit, Scope.KEYS_WRITE, before.account_id)
        call.if_match(before.etag)
        if before.state is KeyState.REVOKED:
            raise ApiProblem(409, ProblemKind.CONFLICT, "A revoked key cannot be changed.")
        changes = body.model_dump(exclude_unset=True)
        if "name" in changes and changes["name"] is None:
            raise invalid("/name", "it cannot be removed")
        _check_wishes(unit, changes.get("models"), body)
        if any(getattr(before, name) != value for name, value in changes.items()):
            _store(unit, key_id, changes)
            unit.audit("key.update", "key", key_id, before.account_id)
            unit.changed("key", key_id, account_id=before.account_id)
        after = _key(unit, sight, key_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


@serve(router, "revoke_key")
def revoke_key(call: Caller, key_id: str, body: KeyRevoke) -> Response:
    """End a key for good."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _key(unit, sight, key_id)
        need(unit, Scope.KEYS_WRITE, before.account_id)
        if before.state is not KeyState.REVOKED:
            keys = tables.keys
            unit.connection.execute(
                update(keys)
                .where(keys.c.id == key_id)
                .values(revoked_ms=to_ms(unit.now), version=keys.c.version + 1)
            )
            unit.audit("key.revoke", "key", key_id, before.account_id, body.reason)
            unit.changed("key", key_id, account_id=before.account_id)
        after = _key(unit, sight, key_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


def _key(unit: Unit, sight: Visibility, key_id: str) -> ApiKey:
    key = one(unit.connection, sight, "key", key_id, unit.now)
    assert isinstance(key, ApiKey)
    return key


def _check_wishes(unit: Unit, models: Sequence[str] | None, body: KeyCreate | KeyUpdate) -> None:
    if body.expires_at is not None and body.expires_at <= unit.now:
        raise invalid("/expires_at", "it lies in the past")
    if models is None:
        return
    known = set(unit.connection.scalars(select(tables.models.c.id)))
    for place, model in enumerate(models):
        if model not in known:
            raise invalid(f"/models/{place}", "there is no such model")


def _check_room(unit: Unit, account: Account) -> None:
    if account.state is not AccountState.ACTIVE:
        raise ApiProblem(409, ProblemKind.CONFLICT, "The account is suspended.")
    keys = tables.keys.c
    limit = unit.connection.scalar(
        select(tables.plans.c.key_limit).where(tables.plans.c.id == account.plan_id)
    )
    usable = unit.connection.scalar(
        select(func.count())
        .select_from(tables.keys)
        .where(
            keys.account_id == account.id,
            keys.revoked_ms.is_(None),
            or_(keys.expires_ms.is_(None), keys.expires_ms > to_ms(unit.now)),
        )
    )
    if limit is not None and usable is not None and usable >= limit:
        raise ApiProblem(
            409, ProblemKind.CONFLICT, f"The account's plan allows {limit} keys at a time."
        )


def _next_number(connection: Connection) -> int:
    return int(connection.scalar(select(func.max(tables.keys.c.number))) or 0) + 1


def _store(unit: Unit, key_id: str, changes: dict[str, Any]) -> None:
    values = dict(changes)
    if "models" in values:
        values["models"] = _models(values["models"])
    if "expires_at" in values:
        until = values.pop("expires_at")
        values["expires_ms"] = None if until is None else to_ms(until)
    keys = tables.keys
    unit.connection.execute(
        update(keys).where(keys.c.id == key_id).values(version=keys.c.version + 1, **values)
    )


def _models(models: Sequence[str] | None) -> str | None:
    return None if models is None else json.dumps(list(models))
