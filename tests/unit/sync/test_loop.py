"""The loop: live, offline with patience and back by itself, stopped for good, cancelled at once."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lmchat_desktop.cache.trouble import CacheTrouble, DamagedCache, DiskFull, LeaseEnded
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import (
    ApiTrouble,
    BadAnswer,
    DeviceRevoked,
    Limited,
    SignedOut,
    Unreachable,
)
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.contract.base import Problem
from lmchat_desktop.domain.audit.standing import Standing
from lmchat_desktop.sync.loop import RECONNECT, SyncLoop
from lmchat_desktop.sync.states import SyncOutcome, SyncPhase, SyncProgress, SyncState
from tests.unit.cache.traffic import NOW, FixedClock

OnProgress = Callable[[SyncProgress], None]
Step = SyncOutcome | Exception | Callable[[CancelToken, OnProgress], SyncOutcome]
NEWS = SyncOutcome(changed_kinds=frozenset({"key"}))
FOR_EVER = 3600.0


class Scripted:
    """Runs that end as the test says, each started by the loop and let through by the test."""

    def __init__(self) -> None:
        self.steps: queue.Queue[Step] = queue.Queue()
        self.clock = FixedClock()
        self.succeeded_at: datetime | None = None
        self.until: datetime | None = None
        self.unsettled = SyncOutcome()

    def lease_until(self) -> datetime | None:
        return self.until

    def run_once(self, cancel: CancelToken, on_progress: OnProgress) -> SyncOutcome:
        step = self.steps.get(timeout=10)
        if isinstance(step, Exception):
            raise step
        outcome = step if isinstance(step, SyncOutcome) else step(cancel, on_progress)
        self.succeeded_at = self.clock.now()
        return outcome

    def changed(self) -> SyncOutcome:
        return self.unsettled

    def last_sync_at(self) -> datetime | None:
        return self.succeeded_at


def _counted(on_progress: OnProgress, progress: SyncProgress) -> SyncOutcome:
    on_progress(progress)
    return SyncOutcome()


class Heard:
    """Keeps what the listener was told."""

    def __init__(self) -> None:
        self.states: queue.Queue[SyncState] = queue.Queue()

    def __call__(self, state: SyncState) -> None:
        self.states.put(state)

    def next(self) -> SyncState:
        return self.states.get(timeout=10)

    def nothing_more(self) -> bool:
        return self.states.empty()


@pytest.fixture
def script() -> Scripted:
    return Scripted()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def loop(script: Scripted, heard: Heard) -> Iterator[SyncLoop]:
    loop = SyncLoop(
        script,  # type: ignore[arg-type]
        heard,
        interval_s=FOR_EVER,
        reconnect=RetryPolicy(base_s=FOR_EVER, cap_s=FOR_EVER, uniform=lambda low, high: high),
    )
    loop.start()
    yield loop
    script.steps.put(SyncOutcome())
    assert loop.stop(10)


def refused(kind: type[ApiTrouble], status: int) -> ApiTrouble:
    return kind("said", problem=Problem(type="about:blank", title="", status=status))  # type: ignore[call-arg]


def test_a_first_run_is_syncing_and_then_live(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    assert heard.next() == SyncState(SyncPhase.SYNCING, NOW)
    script.steps.put(NEWS)
    assert heard.next() == SyncState(SyncPhase.LIVE, NOW, last_sync_at=NOW, outcome=NEWS)
    assert loop.state.phase is SyncPhase.LIVE


def test_live_runs_do_not_flicker_and_keep_their_since(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    heard.next()
    script.steps.put(NEWS)
    heard.next()
    script.clock.advance(timedelta(seconds=5))
    script.steps.put(lambda cancel, progress: _counted(progress, SyncProgress(1, 1, "usage")))
    loop.wake()
    later = NOW + timedelta(seconds=5)
    assert heard.next() == SyncState(SyncPhase.LIVE, NOW, last_sync_at=later)
    assert heard.nothing_more()


def test_how_the_audit_log_stands_is_told_until_another_run_tells(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    assert heard.next().audit is None
    standing = Standing(unchecked="No proofs.")
    script.steps.put(SyncOutcome(audit=standing))
    assert heard.next().audit == standing
    script.steps.put(Unreachable("No connection."))
    loop.wake()
    assert heard.next().audit == standing
    script.steps.put(SyncOutcome())
    loop.wake()
    assert heard.next().audit is None


def test_what_was_stored_before_a_failure_is_told(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    heard.next()
    standing = Standing(unchecked="No proofs.")
    script.steps.put(SyncOutcome(audit=standing))
    heard.next()
    script.unsettled = NEWS
    script.steps.put(Unreachable("No connection."))
    loop.wake()
    told = heard.next()
    assert (told.phase, told.outcome.changed_kinds) == (SyncPhase.OFFLINE, NEWS.changed_kinds)
    assert told.audit == standing
    script.steps.put(refused(SignedOut, 401))
    loop.wake()
    told = heard.next()
    assert (told.phase, told.outcome) == (SyncPhase.STOPPED, SyncOutcome())


def test_more_than_a_moments_work_shows_its_progress(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    heard.next()
    script.steps.put(SyncOutcome())
    heard.next()

    def much(cancel: CancelToken, progress: OnProgress) -> SyncOutcome:
        for done in range(3):
            progress(SyncProgress(done, 2, "usage", "acct_1"))
        return NEWS

    script.steps.put(much)
    loop.wake()
    told = [heard.next() for _ in range(4)]
    assert [state.phase for state in told] == [SyncPhase.SYNCING] * 3 + [SyncPhase.LIVE]
    assert [state.progress and state.progress.done for state in told] == [0, 1, 2, None]
    assert [bool(state.outcome) for state in told] == [False, True, False, True]
    assert told[1].outcome.changed_scopes == {"acct_1"}


def test_offline_keeps_when_and_what_was_last_known_and_comes_back(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    heard.next()
    script.steps.put(NEWS)
    heard.next()
    script.clock.advance(timedelta(minutes=1))
    script.steps.put(Unreachable("No connection."))
    loop.wake()
    gone = heard.next()
    at = NOW + timedelta(minutes=1)
    assert gone == SyncState(SyncPhase.OFFLINE, at, "No connection.", NOW, "unreachable")
    script.clock.advance(timedelta(minutes=1))
    script.steps.put(Unreachable("No connection."))
    loop.wake()
    assert heard.next() == gone
    script.steps.put(lambda cancel, progress: _counted(progress, SyncProgress(1, 0, "keys")))
    loop.wake()
    assert heard.next().phase is SyncPhase.SYNCING
    back = heard.next()
    assert (back.phase, back.since) == (SyncPhase.LIVE, script.clock.now())


@pytest.mark.parametrize(
    "trouble",
    [Unreachable("x"), BadAnswer("x"), refused(Limited, 429), DiskFull()],
    ids=lambda trouble: trouble.code,
)
def test_passing_troubles_are_tried_again(
    loop: SyncLoop, script: Scripted, heard: Heard, trouble: ApiTrouble | CacheTrouble
) -> None:
    heard.next()
    script.steps.put(trouble)
    state = heard.next()
    assert (state.phase, state.code) == (SyncPhase.OFFLINE, trouble.code)
    assert state.detail == trouble.message
    script.steps.put(SyncOutcome())
    loop.wake()
    assert heard.next().phase is SyncPhase.LIVE


@pytest.mark.parametrize(
    "trouble",
    [refused(SignedOut, 401), refused(DeviceRevoked, 401), DamagedCache()],
    ids=lambda trouble: trouble.code,
)
def test_what_nobody_can_wait_out_stops_sync(
    loop: SyncLoop, script: Scripted, heard: Heard, trouble: ApiTrouble | CacheTrouble
) -> None:
    heard.next()
    script.steps.put(trouble)
    state = heard.next()
    assert (state.phase, state.code) == (SyncPhase.STOPPED, trouble.code)
    assert loop.stop(10)
    assert heard.nothing_more()


def test_a_fault_of_the_program_is_told_and_logged(
    loop: SyncLoop, script: Scripted, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    heard.next()
    script.steps.put(LookupError("bug"))
    state = heard.next()
    assert (state.phase, state.code) == (SyncPhase.STOPPED, "fault")
    assert loop.stop(10)
    assert "sync stopped by a fault" in caplog.text


def test_the_waits_grow_and_keep_what_the_backend_asks(
    script: Scripted, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = replace(RECONNECT, uniform=lambda low, high: high)
    loop = SyncLoop(script, heard, interval_s=5, reconnect=policy)  # type: ignore[arg-type]
    waits: list[float | None] = []
    for _ in range(8):
        script.steps.put(Unreachable("x"))
        waits.append(loop._once())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    limited = refused(Limited, 429)
    limited.retry_after_s = 120.0  # type: ignore[attr-defined]
    script.steps.put(limited)
    assert loop._once() == 121
    limited.retry_after_s = 1e9  # type: ignore[attr-defined]
    script.steps.put(limited)
    assert loop._once() == 901
    script.steps.put(SyncOutcome())
    assert loop._once() == 5
    script.steps.put(Unreachable("x"))
    assert loop._once() == 1


OFFLINE_FOR = [
    Unreachable("x"),
    BadAnswer("x"),
    refused(Limited, 429),
    DiskFull(),
]


@pytest.mark.parametrize("trouble", OFFLINE_FOR, ids=lambda trouble: trouble.code)
def test_a_lease_that_ends_offline_ends_sync(
    loop: SyncLoop, script: Scripted, heard: Heard, trouble: ApiTrouble | CacheTrouble
) -> None:
    heard.next()
    script.until = NOW + timedelta(days=14)
    script.clock.advance(timedelta(days=14) - timedelta(seconds=1))
    script.steps.put(trouble)
    assert heard.next().phase is SyncPhase.OFFLINE
    script.clock.advance(timedelta(seconds=1))
    script.steps.put(trouble)
    loop.wake()
    state = heard.next()
    assert (state.phase, state.code) == (SyncPhase.STOPPED, "lease-ended")
    assert state.detail == LeaseEnded.message
    assert loop.stop(10)
    assert heard.nothing_more()


def test_a_contact_after_the_end_renews_and_nothing_happens(
    loop: SyncLoop, script: Scripted, heard: Heard
) -> None:
    heard.next()
    script.until = NOW
    script.clock.advance(timedelta(days=20))

    def renew(cancel: CancelToken, progress: OnProgress) -> SyncOutcome:
        script.until = script.clock.now() + timedelta(days=14)
        return SyncOutcome()

    script.steps.put(renew)
    assert heard.next().phase is SyncPhase.LIVE
    script.steps.put(Unreachable("x"))
    loop.wake()
    assert heard.next().phase is SyncPhase.OFFLINE


def test_a_lease_ends_in_a_long_wait_that_a_backend_asked_for(
    script: Scripted, heard: Heard
) -> None:
    loop = SyncLoop(script, heard, look_s=0.01)  # type: ignore[arg-type]
    script.until = NOW + timedelta(days=14)
    limited = refused(Limited, 429)
    limited.retry_after_s = 1e12  # type: ignore[attr-defined]
    script.steps.put(limited)
    script.steps.put(limited)
    loop.start()
    heard.next()
    assert heard.next().phase is SyncPhase.OFFLINE
    script.clock.advance(timedelta(days=14))
    assert heard.next().code == "lease-ended"
    assert loop.stop(10)


@pytest.mark.parametrize(
    "trouble", [LookupError("bug"), DamagedCache(), refused(SignedOut, 401)], ids=repr
)
def test_a_lease_ends_where_sync_has_stopped_too(
    script: Scripted, heard: Heard, trouble: Exception
) -> None:
    loop = SyncLoop(script, heard, look_s=0.01)  # type: ignore[arg-type]
    script.until = NOW + timedelta(days=14)
    script.steps.put(trouble)
    loop.start()
    heard.next()
    assert heard.next().code != "lease-ended"
    assert heard.nothing_more()
    script.clock.advance(timedelta(days=14))
    state = heard.next()
    assert (state.phase, state.code) == (SyncPhase.STOPPED, "lease-ended")
    assert loop.stop(10)
    assert heard.nothing_more()


def test_stopping_cancels_the_run_under_way(loop: SyncLoop, script: Scripted, heard: Heard) -> None:
    heard.next()
    begun = threading.Event()

    def long(cancel: CancelToken, progress: OnProgress) -> SyncOutcome:
        begun.set()
        cancel.wait(60)
        return SyncOutcome()

    script.steps.put(long)
    assert begun.wait(10)
    assert loop.stop(10)
    assert heard.next().phase is SyncPhase.STOPPED
    assert heard.nothing_more()


def test_a_loop_that_was_never_started_stops(script: Scripted, heard: Heard) -> None:
    loop = SyncLoop(script, heard)  # type: ignore[arg-type]
    assert loop.stop(1)
    assert heard.nothing_more()
