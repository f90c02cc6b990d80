"""Which keys the page shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lmchat_desktop.contract.keys import KeyState


class StateFilter(StrEnum):
    """The keys of which state are shown."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALL = "all"

    @property
    def state(self) -> KeyState | None:
        """The state as the API names it; None for all."""
        return None if self is StateFilter.ALL else KeyState(self.value)


@dataclass(frozen=True, slots=True)
class KeyQuery:
    """What is asked of the cache.

    Attributes:
        account_id: of this account; None for every account that is visible.
        state: in this state.
        search: what the name, the hint or the id begins with; empty for no such condition.
    """

    account_id: str | None = None
    state: StateFilter = StateFilter.ACTIVE
    search: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether a person has asked for less than all."""
        return bool(self.search) or self.state is not StateFilter.ALL
