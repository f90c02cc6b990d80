"""Time as it is injected everywhere, and the effective time that follows the backend's clock."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, runtime_checkable

TOLERANCE = timedelta(days=1)
"""How far this machine's clock and the backend's may be apart without one of them being wrong."""

PLAUSIBLE_AWAY = timedelta(days=90)
"""How far ahead of the last known instant a machine's clock is believed while the backend is away.

As long as usage is kept at most: what a longer absence leaves is hidden anyway, and what a clock
that is wrong by a year would destroy is still there."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@runtime_checkable
class Stopwatch(Protocol):
    """Tells how much time passes, whatever anybody sets a clock to."""

    def running_s(self) -> float:
        """Seconds since some instant, the machine's sleep included; they only grow."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's idea of the present instant, in UTC."""
        return datetime.now(UTC)

    def running_s(self) -> float:
        """Seconds since the machine started, the time that it slept included."""
        if sys.platform == "linux":
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        if sys.platform == "darwin":
            # There `time.monotonic` stands still in sleep, and this clock does not.
            return time.clock_gettime(time.CLOCK_MONOTONIC)
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Reading:
    """What is kept of an effective clock from one start to the next.

    Attributes:
        newest: the latest instant that was reckoned.
        contact: the time at the last contact with the backend; None before the first.
        ahead: how far the machine's clock was ahead of the backend's then.
    """

    newest: datetime
    contact: datetime | None = None
    ahead: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class ClockDispute:
    """Two clocks that cannot both be right.

    Attributes:
        local: what the machine's clock says.
        backend: what time it is by the backend, as it was told last and with what has passed since.
        heard: whether the backend was reached in this run of the application.
    """

    local: datetime
    backend: datetime
    heard: bool


class EffectiveClock:
    """The time of one backend, on a machine whose own clock may be anything.

    - The backend's time, which TLS vouches for, is the authority: the present instant is what it
      told last and what has passed since by a stopwatch. It corrects backwards too, whatever an
      earlier wrong answer or a wrong local clock had claimed.
    - Until it is reached, the present instant is the later of the machine's clock and the latest
      instant known, so that a clock that is set back brings back nothing that is past its time.
    - Where the two are apart by more than `TOLERANCE`, or the machine's clock jumps by more than
      `PLAUSIBLE_AWAY` without a contact, they are in dispute until the backend is heard again and
      both agree: figures go by the backend's clock (unheard, by the later of both), what is deleted
      goes by the earlier, and a lease runs by the stopwatch alone. A sandbox whose clock people
      move is never in dispute.

    Not promised: whoever turns the clock of a machine back that is offline, each time before its
    lease ends, keeps what is on it readable for as long as they hold it and what opens it. Time
    that was reckoned once cannot be taken back so, but what passes unnoticed while the application
    does not run can. An operator's revocation is known at the next contact and not before.

    Args:
        base: the machine's clock. Where it is no `Stopwatch`, it is believed that time passes
            as it says whenever it goes forward.
        kept: what an earlier run left.

    Attributes:
        movable: whether the backend is a sandbox whose clock is moved on purpose.
    """

    def __init__(self, base: Clock, kept: Reading | None = None) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._began = self._furthest = base.now()
        self._at = kept.newest if kept is not None else self._began
        self._at_s = self._running_s()
        self._contact = kept.contact if kept is not None else None
        self._ahead = kept.ahead if kept is not None else timedelta(0)
        self._heard = False
        self.movable = False

    def now(self) -> datetime:
        """The present instant: what is shown goes by it."""
        with self._lock:
            local, reckoned = self._base.now(), self._reckon()
            return reckoned if self._heard or self.movable else max(local, reckoned)

    def reckoned(self) -> datetime:
        """The time at the backend: against `contact` it tells how long ago that was.

        That holds whatever either clock says: both instants are by the clock that told the first.
        """
        with self._lock:
            return self._reckon()

    def settled(self) -> datetime:
        """The latest instant that nobody disputes: what is deleted for its age goes by it."""
        with self._lock:
            local, reckoned = self._base.now(), self._reckon()
            return min(local, reckoned) if self._disputed(local, reckoned) else reckoned

    def dispute(self) -> ClockDispute | None:
        """What the clocks say, while they cannot both be right; else None."""
        with self._lock:
            local, reckoned = self._base.now(), self._reckon()
            if not self._disputed(local, reckoned):
                return None
            return ClockDispute(local, reckoned, self._heard)

    @property
    def contact(self) -> datetime | None:
        """The time at the last contact with the backend, in any run; None before the first."""
        with self._lock:
            return self._contact

    @property
    def ahead(self) -> timedelta:
        """How far the machine's clock was ahead of the backend's at the last contact."""
        with self._lock:
            return self._ahead

    def reading(self) -> Reading:
        """What the next run has to know."""
        with self._lock:
            return Reading(self._reckon(), self._contact, self._ahead)

    def saw(self, at: datetime) -> datetime:
        """The backend has just told its time; answers it."""
        with self._lock:
            return self._hear(at)

    def reached(self, at: datetime) -> None:
        """The backend has just told of something up to an instant: its time is not earlier."""
        with self._lock:
            if at > self._reckon():
                self._hear(at)

    def answered(self) -> None:
        """The backend has just answered without telling its time."""
        with self._lock:
            self._contact = self._reckon()

    def _hear(self, at: datetime) -> datetime:
        self._at, self._at_s = at, self._running_s()
        self._contact, self._heard = at, True
        self._ahead = self._base.now() - at
        return at

    def _reckon(self) -> datetime:
        running_s = self._running_s()
        at = self._at + timedelta(seconds=max(0.0, running_s - self._at_s))
        off = self._base.now() - at
        if not self._agreed() and abs(off) <= TOLERANCE:
            # Somebody has set the machine's clock right.
            self._ahead = off
        if self._agreed():
            # A machine can be stopped in a way that its stopwatch does not see, as by a snapshot.
            by_local = self._base.now() - self._ahead
            if timedelta(0) < by_local - at <= PLAUSIBLE_AWAY:
                at = self._at = by_local
                self._at_s = running_s
        return at

    def _agreed(self) -> bool:
        """Whether both clocks agreed when they were last compared."""
        return self.movable or abs(self._ahead) <= TOLERANCE

    def _disputed(self, local: datetime, reckoned: datetime) -> bool:
        if not self._agreed():
            return True
        off = local - self._ahead - reckoned
        return off > PLAUSIBLE_AWAY or off < -TOLERANCE

    def _running_s(self) -> float:
        if isinstance(self._base, Stopwatch):
            return self._base.running_s()
        self._furthest = max(self._furthest, self._base.now())
        return (self._furthest - self._began).total_seconds()


class LeaseClock:
    """Tells the time that a lease runs by: an effective clock's `reckoned`, else the clock's own.

    Args:
        clock: an effective clock, or, in a test, any other.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """The present instant, by the clock that told of the last contact."""
        if isinstance(self._clock, EffectiveClock):
            return self._clock.reckoned()
        return self._clock.now()
