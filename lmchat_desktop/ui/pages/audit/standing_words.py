"""How the log's history stands, in words: the one line on top, what was found, and the details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.domain.audit.note import LogKey
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from lmchat_desktop.domain.audit.checkpoint import Head
    from lmchat_desktop.domain.audit.standing import Finding, KeptHead, Standing

ACCEPTABLE = (Verdict.REWRITTEN, Verdict.TRUNCATED, Verdict.OTHER_KEY)
"""What a person can accept: a head that can be followed from then on."""
MOST_OF_NAME = 22
"""So many letters of a log's name are shown; the details have all of it."""

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class StandingWords:
    """What the card says.

    Attributes:
        tone: good, warn, bad or muted.
        title: how it stands, in a line.
        facts: when it was verified, and with which key; muted.
        found: what was found, and what it means; "" where all is well.
    """

    tone: str
    title: str
    facts: str
    found: str = ""


def standing_words(
    standing: Standing | None, now: datetime, zone: tzinfo, *, proofs_offered: bool
) -> StandingWords:
    """How the history stands; None is a standing that has not been read yet."""
    if standing is None:
        return StandingWords("muted", translate("AuditStanding", "Reading how it stands…"), "")
    kept, finding = standing.kept, standing.finding
    facts = "" if kept is None else _facts(kept, now)
    if finding is not None:
        kept_words = translate("AuditStanding", "Kept: {facts}").replace("{facts}", facts)
        facts = kept_words if facts else ""
        return StandingWords("bad", _found_title(finding), facts, _found(finding, kept, zone))
    if kept is None:
        return _nothing_kept(standing.unchecked, proofs_offered=proofs_offered)
    title = translate("AuditStanding", "History verified up to entry {number}").replace(
        "{number}", _last(kept.head)
    )
    if kept.head.size == 0:
        title = translate("AuditStanding", "The log has no entries yet")
    if standing.unchecked:
        return StandingWords("warn", title, facts, translated(standing.unchecked))
    if kept.verdict is Verdict.RESTORED:
        return StandingWords("warn", title, facts, _restored(kept, zone))
    if kept.reason:
        return StandingWords("warn", title, facts, _accepted(kept, zone))
    return StandingWords("good", title, facts)


def details(standing: Standing) -> str:
    """All that is known, as plain text to copy."""
    lines = []
    kept, finding = standing.kept, standing.finding
    if kept is not None:
        lines += [
            "kept head",
            f"  key: {kept.key}",
            f"  fingerprint: {fingerprint(kept.key)}",
            f"  entries: {kept.head.size}",
            f"  root: {kept.head.root.hex()}",
            f"  verdict: {kept.verdict.value}",
            f"  first seen: {kept.since.isoformat()}",
            f"  last checked: {kept.checked_at.isoformat()}",
            *([f"  accepted because: {kept.reason}"] if kept.reason else []),
            "  signed note:",
            *(f"    {line}" for line in kept.note.splitlines()),
        ]
    if finding is not None:
        lines += [
            "finding",
            f"  verdict: {finding.verdict.value}",
            f"  key: {finding.key or '-'}",
            f"  entries: {'-' if finding.head is None else finding.head.size}",
            f"  root: {'-' if finding.head is None else finding.head.root.hex()}",
            f"  first seen: {finding.found_at.isoformat()}",
            f"  last seen: {finding.checked_at.isoformat()}",
        ]
    if standing.unchecked:
        lines += ["not checked", f"  {standing.unchecked}"]
    return "\n".join(lines) + "\n"


def key_words(line: str) -> str:
    """A key's line as people know it again: the log's name and the key's id."""
    try:
        key = LogKey.parse(line)
    except ValueError:
        return translate("AuditStanding", "an unknown key")
    name = key.name
    if len(name) > MOST_OF_NAME:
        name = f"{name[: MOST_OF_NAME - 1]}…"
    return f"{name}+{key.id.hex()}"


def fingerprint(line: str) -> str:
    """The fingerprint of a key's line, as `verify-audit` tells it; "-" where there is none."""
    try:
        return LogKey.parse(line).fingerprint
    except ValueError:
        return "-"


