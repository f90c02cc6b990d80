"""Codes that prove an address: six digits, for a quarter of an hour, to be tried five times."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DIGITS = 6
LIFE = timedelta(minutes=15)
TRIES = 5
PER_HOUR = 5
"""How many codes go out for one account, or one person, within an hour."""
HOUR = timedelta(hours=1)

_SALT_BYTES = 16
_COST, _BLOCK, _PARALLEL = 2**13, 8, 1
"""Slow enough that the million of possible codes outlasts a code's life."""


class CodeState(StrEnum):
    """What can be done with a code."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    VOID = "void"
    """Tried too often, or followed by another one."""


def new_code() -> str:
    """A new code."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def hashed(code: str) -> str:
    """What is kept of a code, with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_digest(code, salt)}"


def fits(code: str, kept: str) -> bool:
    """Whether this is the code of which that was kept."""
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_digest(code, bytes.fromhex(salt)), digest)


def state_of(
    sent: datetime, tries: int, now: datetime, *, confirmed: bool = False, replaced: bool = False
) -> CodeState:
    """What can be done with a code now.

    Args:
        sent: when it was sent.
        tries: how often a wrong one was given for it.
        now: the instant that is asked about.
        confirmed: whether it was given.
        replaced: whether another one was sent in its place.
    """
    if confirmed:
        return CodeState.CONFIRMED
    if replaced or tries >= TRIES:
        return CodeState.VOID
    return CodeState.EXPIRED if now >= sent + LIFE else CodeState.OPEN


def wait_for_next(sent: Sequence[datetime], now: datetime) -> timedelta:
    """How long until another code may go out; nothing where one may now.

    Args:
        sent: when codes went out before.
        now: the instant that is asked about.
    """
    recent = sorted(at for at in sent if at > now - HOUR)
    if len(recent) < PER_HOUR:
        return timedelta(0)
    return recent[-PER_HOUR] + HOUR - now


def _digest(code: str, salt: bytes) -> str:
    return hashlib.scrypt(code.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL).hex()
