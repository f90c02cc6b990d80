"""Offline with the last state readable, and back by itself."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.sync.loop import SyncLoop
from lmchat_desktop.sync.states import SyncPhase, SyncState
from tests.integration.sync.conftest import Signed, SignIn
from tests.support.sandbox import RunningSandbox

SOON = RetryPolicy(base_s=0.05, cap_s=0.1)


@pytest.fixture
def signed(own_sandbox: RunningSandbox, sign_in: SignIn) -> Signed:
    return sign_in(own_sandbox)


@pytest.fixture
def states() -> queue.Queue[SyncState]:
    return queue.Queue()


@pytest.fixture
def loop(signed: Signed, states: queue.Queue[SyncState]) -> Iterator[SyncLoop]:
    loop = SyncLoop(signed.synchroniser, states.put, interval_s=0.05, reconnect=SOON)
    loop.start()
    yield loop
    assert loop.stop(20)


def until(states: queue.Queue[SyncState], phase: SyncPhase) -> SyncState:
    while True:
        state = states.get(timeout=30)
        if state.phase is phase:
            return state


def test_a_backend_that_goes_and_comes_back(
    own_sandbox: RunningSandbox,
    signed: Signed,
    loop: SyncLoop,
    states: queue.Queue[SyncState],
) -> None:
    until(states, SyncPhase.LIVE)
    own_sandbox.kill()
    gone = until(states, SyncPhase.OFFLINE)
    assert gone.code == "unreachable"
    assert gone.detail
    assert gone.last_sync_at is not None
    assert gone.last_sync_at <= gone.since
    assert EntityRepository(signed.cache).count("account") > 10
    blocks, spans = UsageRepository(signed.cache).blocks(
        "service", 0, 2**40, Level.HOUR, ZoneInfo("UTC")
    )
    assert blocks
    assert spans
    own_sandbox.start()
    back = until(states, SyncPhase.LIVE)
    assert back.last_sync_at is not None
    assert back.last_sync_at > gone.last_sync_at
    assert back.code == ""
    assert loop.stop(20)
    signed.assert_equal()


def test_starting_offline_shows_what_was_synced_last(
    own_sandbox: RunningSandbox, signed: Signed, states: queue.Queue[SyncState], sign_in: SignIn
) -> None:
    signed.synchroniser.run_once()
    last = signed.synchroniser.last_sync_at()
    path = signed.cache.path
    signed.cache.close()
    own_sandbox.kill()
    again = sign_in(own_sandbox, token=signed.token, path=path)
    loop = SyncLoop(again.synchroniser, states.put, interval_s=0.05, reconnect=SOON)
    loop.start()
    offline = until(states, SyncPhase.OFFLINE)
    assert offline.last_sync_at == last
    assert EntityRepository(again.cache).count("key") > 10
    own_sandbox.start()
    until(states, SyncPhase.LIVE)
    assert loop.stop(20)


def test_stopping_in_the_middle_of_a_first_sync_and_going_on(
    own_sandbox: RunningSandbox, signed: Signed, states: queue.Queue[SyncState]
) -> None:
    loop = SyncLoop(signed.synchroniser, states.put, interval_s=0.05, reconnect=SOON)
    loop.start()
    while True:
        state = states.get(timeout=30)
        if state.progress is not None and state.progress.scope and state.progress.done >= 3:
            break
    assert loop.stop(20)
    assert loop.state.phase is SyncPhase.STOPPED
    assert loop.state.code == ""
    signed.assert_equal()
