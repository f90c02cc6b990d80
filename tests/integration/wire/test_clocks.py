"""A clock that is wrong by a year, here or there: figures are right, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from lmchat_desktop.cache.trouble import LeaseEnded
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens
from lmchat_desktop.client.errors import Limited
from lmchat_desktop.client.retry import NO_RETRY
from lmchat_desktop.domain.lease import MAX_LEASE
from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.domain.usage.cells import Measure
from lmchat_desktop.services.lease_sweep import sweep_leases
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.usage import UsageQuestion
from lmchat_desktop.settings.profiles import CacheKeeping, Profile, ProfileStore
from lmchat_desktop.sync.states import SyncPhase, SyncState
from tests.integration.session.bench import Bench, Listener, synced
from tests.integration.session.conftest import make_bench
from tests.integration.wire.conftest import Wired
from tests.support import faults
from tests.support.fault_proxy import FaultProxy
from tests.support.sandbox import RunningSandbox

__all__ = ["make_bench"]

OWNER = "Dana Whitfield"
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
REAL = faults.skewed(timedelta(0))
"""The backend as one that is no sandbox: its clock is moved by nobody."""


EITHER_WAY = pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(YEAR, id="ahead"),
        pytest.param(-YEAR, id="behind", marks=pytest.mark.full),
    ],
)


class Machine:
    """This machine, whose clock is off by so much and goes on with the real time."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        self.off = off
        self.ran = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.off

    def running_s(self) -> float:
        return datetime.now(UTC).timestamp() + self.ran.total_seconds()

    def pass_by(self, time: timedelta) -> None:
        self.off += time
        self.ran += time


@pytest.fixture
def proxy(sandbox: RunningSandbox) -> Iterator[FaultProxy]:
    with FaultProxy(backend=sandbox.url) as made:
        made.on("*", REAL)
        yield made


@pytest.fixture
def bench(
    make_bench: Callable[[RunningSandbox], Bench], sandbox: RunningSandbox, proxy: FaultProxy
) -> Bench:
    """An installation whose backend is reached past the proxy."""
    bench = make_bench(sandbox)
    bench.profile = Profile(id="bench", name="Bench", base_url=proxy.url)
    return bench


def figures(session: Session) -> dict[Measure, int]:
    """Of the last full days, as a page asks for them."""
    end = session.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    week = Period(end - 7 * DAY, end, 7 * DAY)
    (account,) = session.accounts()
    question = UsageQuestion(account.id, week, None, ZoneInfo("UTC"))
    answer = session.usage.report(question).answer
    return {measure: answer.total(measure) for measure in Measure}


def in_dispute(state: SyncState) -> bool:
    return state.phase is SyncPhase.LIVE and state.dispute is not None


def agreeing(state: SyncState) -> bool:
    return state.phase is SyncPhase.LIVE and state.dispute is None


@pytest.fixture
def expected(
    make_bench: Callable[[RunningSandbox], Bench], sandbox: RunningSandbox
) -> dict[Measure, int]:
    """What a machine with a right clock shows."""
    bench = make_bench(sandbox)
    bench.caches = bench.caches.with_name("of-a-right-clock")
    session = bench.open(bench.enter(OWNER))
    synced(session)
    found = figures(session)
    session.close()
    assert found[Measure.REQUESTS] > 0
    return found


@EITHER_WAY
def test_a_machines_clock_that_is_wrong_by_a_year(
    bench: Bench, wrong: timedelta, expected: dict[Measure, int]
) -> None:
    machine = Machine(wrong)
    session = bench.open(bench.enter(OWNER), clock=machine)
    listener = Listener()
    session.start(listener, interval_s=0.1)
    told = listener.wait_for(in_dispute)
    assert told.dispute is not None
    assert told.dispute.heard
    assert abs(told.dispute.local - told.dispute.backend - wrong) < MINUTE
    assert abs(session.clock.now() - datetime.now(UTC)) < MINUTE
    assert told.last_sync_at is not None
    assert abs(told.last_sync_at - datetime.now(UTC)) < MINUTE
    assert figures(session) == expected
    machine.off = timedelta(0)
    listener.states.clear()
    session.wake()
    listener.wait_for(agreeing)
    assert figures(session) == expected


