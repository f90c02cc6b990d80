"""Runs sync on a thread of its own, live while the backend answers and patiently while not."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lmchat_desktop.cache.trouble import (
    CacheBusy,
    CacheTrouble,
    CacheUnwritable,
    DiskFull,
    DiskTrouble,
    LeaseEnded,
)
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import ApiTrouble, Cancelled, SignedOut
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.domain.clock import EffectiveClock, LeaseClock
from lmchat_desktop.domain.lease import has_ended
from lmchat_desktop.domain.wording import said
from lmchat_desktop.sync.lease import LOOK_S, await_end
from lmchat_desktop.sync.states import SyncOutcome, SyncPhase, SyncProgress, SyncState
from lmchat_desktop.sync.waking import LOOK_S as WAKE_LOOK_S
from lmchat_desktop.sync.waking import WakeWatch

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.domain.clock import Clock, ClockDispute
    from lmchat_desktop.sync.synchroniser import Synchroniser

__all__ = ["SyncListener", "SyncLoop", "SyncState"]

log = logging.getLogger(__name__)

LIVE_INTERVAL_S = 5.0
REFRESH_S = 1.0
"""How often, at most, a listener hears of new usage within a run."""
RECONNECT = RetryPolicy(base_s=1.0, cap_s=60.0, retry_after_cap_s=900.0)
_MANY = 2
"""From so many slices on a run is more than the moment that live sync takes."""

_PASSING = (DiskFull, DiskTrouble, CacheBusy, CacheUnwritable)
_FAULT = said(
    "Sync",
    "Sync stopped because of a fault in this application. What was synced before stays readable. "
    "Start the application again; if it stays so, report it with the log.",
)

SyncListener = Callable[[SyncState], None]


class SyncLoop:
    """Syncs again and again until it is stopped, or the sign-in or the device's lease is over.

    The lease is looked at after each attempt that failed, and, where sync has stopped for another
    reason, every minute: what is open ends with it too.

    Args:
        synchroniser: does one run.
        listener: told each state, on the loop's thread; it must be short and must not raise.
        clock: dates the states; the clock of the synchroniser where it is None.
        interval_s: seconds from the end of a run to the next while live.
        reconnect: the waits after failures, with jitter; a backend's Retry-After is kept, up to
            the policy's cap, so that no answer stops sync for good.
        look_s: seconds between two looks at the lease once sync has stopped.
        wakes: tells that the machine slept, unless a test has another.
    """

    def __init__(
        self,
        synchroniser: Synchroniser,
        listener: SyncListener,
        *,
        clock: Clock | None = None,
        interval_s: float = LIVE_INTERVAL_S,
        reconnect: RetryPolicy = RECONNECT,
        look_s: float = LOOK_S,
        wakes: WakeWatch | None = None,
    ) -> None:
        self._synchroniser = synchroniser
        self._listener = listener
        self._clock = clock or synchroniser.clock
        self._lease_clock = LeaseClock(self._clock)
        self._interval_s = interval_s
        self._reconnect = reconnect
        self._look_s = look_s
        self._wakes = wakes or WakeWatch()
        self._cancel = CancelToken()
        self._awake = threading.Event()
        self._failures = 0
        self._refresh_at = 0.0
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
        self._state = SyncState(SyncPhase.SYNCING, self._clock.now())

    @property
    def state(self) -> SyncState:
        """The last state that the listener was told."""
        return self._state

    def start(self) -> None:
        """Begin, at once, with a run."""
        self._thread.start()

    def wake(self) -> None:
        """Sync now, not at the end of the wait: after an act, or when the network is back."""
        self._awake.set()

    def stop(self, timeout_s: float | None = None) -> bool:
        """Cancel a download under way and end; answers whether the thread has ended in time.

        A transaction that is being committed is finished first.
        """
        self._cancel.cancel()
        self._awake.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        wait_s: float | None = 0.0
        self._set(self._state)
        while wait_s is not None:
            self._rest(wait_s)
            self._awake.clear()
            if self._cancel.cancelled:
                break
            wait_s = self._once()
        if self._state.phase is not SyncPhase.STOPPED:
            self._tell(SyncPhase.STOPPED)
        elif self._state.code != LeaseEnded.code and await_end(
            self._synchroniser.lease_until, self._lease_clock, self._cancel, self._look_s
        ):
            self._tell(SyncPhase.STOPPED, LeaseEnded.message, LeaseEnded.code)

    def _rest(self, wait_s: float) -> None:
        """Wait to be woken, or for the next run; a lease that ends offline has it come at once.

        So has a machine that slept: the network that was away may be back, or be another one. A
        pause that the backend asked for is kept all the same.
        """
        end = time.monotonic() + wait_s
        while (left := end - time.monotonic()) > 0:
            if self._awake.wait(min(left, self._look_s, WAKE_LOOK_S)):
                return
            if self._wakes.woke() and wait_s <= max(self._interval_s, self._reconnect.cap_s):
                self._failures = 0
                return
            if self._state.phase is SyncPhase.OFFLINE and self._lease_ended():
                return

    def _once(self) -> float | None:
        """One run; answers the seconds to wait for the next one, None for never."""
        try:
            outcome = self._synchroniser.run_once(self._cancel, self._progressed)
        except Cancelled:
            return None
        except ApiTrouble as trouble:
            return self._failed(trouble, final=isinstance(trouble, SignedOut))
        except CacheTrouble as trouble:
            return self._failed(trouble, final=not isinstance(trouble, _PASSING))
        except Exception:
            log.exception("sync stopped by a fault")
            self._tell(SyncPhase.STOPPED, _FAULT, "fault")
            return None
        self._failures = 0
        self._tell(SyncPhase.LIVE, outcome=outcome)
        return self._interval_s

    def _failed(self, trouble: ApiTrouble | CacheTrouble, *, final: bool) -> float | None:
        if not final and self._lease_ended():
            trouble, final = LeaseEnded(), True
        phase = SyncPhase.STOPPED if final else SyncPhase.OFFLINE
        # What was stored before the failure is to be seen; where sync is over, so is the page.
        changed = None if final else replace(self._synchroniser.changed(), audit=self._state.audit)
        self._tell(phase, trouble.message, trouble.code, changed)
        if final:
            return None
        self._failures += 1
        return self._reconnect.wait_s(self._failures, trouble)

    def _lease_ended(self) -> bool:
        return has_ended(self._synchroniser.lease_until(), self._lease_clock.now())

    def _progressed(self, progress: SyncProgress) -> None:
        if self._state.phase is SyncPhase.LIVE and progress.total < _MANY:
            return
        since = self._state.since
        if self._state.phase is not SyncPhase.SYNCING:
            since = self._clock.now()
        self._set(
            replace(
                self._state,
                phase=SyncPhase.SYNCING,
                since=since,
                detail="",
                code="",
                progress=progress,
                outcome=self._arrived(progress),
            )
        )

    def _arrived(self, progress: SyncProgress) -> SyncOutcome:
        """The scope of which more has come, now and then, so that what is seen fills by and by."""
        now = time.monotonic()
        if not progress.scope or not progress.done or now < self._refresh_at:
            return SyncOutcome()
        self._refresh_at = now + REFRESH_S
        return SyncOutcome(changed_scopes=frozenset({progress.scope}))

    def _tell(
        self,
        phase: SyncPhase,
        detail: str = "",
        code: str = "",
        outcome: SyncOutcome | None = None,
    ) -> None:
        since = self._state.since if phase is self._state.phase else self._clock.now()
        self._set(
            SyncState(
                phase,
                since,
                detail,
                self._last_sync_at(),
                code,
                None,
                outcome or SyncOutcome(),
                self._dispute(),
                self._state.audit if outcome is None else outcome.audit,
            )
        )

    def _set(self, state: SyncState) -> None:
        self._state = state
        self._listener(state)

    def _dispute(self) -> ClockDispute | None:
        return self._clock.dispute() if isinstance(self._clock, EffectiveClock) else None

    def _last_sync_at(self) -> datetime | None:
        try:
            return self._synchroniser.last_sync_at()
        except CacheTrouble:
            return self._state.last_sync_at
