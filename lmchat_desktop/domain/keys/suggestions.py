"""Which keys should be looked at, and why. Only usable keys are suggested."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.domain.keys.terms import KeyState, SuggestionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

UNUSED_AFTER = timedelta(days=90)
NEVER_USED_AFTER = timedelta(days=7)
EXPIRING_WITHIN = timedelta(days=14)
USED_WITHIN = timedelta(days=14)
"""A key that expires is only missed by those who use it."""
FOREIGN_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Observed:
    """What suggestions are made from.

    Attributes:
        state: whether the key can be used.
        created_at, expires_at, last_used_at: None where there is no such instant.
        over_budget_since: since when its budget is used up, in the present period.
        foreign_at: when it was last tried from an address outside its networks.
    """

    state: KeyState
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    over_budget_since: datetime | None = None
    foreign_at: datetime | None = None


def suggestions(key: Observed, now: datetime) -> Mapping[SuggestionKind, datetime | None]:
    """Why a key should be looked at, and since when it is so, where that is known."""
    found: dict[SuggestionKind, datetime | None] = {}
    if key.state is not KeyState.ACTIVE:
        return found
    used = key.last_used_at
    if used is not None and used < now - UNUSED_AFTER:
        found[SuggestionKind.UNUSED] = used
    if used is None and key.created_at < now - NEVER_USED_AFTER:
        found[SuggestionKind.NEVER_USED] = key.created_at
    if key.expires_at is None:
        found[SuggestionKind.NO_EXPIRY] = key.created_at
    elif key.expires_at <= now + EXPIRING_WITHIN and used is not None and used >= now - USED_WITHIN:
        found[SuggestionKind.EXPIRING] = None
    if key.over_budget_since is not None:
        found[SuggestionKind.OVER_BUDGET] = key.over_budget_since
    if key.foreign_at is not None and key.foreign_at >= now - FOREIGN_WITHIN:
        found[SuggestionKind.FOREIGN_ADDRESS] = key.foreign_at
    return found