def log_name(line: str) -> str:
    """The log's name in a key's line; "" where there is none."""
    try:
        return LogKey.parse(line).name
    except ValueError:
        return ""


def _facts(kept: KeptHead, now: datetime) -> str:
    ago = translated(formatting.ago((now - kept.checked_at).total_seconds()))
    key = translate("AuditStanding", "key {key}").replace("{key}", key_words(kept.key))
    entries = translate("AuditStanding", "{count} entries").replace(
        "{count}", f"{kept.head.size:,}"
    )
    return " · ".join((ago, entries, key))


def _last(head: Head) -> str:
    return f"{max(0, head.size - 1):,}"


def _nothing_kept(unchecked: str, *, proofs_offered: bool) -> StandingWords:
    if not proofs_offered:
        return StandingWords(
            "warn",
            translate("AuditStanding", "The history cannot be verified"),
            "",
            translate(
                "AuditStanding",
                "This backend does not prove that its audit log is only added to. What is shown "
                "is what it says now.",
            ),
        )
    title = translate("AuditStanding", "Not verified yet")
    words = translated(unchecked) or translate(
        "AuditStanding", "The log's signed head is kept here with the next sync."
    )
    return StandingWords("warn" if unchecked else "muted", title, "", words)


def _found_title(finding: Finding) -> str:
    return {
        Verdict.REWRITTEN: translate("AuditStanding", "The history was rewritten"),
        Verdict.TRUNCATED: translate("AuditStanding", "Entries are gone from the log"),
        Verdict.OTHER_KEY: translate("AuditStanding", "The log is signed by another key"),
        Verdict.BAD_SIGNATURE: translate("AuditStanding", "The log's signature is not valid"),
        Verdict.UNREADABLE: translate("AuditStanding", "The log's head cannot be read"),
    }.get(finding.verdict, finding.verdict.value)


def _found(finding: Finding, kept: KeptHead | None, zone: tzinfo) -> str:
    size = 0 if kept is None else kept.head.size
    words = {
        Verdict.REWRITTEN: translate(
            "AuditStanding",
            "What the backend shows now does not begin with the {kept} entries that were verified "
            "here: some were altered, dropped or put in another order.",
        ),
        Verdict.TRUNCATED: translate(
            "AuditStanding",
            "{kept} entries were verified here, the backend shows {shown} now, and nothing that "
            "it has signed says why.",
        ),
        Verdict.OTHER_KEY: translate(
            "AuditStanding",
            "Its head is signed by {key}. Without the key that was kept, nothing ties it to what "
            "was verified here.",
        ),
        Verdict.BAD_SIGNATURE: translate(
            "AuditStanding", "It names the log's key, and that key has not signed it."
        ),
        Verdict.UNREADABLE: translate(
            "AuditStanding", "What the backend gives as its signed head is none."
        ),
    }.get(finding.verdict, "")
    shown = 0 if finding.head is None else finding.head.size
    words = words.replace("{kept}", f"{size:,}").replace("{shown}", f"{shown:,}")
    words = words.replace("{key}", key_words(finding.key))
    since = translate(
        "AuditStanding",
        "First seen {at}. What was verified before stays kept. Ask whoever runs the backend why.",
    ).replace("{at}", translated(formatting.moment(finding.found_at, zone)))
    return f"{words} {since}"


def _restored(kept: KeptHead, zone: tzinfo) -> str:
    return (
        translate(
            "AuditStanding",
            "A backup was restored, and the log says so with its signature: entries that were "
            "verified before are gone. Seen {at}; {count} entries are left or new since.",
        )
        .replace("{at}", translated(formatting.moment(kept.since, zone)))
        .replace("{count}", f"{kept.head.size:,}")
    )


def _accepted(kept: KeptHead, zone: tzinfo) -> str:
    return (
        translate(
            "AuditStanding",
            "This history was accepted here although it does not follow from what was kept. First "
            "seen {at}. Reason: {reason}",
        )
        .replace("{at}", translated(formatting.moment(kept.since, zone)))
        .replace("{reason}", kept.reason)
    )
