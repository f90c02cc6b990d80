from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from lmchat_desktop.sandbox import meta
from lmchat_desktop.sandbox.clock import SandboxClock, from_ms, keep_ahead, to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.meta import Meta
from tests.unit.sandbox.conftest import NOON


class Machine:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


def test_it_follows_the_machine_and_can_be_put_forward() -> None:
    machine = Machine()
    clock = SandboxClock(0, machine)
    assert clock.now() == NOON
    clock.put_forward(timedelta(days=3))
    assert clock.now() == NOON + timedelta(days=3)
    machine.at += timedelta(seconds=5)
    assert clock.now() == NOON + timedelta(days=3, seconds=5)


def test_it_never_runs_backwards() -> None:
    machine = Machine()
    clock = SandboxClock(0, machine)
    machine.at -= timedelta(hours=1)
    assert clock.now() == NOON
    with pytest.raises(ValueError, match="backwards"):
        clock.put_forward(timedelta(seconds=-1))


def test_it_survives_a_restart(database: Database) -> None:
    with database.write() as connection:
        keep_ahead(connection, timedelta(hours=7))
    with database.read() as connection:
        assert SandboxClock.restored(connection, Machine()).now() == NOON + timedelta(hours=7)


def test_it_is_never_before_what_has_arrived(database: Database) -> None:
    with database.write() as connection:
        meta.write(connection, Meta.POSITION, to_ms(NOON + timedelta(hours=1)))
    with database.read() as connection:
        assert SandboxClock.restored(connection, Machine()).now() == NOON + timedelta(hours=1)


@pytest.mark.parametrize("shift", [-1, 0, 1, 999, 1000])
def test_milliseconds_round_down_and_come_back(shift: int) -> None:
    at = from_ms(to_ms(NOON) + shift)
    assert to_ms(at) == to_ms(NOON) + shift
    assert to_ms(at + timedelta(microseconds=999)) == to_ms(at)
