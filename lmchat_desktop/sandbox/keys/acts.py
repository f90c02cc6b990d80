"""Acts on one key, within a unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.keys import ApiKey, KeyCreate, KeyState
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.keys import rotation
from lmchat_desktop.domain.keys.rotation import Life, NotPossible
from lmchat_desktop.domain.keys.secret import hint
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import need
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.keys import budgets, secrets
from lmchat_desktop.sandbox.keys.wishes import columns_of
from lmchat_desktop.sandbox.problems import ApiProblem, invalid
from lmchat_desktop.sandbox.routes.answers import one
from lmchat_desktop.sandbox.uow import Unit
from lmchat_desktop.sandbox.visibility import Visibility

_NO_BUDGET: Mapping[str, Any] = {"budget_nanos": None, "budget_period": None}


def key_for(unit: Unit, sight: Visibility, key_id: str) -> ApiKey:
    """A key that the actor may change.

    Raises:
        ApiProblem: 404 where it is not there for them, 403 where they may not change it.
    """
    key = found(unit, sight, key_id)
    need(unit, Scope.KEYS_WRITE, key.account_id)
    return key


def found(unit: Unit, sight: Visibility, key_id: str) -> ApiKey:
    """A key that the actor may see.

    Raises:
        ApiProblem: 404.
    """
    key = one(unit.connection, sight, "key", key_id, unit.now)
    assert isinstance(key, ApiKey)
    return key


def create(unit: Unit, sight: Visibility, wanted: KeyCreate) -> tuple[str, str]:
    """A new key of an account; answers its id and its secret.

    Raises:
        ApiProblem: it may not be made, or not so.
    """
    account = one(unit.connection, sight, "account", wanted.account_id, unit.now)
    assert isinstance(account, Account)
    need(unit, Scope.KEYS_WRITE, account.id)
    wishes = wanted.model_dump(exclude={"account_id"})
    values = columns_of(unit.connection, wishes, _NO_BUDGET, unit.now)
    _check_served(account)
    _check_room(unit, account.id)
    key_id = new_id("key")
    secret = secrets.make(unit.connection, key_id, unit.now)
    number = int(unit.connection.scalar(select(func.max(tables.keys.c.number))) or 0) + 1
    unit.connection.execute(
        insert(tables.keys).values(
            id=key_id,
            number=number,
            account_id=account.id,
            hint=hint(secret),
            created_ms=to_ms(unit.now),
            created_by=unit.principal.person_id,
            **values,
        )
    )
    budgets.note_spending(unit.connection, [number], unit.now)
    _tell(unit, "key.create", key_id, account.id)
    return key_id, secret


def change(unit: Unit, key: ApiKey, wanted: Mapping[str, Any]) -> bool:
    """Change fields of a key; answers whether any was another.

    Raises:
        ApiProblem: it is revoked, or it cannot be so.
    """
    if key.state is KeyState.REVOKED:
        raise ApiProblem(409, ProblemKind.CONFLICT, "A revoked key cannot be changed.")
    before = key.model_dump()
    others = {name: value for name, value in wanted.items() if before[name] != value}
    if not others:
        return False
    values = columns_of(unit.connection, others, before, unit.now)
    if key.state is KeyState.EXPIRED and "expires_ms" in values:
        _check_room(unit, key.account_id)
    _store(unit, key.id, values)
    if values.keys() & {"budget_nanos", "budget_period"}:
        number = unit.connection.scalar(
            select(tables.keys.c.number).where(tables.keys.c.id == key.id)
        )
        budgets.note_spending(unit.connection, [int(number or 0)], unit.now)
    _tell(unit, "key.update", key.id, key.account_id)
    return True


def revoke(unit: Unit, key: ApiKey, reason: str) -> bool:
    """End a key and all its secrets for good; answers whether it was not so already."""
    if key.state is KeyState.REVOKED:
        return False
    secrets.end_all(unit.connection, key.id, unit.now)
    values: dict[str, Any] = {"revoked_ms": to_ms(unit.now)}
    if key.old_ends_at is not None:
        values["old_ends_ms"] = to_ms(unit.now)
    _store(unit, key.id, values)
    _tell(unit, "key.revoke", key.id, key.account_id, reason)
    return True


def rotate(unit: Unit, sight: Visibility, key: ApiKey, overlap: timedelta) -> str:
    """Give a key a new secret, which is answered; the present one works on for the overlap.

    Raises:
        ApiProblem: 409, it cannot be rotated now.
    """
    account = one(unit.connection, sight, "account", key.account_id, unit.now)
    assert isinstance(account, Account)
    _check_served(account)
    try:
        life = rotation.rotated(_life(key), overlap, unit.now)
    except NotPossible as refused:
        raise ApiProblem(409, ProblemKind.CONFLICT, refused.message) from None
    assert life.old_ends_at is not None
    secrets.end_present(unit.connection, key.id, life.old_ends_at)
    secret = secrets.make(unit.connection, key.id, unit.now)
    _store(
        unit,
        key.id,
        {
            "hint": hint(secret),
            "rotated_ms": to_ms(unit.now),
            "old_hint": key.hint,
            "old_ends_ms": to_ms(life.old_ends_at),
        },
    )
    _tell(unit, "key.rotate", key.id, key.account_id)
    return secret


def move_rotation(unit: Unit, key: ApiKey, ends_at: datetime) -> None:
    """End an overlap at another instant.

    Raises:
        ApiProblem: 409 where there is none, 422 where the instant is too late.
    """
    life = _life(key)
    try:
        rotation.check_overlap(life, unit.now)
    except NotPossible as refused:
        raise ApiProblem(409, ProblemKind.CONFLICT, refused.message) from None
    try:
        moved_to = rotation.moved(life, ends_at, unit.now).old_ends_at
    except NotPossible as refused:
        raise invalid("/old_ends_at", refused.message) from None
    assert moved_to is not None
    if moved_to == life.old_ends_at:
        return
    secrets.move_old(unit.connection, key.id, moved_to, unit.now)
    _store(unit, key.id, {"old_ends_ms": to_ms(moved_to)})
    _tell(unit, "key.rotation-move", key.id, key.account_id)


def undo_rotation(unit: Unit, key: ApiKey) -> None:
    """Go back to the secret before.

    Raises:
        ApiProblem: 409, it does not work any more.
    """
    try:
        rotation.check_overlap(_life(key), unit.now)
    except NotPossible as refused:
        raise ApiProblem(409, ProblemKind.CONFLICT, refused.message) from None
    old = secrets.restore_old(unit.connection, key.id, unit.now)
    first = old.made_ms <= to_ms(key.created_at)
    _store(
        unit,
        key.id,
        {
            "hint": old.hint,
            "rotated_ms": None if first else old.made_ms,
            "old_hint": None,
            "old_ends_ms": None,
        },
    )
    _tell(unit, "key.rotation-undo", key.id, key.account_id)


def _life(key: ApiKey) -> Life:
    return Life(key.expires_at, key.revoked_at, key.rotated_at, key.old_ends_at)


def _store(unit: Unit, key_id: str, values: Mapping[str, Any]) -> None:
    keys = tables.keys
    unit.connection.execute(
        update(keys).where(keys.c.id == key_id).values(version=keys.c.version + 1, **values)
    )


def _tell(unit: Unit, action: str, key_id: str, account_id: str, reason: str = "") -> None:
    unit.audit(action, "key", key_id, account_id, reason)
    unit.changed("key", key_id, account_id=account_id)


def _check_served(account: Account) -> None:
    """No secret is handed out for an account whose keys are refused."""
    if account.state is not AccountState.ACTIVE:
        raise ApiProblem(409, ProblemKind.CONFLICT, "The account is suspended.")


def _check_room(unit: Unit, account_id: str) -> None:
    """Refuse a further usable key where the account's plan has no room for it."""
    keys, accounts, plans = tables.keys.c, tables.accounts.c, tables.plans.c
    limit = unit.connection.scalar(
        select(plans.key_limit)
        .join(tables.accounts, accounts.plan_id == plans.id)
        .where(accounts.id == account_id)
    )
    usable = unit.connection.scalar(
        select(func.count())
        .select_from(tables.keys)
        .where(
            keys.account_id == account_id,
            keys.revoked_ms.is_(None),
            or_(keys.expires_ms.is_(None), keys.expires_ms > to_ms(unit.now)),
        )
    )
    if limit is not None and usable is not None and usable >= limit:
        raise ApiProblem(
            409, ProblemKind.CONFLICT, f"The account's plan allows {limit} keys at a time."
        )