@EITHER_WAY
def test_the_next_start_offline_with_the_same_wrong_clock_loses_nothing(
    bench: Bench, proxy: FaultProxy, wrong: timedelta, expected: dict[Measure, int]
) -> None:
    machine = Machine(wrong)
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    synced(session)
    session.close()
    proxy.heal().on("*", faults.reset)
    again = bench.open(bench.recall(entrance), clock=machine)
    listener = Listener()
    again.start(listener, interval_s=0.1)
    told = listener.wait(SyncPhase.OFFLINE)
    assert told.dispute is not None
    assert not told.dispute.heard
    # The later clock hides what is past its retention by it, and deletes nothing.
    assert (figures(again)[Measure.REQUESTS] > 0) is (wrong < timedelta(0))
    assert bench.key(entrance) is not None
    proxy.heal().on("*", REAL)
    again.wake()
    listener.wait_for(in_dispute)
    assert figures(again) == expected


@pytest.mark.full
def test_a_clock_that_is_a_year_ahead_at_an_offline_start_costs_nothing_once_it_is_right(
    bench: Bench, proxy: FaultProxy, expected: dict[Measure, int]
) -> None:
    machine = Machine()
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    synced(session)
    session.close()
    proxy.heal().on("*", faults.reset)
    machine.off = YEAR
    bench.open(bench.recall(entrance), clock=machine).close()
    machine.off = timedelta(0)
    again = bench.open(bench.recall(entrance), clock=machine)
    assert figures(again) == expected
    assert again.clock.dispute() is None


@EITHER_WAY
@pytest.mark.parametrize("at", ["/v1/me", pytest.param("/v1/usage/slices", marks=pytest.mark.full)])
def test_a_backend_that_is_wrong_by_a_year_once(
    bench: Bench,
    proxy: FaultProxy,
    wrong: timedelta,
    at: str,
    expected: dict[Measure, int],
) -> None:
    machine = Machine()
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    listener = synced(session)
    once = proxy.heal().on(at, faults.skewed(wrong), times=1)
    proxy.on("*", REAL)
    machine.pass_by(6 * MINUTE)
    listener.states.clear()
    session.wake()
    listener.wait_for(lambda _: once.hits == 1)
    listener.states.clear()
    machine.pass_by(6 * MINUTE)
    listener.wait_for(lambda state: agreeing(state) and _right(session, machine))
    assert session.lease_until is not None
    assert abs(session.lease_until - session.clock.now() - MAX_LEASE) < MINUTE
    assert figures(session) == expected
    session.close()
    assert bench.key(entrance) is not None


def _right(session: Session, machine: Machine) -> bool:
    return abs(session.clock.now() - datetime.now(UTC)) < 13 * MINUTE


@pytest.mark.full
def test_a_wrong_answer_before_the_way_home_costs_nothing_at_the_next_start(
    bench: Bench, proxy: FaultProxy, expected: dict[Measure, int]
) -> None:
    machine = Machine()
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    proxy.heal().on("*", faults.skewed(YEAR))
    synced(session)
    session.close()
    proxy.heal().on("*", faults.reset)
    again = bench.open(bench.recall(entrance), clock=machine)
    listener = Listener()
    again.start(listener, interval_s=0.1)
    assert listener.wait(SyncPhase.OFFLINE).dispute is not None
    proxy.heal().on("*", REAL)
    listener.wait_for(agreeing)
    assert figures(again) == expected
    assert again.lease_until is not None
    assert abs(again.lease_until - datetime.now(UTC) - MAX_LEASE) < MINUTE


@pytest.mark.full
def test_a_lease_still_ends_by_the_time_that_passed_whatever_the_clock_says(
    bench: Bench, proxy: FaultProxy
) -> None:
    machine = Machine(-YEAR)
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    listener = synced(session)
    proxy.heal().on("*", faults.reset)
    session.wake()
    listener.wait(SyncPhase.OFFLINE)
    machine.pass_by(MAX_LEASE + MINUTE)
    session.wake()
    listener.wait_for(lambda state: state.code == LeaseEnded.code)
    session.close()
    assert bench.key(entrance) is None


