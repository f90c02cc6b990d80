"""The device lease against a real sandbox: renewed, ended at the start, while running, revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from lmchat_desktop.cache import destruction
from lmchat_desktop.cache.lock import FileLock
from lmchat_desktop.cache.secret import Passphrase, RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.trouble import LeaseEnded, NothingKept, WrongKey
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.client.errors import DeviceRevoked, Unreachable
from lmchat_desktop.contract.identity import DeviceRevoke
from lmchat_desktop.domain.lease import MAX_LEASE
from lmchat_desktop.domain.timebasis import Period
from lmchat_desktop.domain.usage.cells import Measure
from lmchat_desktop.services.lease_sweep import sweep_leases
from lmchat_desktop.services.places import CacheChoice, CachePlace
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.signed_out import SignedOutHere
from lmchat_desktop.services.signin import Entrance, SignInKeeper
from lmchat_desktop.services.usage import UsageQuestion
from lmchat_desktop.settings.profiles import CacheKeeping, ProfileStore
from lmchat_desktop.sync.states import SyncPhase, SyncState
from tests.integration.session.bench import Bench, Listener, synced
from tests.support.sandbox import RunningSandbox
from tests.unit.cache.traffic import FixedClock

DAY = timedelta(days=1)
OWNER = "Dana Whitfield"
WORDS = "correct horse"
BY_PASSPHRASE = CacheChoice(CacheKeeping.PASSPHRASE, WORDS)
CHOICES = [
    pytest.param(None, id="keyring"),
    pytest.param(BY_PASSPHRASE, id="passphrase", marks=pytest.mark.full),
]


@pytest.fixture
def bench(make_bench: Callable[[RunningSandbox], Bench], own_sandbox: RunningSandbox) -> Bench:
    return make_bench(own_sandbox)


@pytest.fixture
def clock() -> FixedClock:
    """This machine's clock; the sandbox has its own."""
    return FixedClock(datetime.now(UTC))


def names(bench: Bench, entrance: Entrance) -> list[str]:
    return sorted(file.name for file in bench.path(entrance).parent.iterdir())


def assert_destroyed(bench: Bench, entrance: Entrance) -> None:
    assert bench.key(entrance) is None
    assert names(bench, entrance) == ["cache.db.lock"]


def ended(session: Session, listener: Listener, code: str) -> SyncState:
    told = listener.wait(SyncPhase.STOPPED)
    session.close()
    assert told.code == code
    return told


def filled(bench: Bench, clock: FixedClock, choice: CacheChoice | None = None) -> Entrance:
    """Someone who synced once, and whose session is closed."""
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, choice, clock=clock)
    synced(session)
    session.close()
    return entrance


def test_each_contact_renews_the_lease_and_its_end_is_noted(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox
) -> None:
    noted: list[datetime] = []
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=clock, note_lease=noted.append)
    first = session.lease_until
    assert first is not None
    assert abs(first - clock.now() - MAX_LEASE) < timedelta(minutes=10)
    listener = synced(session)
    for _ in range(2):
        own_sandbox.move_clock(13 * 86400.0, own_sandbox.sign_in("admin"))
        clock.advance(13 * DAY)
        session.wake()
        listener.wait_for(partial(_renewed, session, clock.now() + MAX_LEASE))
    session.close()
    assert noted[0] >= first
    assert noted[-1] > first + 25 * DAY
    assert bench.key(entrance) is not None
    again = bench.open(bench.recall(entrance), clock=clock)
    assert again.lease_until is not None
    assert again.lease_until >= noted[-1] - timedelta(milliseconds=1)


def _renewed(session: Session, until: datetime, _state: SyncState) -> bool:
    return session.lease_until is not None and session.lease_until >= until


def test_a_sweep_just_before_the_cache_is_locked_is_heard_of(
    bench: Bench, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    entrance = filled(bench, clock)
    hold = CachePlace.hold

    def swept_first(place: CachePlace) -> FileLock:
        place.destroy("lease-ended", tell_later=True)
        return hold(place)

    with monkeypatch.context() as patch:
        patch.setattr(CachePlace, "hold", swept_first)
        with pytest.raises(LeaseEnded):
            bench.open(entrance, clock=clock)
    with pytest.raises(LeaseEnded):
        bench.open(entrance, clock=clock)
    bench.open(entrance, clock=clock).close()
    bench.open(entrance, clock=clock).close()


def test_a_session_left_open_offline_past_its_lease_is_destroyed_and_filled_anew(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox
) -> None:
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, clock=clock)
    listener = synced(session)
    known = session.accounts()
    own_sandbox.kill()
    session.wake()
    assert listener.wait(SyncPhase.OFFLINE).code == "unreachable"
    clock.advance(14 * DAY - timedelta(minutes=1))
    session.wake()
    assert bench.key(entrance) is not None
    clock.advance(timedelta(minutes=2))
    session.wake()
    told = ended(session, listener, "lease-ended")
    assert told.detail == LeaseEnded.message
    assert_destroyed(bench, entrance)

    recalled = bench.recall(entrance)
    with pytest.raises(Unreachable):
        bench.open(recalled, clock=clock)
    own_sandbox.start()
    fresh = bench.open(recalled)
    synced(fresh)
    assert fresh.accounts() == known


