"""Opening a session: its cache, unless its lease has ended, and who is asked about the person."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lmchat_desktop.cache import state
from lmchat_desktop.cache.store import Cache, open_cache, set_aside
from lmchat_desktop.cache.trouble import LeaseEnded, NothingKept
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.errors import DeviceRevoked
from lmchat_desktop.domain.clock import Clock, SystemClock
from lmchat_desktop.domain.lease import has_ended
from lmchat_desktop.services.places import CacheChoice, CachePlace, cache_path
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.signed_out import NoSignIn
from lmchat_desktop.services.signin import Entrance, SignInKeeper
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.sync.access import has_movable_clock, hear_time
from lmchat_desktop.sync.lease import lease_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me, TokenAnswer
    from lmchat_desktop.services.lease_keeper import NoteLease
    from lmchat_desktop.settings.profiles import KnownPerson, Profile
    from lmchat_desktop.settings.secrets import SecretStore

logger = logging.getLogger(__name__)


def set_cache_aside(caches: Path, profile: Profile, person_id: str) -> Path:
    """Rename a cache that cannot be used; its key, if there is one, stays for both.

    Raises:
        CacheTrouble: it is open elsewhere or cannot be renamed.
    """
    return set_aside(cache_path(caches, profile, person_id), SystemClock().now())


def open_session(
    profile: Profile,
    entrance: Entrance,
    *,
    caches: Path,
    secrets: SecretStore,
    choice: CacheChoice | None = None,
    note_lease: NoteLease | None = None,
    clock: Clock | None = None,
    cancel: CancelToken | None = None,
    new_client: Callable[..., ApiClient] = ApiClient,
) -> Session:
    """Open a person's cache and make their session; call it off the interface thread.

    The backend is asked only where nothing is known of the person yet, so that what was seen last
    is shown at once, also offline.

    Args:
        profile: which backend.
        entrance: a sign-in, of this run or recalled.
        caches: the folder of all caches.
        secrets: holds the cache's key and the tokens.
        choice: where to keep what is read.
        note_lease: as for `Session`.
        clock: the machine's time, unless a test has another.
        cancel: ends the asking.
        new_client: makes the client, unless a test has another.

    Raises:
        KeyringMissing: there is no keyring, or it is locked; `choice` can do without.
        LeaseEnded: the device was away for longer than its lease. The cache was destroyed; the
            next call makes a new one.
        CacheTrouble: the cache cannot be used; nothing was changed or deleted.
        DeviceRevoked: as `ApiTrouble`; the cache's key was destroyed.
        ApiTrouble: nothing is known of the person yet, and the backend cannot be asked.
    """
    choice = choice or CacheChoice()
    keeper = SignInKeeper(secrets)
    kept = choice.keeping is CacheKeeping.KEYRING

    def renewed(answer: TokenAnswer) -> None:
        if not kept:
            return
        try:
            keeper.renewed(profile, entrance.person_id, answer)
        except KeyringMissing as trouble:
            logger.warning("renewed tokens could not be kept: %s", trouble.code)

    place = None
    if choice.keeping is not CacheKeeping.MEMORY:
        place = CachePlace.of(caches, profile, entrance.person_id, secrets, choice.keeping)
    cache = _open(place, choice.passphrase, clock)
    try:
        client = new_client(
            profile.base_url,
            entrance.credentials(renewed),
            device_id=entrance.device_id,
            clock=cache.clock,
        )
        try:
            known = None if entrance.me is not None else _known(cache)
            me = known or entrance.me or identity.me(client, cancel)
            if known is None:
                hear_time(cache.clock, me)
            with cache.write() as connection:
                state.note_me(connection, me)
                state.note_time(connection, cache.clock.reading())
            if kept and entrance.me is not None:
                keeper.keep(profile, entrance)
            return Session(profile, client, cache, me, keeper, place=place, note_lease=note_lease)
        except BaseException:
            client.close()
            raise
    except BaseException as trouble:
        cache.close()
        if place is not None and isinstance(trouble, DeviceRevoked):
            place.destroy_now_or_later(trouble.code)
        raise


def open_offline(
    profile: Profile,
    person: KnownPerson,
    passphrase: str,
    *,
    caches: Path,
    secrets: SecretStore,
    clock: Clock | None = None,
    new_client: Callable[..., ApiClient] = ApiClient,
) -> Session:
    """Open the cache of someone whose sign-in was not kept, to look at what is in it.

    The session asks the backend nothing: `Session.signed_in` is False, and its sync only says that
    it stands still. It ends with the device's lease like any other.

    Args:
        profile: which backend.
        person: whose cache, kept by `CacheKeeping.PASSPHRASE`.
        passphrase: what was typed.
        caches: the folder of all caches.
        secrets: asked only where the cache has to be destroyed, or to sign out.
        clock: the machine's time, unless a test has another.
        new_client: makes the client, unless a test has another.

    Raises:
        WrongKey: the passphrase is another one.
        NothingKept: there is no such cache, or there is nothing in it yet.
        LeaseEnded: the device was away for longer than its lease, and the cache was destroyed.
        CacheTrouble: the cache cannot be used; nothing was changed or deleted.
        ValueError: the passphrase is empty.
    """
    place = CachePlace.of(caches, profile, person.person_id, secrets, CacheKeeping.PASSPHRASE)
    if place.condemned() is None and not place.path.exists():
        raise NothingKept
    cache = _open(place, passphrase, clock, existing=True)
    try:
        me = _known(cache)
        if me is None:
            raise NothingKept
        with cache.write() as connection:
            state.note_time(connection, cache.clock.reading())
        client = new_client(profile.base_url, NoSignIn(), clock=cache.clock)
        keeper = SignInKeeper(secrets)
        return Session(profile, client, cache, me, keeper, place=place, signed_in=False)
    except BaseException:
        cache.close()
        raise


def _open(
    place: CachePlace | None, passphrase: str, clock: Clock | None, *, existing: bool = False
) -> Cache:
    """Open a cache whose lease lives; one whose lease has ended is destroyed before it is read.

    Raises:
        LeaseEnded: it was destroyed, just now or in an earlier start that was cut off.
        NothingKept: an existing one was asked for, and there is none.
    """
    if place is None:
        return open_cache(None, None, clock=clock)
    _end_what_was_begun(place)
    lock = place.hold()
    try:
        if place.condemned() is not None:
            raise LeaseEnded
        if existing and not place.path.exists():
            raise NothingKept
        secret = place.secret(passphrase)
    except BaseException:
        lock.release()
        raise
    cache = open_cache(place.path, secret, clock=clock, lock=lock)
    try:
        with cache.read() as connection:
            known = state.load(connection)
        lease = lease_of(known)
        if known.me is not None:
            cache.clock.movable = has_movable_clock(known.me)
        if lease is None or not has_ended(lease.until, cache.clock.reckoned()):
            return cache
        place.condemn(LeaseEnded.code)
    except BaseException:
        cache.close()
        raise
    cache.close()
    place.destroy(LeaseEnded.code)
    raise LeaseEnded


def _end_what_was_begun(place: CachePlace) -> None:
    """End a destruction that was cut off, and tell of one that nobody was told of.

    Raises:
        LeaseEnded: a lease was the reason. The next call finds nothing.
    """
    why = place.condemned()
    if why is not None:
        place.destroy(why)
        if why != DeviceRevoked.code:
            raise LeaseEnded


def _known(cache: Cache) -> Me | None:
    with cache.read() as connection:
        return state.load(connection).me
