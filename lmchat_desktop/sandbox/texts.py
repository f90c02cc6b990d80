"""What messages say, in English: codes, and notices of what was done with an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lmchat_desktop.contract.accounts import AbuseReason
from lmchat_desktop.domain.contact.addresses import ContactKind, redacted
from lmchat_desktop.domain.contact.recovery import DELAY

_NAMED = {ContactKind.EMAIL: "e-mail address", ContactKind.PHONE: "telephone number"}
_NOT_YOU = "If this was not you or somebody of your account, write to support@lmchat.example."

_REASONS = {
    AbuseReason.SPAM: "it was used to send spam",
    AbuseReason.FRAUD: "of suspected fraud",
    AbuseReason.CREDENTIAL_SHARING: "its keys were shared with others",
    AbuseReason.TERMS: "its use went against the terms of service",
    AbuseReason.LEGAL: "of a legal obligation",
    AbuseReason.PAYMENT: "a payment is overdue",
    AbuseReason.OTHER: "of its use; ask support for more",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A message's subject and body; a text message shows the body alone."""

    subject: str
    body: str


def _one_line(text: str) -> str:
    """Foreign text within a line: nothing that begins another one or turns its direction."""
    return "".join(c if c.isprintable() else " " for c in text)


def code(code: str, kind: ContactKind) -> Text:
    """The code for a new address."""
    return Text(
        "Your lmchat code",
        f"Your lmchat code is {code}. It confirms this {_NAMED[kind]} and is good for 15 minutes. "
        "Nobody from lmchat asks you for it. If you did not ask for it, do nothing.",
    )


def contact_changed(name: str, kind: ContactKind, new: str) -> Text:
    """To the old address and the owners: another one counts now."""
    return Text(
        f"The {_NAMED[kind]} of your lmchat account was changed",
        f"The {_NAMED[kind]} of {_one_line(name)} is now {redacted(kind, new)}. {_NOT_YOU}",
    )


def suspended(name: str, reason: AbuseReason) -> Text:
    """To the owners: the account is not served."""
    return Text(
        "Your lmchat account was suspended",
        f"{_one_line(name)} was suspended, because {_REASONS[reason]}. Its keys are refused until "
        "it is reinstated; nothing was deleted. To object, answer to support@lmchat.example.",
    )


def reinstated(name: str) -> Text:
    """To the owners: the account is served again."""
    return Text(
        "Your lmchat account was reinstated",
        f"{_one_line(name)} is served again; its keys work as before.",
    )


def invitation(name: str, role: str, code: str, until: datetime) -> Text:
    """To somebody who is to join an account."""
    return Text(
        f"You are invited to {_one_line(name)} at lmchat",
        f"You are invited to join {_one_line(name)} at lmchat as {role}. Sign in with lmchat "
        f"desktop and enter this code:\n\n{code}\n\nIt is good until {until:%Y-%m-%d %H:%M} UTC, "
        "once. If you do not know who invites you, do nothing.",
    )


def removed(name: str) -> Text:
    """To somebody who is no member any more."""
    return Text(
        f"You are no longer a member of {_one_line(name)}",
        f"Your membership of {_one_line(name)} at lmchat has ended. {_NOT_YOU}",
    )


def recovery_approved(name: str, new: str, effective: datetime) -> Text:
    """To the old addresses: somebody may soon be let in by a new one."""
    return Text(
        "Somebody asks to be let in to lmchat as you",
        f"Somebody who could prove to be {_one_line(name)} has lost the way in to lmchat. From "
        f"{effective:%Y-%m-%d %H:%M} UTC on, {DELAY.days * 24} hours from now, "
        f"{redacted(ContactKind.EMAIL, new)} will count in place of this address. "
        "If that is not you, write to support@lmchat.example before then and it will not happen.",
    )


def recovered(name: str, new: str) -> Text:
    """To the old addresses: another one counts now."""
    return Text(
        "Another address now counts for you at lmchat",
        f"{_one_line(name)} is reached by {redacted(ContactKind.EMAIL, new)} now, and was signed "
        f"out everywhere. {_NOT_YOU}",
    )


def key_leaked(name: str, keys: list[tuple[str, str]], found_in: str) -> Text:
    """To the owners: keys were found where others can read them, and ended."""
    listed = "\n".join(f"  {_one_line(key)} ({hint})" for key, hint in keys)
    where = f" in {_one_line(found_in)}" if found_in.strip() else ""
    return Text(
        "Keys of your lmchat account were found in public and revoked",
        f"These keys of {_one_line(name)} were found{where} where others can read them, and were "
        f"revoked:\n\n{listed}\n\nMake new keys, and look at the requests of the last days.",
    )
