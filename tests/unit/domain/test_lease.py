"""The lease: when it ends, by table and for any times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.clock import EffectiveClock
from lmchat_desktop.domain.lease import MAX_LEASE, Lease, has_ended

AT = datetime(2026, 11, 24, 10, 20, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
grants = st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=4000))


@pytest.mark.parametrize(
    ("granted", "length"),
    [
        (None, 14 * DAY),
        (14 * DAY, 14 * DAY),
        (3 * DAY, 3 * DAY),
        (timedelta(hours=1), timedelta(hours=1)),
        (365 * DAY, 14 * DAY),
        (timedelta(0), timedelta(0)),
        (-DAY, timedelta(0)),
    ],
)
def test_a_lease_is_what_is_granted_but_fourteen_days_at_most(
    granted: timedelta | None, length: timedelta
) -> None:
    assert Lease(AT, granted).until == AT + length


@pytest.mark.parametrize(
    ("until", "now", "ended"),
    [
        (None, AT, False),
        (AT, AT - TICK, False),
        (AT, AT, True),
        (AT, AT + 100 * DAY, True),
    ],
)
def test_a_lease_ends_at_its_end(until: datetime | None, now: datetime, ended: bool) -> None:
    assert has_ended(until, now) is ended


@given(instants, grants, instants)
def test_a_contact_never_shortens_a_lease_and_never_lengthens_it_beyond_its_own(
    contact: datetime, granted: timedelta | None, later: datetime
) -> None:
    lease = Lease(contact, granted)
    renewed = lease.renewed(later)
    assert renewed.until >= lease.until
    assert renewed.until <= max(contact, later) + MAX_LEASE
    assert renewed.renewed(contact) == renewed


@given(instants, grants, st.lists(instants, min_size=1))
def test_an_ended_lease_stays_so_whatever_the_machines_clock_says(
    contact: datetime, granted: timedelta | None, shown: list[datetime]
) -> None:
    class Machine:
        at = contact

        def now(self) -> datetime:
            return self.at

    machine = Machine()
    clock = EffectiveClock(machine)
    clock.saw(contact)
    until = Lease(contact, granted).until
    told = []
    for machine.at in shown:
        told.append(has_ended(until, clock.reckoned()))
    assert told == sorted(told)
    assert told[-1] or max(shown) < until
