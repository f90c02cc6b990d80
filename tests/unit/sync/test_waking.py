"""A machine that slept syncs at once; a pause that the backend asked for is kept."""

from __future__ import annotations

import queue
import threading

import pytest

from lmchat_desktop.client.errors import Unreachable
from lmchat_desktop.client.retry import RetryPolicy
from lmchat_desktop.sync.loop import SyncLoop
from lmchat_desktop.sync.states import SyncOutcome, SyncPhase
from lmchat_desktop.sync.waking import SLEPT_S, WakeWatch, slept_s
from tests.unit.sync.test_loop import FOR_EVER, Heard, Scripted

HOUR_S = 3600.0
AWAY = Unreachable("away")


class Sleeper:
    """A machine that sleeps when the test says so.

    Attributes:
        slept_s: how long it has slept in all.
        looks: filled each time that somebody asks.
    """

    def __init__(self) -> None:
        self.slept_s = 0.0
        self.looks: queue.Queue[float] = queue.Queue()

    def __call__(self) -> float:
        self.looks.put(self.slept_s)
        return self.slept_s

    def looked_at_again(self) -> None:
        """Wait until somebody has asked twice from now on."""
        while not self.looks.empty():
            self.looks.get()
        for _ in range(2):
            self.looks.get(timeout=10)


def test_a_waking_is_told_once_and_a_nap_is_none() -> None:
    machine = Sleeper()
    watch = WakeWatch(machine)
    assert not watch.woke()
    machine.slept_s += SLEPT_S / 2
    assert not watch.woke()
    machine.slept_s += HOUR_S
    assert watch.woke()
    assert not watch.woke()


def test_a_machine_that_is_awake_has_not_slept_meanwhile() -> None:
    assert abs(slept_s() - slept_s()) < SLEPT_S


@pytest.mark.parametrize(
    ("wait_s", "at_once"), [(60.0, True), (FOR_EVER, False)], ids=["backing-off", "asked-to-wait"]
)
def test_after_sleep_sync_does_not_sit_out_a_wait_of_its_own(wait_s: float, at_once: bool) -> None:
    script, heard, machine = Scripted(), Heard(), Sleeper()

    class Patience(RetryPolicy):
        def wait_s(self, failures: int, trouble: object = None) -> float:
            asked.append(failures)
            return wait_s

    asked: list[int] = []
    loop = SyncLoop(
        script,  # type: ignore[arg-type]
        heard,
        interval_s=5.0,
        reconnect=Patience(base_s=1.0, cap_s=60.0),
        look_s=0.005,
        wakes=WakeWatch(machine),
    )
    loop.start()
    try:
        assert heard.next().phase is SyncPhase.SYNCING
        script.steps.put(AWAY)
        assert heard.next().phase is SyncPhase.OFFLINE
        began = threading.Event()
        script.steps.put(lambda _cancel, _progress: began.set() or SyncOutcome())
        machine.looked_at_again()
        assert not began.is_set()
        machine.slept_s += HOUR_S
        if at_once:
            assert began.wait(10)
            assert heard.next().phase is SyncPhase.LIVE
        else:
            machine.looked_at_again()
            assert not began.is_set()
            loop.wake()
            assert began.wait(10)
        assert asked == [1]
    finally:
        script.steps.put(SyncOutcome())
        assert loop.stop(10)
