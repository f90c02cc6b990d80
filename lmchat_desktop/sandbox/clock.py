"""The sandbox's clock: the machine's, moved forward by a persisted distance, never backwards."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from lmchat_desktop.domain.clock import Clock, SystemClock
from lmchat_desktop.sandbox import meta
from lmchat_desktop.sandbox.meta import Meta


def to_ms(at: datetime) -> int:
    """Whole milliseconds since the epoch, rounded down."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The instant, in UTC."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def maybe_from_ms(milliseconds: int | None) -> datetime | None:
    """The instant, or None for None."""
    return None if milliseconds is None else from_ms(milliseconds)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SandboxClock:
    """A clock that can be put forward and that survives a restart.

    It never gives an earlier time than one it has given, also when the machine's clock is turned
    back while it runs.
    """

    def __init__(self, ahead_ms: int = 0, base: Clock | None = None) -> None:
        self._base = base or SystemClock()
        self._lock = threading.Lock()
        self._ahead = timedelta(milliseconds=ahead_ms)
        self._newest = self._base.now() + self._ahead

    @classmethod
    def restored(cls, connection: Connection, base: Clock | None = None) -> SandboxClock:
        """The clock as it was left, at least at the instant up to which traffic has arrived."""
        clock = cls(meta.read_int(connection, Meta.CLOCK_AHEAD), base)
        position = meta.read_int(connection, Meta.POSITION)
        behind = position - to_ms(clock.now())
        if behind > 0:
            clock.put_forward(timedelta(milliseconds=behind))
        return clock

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the machine's."""
        return self._ahead

    def now(self) -> datetime:
        """The present instant of the sample world."""
        with self._lock:
            self._newest = max(self._newest, self._base.now() + self._ahead)
            return self._newest

    def put_forward(self, by: timedelta) -> None:
        """Let the clock show a later time.

        Raises:
            ValueError: for a negative distance.
        """
        if by < timedelta(0):
            raise ValueError("the clock never runs backwards")
        with self._lock:
            self._ahead += by

    def put_to(self, connection: Connection) -> None:
        """Take the distance that was written down, unless it is less."""
        written = timedelta(milliseconds=meta.read_int(connection, Meta.CLOCK_AHEAD))
        with self._lock:
            self._ahead = max(self._ahead, written)


def keep_ahead(connection: Connection, ahead: timedelta) -> None:
    """Write down how far the clock is ahead, in the transaction of a move."""
    meta.write(connection, Meta.CLOCK_AHEAD, ahead // timedelta(milliseconds=1))
