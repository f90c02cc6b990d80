"""What a locked window knows: whom to open again, and what a lock means for them.

What "dropped from memory" means: locking closes the cache, so that SQLCipher wipes its own copy of
the key; it closes the client; and it lets go of session, pages, decoded figures and tokens, and has
Python collect them. Python cannot overwrite what it lets go of: a key or token that was a `str` or
`bytes`, and text that Qt has drawn, can stay in freed memory of the process until something else is
put there, and in what the system has swapped out. Someone who can read the memory of this process
can so find remains for a while; someone who sits down before the window cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.settings.profiles import CacheKeeping, KnownPerson

if TYPE_CHECKING:
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.ui.shell.opener import Attempt

translate = QCoreApplication.translate


class Why(StrEnum):
    """What locked a window."""

    ASKED = "asked"
    IDLE = "idle"
    DESKTOP = "desktop"


class Proof(StrEnum):
    """What unlocking takes."""

    KEYRING = "keyring"
    """The system's keyring, which may be open."""
    PASSPHRASE = "passphrase"
    """The cache's passphrase."""
    SIGN_IN = "sign-in"
    """A new sign-in: nothing was kept."""
    NOTHING = "nothing"
    """Nothing: a private sandbox's secrets are in this process."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A locked session; it holds no name, token, key or figure.

    Attributes:
        profile: which backend.
        person: whom to open again; None where nobody is known.
        proof: what unlocking takes.
        why: what locked it.
    """

    profile: Profile
    person: KnownPerson | None
    proof: Proof
    why: Why


def locked(session: Session, attempt: Attempt | None, why: Why, *, in_sandbox: bool) -> Locked:
    """What to keep of a session that is being locked.

    Args:
        session: the session, not yet closed.
        attempt: how it was opened.
        why: what locks it.
        in_sandbox: whether the application runs on a private sandbox.
    """
    person = _person(session, attempt)
    if in_sandbox:
        proof = Proof.NOTHING
    elif not session.encrypted_on_disk:
        proof = Proof.SIGN_IN
    elif person is not None and person.keeping is CacheKeeping.PASSPHRASE:
        proof = Proof.PASSPHRASE
    else:
        proof = Proof.KEYRING
    return Locked(session.profile, person, proof, why)


def _person(session: Session, attempt: Attempt | None) -> KnownPerson | None:
    if attempt is None:
        return session.profile.person(session.person_id)
    if attempt.entrance is None:
        return attempt.profile.person(attempt.person_id)
    keeping = attempt.keeping or CacheKeeping.KEYRING
    return attempt.entrance.known_person(SystemClock().now(), keeping, session.lease_until)


def words_of(proof: Proof, why: Why) -> tuple[str, str]:
    """What the lock screen says: what is closed, and what unlocking takes."""
    closed = {
        Why.ASKED: translate("Lock", "You locked this window."),
        Why.IDLE: translate("Lock", "Nobody used this window for a while, so it was locked."),
        Why.DESKTOP: translate("Lock", "This window was locked together with your desktop."),
    }[why]
    closed += " " + translate(
        "Lock",
        "What was open is closed, sync stands still, and the local cache's key and your sign-in "
        "are no longer in use by this program.",
    )
    return closed, {
        Proof.KEYRING: translate(
            "Lock",
            "Unlocking takes both from this system's keyring. While the keyring is open, as it "
            "mostly is while you are logged in, that asks for nothing: lock your desktop too "
            "when you leave.",
        ),
        Proof.PASSPHRASE: translate(
            "Lock",
            "Unlocking asks for the passphrase of the local cache. The sign-in was kept nowhere: "
            "sign in again to bring what you see up to date.",
        ),
        Proof.SIGN_IN: translate(
            "Lock",
            "Nothing was kept on this device. Sign in to go on; what you had read is fetched "
            "again from the backend.",
        ),
        Proof.NOTHING: translate(
            "Lock",
            "This is a private sandbox with sample data, whose keys this program holds itself: "
            "unlocking asks for nothing.",
        ),
    }[proof]
