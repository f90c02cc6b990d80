"""Writes the people, accounts, keys and devices of the sample world."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert

from lmchat_desktop.contract.accounts import AbuseReason, AccountState
from lmchat_desktop.domain.money import NANOS_PER_USD
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.identifiers import KEY_SECRET
from lmchat_desktop.sandbox.principals import LEASE
from lmchat_desktop.sandbox.world.companies import COMPANIES
from lmchat_desktop.sandbox.world.customers import MIXES, SUBSTITUTES, KeyOf
from lmchat_desktop.sandbox.world.people import DEVICES, PEOPLE
from lmchat_desktop.sandbox.world.workload import DAY_MS, KEYS, SEED, WorldKey

APP_VERSION = "0.1.0"
HOUR_MS = 3_600_000


def world_id(kind: str, name: str) -> str:
    """The identifier of something in the sample world; the same in every sandbox."""
    return f"{kind}_{_digits(kind, name)[:16]}"


def account_id(slug: str) -> str:
    """The identifier of a company's account."""
    return world_id("acct", slug)


def person_id(email: str) -> str:
    """The identifier of a person."""
    return world_id("person", email)


def key_id(key: WorldKey) -> str:
    """The identifier of a key."""
    return world_id("key", f"{key.company.slug}/{key.key.name}")


def write_directory(connection: Connection, now_ms: int) -> None:
    """Write accounts, people, memberships, operators, keys, devices, and what is in the log.

    Args:
        connection: a writing transaction.
        now_ms: the present instant of the sample world; everything is so many days before or
            after it.
    """
    connection.execute(insert(tables.accounts), _accounts(now_ms))
    connection.execute(
        insert(tables.persons),
        [
            {
                "id": person_id(person.email),
                "name": person.name,
                "email": person.email,
                "created_ms": _ago(now_ms, person.made_days, person.email),
            }
            for person in PEOPLE
        ],
    )
    connection.execute(insert(tables.members), _members(now_ms))
    connection.execute(
        insert(tables.operators),
        [
            {"person_id": person_id(person.email), "role": role.value}
            for person in PEOPLE
            for role in person.operator
        ],
    )
    connection.execute(insert(tables.keys), [_key(key, now_ms) for key in KEYS])
    connection.execute(insert(tables.devices), _devices(now_ms))
    connection.execute(insert(tables.audit), _log(now_ms))


def _digits(kind: str, name: str) -> str:
    digest = hashlib.sha256(f"{SEED}/{kind}/{name}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()


def _ago(now_ms: int, days: float, name: str) -> int:
    """So many days ago, and up to eight hours more, so that not all is at the same time of day."""
    more = int(hashlib.sha256(name.encode()).hexdigest()[:6], 16) % (8 * HOUR_MS)
    return now_ms - round(days * DAY_MS) - more


def _accounts(now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "id": account_id(company.slug),
            "number": number,
            "name": company.name,
            "email": company.email,
            "email_verified": company.verified,
            "phone": company.phone,
            "phone_verified": company.phone is not None,
            "country": company.country,
            "plan_id": company.plan,
            "state": (AccountState.ACTIVE if company.active else AccountState.SUSPENDED).value,
            "suspended_ms": None if company.active else _ago(now_ms, 6, company.slug),
            "suspended_reason": None if company.active else AbuseReason.SPAM.value,
            "created_ms": _ago(now_ms, company.made_days, company.slug),
        }
        for number, company in enumerate(COMPANIES, 1)
    ]


def _members(now_ms: int) -> list[dict[str, Any]]:
    made_days = {company.slug: company.made_days for company in COMPANIES}
    return [
        {
            "account_id": account_id(slug),
            "person_id": person_id(person.email),
            "role": role.value,
            "since_ms": _ago(now_ms, min(person.made_days, made_days[slug]), slug) + HOUR_MS,
        }
        for person in PEOPLE
        for slug, role in person.accounts.items()
    ]


def _owner(slug: str) -> str:
    return next(
        person_id(person.email) for person in PEOPLE if person.accounts.get(slug) is Role.OWNER
    )


def _key(key: WorldKey, now_ms: int) -> dict[str, Any]:
    identifier = key_id(key)
    own = key.key
    return {
        "id": identifier,
        "number": key.number,
        "account_id": account_id(key.company.slug),
        "name": own.name,
        "hint": f"{KEY_SECRET}…{_digits('hint', identifier)[:4]}",
        # The hash of no secret: the keys of the sample world cannot be used by anybody.
        "secret_hash": _digits("no secret", identifier),
        "models": _allowed(own),
        "monthly_limit_nanos": None if own.limit_usd is None else own.limit_usd * NANOS_PER_USD,
        "created_ms": _ago(now_ms, own.made_days, identifier),
        "created_by": _owner(key.company.slug),
        "expires_ms": _from_now(now_ms, own.expires_days),
        "revoked_ms": _from_now(now_ms, own.revoked_days),
    }


def _allowed(key: KeyOf) -> str | None:
    return json.dumps(sorted({*MIXES[key.mix], *SUBSTITUTES})) if key.only else None


def _from_now(now_ms: int, days: float | None) -> int | None:
    return None if days is None else now_ms + round(days * DAY_MS)


def _devices(now_ms: int) -> list[dict[str, Any]]:
    rows = []
    for device in DEVICES:
        seen_ms = now_ms - round(device.seen_hours * HOUR_MS)
        rows.append(
            {
                "id": world_id("dev", device.name),
                "person_id": person_id(device.email),
                "name": device.name,
                "platform": device.platform,
                "app_version": APP_VERSION,
                "registered_ms": _ago(now_ms, device.registered_days, device.name),
                "last_seen_ms": seen_ms,
                "lease_until_ms": seen_ms + LEASE // timedelta(milliseconds=1),
            }
        )
    return rows


def _log(now_ms: int) -> list[dict[str, Any]]:
    """Entries of the audit log for what happened to keys, accounts and devices, oldest first."""
    entries: list[dict[str, Any]] = []
    for key in KEYS:
        row = _key(key, now_ms)
        entry = {
            "actor_id": row["created_by"],
            "device_id": None,
            "entity_kind": "key",
            "entity_id": row["id"],
            "account_id": row["account_id"],
        }
        entries.append(entry | {"at_ms": row["created_ms"], "action": "key.create", "reason": ""})
        if row["revoked_ms"] is not None:
            why = "No longer used." if key.key.shape is None else "The laptop was lost."
            entries.append(
                entry | {"at_ms": row["revoked_ms"], "action": "key.revoke", "reason": why}
            )
    return sorted(entries, key=lambda entry: (entry["at_ms"], entry["entity_id"]))
