"""A session against a real sandbox, without Qt: opened, offline, in two, ended in mid-work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

import pytest

from lmchat_desktop.cache.secret import Passphrase, RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.trouble import CacheInUse, CacheMissingKey, WrongKey
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import Cancelled, DeviceRevoked, SignedOut, Unreachable
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services.opening import open_session, set_cache_aside
from lmchat_desktop.services.places import CacheChoice
from lmchat_desktop.services.signin import Entrance, SignInKeeper
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.settings.secrets import SecretKind
from lmchat_desktop.sync.states import SyncPhase
from tests.integration.session.bench import Bench, Listener, synced
from tests.support.sandbox import RunningSandbox

HOUR_S = 3600.0


def test_staff_begin_with_the_service_and_add_accounts(bench: Bench) -> None:
    session = bench.open(bench.enter("admin"))
    assert session.may(Scope.SERVICE_READ)
    assert session.watched_scopes() == ["service"]
    synced(session)
    assert session.last_sync_at() is not None
    assert "service" in session.usage_scopes()
    account = session.accounts()[0]
    session.watch_scope(account.id)
    session.watch_scope(account.id)
    assert session.watched_scopes() == ["service", account.id]


def test_an_owner_sees_their_account_alone(bench: Bench) -> None:
    session = bench.open(bench.enter("Dana Whitfield"))
    synced(session)
    (account,) = session.accounts()
    assert account.name == "Acme Robotics Inc."
    assert session.usage_scopes() == {account.id}
    assert not session.may(Scope.SERVICE_READ)


def test_two_people_in_one_process(bench: Bench) -> None:
    admin, owner = (bench.open(bench.enter(who)) for who in ("admin", "Dana Whitfield"))
    synced(admin)
    synced(owner)
    assert admin.person_id != owner.person_id
    assert admin.cache.path != owner.cache.path
    owner.close()
    assert admin.accounts()


def test_one_person_has_the_cache_open_once(bench: Bench) -> None:
    entrance = bench.enter("admin")
    bench.open(entrance)
    with pytest.raises(CacheInUse):
        bench.open(entrance)


def test_what_was_read_is_there_offline_at_the_next_start(
    make_bench: Callable[[RunningSandbox], Bench], own_sandbox: RunningSandbox
) -> None:
    bench = make_bench(own_sandbox)
    entrance = bench.enter("Dana Whitfield")
    first = bench.open(entrance)
    synced(first)
    known, me, at = first.accounts(), first.me, first.last_sync_at()
    first.close()
    own_sandbox.kill()

    again = bench.open(bench.recall(entrance))
    assert again.accounts() == known
    assert again.me.person == me.person
    assert again.last_sync_at() is not None
    assert at is not None
    listener = Listener()
    again.start(listener, interval_s=0.2)
    assert listener.wait(SyncPhase.OFFLINE).last_sync_at is not None


def test_offline_before_anything_was_read_is_unreachable(
    make_bench: Callable[[RunningSandbox], Bench], own_sandbox: RunningSandbox
) -> None:
    bench = make_bench(own_sandbox)
    entrance = bench.enter("admin")
    SignInKeeper(bench.secrets).keep(bench.profile, entrance)
    recalled = bench.recall(entrance)
    own_sandbox.kill()
    with pytest.raises(Unreachable):
        bench.open(recalled)
    with open_cache(bench.path(entrance), _key_of(bench, entrance)).read():
        pass


def _key_of(bench: Bench, entrance: Entrance) -> RawKey:
    kept = bench.key(entrance)
    assert kept is not None
    return RawKey(bytes.fromhex(kept))


def test_renewed_tokens_are_kept(
    make_bench: Callable[[RunningSandbox], Bench], own_sandbox: RunningSandbox
) -> None:
    bench = make_bench(own_sandbox)
    entrance = bench.enter("Dana Whitfield")
    if entrance.refresh_token is None:
        pytest.skip("this sandbox signs its people in without a refresh token")
    session = bench.open(entrance)
    own_sandbox.move_clock(2 * HOUR_S, own_sandbox.sign_in("admin"))
    synced(session)
    kept = bench.recall(entrance)
    assert kept.token != entrance.token
    assert kept.refresh_token != entrance.refresh_token
    session.close()
    synced(bench.open(kept))


def test_a_missing_key_changes_nothing(bench: Bench) -> None:
    entrance = bench.enter("admin")
    bench.open(entrance).close()
    before = bench.path(entrance).read_bytes()
    bench.secrets.delete(bench.profile.id, entrance.person_id, SecretKind.CACHE_KEY)
    with pytest.raises(CacheMissingKey):
        bench.open(entrance)
    assert bench.path(entrance).read_bytes() == before
    aside = set_cache_aside(bench.caches, bench.profile, entrance.person_id)
    assert aside.read_bytes() == before
    synced(bench.open(entrance))


def test_what_is_no_key_is_a_missing_one(bench: Bench) -> None:
    entrance = bench.enter("admin")
    bench.open(entrance).close()
    bench.secrets.set(bench.profile.id, entrance.person_id, SecretKind.CACHE_KEY, "not hex")
    with pytest.raises(CacheMissingKey):
        bench.open(entrance)


def test_a_passphrase_opens_what_it_closed(bench: Bench) -> None:
    entrance = bench.enter("admin")
    right = CacheChoice(CacheKeeping.PASSPHRASE, "correct horse")
    assert "correct" not in repr(right)
    bench.open(entrance, right).close()
    assert bench.secrets.get(bench.profile.id, entrance.person_id, SecretKind.TOKEN) is None
    with pytest.raises(WrongKey):
        bench.open(entrance, CacheChoice(CacheKeeping.PASSPHRASE, "wrong horse"))
    open_cache(bench.path(entrance), Passphrase("correct horse")).close()


def test_in_memory_leaves_no_file(bench: Bench) -> None:
    session = bench.open(bench.enter("admin"), CacheChoice(CacheKeeping.MEMORY))
    synced(session)
    assert not session.encrypted_on_disk
    assert session.accounts()
    session.close()
    assert not bench.caches.exists()


def test_signing_out_tells_the_backend_and_forgets_the_tokens(bench: Bench) -> None:
    entrance = bench.enter("support")
    session = bench.open(entrance)
    farewell = session.sign_out()
    assert farewell.backend_told
    assert farewell.tokens_forgotten
    assert session.closed
    place = (bench.profile.id, entrance.person_id)
    assert bench.secrets.get(*place, SecretKind.TOKEN) is None
    assert bench.secrets.get(*place, SecretKind.REFRESH) is None
    assert bench.key(entrance) is not None
    assert bench.path(entrance).exists()
    listener = Listener()
    again = bench.open(entrance)
    again.start(listener, interval_s=0.2)
    state = listener.wait(SyncPhase.STOPPED)
    assert state.code in {SignedOut.code, DeviceRevoked.code}


def test_signing_out_offline_says_that_nobody_was_told(
    make_bench: Callable[[RunningSandbox], Bench], own_sandbox: RunningSandbox
) -> None:
    bench = make_bench(own_sandbox)
    session = bench.open(bench.enter("support"))
    own_sandbox.kill()
    farewell = session.sign_out()
    assert not farewell.backend_told
    assert farewell.tokens_forgotten
    assert session.closed


def test_closing_in_mid_work(bench: Bench) -> None:
    session = bench.open(bench.enter("admin"))
    session.start(Listener(), interval_s=0.0)
    jobs: list[Future[object]] = [session.work.submit(session.accounts) for _ in range(20)]
    session.close()
    session.close()
    assert all(job.done() for job in jobs)
    session.wake()
    open_cache(bench.path(bench.enter("admin")), _key_of(bench, bench.enter("admin"))).close()


def test_opening_can_be_cancelled(bench: Bench) -> None:
    entrance = bench.enter("admin")
    SignInKeeper(bench.secrets).keep(bench.profile, entrance)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        open_session(
            bench.profile,
            bench.recall(entrance),
            caches=bench.caches,
            secrets=bench.secrets,
            cancel=cancel,
        )


def test_nothing_secret_is_in_a_repr(bench: Bench) -> None:
    entrance = bench.enter("admin")
    session = bench.open(entrance)
    for shown in (repr(entrance), repr(session), repr(bench.secrets)):
        assert entrance.token not in shown
        assert session.me.person.email not in shown
