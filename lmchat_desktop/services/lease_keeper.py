"""Follows one session's lease: notes where it ends, and destroys the cache when it is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lmchat_desktop.cache.trouble import LeaseEnded
from lmchat_desktop.client.errors import DeviceRevoked
from lmchat_desktop.domain.clock import TOLERANCE
from lmchat_desktop.settings.errors import KeyringMissing, SettingsTrouble
from lmchat_desktop.sync.states import SyncPhase, SyncState

if TYPE_CHECKING:
    from lmchat_desktop.services.places import CachePlace

logger = logging.getLogger(__name__)

NOTE_EVERY = timedelta(hours=1)
"""How far a lease's end moves before it is noted again outside the cache."""

DESTROYING = frozenset({LeaseEnded.code, DeviceRevoked.code})
"""The codes of the states of sync after which the cache's key and files are destroyed."""

NoteLease = Callable[[datetime], None]
"""Remembers when a lease ends where it can be read without the cache; may raise SettingsTrouble."""


class LeaseKeeper:
    """Hears what sync says, on sync's thread.

    Args:
        place: the cache's file and key; None for a cache in memory.
        note: told the lease's end at the first sync, and whenever it has moved by `NOTE_EVERY`.
        until: the lease's end by the cache.
        ahead: how far this machine's clock is ahead of the backend's.
    """

    def __init__(
        self,
        place: CachePlace | None,
        note: NoteLease | None,
        until: datetime | None,
        ahead: Callable[[], timedelta] = timedelta,
    ) -> None:
        self._place = place
        self._note = note
        self._until = until
        self._ahead = ahead
        self._noted: datetime | None = None
        self._condemned: str | None = None
        self._lock = threading.Lock()

    @property
    def until(self) -> datetime | None:
        """When the lease ends, as it is noted; None before the first contact with the backend.

        Whoever reads the note has only this machine's clock to compare it with. So where that is
        ahead, the end is told by it; where it is behind, it may be set right at any time.
        """
        with self._lock:
            until = self._until
        ahead = self._ahead()
        return until if until is None or ahead <= TOLERANCE else until + ahead

    def hear(
        self,
        told: SyncState,
        until: Callable[[], datetime | None],
        listener: Callable[[SyncState], None],
    ) -> None:
        """Hand a state on; a successful sync renews the lease, an end of access destroys the key.

        Args:
            told: the state.
            until: answers the lease's end as sync knows it.
            listener: told the state before the key is destroyed: what is shown goes first, since a
                keyring can keep one waiting.
        """
        if told.phase is SyncPhase.LIVE:
            self._renew(until())
        ends = told.phase is SyncPhase.STOPPED and told.code in DESTROYING
        if ends:
            with self._lock:
                self._condemned = told.code
        listener(told)
        if ends and self._place is not None:
            try:
                self._place.condemn(told.code)
            except KeyringMissing as trouble:
                logger.warning("a cache's key could not be destroyed yet: %s", trouble.code)

    def closed(self) -> None:
        """The cache is closed: remove its files, if its access or its lease has ended."""
        with self._lock:
            why, self._condemned = self._condemned, None
        if why is not None and self._place is not None:
            self._place.destroy_now_or_later(why)

    def _renew(self, until: datetime | None) -> None:
        with self._lock:
            self._until = until
        told = self.until
        with self._lock:
            noted = self._noted
            if told is None or (noted is not None and abs(told - noted) < NOTE_EVERY):
                return
            self._noted = told
        if self._note is None:
            return
        try:
            self._note(told)
        except SettingsTrouble as trouble:
            logger.warning("the lease's end could not be noted: %s", trouble.code)
