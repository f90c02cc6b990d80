"""What a key's rotation allows, for the dialogs; the rule itself is `domain.keys.rotation`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.domain.keys.rotation import LONGEST_OVERLAP, Life, latest_end
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.domain.wording import Sentence


def life_of(key: ApiKey) -> Life:
    """What decides which of a key's secrets work when."""
    return Life(key.expires_at, key.revoked_at, key.rotated_at, key.old_ends_at)


def in_overlap(key: ApiKey, now: datetime) -> bool:
    """Whether the secret before still works at an instant."""
    return life_of(key).in_overlap(now)


def old_ends_at(key: ApiKey) -> datetime | None:
    """When the secret before stops, by itself or with the key; None without one."""
    return life_of(key).overlap_end


def latest_of_new(key: ApiKey, now: datetime) -> datetime:
    """Up to when the present secret can go on working if it is replaced now."""
    return latest_end(Life(key.expires_at, rotated_at=now)) or now + LONGEST_OVERLAP


def latest_of_running(key: ApiKey, now: datetime) -> datetime:
    """Up to when the end of the overlap that is under way can be moved."""
    return latest_end(life_of(key)) or latest_of_new(key, now)


def why_not_rotate(key: ApiKey, now: datetime) -> Sentence | None:
    """Why a key cannot be given a new secret; None where it can."""
    if key.state is KeyState.REVOKED:
        return said("KeyActs", "This key is revoked. Make a new one instead.")
    if life_of(key).state(now) is KeyState.EXPIRED:
        return said("KeyActs", "This key has expired. Give it a later expiry first.")
    if in_overlap(key, now):
        return said("KeyActs", "Its last rotation is not over: finish or undo that first.")
    return None
