"""Attempts to have one wish fulfilled once: which idempotency key each is made with."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from lmchat_desktop.client.errors import (
    ApiTrouble,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotOffered,
    Refused,
)
from lmchat_desktop.contract.base import ProblemKind

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOKS_FIRST = (Invalid, Conflict)
"""Refusals of a backend that has looked for an earlier attempt: there was none with an effect."""
_SAYS_NOTHING = frozenset({ProblemKind.IDEMPOTENCY_UNDER_WAY, ProblemKind.IDEMPOTENCY_REUSED})
_BEFORE_ANYTHING = (NotAllowed, NotFound, NotOffered)
"""Refusals that come before that: they tell of this attempt alone."""


class Attempts:
    """Draws a key for a wish, and keeps it for as long as an attempt may have had an effect.

    Args:
        draw: makes an idempotency key.

    Attributes:
        uncertain: an attempt may have had an effect: only the same wish may be tried again.
    """

    def __init__(self, draw: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self._draw = draw
        self._key = draw()
        self._was_uncertain = False
        self.uncertain = False

    @property
    def key(self) -> str:
        """The idempotency key of the next attempt."""
        return self._key

    def begin(self) -> str:
        """An attempt is made: from here on it may have an effect; answers its key."""
        self.uncertain, self._was_uncertain = True, self.uncertain
        return self._key

    def refused(self, trouble: ApiTrouble) -> bool:
        """An attempt failed; whether it is certain that nothing was done, so that one may wish
        something else, under another key.
        """
        if isinstance(trouble, Refused) and trouble.kind not in _SAYS_NOTHING:
            certain = isinstance(trouble, _LOOKS_FIRST) or (
                isinstance(trouble, _BEFORE_ANYTHING) and not self._was_uncertain
            )
            if certain:
                self.uncertain = False
                self._key = self._draw()
        return not self.uncertain
