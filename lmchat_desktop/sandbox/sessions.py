"""Sessions: devices are registered, and access and refresh tokens issued, rotated and ended."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from lmchat_desktop.contract.identity import TokenAnswer
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.scopes import Principal, scopes_of
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.identifiers import ACCESS_TOKEN, REFRESH_TOKEN, hash_secret, new_token
from lmchat_desktop.sandbox.principals import LEASE, TokenKind, principal_of
from lmchat_desktop.sandbox.uow import Unit

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=90)

_NAME_LENGTH = 200


def register_device(unit: Unit, person_id: str, name: str, platform: str, app_version: str) -> str:
    """A new device of the person; answers its id."""
    device_id = new_id("dev")
    now_ms = to_ms(unit.now)
    unit.connection.execute(
        insert(tables.devices).values(
            id=device_id,
            person_id=person_id,
            name=name[:_NAME_LENGTH] or "unnamed",
            platform=platform[:_NAME_LENGTH],
            app_version=app_version[:_NAME_LENGTH],
            registered_ms=now_ms,
            last_seen_ms=now_ms,
            lease_until_ms=to_ms(unit.now + LEASE),
        )
    )
    unit.audit("device.register", "device", device_id)
    unit.changed("device", device_id, person_id=person_id)
    return device_id


def revoke_device(unit: Unit, device_id: str, person_id: str, reason: str = "") -> None:
    """End a device and all sessions on it."""
    now_ms = to_ms(unit.now)
    devices, tokens = tables.devices, tables.tokens
    unit.connection.execute(
        update(devices)
        .where(devices.c.id == device_id)
        .values(revoked_ms=now_ms, version=devices.c.version + 1)
    )
    unit.connection.execute(
        update(tokens)
        .where(tokens.c.device_id == device_id, tokens.c.revoked_ms.is_(None))
        .values(revoked_ms=now_ms)
    )
    unit.audit("device.revoke", "device", device_id, reason=reason)
    unit.changed("device", device_id, person_id=person_id)


def revoke_devices(unit: Unit, person_id: str, reason: str) -> None:
    """End all devices of a person that have not ended yet."""
    devices = tables.devices.c
    for device_id in unit.connection.scalars(
        select(devices.id).where(devices.person_id == person_id, devices.revoked_ms.is_(None))
    ).all():
        revoke_device(unit, device_id, person_id, reason)


def as_person(unit: Unit, person_id: str, device_id: str | None = None) -> Unit:
    """The same unit in the name of a person who is only now signing in."""
    signed_in = copy.copy(unit)
    signed_in.principal = principal_of(unit.connection, person_id, device_id)
    return signed_in


def issue(unit: Unit, family: str) -> TokenAnswer:
    """A pair of tokens for the unit's person and device."""
    principal = unit.principal
    access, refresh = new_token(ACCESS_TOKEN), new_token(REFRESH_TOKEN)
    _keep(unit, TokenKind.ACCESS, access, family, ACCESS_LIFE)
    _keep(unit, TokenKind.REFRESH, refresh, family, REFRESH_LIFE)
    return TokenAnswer(
        access_token=access,
        expires_in=ACCESS_LIFE // timedelta(seconds=1),
        refresh_token=refresh,
        scope=" ".join(scopes_held(principal)),
    )


def end_family(connection: Connection, family: str, now: datetime) -> None:
    """End a sign-in with everything that was refreshed from it."""
    tokens = tables.tokens
    connection.execute(
        update(tokens)
        .where(tokens.c.family == family, tokens.c.revoked_ms.is_(None))
        .values(revoked_ms=to_ms(now))
    )


def end_all(unit: Unit, person_id: str) -> None:
    """End every session of a person, with personal tokens too; their devices stay known."""
    tokens = tables.tokens
    unit.connection.execute(
        update(tokens)
        .where(tokens.c.person_id == person_id, tokens.c.revoked_ms.is_(None))
        .values(revoked_ms=to_ms(unit.now))
    )


def scopes_held(principal: Principal) -> list[str]:
    """The scopes that the person holds, somewhere at least, in order."""
    roles = [*principal.operator_roles, *principal.account_roles.values()]
    return sorted(scope.value for scope in scopes_of(roles))


def is_revoked(connection: Connection, device_id: str) -> bool:
    """Whether a device's access was taken away."""
    devices = tables.devices.c
    revoked = connection.scalar(select(devices.revoked_ms).where(devices.id == device_id))
    return revoked is not None


def _keep(unit: Unit, kind: TokenKind, token: str, family: str, life: timedelta) -> None:
    unit.connection.execute(
        insert(tables.tokens).values(
            hash=hash_secret(token),
            id=new_id("tok"),
            kind=kind.value,
            person_id=unit.principal.person_id,
            device_id=unit.principal.device_id,
            family=family,
            created_ms=to_ms(unit.now),
            expires_ms=to_ms(unit.now + life),
        )
    )
