"""How long a secret that was replaced may go on working, as the dialogs of a rotation need it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.domain.wording import Sentence

LONGEST_OVERLAP = timedelta(days=90)
"""Counted from the rotation, however often its end is moved."""


def usable(key: ApiKey, now: datetime) -> bool:
    """Whether the key can be used at an instant."""
    ended = key.expires_at is not None and key.expires_at <= now
    return key.state is KeyState.ACTIVE and not ended


def in_overlap(key: ApiKey, now: datetime) -> bool:
    """Whether the secret before still works at an instant."""
    ends_at = old_ends_at(key)
    return usable(key, now) and ends_at is not None and now < ends_at


def old_ends_at(key: ApiKey) -> datetime | None:
    """When the secret before stops, by itself or with the key; None without one."""
    return within(key.old_ends_at, key) if key.old_ends_at is not None else None


def within(at: datetime, key: ApiKey) -> datetime:
    """The instant, or the key's own end where that is earlier."""
    return at if key.expires_at is None else min(at, key.expires_at)


def latest_of_new(key: ApiKey, now: datetime) -> datetime:
    """Up to when the present secret can go on working if it is replaced now."""
    return within(now + LONGEST_OVERLAP, key)


def latest_of_running(key: ApiKey, now: datetime) -> datetime:
    """Up to when the end of the overlap that is under way can be moved."""
    return within((key.rotated_at or now) + LONGEST_OVERLAP, key)


def why_not_rotate(key: ApiKey, now: datetime) -> Sentence | None:
    """Why a key cannot be given a new secret; None where it can."""
    if key.state is KeyState.REVOKED:
        return said("KeyActs", "This key is revoked. Make a new one instead.")
    if not usable(key, now):
        return said("KeyActs", "This key has expired. Give it a later expiry first.")
    if in_overlap(key, now):
        return said("KeyActs", "Its last rotation is not over: finish or undo that first.")
    return None
