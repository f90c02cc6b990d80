"""The device lease: how long what was read stays on a device that does not reach its backend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_LEASE = timedelta(days=14)
"""The longest lease, whatever a backend says, and the lease where it says nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A device's lease, renewed by each contact.

    Attributes:
        contact: the time of the last contact with the backend, by the backend's clock.
        granted: how long the backend lets this device be away, None where it knows no device.
    """

    contact: datetime
    granted: timedelta | None = None

    @property
    def until(self) -> datetime:
        """When the lease ends; a grant of less than nothing ends it at the contact itself."""
        granted = MAX_LEASE if self.granted is None else self.granted
        return self.contact + min(max(granted, timedelta(0)), MAX_LEASE)

    def renewed(self, contact: datetime) -> Lease:
        """The lease after a contact; one that is older than the last changes nothing."""
        return Lease(max(contact, self.contact), self.granted)


def has_ended(until: datetime | None, now: datetime) -> bool:
    """Whether a lease is over; None, where nothing was ever read, never is.

    Args:
        until: the lease's end.
        now: the time by the clock that told of the last contact (`EffectiveClock.reckoned`): how
            far it is from the contact is right though the clock itself may be wrong.
    """
    return until is not None and now >= until
