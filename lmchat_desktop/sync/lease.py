"""The device lease as contacts with the backend tell it, and the wait for its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.errors import Cancelled
from lmchat_desktop.domain.lease import Lease, has_ended

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lmchat_desktop.cache.state import CacheState
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.domain.clock import Clock

LOOK_S = 60.0
"""Seconds between two looks at a lease that nothing renews. A machine that slept tells nobody."""


def lease_at(me: Me, contact: datetime) -> Lease:
    """The lease that the backend told at a contact.

    A backend renews a device's lease at each call, and says so only when it is asked who is signed
    in. What it grants is therefore kept as a length, which counts from the last contact of all.

    Args:
        me: the answer.
        contact: the effective time of the answer.
    """
    device = me.device
    return Lease(contact, None if device is None else device.lease_until - device.last_seen_at)


def lease_of(known: CacheState) -> Lease | None:
    """The lease by what a cache knows; None where nothing was ever read into it."""
    if known.me is None:
        return None
    if known.time is not None and known.time.contact is not None:
        return lease_at(known.me, known.time.contact)
    lease = lease_at(known.me, known.me.server_time)
    return lease if known.last_sync_at is None else lease.renewed(known.last_sync_at)


def await_end(
    until: Callable[[], datetime | None],
    clock: Clock,
    cancel: CancelToken,
    every_s: float = LOOK_S,
) -> bool:
    """Wait until a lease has ended; answers False where the token was cancelled before.

    Args:
        until: answers the lease's end, as it is known then.
        clock: the time that the lease runs by.
        cancel: ends the wait.
        every_s: seconds between two looks.
    """
    try:
        while not has_ended(until(), clock.now()):
            cancel.wait(every_s)
        cancel.raise_if_cancelled()
    except Cancelled:
        return False
    return True
