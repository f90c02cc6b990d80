"""The backend's time on a machine whose clock is wrong, turned, or stopped: what it decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.clock import (
    PLAUSIBLE_AWAY,
    TOLERANCE,
    ClockDispute,
    EffectiveClock,
    Reading,
    SystemClock,
)

T = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


class Machine:
    """A machine: time passes for its clock and its stopwatch, or somebody sets its clock."""

    def __init__(self, at: datetime = T) -> None:
        self.at = at
        self.ran = timedelta(0)

    def now(self) -> datetime:
        return self.at

    def running_s(self) -> float:
        return self.ran.total_seconds()

    def run(self, by: timedelta) -> None:
        self.at += by
        self.ran += by


def restarted(clock: EffectiveClock, machine: Machine) -> EffectiveClock:
    """As the next start finds it: the stopwatch may begin anew."""
    left = clock.reading()
    machine.ran = timedelta(0)
    return EffectiveClock(machine, left)


@pytest.mark.parametrize("wrong", [-YEAR, YEAR, timedelta(0)])
def test_the_backends_time_and_what_has_passed_since_is_now(wrong: timedelta) -> None:
    machine = Machine(T + wrong)
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.run(5 * MINUTE)
    assert clock.now() == clock.reckoned() == T + 5 * MINUTE
    assert clock.dispute() == (
        ClockDispute(machine.at, T + 5 * MINUTE, heard=True) if wrong else None
    )
    # What is deleted goes by the earlier of both.
    assert clock.settled() == min(machine.at, T + 5 * MINUTE)


@pytest.mark.parametrize("wrong", [-YEAR, YEAR])
def test_a_wrong_answer_deletes_nothing_ends_no_lease_and_is_corrected(wrong: timedelta) -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.run(MINUTE)
    clock.saw(T + wrong)
    assert clock.now() == clock.contact == T + wrong
    assert clock.settled() == min(machine.at, T + wrong)
    assert clock.dispute() is not None
    machine.run(MINUTE)
    assert clock.reckoned() - (clock.contact or T) == MINUTE
    clock = restarted(clock, machine)
    assert clock.dispute() is not None
    assert clock.settled() <= machine.at
    assert clock.reckoned() - (clock.contact or T) == MINUTE
    clock.saw(T + 3 * MINUTE)
    assert clock.now() == clock.settled() == clock.contact == T + 3 * MINUTE
    assert clock.dispute() is None


def test_a_clock_that_is_set_while_the_backend_is_heard_changes_nothing_once_it_tells_again() -> (
    None
):
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.at += 20 * DAY
    machine.run(MINUTE)
    clock.saw(T + MINUTE)
    assert clock.now() == clock.settled() == T + MINUTE
    assert clock.dispute() is not None
    machine.at -= 20 * DAY
    assert clock.now() == T + MINUTE
    assert clock.dispute() is None


def test_away_the_later_of_the_machines_clock_and_what_was_known() -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.at += 13 * DAY
    clock = restarted(clock, machine)
    assert clock.now() == clock.settled() == clock.reckoned() == T + 13 * DAY
    assert clock.contact == T
    machine.at = T - 5 * DAY
    clock = restarted(clock, machine)
    assert clock.now() == clock.reckoned() == T + 13 * DAY
    assert clock.dispute() == ClockDispute(T - 5 * DAY, T + 13 * DAY, heard=False)
    assert clock.settled() == T - 5 * DAY
    machine.run(DAY)
    assert clock.reckoned() == T + 14 * DAY


@pytest.mark.parametrize("by", [PLAUSIBLE_AWAY, PLAUSIBLE_AWAY + MINUTE, YEAR])
def test_away_a_jump_beyond_belief_hides_and_decides_nothing(by: timedelta) -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.at += by
    clock = restarted(clock, machine)
    assert clock.now() == T + by
    believed = by <= PLAUSIBLE_AWAY
    assert (clock.dispute() is None) is believed
    assert clock.reckoned() == clock.settled() == (T + by if believed else T)
    # Nothing of it stays once the clock is right.
    machine.at = T + DAY
    clock = restarted(clock, machine)
    assert clock.now() == (T + by if believed else T + DAY)


def test_a_clock_that_was_off_at_the_last_contact_decides_nothing_at_the_next_start() -> None:
    machine = Machine(T + 20 * DAY)
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.run(MINUTE)
    clock = restarted(clock, machine)
    machine.at += 3 * DAY
    assert clock.now() == machine.at
    assert clock.reckoned() == clock.settled() == T + MINUTE
    assert clock.dispute() is not None


def test_a_small_difference_is_no_dispute_and_is_taken_into_account() -> None:
    machine = Machine(T + TOLERANCE)
    clock = EffectiveClock(machine)
    clock.saw(T)
    assert clock.dispute() is None
    machine.run(2 * DAY)
    clock = restarted(clock, machine)
    assert clock.reckoned() == T + 2 * DAY
    assert clock.dispute() is None


def test_a_machine_that_its_stopwatch_did_not_see_stopped() -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    machine.at += 30 * DAY
    assert clock.reckoned() == T + 30 * DAY


@pytest.mark.parametrize("moved", [26 * DAY, YEAR])
def test_a_sandbox_whose_clock_is_moved_rules_and_is_never_in_dispute(moved: timedelta) -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.movable = True
    clock.saw(T)
    clock.saw(T + moved)
    assert clock.now() == clock.settled() == T + moved
    assert clock.dispute() is None
    machine.run(DAY)
    clock = restarted(clock, machine)
    clock.movable = True
    machine.at += DAY
    assert clock.now() == clock.settled() == T + moved + 2 * DAY
    assert clock.dispute() is None


def test_an_answer_without_a_time_is_a_contact() -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    assert clock.contact is None
    clock.saw(T)
    machine.run(MINUTE)
    clock.answered()
    assert clock.contact == T + MINUTE
    assert clock.reading() == Reading(T + MINUTE, T + MINUTE)


def test_what_a_backend_has_figures_of_is_over_there() -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(T)
    clock.reached(T - MINUTE)
    assert clock.reckoned() == clock.contact == T
    clock.reached(T + MINUTE)
    assert clock.reckoned() == clock.contact == T + MINUTE


steps = st.lists(
    st.tuples(
        st.sampled_from(["run", "set", "tell", "restart"]),
        st.timedeltas(min_value=timedelta(0), max_value=2 * YEAR),
    ),
    min_size=1,
    max_size=12,
)


@given(steps)
def test_what_was_reckoned_goes_back_by_the_backends_word_alone(
    done: list[tuple[str, timedelta]],
) -> None:
    machine = Machine()
    clock = EffectiveClock(machine)
    for what, by in done:
        before = clock.reckoned()
        match what:
            case "run":
                machine.run(by)
            case "set":
                machine.at = T - YEAR + by
            case "tell":
                clock.saw(T - YEAR + by)
            case _:
                clock = restarted(clock, machine)
        now, reckoned, settled = clock.now(), clock.reckoned(), clock.settled()
        assert reckoned >= before or what == "tell"
        assert settled <= reckoned <= now
        contact = clock.contact
        assert contact is None or reckoned >= contact


def test_the_machines_stopwatch_runs() -> None:
    first = SystemClock().running_s()
    assert SystemClock().running_s() >= first > 0