@pytest.mark.parametrize("choice", CHOICES)
def test_a_start_past_the_lease_shows_nothing_and_destroys(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox, choice: CacheChoice | None
) -> None:
    entrance = filled(bench, clock, choice)
    copy = bench.caches.parent / "copy.db"
    copy.write_bytes(bench.path(entrance).read_bytes())
    own_sandbox.kill()
    clock.advance(14 * DAY + timedelta(minutes=1))
    with pytest.raises(LeaseEnded):
        bench.open(entrance, choice, clock=clock)
    assert_destroyed(bench, entrance)
    if choice is not None:
        open_cache(copy, Passphrase(WORDS)).close()
    own_sandbox.start()
    synced(bench.open(entrance, choice))


def test_a_start_just_within_the_lease_shows_what_was_kept(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox
) -> None:
    entrance = filled(bench, clock)
    own_sandbox.kill()
    clock.advance(14 * DAY - timedelta(minutes=1))
    assert bench.open(bench.recall(entrance), clock=clock).accounts()


def test_a_clock_that_is_set_back_revives_nothing(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox
) -> None:
    entrance = filled(bench, clock)
    own_sandbox.kill()
    at = clock.now()
    clock.advance(13 * DAY)
    bench.open(bench.recall(entrance), clock=clock)
    clock.advance(2 * DAY)
    bench.close()
    clock.at = at
    with pytest.raises(LeaseEnded):
        bench.open(bench.recall(entrance), clock=clock)
    assert_destroyed(bench, entrance)


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("choice", CHOICES)
def test_killed_between_key_and_files_the_next_start_ends_it(
    bench: Bench,
    clock: FixedClock,
    choice: CacheChoice | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entrance = filled(bench, clock, choice)
    start = clock.now()
    clock.advance(15 * DAY)

    def kill(path: Path, **more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(destruction, "remove", kill)
        with pytest.raises(Killed):
            bench.open(entrance, choice, clock=clock)
    assert bench.key(entrance) is None
    assert bench.path(entrance).exists()
    clock.at = start
    with pytest.raises(LeaseEnded):
        bench.open(entrance, choice, clock=clock)
    assert_destroyed(bench, entrance)
    synced(bench.open(entrance, choice))


def revoke(bench: Bench, session: Session) -> None:
    """An operator ends the session's device."""
    device = session.me.device
    assert device is not None
    operator = bench.enter("admin")
    with ApiClient(bench.sandbox.url, StaticToken(operator.token)) as api:
        identity.revoke_device(api, device.id, DeviceRevoke(reason="it was lost"))


@pytest.mark.parametrize("choice", CHOICES)
def test_a_device_that_an_operator_revokes_destroys_its_key_at_its_next_contact(
    bench: Bench, clock: FixedClock, choice: CacheChoice | None
) -> None:
    entrance = bench.enter(OWNER)
    session = bench.open(entrance, choice, clock=clock)
    listener = synced(session)
    revoke(bench, session)
    session.wake()
    ended(session, listener, "device-revoked")
    assert_destroyed(bench, entrance)


def test_a_revocation_that_is_heard_while_opening_destroys_too(bench: Bench) -> None:
    entrance = bench.enter(OWNER)
    session = bench.open(entrance)
    session.close()
    SignInKeeper(bench.secrets).keep(bench.profile, entrance)
    revoke(bench, session)
    key = bench.key(entrance)
    assert key is not None
    bench.path(entrance).unlink()
    open_cache(bench.path(entrance), RawKey(bytes.fromhex(key))).close()
    with pytest.raises(DeviceRevoked):
        bench.open(bench.recall(entrance))
    assert_destroyed(bench, entrance)


def figures_of(session: Session, question: UsageQuestion) -> dict[Measure, int]:
    answer = session.usage.report(question).answer
    return {measure: answer.total(measure) for measure in Measure}


def test_a_passphrases_cache_opens_offline_and_shows_the_last_figures(
    bench: Bench, clock: FixedClock, own_sandbox: RunningSandbox
) -> None:
    entrance = bench.enter(OWNER)
    first = bench.open(entrance, BY_PASSPHRASE, clock=clock)
    synced(first)
    (account,) = first.accounts()
    week = Period(clock.now() - 7 * DAY, clock.now(), 7 * DAY)
    question = UsageQuestion(account.id, week, None, ZoneInfo("UTC"))
    figures = figures_of(first, question)
    me, at = first.read_me(), first.last_sync_at()
    assert figures[Measure.REQUESTS] > 0
    first.close()
    own_sandbox.kill()
    with pytest.raises(WrongKey):
        bench.look_at(entrance, "wrong horse", clock=clock)

    session = bench.look_at(entrance, WORDS, clock=clock)
    assert not session.signed_in
    assert (session.me, session.last_sync_at()) == (me, at)
    assert session.accounts() == [account]
    assert figures_of(session, question) == figures
    listener = Listener()
    session.start(listener)
    told = listener.wait(SyncPhase.STOPPED)
    assert listener.states == [told]
    assert told.code == "signed-out-here"
    assert told.detail == (
        "You are looking at what was kept on this device. Sign in to bring it up to date."
    )
    assert told.last_sync_at == at
    session.close()
    own_sandbox.start()
    synced(bench.open(entrance, BY_PASSPHRASE))


def test_looking_offline_sends_nothing_though_the_backend_is_there(
    bench: Bench, clock: FixedClock
) -> None:
    entrance = filled(bench, clock, BY_PASSPHRASE)
    sent: list[httpx.Request] = []

    def heard(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(500)

    new_client = partial(ApiClient, transport=httpx.MockTransport(heard))
    session = bench.look_at(entrance, WORDS, clock=clock, new_client=new_client)
    listener = Listener()
    session.start(listener)
    listener.wait(SyncPhase.STOPPED)
    session.wake()
    with pytest.raises(SignedOutHere):
        identity.me(session.client)
    assert not session.sign_out().backend_told
    assert sent == []
    assert bench.path(entrance).exists()


def test_looking_offline_ends_with_the_lease(bench: Bench, clock: FixedClock) -> None:
    entrance = filled(bench, clock, BY_PASSPHRASE)
    session = bench.look_at(entrance, WORDS, clock=clock)
    clock.advance(15 * DAY)
    listener = Listener()
    session.start(listener)
    listener.wait_for(lambda state: state.code == "lease-ended")
    session.close()
    assert_destroyed(bench, entrance)
    with pytest.raises(NothingKept):
        bench.look_at(entrance, WORDS, clock=clock)


def test_looking_offline_past_the_lease_destroys(bench: Bench, clock: FixedClock) -> None:
    entrance = filled(bench, clock, BY_PASSPHRASE)
    clock.advance(15 * DAY)
    with pytest.raises(LeaseEnded):
        bench.look_at(entrance, WORDS, clock=clock)
    assert_destroyed(bench, entrance)


def test_there_is_nothing_to_look_at_where_nothing_was_kept(bench: Bench) -> None:
    entrance = bench.enter(OWNER)
    with pytest.raises(NothingKept):
        bench.look_at(entrance, WORDS)
    assert not bench.caches.exists()
    path = bench.path(entrance)
    open_cache(path, Passphrase(WORDS)).close()
    with pytest.raises(NothingKept):
        bench.look_at(entrance, WORDS)
    assert path.exists()


def test_the_sweep_destroys_what_a_session_noted(
    bench: Bench, clock: FixedClock, tmp_path: Path
) -> None:
    profiles = ProfileStore(tmp_path / "config")
    bench.profile = profiles.add("Bench", bench.sandbox.url)
    entrance = bench.enter(OWNER)

    def note(until: datetime) -> None:
        profiles.note_lease(bench.profile.id, entrance.person_id, until)

    session = bench.open(entrance, clock=clock, note_lease=note)
    known = entrance.known_person(clock.now(), CacheKeeping.KEYRING, session.lease_until)
    profiles.update(bench.profile.with_person(known))
    synced(session)
    clock.advance(13 * DAY)
    assert sweep_leases(profiles, bench.caches, bench.secrets, clock=clock) == 0
    clock.advance(2 * DAY)
    assert sweep_leases(profiles, bench.caches, bench.secrets, clock=clock) == 0
    assert session.accounts()
    session.close()
    assert sweep_leases(profiles, bench.caches, bench.secrets, clock=clock) == 1
    assert bench.key(entrance) is None
    assert not bench.path(entrance).exists()
    with pytest.raises(LeaseEnded):
        bench.open(bench.recall(entrance), clock=clock)
    assert_destroyed(bench, entrance)
    synced(bench.open(bench.recall(entrance), clock=clock))
