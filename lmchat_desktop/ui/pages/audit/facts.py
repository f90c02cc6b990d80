"""What is known of one entry, as label and value; and the entry as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.audit.leaf import VALUES, BadEntry
from lmchat_desktop.ui.pages.audit.words import action_name, erased, kind_name
from lmchat_desktop.ui.widgets.fact_grid import Fact
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from lmchat_desktop.contract.audit import AuditEntry

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class EntryNames:
    """What an entry's ids are called; "" where that is not known.

    Attributes:
        actor, thing, account, device: the names.
    """

    actor: str = ""
    thing: str = ""
    account: str = ""
    device: str = ""


def facts_of(entry: AuditEntry, names: EntryNames, zone: tzinfo) -> list[Fact]:
    """Every fact about an entry."""
    return [
        Fact(translate("AuditFacts", "Time"), _at(entry.at, zone), _at_utc(entry.at, zone)),
        _value(entry, "actor_id", translate("AuditFacts", "Person"), names.actor),
        Fact(translate("AuditFacts", "Action"), action_name(entry.action), entry.action),
        Fact(translate("AuditFacts", "Kind"), kind_name(entry.entity_kind)),
        _value(entry, "entity_id", translate("AuditFacts", "Object"), names.thing),
        _value(entry, "account_id", translate("AuditFacts", "Account"), names.account),
        _value(entry, "device_id", translate("AuditFacts", "Device"), names.device),
        _value(entry, "reason", translate("AuditFacts", "Reason"), ""),
        Fact(translate("AuditFacts", "Entry"), f"{entry.seq:,}", entry.id),
        _leaf(entry),
        _salts(entry),
    ]


def as_json(entry: AuditEntry) -> str:
    """The entry as the backend gave it."""
    return json.dumps(entry.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def value_names() -> Mapping[str, str]:
    """What the values that can name a person are called."""
    return {
        "actor_id": translate("AuditFacts", "person"),
        "device_id": translate("AuditFacts", "device"),
        "entity_id": translate("AuditFacts", "object"),
        "account_id": translate("AuditFacts", "account"),
        "reason": translate("AuditFacts", "reason"),
    }


def _value(entry: AuditEntry, value: str, label: str, name: str) -> Fact:
    if value in entry.commitments:
        note = translate(
            "AuditFacts", "What the log holds of it is a commitment that tells nothing."
        )
        return Fact(label, erased(), note, "muted")
    known = getattr(entry, value)
    if not known:
        return Fact(label, translate("AuditFacts", "none"), tone="muted")
    return Fact(label, name, known) if name and name != known else Fact(label, known)


def _leaf(entry: AuditEntry) -> Fact:
    label = translate("AuditFacts", "Leaf hash")
    try:
        digits = entry.opened().leaf().hex()
        groups = (digits[place : place + 8] for place in range(0, len(digits), 8))
        return Fact(label, " ".join(groups))
    except (BadEntry, ValueError):
        return Fact(
            label,
            translate("AuditFacts", "none"),
            translate("AuditFacts", "The values do not fit their salts and commitments."),
            "bad",
        )


def _salts(entry: AuditEntry) -> Fact:
    label = translate("AuditFacts", "Salts")
    missing = [value_names()[value] for value in VALUES if value not in entry.salts]
    if not missing:
        return Fact(label, translate("AuditFacts", "all five are there"))
    return Fact(
        label,
        translate("AuditFacts", "{count} of 5 are there").replace(
            "{count}", str(len(VALUES) - len(missing))
        ),
        translate("AuditFacts", "without: {what}").replace("{what}", ", ".join(missing)),
    )


def _at(at: datetime, zone: tzinfo) -> str:
    return f"{translated(formatting.moment(at, zone, seconds=True))} ({zone})"


def _at_utc(at: datetime, zone: tzinfo) -> str:
    return "" if str(zone) == "UTC" else at.isoformat().replace("+00:00", "Z")
