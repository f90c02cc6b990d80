"""One principal at one backend: client, encrypted cache, sync, clock and pools."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.cache import state
from lmchat_desktop.cache.entities import EntityRepository
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client import identity
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.identity import DeviceRevoke
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services import first_picture
from lmchat_desktop.services.audit import AuditService
from lmchat_desktop.services.keys import KeyService
from lmchat_desktop.services.lease_keeper import LeaseKeeper
from lmchat_desktop.services.usage import UsageService
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.sync.lease import lease_of
from lmchat_desktop.sync.loop import LIVE_INTERVAL_S, SyncListener, SyncLoop
from lmchat_desktop.sync.states import SyncPhase
from lmchat_desktop.sync.synchroniser import Synchroniser

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.clock import EffectiveClock
    from lmchat_desktop.services.lease_keeper import NoteLease
    from lmchat_desktop.services.places import CachePlace
    from lmchat_desktop.services.signin import SignInKeeper
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.sync.states import SyncState

logger = logging.getLogger(__name__)

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Farewell:
    """How a sign-out went.

    Attributes:
        backend_told: whether the backend has ended this device's access.
        tokens_forgotten: whether the keyring no longer holds the sign-in.
    """

    backend_told: bool
    tokens_forgotten: bool


class Session:
    """What one person works with, signed in or not. Two sessions can live in one process.

    Where the backend ends this device's access, or the device's lease ends while it is offline,
    sync says so and the key of the cache is destroyed at once, and its files in `close`.

    Args:
        profile, client, cache: as below.
        me: the person, as last known.
        keeper: forgets the tokens when the person signs out.
        place: the cache's file and key; None for a cache in memory.
        note_lease: told the lease's end on sync's thread, at the first sync and when it has moved.
        signed_in: whether the client has a sign-in.

    Attributes:
        profile: which backend.
        client: calls it.
        cache: what is known of it here.
        entities: reads accounts, keys and the catalogue from the cache.
        usage: answers questions about usage from the cache.
        keys: acts on keys at the backend.
        audit: the audit log's entries, and how its history stands.
        clock: the effective time, which follows the backend's.
        work: the pool for reading, network and mathematics.
        signed_in: whether the backend can be asked; else what was kept is all there is.
        keeping: where what was read is kept.
    """

    def __init__(
        self,
        profile: Profile,
        client: ApiClient,
        cache: Cache,
        me: Me,
        keeper: SignInKeeper,
        *,
        place: CachePlace | None = None,
        note_lease: NoteLease | None = None,
        signed_in: bool = True,
    ) -> None:
        self.profile = profile
        self.client = client
        self.cache = cache
        self.clock: EffectiveClock = cache.clock
        self.entities = EntityRepository(cache)
        self._blocks = UsageRepository(cache)
        self.usage = UsageService(self._blocks, self.clock.now)
        self.keys = KeyService(client, profile.id)
        self.audit = AuditService(client, cache)
        self.work: Executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="session-work")
        self.signed_in = signed_in
        self.keeping = CacheKeeping.MEMORY if place is None else place.keeping
        self._keeper = keeper
        with cache.read() as connection:
            lease = lease_of(state.load(connection))
        until = None if lease is None else lease.until
        self._lease = LeaseKeeper(place, note_lease, until, lambda: self.clock.ahead)
        self._me = me
        self._lock = threading.Lock()
        self._closing = threading.Lock()
        self._scopes: list[str] = list(usual_scopes(me))
        self._loop: SyncLoop | None = None
        self._cancel = CancelToken()
        self._closed = False

    def __repr__(self) -> str:
        return f"Session({self.client.base_url!r})"

    @property
    def me(self) -> Me:
        """The signed-in person, as the backend last said."""
        with self._lock:
            return self._me

    @property
    def person_id(self) -> str:
        """Who is signed in; "two people" compares these."""
        return self._me.person.id

    @property
    def lease_until(self) -> datetime | None:
        """When this device's lease ends, as it is to be noted; None before the first contact."""
        return self._lease.until

    @property
    def encrypted_on_disk(self) -> bool:
        """Whether the cache is an encrypted file; else it lives in memory alone."""
        return self.cache.path is not None

    @property
    def closed(self) -> bool:
        """Whether the session was stopped: it is closed, or about to be."""
        return self._closed

    def may(self, scope: Scope) -> bool:
        """Whether the person holds a scope, in any of their roles."""
        return scope.value in self.me.scopes

    def offers(self, capability: str) -> bool:
        """Whether the backend has an optional feature."""
        return capability in self.me.capabilities

    def last_sync_at(self) -> datetime | None:
        """When the cache last equalled the backend."""
        with self.cache.read() as connection:
            return state.load(connection).last_sync_at

    def accounts(self) -> list[Account]:
        """The accounts that the person may see, by name."""
        found = self.entities.list(Account)
        return sorted(found, key=lambda account: (account.name.casefold(), account.id))

    def start(self, listener: SyncListener, *, interval_s: float = LIVE_INTERVAL_S) -> None:
        """Begin to keep the cache equal to the backend; without a sign-in, only say that it is not.

        Args:
            listener: told each state, on sync's own thread; it must be short.
            interval_s: seconds between two looks while all is well.
        """
        with self._lock:
            if self._closed or self._loop is not None:
                return
            synchroniser = Synchroniser(
                self.client, self.cache, self.clock, self.watched_scopes, usage=self._blocks
            )

            def heard(told: SyncState) -> None:
                if self.signed_in or told.phase is not SyncPhase.SYNCING:
                    self._lease.hear(told, synchroniser.lease_until, listener)

            self._loop = SyncLoop(synchroniser, heard, clock=self.clock, interval_s=interval_s)
            self._loop.start()

    def wake(self) -> None:
        """Sync now, also while the backend was away."""
        with self._lock:
            loop = self._loop
        if loop is not None:
            loop.wake()

    def watched_scopes(self) -> list[str]:
        """The usage scopes that sync keeps: `service` or account ids."""
        with self._lock:
            return list(self._scopes)

    def watch_scope(self, scope: str) -> None:
        """Have sync keep a further scope's usage from now on."""
        with self._lock:
            if scope in self._scopes:
                return
            self._scopes.append(scope)
        self.wake()

    def usage_scopes(self) -> set[str]:
        """The scopes of which any usage is kept in the cache."""
        return self._blocks.scopes()

    def read_me(self) -> Me:
        """Take over what sync has learnt about the person."""
        with self.cache.read() as connection:
            known = state.load(connection).me
        if known is not None:
            with self._lock:
                self._me = known
        return self.me

    def sign_out(self, cancel: CancelToken | None = None) -> Farewell:
        """End this device's access at the backend, forget the tokens, and close.

        The encrypted cache stays, closed, for the next sign-in. The backend may be away: then the
        device's access ends with its lease, and an operator can end it at once. So it is too
        where `cancel` ends the wait for the backend; the rest is done all the same.
        """
        with self._lock:
            loop = self._loop
        if loop is not None:
            # Else it could hear of the end of this very device, and take it for a revocation.
            loop.stop()
        try:
            first_picture.forget(self.cache)
        except CacheTrouble as trouble:
            # Without a sign-in it is not shown either.
            logger.warning("what was shown could not be removed: %s", trouble.code)
        told = self._end_device(cancel if cancel is not None else self._cancel)
        forgotten = True
        try:
            self._keeper.forget(self.profile, self.person_id)
        except KeyringMissing as trouble:
            logger.warning("the sign-in could not be removed from the keyring: %s", trouble.code)
            forgotten = False
        self.close()
        return Farewell(told, forgotten)

    def stop(self) -> None:
        """Cancel all work and take no more, without waiting for any; `close` has to follow."""
        with self._lock:
            self._closed = True
            loop = self._loop
        self._cancel.cancel()
        if loop is not None:
            loop.stop(timeout_s=0.0)
        self.work.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Stop everything, in mid-work too, and let the cache go.

        It waits until that is done, also where another thread has begun it.
        """
        self.stop()
        with self._closing:
            if self._loop is not None:
                self._loop.stop()
            self.work.shutdown(wait=True)
            self.client.close()
            self.cache.close()
            self._lease.closed()

    def _end_device(self, cancel: CancelToken) -> bool:
        device = self.me.device
        if device is None:
            return False
        try:
            identity.revoke_device(self.client, device.id, DeviceRevoke(), cancel=cancel)
        except ApiTrouble as trouble:
            logger.info("the backend was not told of the sign-out: %s", trouble.code)
            return False
        return True


def usual_scopes(me: Me) -> tuple[str, ...]:
    """The usage scopes that a person begins with: the service for staff, else their accounts."""
    if Scope.SERVICE_READ.value in me.scopes:
        return (SERVICE_SCOPE,)
    return tuple(membership.account_id for membership in me.memberships)
