"""What came of verifying one entry, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.note import LogKey
from lmchat_desktop.services.audit import Inclusion
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import tzinfo

    from lmchat_desktop.domain.audit.standing import KeptHead
    from lmchat_desktop.services.audit import Checked

translate = QCoreApplication.translate


def check_words(checked: Checked, zone: tzinfo) -> tuple[str, str]:
    """What came of it, and its tone."""
    kept = checked.standing.kept
    size = f"{checked.standing.verified:,}"
    match checked.inclusion:
        case Inclusion.PROVED:
            words = translate("AuditCheck", "In the tree of {count} entries, signed {at}.")
            signed = "" if kept is None else signed_at(kept, zone)
            words = words.replace("{count}", size).replace("{at}", signed)
            if checked.standing.finding is None:
                return words, "good"
            beside = translate("AuditCheck", "The log that the backend shows now is another one.")
            return f"{words} {beside}", "warn"
        case Inclusion.ALTERED:
            words = translate(
                "AuditCheck",
                "Not proved: what is shown is not what stands in the tree of {count} entries.",
            )
            return words.replace("{count}", size), "bad"
        case Inclusion.MISSING:
            words = translate(
                "AuditCheck", "Not proved: the backend no longer has this entry, or hides it."
            )
            return words, "bad"
        case Inclusion.TOO_NEW:
            words = translate(
                "AuditCheck", "Not proved yet: it lies beyond the {count} entries verified so far."
            )
            return words.replace("{count}", size), "warn"


def signed_at(kept: KeptHead, zone: tzinfo) -> str:
    """When the kept head was signed, as it says; when it was first seen where it does not."""
    at_ms = Checkpoint.opened(kept.note, LogKey.parse(kept.key)).at_ms
    at = kept.since if at_ms is None else at_ms / 1000
    return translated(formatting.moment(at, zone, seconds=True))
