"""The network changes while the machine sleeps: connections are dead and nobody says so."""

from __future__ import annotations

import errno
import queue
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client import calls
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.sync.loop import SyncLoop
from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.sync.synchroniser import Synchroniser
from lmchat_desktop.sync.waking import WakeWatch
from tests.support.relay import Relay
from tests.support.sandbox import RunningSandbox

TIMEOUTS = httpx.Timeout(connect=0.5, read=0.5, write=0.5, pool=0.5)
FOR_EVER = 3600.0


class Machine:
    """A machine that syncs over a network, and sleeps."""

    def __init__(self, relay: Relay, token: str, path: Path) -> None:
        self.slept_s = 0.0
        self.states: queue.Queue[SyncState] = queue.Queue()
        self.api = ApiClient(
            relay.url, StaticToken(token), retry=RetryPolicy(attempts=2, base_s=0.01)
        )
        self.cache = open_cache(path, RawKey(bytes(range(32))))
        self.loop = SyncLoop(
            Synchroniser(self.api, self.cache, None, lambda: ["service"]),
            self.states.put,
            interval_s=FOR_EVER,
            reconnect=RetryPolicy(base_s=FOR_EVER, cap_s=FOR_EVER, uniform=lambda _low, high: high),
            look_s=0.02,
            wakes=WakeWatch(lambda: self.slept_s),
        )
        self.loop.start()

    def sleep(self) -> None:
        """Sleep for an hour and wake."""
        self.slept_s += 3600

    def until(self, phase: SyncPhase) -> SyncState:
        while True:
            state = self.states.get(timeout=60)
            if state.phase is phase:
                return state


@pytest.fixture
def relay(sandbox: RunningSandbox) -> Iterator[Relay]:
    with Relay(sandbox.port) as made:
        yield made


@pytest.fixture
def machine(
    relay: Relay, sandbox: RunningSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Machine]:
    monkeypatch.setattr(calls, "TIMEOUTS", TIMEOUTS)
    made = Machine(relay, sandbox.sign_in("owner", device="asleep"), tmp_path / "cache.db")
    with closing(made.cache), closing(made.api):
        made.until(SyncPhase.LIVE)
        yield made
        assert made.loop.stop(30)


def test_after_a_sleep_sync_comes_at_once_over_connections_that_live(
    machine: Machine, relay: Relay
) -> None:
    before = relay.accepted
    relay.leave_network(new_ones_too=False)
    machine.sleep()
    assert machine.until(SyncPhase.LIVE).code == ""
    assert relay.accepted > before


def test_a_network_that_swallows_everything_is_noticed_and_left_at_the_next_waking(
    machine: Machine, relay: Relay
) -> None:
    relay.leave_network(new_ones_too=True)
    machine.sleep()
    away = machine.until(SyncPhase.OFFLINE)
    assert away.code == "unreachable"
    assert away.last_sync_at is not None
    relay.join_network()
    machine.sleep()
    assert machine.until(SyncPhase.LIVE).code == ""


@pytest.mark.parametrize(
    "trouble",
    [
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        pytest.param(OSError(errno.ENETUNREACH, "Network is unreachable"), marks=pytest.mark.full),
        pytest.param(
            OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address"), marks=pytest.mark.full
        ),
    ],
    ids=["no-names", "no-network", "no-address"],
)
def test_a_network_that_is_not_there_yet_when_the_machine_wakes(
    machine: Machine, relay: Relay, monkeypatch: pytest.MonkeyPatch, trouble: OSError
) -> None:
    def refuse(*_arguments: Any, **_more: Any) -> Any:
        raise trouble

    relay.leave_network(new_ones_too=False)
    with monkeypatch.context() as away:
        away.setattr(socket, "create_connection", refuse)
        machine.sleep()
        told = machine.until(SyncPhase.OFFLINE)
    assert told.code == "unreachable"
    assert told.detail
    machine.sleep()
    assert machine.until(SyncPhase.LIVE).code == ""
