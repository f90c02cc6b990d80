"""Who asks, from where, and whether they are let through."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select
from starlette.requests import Request

from lmchat_desktop.contract.accounts import AccountState
from lmchat_desktop.domain.keys.admission import Refusal, Standing, refusal_of, refusal_of_key
from lmchat_desktop.domain.keys.networks import Address, read_address
from lmchat_desktop.domain.keys.terms import UsedSecret
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import SANDBOX_TOKEN
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import upsert
from lmchat_desktop.sandbox.entities import life_of, listed
from lmchat_desktop.sandbox.identifiers import hash_secret
from lmchat_desktop.sandbox.inference.wire import Refused
from lmchat_desktop.sandbox.keys import budgets

CLIENT_ADDRESS = "X-Sandbox-Client-Address"
"""The address to be taken for the caller's; only beside the sandbox's own token."""

MOST_FOREIGN = 100
"""Of so many foreign addresses of a key is noted that they tried."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A key that was shown and is known.

    Attributes:
        key: its row, with `account_no`, `account_state` and the plan's `plan_per_minute`.
        secret: which of its secrets was shown; None for one that was replaced earlier.
        address: where it came from.
    """

    key: Row[Any]
    secret: UsedSecret | None
    address: Address

    def standing(self, spent_nanos: int) -> Standing:
        """What decides whether it is let through."""
        return Standing(
            life=life_of(self.key),
            secret=self.secret,
            account_active=self.key.account_state == AccountState.ACTIVE,
            models=listed(self.key.models),
            networks=listed(self.key.addresses),
            budget_nanos=self.key.budget_nanos,
            spent_nanos=spent_nanos,
        )


def visitor_of(connection: Connection, request: Request, sandbox_token: str) -> Visitor:
    """Whose key a request shows.

    Raises:
        Refused: none, or none that is known.
    """
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not shown:
        raise Refused.because(Refusal.UNKNOWN)
    held = tables.key_secrets.c
    secret = connection.execute(
        select(tables.key_secrets).where(held.hash == hash_secret(shown))
    ).first()
    if secret is None:
        raise Refused.because(Refusal.UNKNOWN)
    keys, accounts, plans = tables.keys, tables.accounts, tables.plans
    key = connection.execute(
        select(
            keys,
            accounts.c.number.label("account_no"),
            accounts.c.state.label("account_state"),
            plans.c.requests_per_minute.label("plan_per_minute"),
        )
        .join(accounts, accounts.c.id == keys.c.account_id)
        .join(plans, plans.c.id == accounts.c.plan_id)
        .where(keys.c.id == secret.key_id)
    ).one()
    return Visitor(key, _which(key, secret), _address(request, sandbox_token))


def check(connection: Connection, visitor: Visitor, now: datetime, model: str | None) -> None:
    """Refuse what is not let through: all of it, where no model is named.

    Raises:
        Refused: why not.
    """
    if model is None:
        refusal = refusal_of_key(visitor.standing(0), now, visitor.address)
    else:
        _, spent = budgets.spent(connection, [visitor.key], now)[visitor.key.number]
        offered = set(connection.scalars(select(tables.models.c.id)))
        refusal = refusal_of(visitor.standing(spent), now, visitor.address, model, offered)
    if refusal is not None:
        raise Refused.because(refusal)


def note_foreign(connection: Connection, visitor: Visitor, now: datetime) -> None:
    """Note that a key was tried from outside its networks."""
    refusals = tables.key_refusals
    own = refusals.c.key_no == visitor.key.number
    address = str(visitor.address)
    before = connection.execute(select(refusals).where(own, refusals.c.address == address)).first()
    if before is None:
        count = connection.scalar(select(func.count()).select_from(refusals).where(own)) or 0
        if count >= MOST_FOREIGN:
            oldest = connection.execute(
                select(refusals).where(own).order_by(refusals.c.last_ms).limit(1)
            ).one()
            connection.execute(delete(refusals).where(own, refusals.c.address == oldest.address))
    upsert(
        connection,
        refusals,
        {
            "key_no": visitor.key.number,
            "address": address,
            "requests": 1 if before is None else before.requests + 1,
            "first_ms": to_ms(now) if before is None else before.first_ms,
            "last_ms": to_ms(now),
        },
    )


def _which(key: Row[Any], secret: Row[Any]) -> UsedSecret | None:
    if secret.ends_ms is None:
        return UsedSecret.PRESENT
    is_before = (
        key.rotated_ms is not None
        and secret.made_ms <= key.rotated_ms
        and secret.ends_ms == key.old_ends_ms
    )
    return UsedSecret.OLD if is_before else None


def _address(request: Request, sandbox_token: str) -> Address:
    """The connection's own address: what a caller says of it in headers is not believed."""
    told = request.headers.get(CLIENT_ADDRESS)
    shown = request.headers.get(SANDBOX_TOKEN, "")
    if told is not None and secrets.compare_digest(shown.encode(), sandbox_token.encode()):
        try:
            return read_address(told)
        except ValueError:
            raise Refused.invalid(f"{CLIENT_ADDRESS} is not an address.") from None
    return read_address("0.0.0.0" if request.client is None else request.client.host)
