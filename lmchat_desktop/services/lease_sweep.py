"""Destroys, at the start, the caches whose lease has ended and that nobody may open any more."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from lmchat_desktop.cache.trouble import CacheInUse, CacheTrouble, LeaseEnded
from lmchat_desktop.domain.clock import PLAUSIBLE_AWAY, Clock, SystemClock
from lmchat_desktop.domain.lease import has_ended
from lmchat_desktop.services.places import CachePlace
from lmchat_desktop.settings.errors import KeyringMissing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lmchat_desktop.settings.profiles import KnownPerson, ProfileStore
    from lmchat_desktop.settings.secrets import SecretStore

logger = logging.getLogger(__name__)


def sweep_leases(
    profiles: ProfileStore, caches: Path, secrets: SecretStore, *, clock: Clock | None = None
) -> int:
    """Destroy the caches of all known people whose noted lease has ended; to be run on a pool.

    Also ends destructions that were cut off. Who opens such a cache later is told (`LeaseEnded`).
    What is open in any process is left alone, since its own session looks after it.

    No cache is opened, so the time is the machine's: what is known of the backend's lies within a
    cache's encryption. A clock that was set back therefore spares a cache here, and the strict look
    comes when somebody opens it. One that is ahead by more than `PLAUSIBLE_AWAY`, as by a wrong
    year, destroys nothing; one that is ahead by less than that, and by more than the lease, costs a
    cache that was not read since, and the backend has all of it still.

    Args:
        profiles: who is known, and the end of each lease.
        caches: the folder of all caches.
        secrets: holds the keys.
        clock: the machine's time, unless a test has another.

    Returns:
        How many caches were destroyed.
    """
    now = (clock or SystemClock()).now()
    destroyed = 0
    for profile in profiles.list():
        for person in profile.people:
            place = CachePlace.of(caches, profile, person.person_id, secrets, person.keeping)
            try:
                destroyed += _swept(place, person, now)
            except CacheInUse:
                continue
            except (CacheTrouble, KeyringMissing) as trouble:
                logger.warning("a cache past its lease could not be destroyed: %s", trouble.code)
    return destroyed


def _swept(place: CachePlace, person: KnownPerson, now: datetime) -> bool:
    why = place.condemned()
    until = person.lease_until
    if why is None and until is not None and has_ended(until, now):
        if now - until > PLAUSIBLE_AWAY:
            logger.warning("a cache's lease seems over by the machine's clock, which may be wrong")
            return False
        why = LeaseEnded.code
    if why is None or not place.has_files():
        return False
    place.destroy(why, tell_later=True)
    return True
