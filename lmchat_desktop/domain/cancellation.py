"""How long work is told that nobody waits for it any more."""

from __future__ import annotations

from typing import Protocol


class Cancellation(Protocol):
    """Tells whether a result is still wanted; the client's and the interface's tokens do."""

    def raise_if_cancelled(self) -> None:
        """Leave the work by an exception, if the result is not wanted any more."""
        ...