@pytest.mark.full
def test_turning_the_clock_back_each_day_gains_the_time_that_nobody_saw_alone(
    bench: Bench, proxy: FaultProxy
) -> None:
    machine = Machine()
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=machine)
    synced(session)
    session.close()
    proxy.heal().on("*", faults.reset)
    for _ in range(13):
        machine.pass_by(DAY + MINUTE)
        bench.open(bench.recall(entrance), clock=machine).close()
        machine.off -= DAY / 2
        bench.open(bench.recall(entrance), clock=machine).close()
        machine.off += DAY / 2
    machine.pass_by(DAY)
    machine.off -= 10 * DAY
    opened = bench.open(bench.recall(entrance), clock=machine)
    machine.pass_by(DAY)
    opened.close()
    with pytest.raises(LeaseEnded):
        bench.open(bench.recall(entrance), clock=machine)
    assert bench.key(entrance) is None


@pytest.mark.parametrize(
    ("off", "swept"),
    [(timedelta(0), 0), (YEAR, 0), (-YEAR, 0), (MAX_LEASE + DAY, 1)],
    ids=["right", "ahead", "behind", "away"],
)
@pytest.mark.full
def test_the_sweep_at_the_start_believes_no_clock_that_is_a_year_ahead(
    bench: Bench, off: timedelta, swept: int
) -> None:
    profiles = ProfileStore(bench.caches.parent / "config")
    bench.profile = profiles.add("Bench", bench.profile.base_url)
    machine = Machine()
    entrance = bench.enter(OWNER)
    note = partial(profiles.note_lease, bench.profile.id, entrance.person_id)
    session = bench.open(entrance, clock=machine, note_lease=note)
    known = entrance.known_person(machine.now(), CacheKeeping.KEYRING, session.lease_until)
    profiles.update(bench.profile.with_person(known))
    synced(session)
    session.close()
    machine.off = off
    assert sweep_leases(profiles, bench.caches, bench.secrets, clock=machine) == swept


@pytest.mark.full
@EITHER_WAY
def test_a_clock_that_is_always_ahead_is_not_swept_for_it(bench: Bench, wrong: timedelta) -> None:
    profiles = ProfileStore(bench.caches.parent / "config")
    bench.profile = profiles.add("Bench", bench.profile.base_url)
    machine = Machine(wrong)
    entrance = bench.enter(OWNER)
    note = partial(profiles.note_lease, bench.profile.id, entrance.person_id)
    session = bench.open(entrance, clock=machine, note_lease=note)
    known = entrance.known_person(machine.now(), CacheKeeping.KEYRING, session.lease_until)
    profiles.update(bench.profile.with_person(known))
    synced(session)
    session.close()
    assert sweep_leases(profiles, bench.caches, bench.secrets, clock=machine) == 0
    machine.pass_by(MAX_LEASE + DAY)
    gone = sweep_leases(profiles, bench.caches, bench.secrets, clock=machine)
    assert gone == (1 if wrong > timedelta(0) else 0)


@EITHER_WAY
def test_a_date_to_try_again_at_is_by_the_backends_clock(wired: Wired, wrong: timedelta) -> None:
    at = datetime.now(UTC) + wrong

    def refuse(relay: faults.Relay) -> None:
        until = format_datetime(at + 4 * MINUTE, usegmt=True)
        answer = faults.refusal(429, "rate-limited", retry_after=until)
        relay.give(answer.with_header("Date", format_datetime(at, usegmt=True)))

    wired.proxy.on("/v1/me", refuse)
    api = wired.client(retry=NO_RETRY)
    with pytest.raises(Limited, match=r"Try again in 4 min\."):
        identity.me(api)


@pytest.mark.full
@EITHER_WAY
def test_a_token_is_renewed_when_the_backend_says_so_and_not_by_a_clock(
    own_sandbox: RunningSandbox, make_bench: Callable[[RunningSandbox], Bench], wrong: timedelta
) -> None:
    bench = make_bench(own_sandbox)
    entrance = bench.enter(OWNER)
    renewed: list[object] = []
    tokens = OAuthTokens(entrance.token, entrance.refresh_token, renewed.append)
    with ApiClient(own_sandbox.url, tokens, clock=Machine(wrong)) as api:
        assert identity.me(api).person.id == entrance.person_id
        assert renewed == []
        own_sandbox.move_clock(7200.0, own_sandbox.sign_in("admin"))
        assert identity.me(api).person.id == entrance.person_id
        assert len(renewed) == 1
