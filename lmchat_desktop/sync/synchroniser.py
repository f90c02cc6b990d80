"""One run of sync: who is signed in, the change feed, the usage slices, the audit log's head."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.cache import slicerows, state
from lmchat_desktop.cache.trouble import CacheTrouble
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import NotAllowed, NotFound
from lmchat_desktop.domain.wording import said
from lmchat_desktop.sync.access import (
    forget_hidden,
    forget_scope,
    hear_time,
    may_see_usage,
    refresh_me,
)
from lmchat_desktop.sync.audit import AuditFollower
from lmchat_desktop.sync.changes import follow_changes
from lmchat_desktop.sync.lease import lease_at, lease_of
from lmchat_desktop.sync.states import SyncOutcome, SyncProgress
from lmchat_desktop.sync.usage import SliceFollower

if TYPE_CHECKING:
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.clock import EffectiveClock
    from lmchat_desktop.domain.lease import Lease

log = logging.getLogger(__name__)

ME_EVERY = timedelta(minutes=5)
"""How often the person's rights are asked for without a sign that they changed."""

OnProgress = Callable[[SyncProgress], None]


class Synchroniser:
    """Makes a cache equal to a backend. One run at a time; a run that fails loses nothing.

    Args:
        api: the backend, signed in.
        cache: what is kept equal.
        clock: learns the backend's time; the cache's own clock where it is None.
        scopes: answers the usage scopes that are wanted now ("service", account ids); those that
            the person may not see are left out.
        usage: the repository whose retention applies; one of its own where it is None.

    Attributes:
        clock: the effective time.
    """

    def __init__(
        self,
        api: ApiClient,
        cache: Cache,
        clock: EffectiveClock | None,
        scopes: Callable[[], Sequence[str]],
        *,
        usage: UsageRepository | None = None,
    ) -> None:
        self._api = api
        self._cache = cache
        self.clock = clock or cache.clock
        self._scopes = scopes
        self._usage = usage or UsageRepository(cache)
        self._slices = SliceFollower(api, cache, self._usage)
        self._audit = AuditFollower(api, cache)
        self._me: Me | None = None
        self._me_at: datetime | None = None
        self._lease: Lease | None = None
        self._changed = SyncOutcome()

    def last_sync_at(self) -> datetime | None:
        """When the cache last equalled the backend, in this or an earlier session."""
        with self._cache.read() as connection:
            return state.load(connection).last_sync_at

    def lease_until(self) -> datetime | None:
        """When this device's lease ends, by the last contact; None where there was none ever."""
        if self._lease is None:
            try:
                with self._cache.read() as connection:
                    self._lease = lease_of(state.load(connection))
            except CacheTrouble as trouble:
                log.warning("the lease could not be read: %s", trouble.code)
        if self._lease is None:
            return None
        contact = self.clock.contact
        return self._lease.until if contact is None else replace(self._lease, contact=contact).until

    def run_once(
        self, cancel: CancelToken | None = None, on_progress: OnProgress = lambda progress: None
    ) -> SyncOutcome:
        """Fetch and store what differs.

        Raises:
            Unreachable: the backend does not answer.
            SignedOut, DeviceRevoked: the sign-in is over.
            Cancelled: on the token.
            ApiTrouble: the backend refused, or answered with what cannot be read.
            CacheTrouble: something could not be stored.
        """
        cancel = cancel or CancelToken()
        try:
            me = self._current_me(cancel)
        finally:
            # Not before the backend has told its time, unless it cannot be asked.
            self._note(scopes=self._forget_expired())

        def entities_read(count: int) -> None:
            on_progress(SyncProgress(count, 0, said("Sync", "accounts and keys")))

        restarted = follow_changes(
            self._api,
            self._cache,
            cancel,
            on_restart=self._forget_me,
            on_stored=lambda kinds: self._note(kinds=kinds),
            on_progress=entities_read,
        )
        self.clock.answered()
        if restarted:
            me = self._current_me(cancel)
        if self._changed.me_changed or "account" in self._changed.changed_kinds:
            self._note(scopes=forget_hidden(self._cache, me))
        for scope in dict.fromkeys(self._scopes()):
            if may_see_usage(me, scope):
                self._sync_usage(scope, cancel, on_progress)
        audit = self._audit.sync(me, self._changed.changed_kinds, cancel)
        self._note_success()
        changed, self._changed = self._changed, SyncOutcome()
        return replace(changed, audit=audit)

    def changed(self) -> SyncOutcome:
        """What has changed in the cache since the last run that did not fail.

        A run that fails keeps what it had stored by then. The feed does not bring that again, so
        the next run that succeeds answers it together with its own.
        """
        return self._changed

    def _note(
        self, *, kinds: Set[str] = frozenset(), scopes: Set[str] = frozenset(), me: bool = False
    ) -> None:
        before = self._changed
        self._changed = SyncOutcome(
            before.changed_kinds | kinds, before.changed_scopes | scopes, before.me_changed or me
        )

    def _current_me(self, cancel: CancelToken) -> Me:
        now = self.clock.now()
        asked = self._me_at
        if self._me is not None and asked is not None and asked <= now < asked + ME_EVERY:
            return self._me
        self._me, changed = refresh_me(self._api, self._cache, cancel)
        self._note(me=changed)
        if self.clock is not self._cache.clock:
            hear_time(self.clock, self._me)
        self._me_at = self.clock.now()
        self._lease = lease_at(self._me, self._me_at)
        return self._me

    def _forget_me(self) -> None:
        self._me = None

    def _sync_usage(self, scope: str, cancel: CancelToken, on_progress: OnProgress) -> None:
        def slices_read(done: int, total: int) -> None:
            on_progress(SyncProgress(done, total, said("Sync", "usage"), scope))

        changed = True
        try:
            changed = self._slices.sync(scope, cancel, slices_read)
        except (NotAllowed, NotFound):
            self._forget_me()
            forget_scope(self._cache, scope)
        finally:
            # What came before a failure is stored.
            if changed:
                self._note(scopes={scope})

    def _forget_expired(self) -> set[str]:
        horizon_s = self._usage.expired_s()
        with self._cache.read() as connection:
            expired = slicerows.any_before(connection, horizon_s)
        if not expired:
            return set()
        with self._cache.write() as connection:
            return slicerows.forget_before(connection, horizon_s)

    def _note_success(self) -> None:
        self.clock.answered()
        clock = self._cache.clock
        with self._cache.write() as connection:
            state.note_sync(connection, clock.now())
            state.note_time(connection, clock.reading())
