"""Time as it is injected everywhere, and the effective time that never runs backwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's idea of the present instant, in UTC."""
        return datetime.now(UTC)


class EffectiveClock:
    """A clock that is at least the newest server or local time seen, so that a wrong or turned-back
    clock never brings back what is past its retention.

    Attributes:
        newest: the newest instant seen so far.
    """

    def __init__(self, base: Clock, newest: datetime | None = None) -> None:
        self._base = base
        self._lock = threading.Lock()
        self.newest = newest if newest is not None else base.now()

    def now(self) -> datetime:
        """The present instant, never before one that was told or seen."""
        return self.saw(self._base.now())

    def saw(self, at: datetime) -> datetime:
        """Take note of a server's or file's time; answers the newest instant now known."""
        with self._lock:
            self.newest = max(self.newest, at)
            return self.newest
