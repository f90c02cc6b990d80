"""Who is calling: a bearer token becomes a principal, on a device that is not revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, and_, select, update

from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.domain.keys import secret as key_secret
from lmchat_desktop.domain.scopes import Principal, Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.identifiers import hash_secret
from lmchat_desktop.sandbox.problems import invalid, unauthenticated

LEASE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=10)
"""How exactly `last_seen_at` is kept: a call that follows sooner does not write."""


class TokenKind(StrEnum):
    """What a token is for."""

    ACCESS = "access"
    REFRESH = "refresh"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Session:
    """An authenticated call.

    Attributes:
        principal: the person and what they may do, as of this call.
        token_hash: names the token that was shown.
        seen_due: whether the device's `last_seen_at` is to be written.
    """

    principal: Principal
    token_hash: str
    seen_due: bool


def authenticate(
    connection: Connection,
    now: datetime,
    authorization: str | None,
    device_id: str | None,
    *,
    needs_device: bool = True,
) -> Session:
    """The session of a call's `Authorization` and `X-Device-Id` headers.

    Raises:
        ApiProblem: 401 where there is no session (any more) or its device is revoked, 422 where a
            personal token comes without a device.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthenticated("Sign in first.")
    if token.startswith(key_secret.PREFIX):
        raise unauthenticated("This is an inference key; the admin API does not accept it.")
    hashed = hash_secret(token)
    row = connection.execute(select(tables.tokens).where(tables.tokens.c.hash == hashed)).first()
    if row is None or row.kind == TokenKind.REFRESH:
        raise unauthenticated("This token is not known.")
    used_device = device_id if row.kind == TokenKind.PERSONAL else row.device_id
    seen_due = False
    if used_device is not None:
        seen_due = _check_device(connection, now, used_device, row.person_id)
    if row.revoked_ms is not None:
        raise unauthenticated("This session was ended. Sign in again.")
    if row.expires_ms is not None and row.expires_ms <= to_ms(now):
        raise unauthenticated("This token has expired.")
    if used_device is None and needs_device:
        raise invalid("/header/X-Device-Id", "a personal token needs a registered device")
    return Session(principal_of(connection, row.person_id, used_device), hashed, seen_due)


def principal_of(connection: Connection, person_id: str, device_id: str | None) -> Principal:
    """The person with all roles as they stand now.

    Raises:
        ApiProblem: 401, the person is not there any more.
    """
    access_version = connection.scalar(
        select(tables.persons.c.access_version).where(tables.persons.c.id == person_id)
    )
    if access_version is None:
        raise unauthenticated("This token is not known.")
    operators = connection.scalars(
        select(tables.operators.c.role).where(tables.operators.c.person_id == person_id)
    )
    members = connection.execute(
        select(tables.members.c.account_id, tables.members.c.role).where(
            tables.members.c.person_id == person_id
        )
    )
    return Principal(
        person_id=person_id,
        operator_roles=frozenset(Role(role) for role in operators),
        account_roles={row.account_id: Role(row.role) for row in members},
        device_id=device_id,
        access_version=access_version,
    )


def note_seen(connection: Connection, device_id: str, now: datetime) -> None:
    """The device was here: its lease begins anew."""
    connection.execute(
        update(tables.devices)
        .where(tables.devices.c.id == device_id)
        .values(last_seen_ms=to_ms(now), lease_until_ms=to_ms(now + LEASE))
    )


def _check_device(connection: Connection, now: datetime, device_id: str, person_id: str) -> bool:
    device = connection.execute(
        select(tables.devices.c.revoked_ms, tables.devices.c.last_seen_ms).where(
            and_(tables.devices.c.id == device_id, tables.devices.c.person_id == person_id)
        )
    ).first()
    if device is None:
        raise unauthenticated("This device is not registered.")
    if device.revoked_ms is not None:
        raise unauthenticated("This device was revoked.", ProblemKind.DEVICE_REVOKED)
    return bool(to_ms(now) - device.last_seen_ms >= SEEN_EVERY // timedelta(milliseconds=1))
