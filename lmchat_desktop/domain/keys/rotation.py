"""Rotation of a key's secret: how long the secret before goes on working.

A key has a present secret and, in the overlap after a rotation, the one before. Neither works
longer than the key itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.domain.keys.terms import KeyState, UsedSecret
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from lmchat_desktop.domain.wording import Sentence

LONGEST_OVERLAP = timedelta(days=90)
"""Counted from the rotation, however often its end is moved."""


class NotPossible(ValueError):
    """A rotation cannot be done, moved or undone.

    Attributes:
        message: why, for a person.
    """

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Life:
    """What decides which of a key's secrets work when.

    Attributes:
        expires_at: when the key ends by itself; None for never.
        revoked_at: when it was ended.
        rotated_at: when the present secret replaced another; None for the first one.
        old_ends_at: when the secret before stops, or stopped; None where there is none.
    """

    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    rotated_at: datetime | None = None
    old_ends_at: datetime | None = None

    def state(self, at: datetime) -> KeyState:
        """Whether the key can be used at an instant."""
        if self.revoked_at is not None and self.revoked_at <= at:
            return KeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= at:
            return KeyState.EXPIRED
        return KeyState.ACTIVE

    def works(self, secret: UsedSecret, at: datetime) -> bool:
        """Whether a secret works at an instant."""
        if self.state(at) is not KeyState.ACTIVE:
            return False
        return secret is UsedSecret.PRESENT or self.in_overlap(at)

    def in_overlap(self, at: datetime) -> bool:
        """Whether the secret before still works at an instant."""
        ends_at = self.overlap_end
        return self.state(at) is KeyState.ACTIVE and ends_at is not None and at < ends_at

    @property
    def overlap_end(self) -> datetime | None:
        """When the secret before stops, by itself or with the key."""
        ends = [
            end for end in (self.old_ends_at, self.expires_at, self.revoked_at) if end is not None
        ]
        return min(ends) if self.old_ends_at is not None else None


def rotated(life: Life, overlap: timedelta, now: datetime) -> Life:
    """The key with a new secret; an overlap never goes beyond the key's own end.

    Raises:
        NotPossible: the key cannot be used, its last rotation is not over, or the overlap is
            negative or longer than `LONGEST_OVERLAP`.
    """
    if life.state(now) is KeyState.REVOKED:
        raise NotPossible(said("Keys", "The key is revoked."))
    if life.state(now) is KeyState.EXPIRED:
        raise NotPossible(said("Keys", "The key has expired."))
    if life.in_overlap(now):
        raise NotPossible(
            said("Keys", "The last rotation is not over: end it or undo it, then rotate again.")
        )
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise NotPossible(
            said("Keys", "An overlap is {days} days at most.", days=LONGEST_OVERLAP.days)
        )
    return Life(
        expires_at=life.expires_at,
        rotated_at=now,
        old_ends_at=_within(now + overlap, life.expires_at),
    )


def latest_end(life: Life) -> datetime | None:
    """Up to when an overlap can be moved; None where the key was never rotated."""
    if life.rotated_at is None:
        return None
    return _within(life.rotated_at + LONGEST_OVERLAP, life.expires_at)


def moved(life: Life, ends_at: datetime, now: datetime) -> Life:
    """The overlap ends at another instant; one that is past is now.

    Raises:
        NotPossible: no secret before is still working, or the instant is too late.
    """
    _check_overlap(life, now)
    latest = latest_end(life)
    if latest is not None and ends_at > latest:
        if latest == life.expires_at:
            raise NotPossible(said("Keys", "The key itself ends before that."))
        raise NotPossible(
            said(
                "Keys",
                "That is more than {days} days after the rotation.",
                days=LONGEST_OVERLAP.days,
            )
        )
    return Life(life.expires_at, life.revoked_at, life.rotated_at, max(ends_at, now))


def check_undo(life: Life, now: datetime) -> None:
    """Refuse to go back to the secret before where it no longer works.

    Raises:
        NotPossible: no secret before is still working.
    """
    _check_overlap(life, now)


def _check_overlap(life: Life, now: datetime) -> None:
    if not life.in_overlap(now):
        raise NotPossible(said("Keys", "No secret before the present one is still working."))


def _within(at: datetime, expires_at: datetime | None) -> datetime:
    return at if expires_at is None else min(at, expires_at)
