"""Writes the people, accounts, keys and devices of the sample world."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from lmchat_desktop.contract.accounts import AbuseReason, AccountState
from lmchat_desktop.domain.keys.terms import BudgetPeriod
from lmchat_desktop.domain.money import NANOS_PER_USD
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import audit_log, tables
from lmchat_desktop.sandbox.audit_log import NewEntry
from lmchat_desktop.sandbox.identifiers import KEY_SECRET
from lmchat_desktop.sandbox.keys import budgets
from lmchat_desktop.sandbox.principals import LEASE
from lmchat_desktop.sandbox.world.callers import networks_of
from lmchat_desktop.sandbox.world.companies import COMPANIES
from lmchat_desktop.sandbox.world.customers import MIXES, SUBSTITUTES, KeyOf
from lmchat_desktop.sandbox.world.people import DEVICES, GRANTS, PEOPLE
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
    """Write accounts, people, members, operators, keys, devices, and what is in the log.

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
    connection.execute(insert(tables.staff), _staff(now_ms))
    connection.execute(insert(tables.grants), _grants(now_ms))
    connection.execute(insert(tables.keys), [_key(key, now_ms) for key in KEYS])
    connection.execute(
        insert(tables.key_secrets), [row for key in KEYS for row in _secrets(key, now_ms)]
    )
    connection.execute(
        insert(tables.key_refusals), [row for key in KEYS for row in _refusals(key, now_ms)]
    )
    connection.execute(insert(tables.devices), _devices(now_ms))
    audit_log.append(connection, _log(now_ms))


def use_up_budgets(connection: Connection, now: datetime) -> None:
    """Let budgets be what was spent, of those keys that have used theirs up."""
    numbers = [key.number for key in KEYS if key.key.uses_up]
    for number, spent in budgets.spent_in_all(connection, numbers).items():
        connection.execute(
            update(tables.keys)
            .where(tables.keys.c.number == number)
            .values(budget_nanos=spent, budget_period=BudgetPeriod.TOTAL.value)
        )
    budgets.note_spending(connection, {key.number for key in KEYS}, now)


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


def _staff(now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person_id(person.email),
            "since_ms": _ago(now_ms, person.made_days, person.email),
            "joined_ms": (
                _ago(now_ms, person.made_days, person.email) + HOUR_MS if person.joined else None
            ),
        }
        for person in PEOPLE
        if person.operator
    ]


def _grants(now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "id": world_id("grant", f"{grant.person}/{grant.asked_days}"),
            "person_id": person_id(grant.person),
            "roles": json.dumps(sorted(grant.roles)),
            "reason": grant.reason,
            "state": grant.state,
            "asked_by": person_id(grant.asked_by),
            "asked_ms": now_ms - round(grant.asked_days * DAY_MS),
            "decided_by": None if grant.decided_by is None else person_id(grant.decided_by),
            "decided_ms": (
                None
                if grant.decided_by is None
                else now_ms - round(grant.asked_days * DAY_MS) + HOUR_MS // 2
            ),
            "decision_reason": grant.decision_reason,
        }
        for grant in GRANTS
    ]


def _owner(slug: str) -> str:
    return next(
        person_id(person.email) for person in PEOPLE if person.accounts.get(slug) is Role.OWNER
    )


def _key(key: WorldKey, now_ms: int) -> dict[str, Any]:
    identifier = key_id(key)
    own = key.key
    in_overlap = own.rotated_days is not None
    return {
        "id": identifier,
        "number": key.number,
        "account_id": account_id(key.company.slug),
        "name": own.name,
        "name_folded": own.name.casefold(),
        "notes": own.notes,
        "hint": _hint(identifier),
        "models": _allowed(own),
        "providers": None,
        "countries": json.dumps(own.countries) if own.countries else None,
        "addresses": json.dumps(networks_of(key)) if own.fenced else None,
        "budget_nanos": None if own.limit_usd is None else own.limit_usd * NANOS_PER_USD,
        "budget_period": None if own.limit_usd is None else own.period.value,
        "requests_per_minute": own.per_minute,
        "created_ms": _ago(now_ms, own.made_days, identifier),
        "created_by": _owner(key.company.slug),
        "expires_ms": _from_now(now_ms, own.expires_days),
        "last_used_ms": None if own.used_days is None else now_ms - round(own.used_days * DAY_MS),
        "revoked_ms": _from_now(now_ms, own.revoked_days),
        "rotated_ms": _rotated_ms(own, now_ms),
        "old_hint": _hint(f"{identifier}/old") if in_overlap else None,
        "old_ends_ms": _old_ends_ms(own, now_ms),
    }


def _hint(name: str) -> str:
    return f"{KEY_SECRET}{_digits('hint', name)[:4]}…{_digits('hint', name)[4:8]}"


def _secrets(key: WorldKey, now_ms: int) -> list[dict[str, Any]]:
    """Hashes of no secrets: the keys of the sample world cannot be used by anybody."""
    row = _key(key, now_ms)
    present = {
        "hash": _digits("no secret", row["id"]),
        "key_id": row["id"],
        "hint": row["hint"],
        "made_ms": row["rotated_ms"] or row["created_ms"],
        "ends_ms": None,
    }
    if row["rotated_ms"] is None:
        return [present]
    old = {
        "hash": _digits("no old secret", row["id"]),
        "hint": row["old_hint"],
        "made_ms": row["created_ms"],
        "ends_ms": row["old_ends_ms"],
    }
    return [present | old, present]


def _refusals(key: WorldKey, now_ms: int) -> list[dict[str, Any]]:
    if key.key.foreign is None:
        return []
    address, times = key.key.foreign
    return [
        {
            "key_no": key.number,
            "address": address,
            "requests": times,
            "first_ms": now_ms - 31 * HOUR_MS,
            "last_ms": now_ms - 29 * HOUR_MS,
        }
    ]


def _rotated_ms(key: KeyOf, now_ms: int) -> int | None:
    return None if key.rotated_days is None else now_ms - round(key.rotated_days * DAY_MS)


def _old_ends_ms(key: KeyOf, now_ms: int) -> int | None:
    begins_ms = _rotated_ms(key, now_ms)
    return None if begins_ms is None else begins_ms + round(key.overlap_days * DAY_MS)


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


def _log(now_ms: int) -> list[NewEntry]:
    """Entries of the audit log for what happened to keys, accounts and devices, oldest first."""
    entries: list[NewEntry] = []
    for key in KEYS:
        row = _key(key, now_ms)
        values = {
            "actor_id": row["created_by"],
            "device_id": None,
            "entity_id": row["id"],
            "account_id": row["account_id"],
            "reason": "",
        }
        entries.append(NewEntry(row["created_ms"], "key.create", "key", values))
        if row["rotated_ms"] is not None:
            entries.append(NewEntry(row["rotated_ms"], "key.rotate", "key", values))
        if row["revoked_ms"] is not None:
            why = "No longer used." if key.key.shape is None else "The laptop was lost."
            revoked = values | {"reason": why}
            entries.append(NewEntry(row["revoked_ms"], "key.revoke", "key", revoked))
    return sorted(entries, key=lambda entry: (entry.at_ms, entry.values["entity_id"] or ""))
