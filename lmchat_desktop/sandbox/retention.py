"""What is kept about accounts for a stated time, and forgotten then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from lmchat_desktop.domain.policy import Part, kept_for
from lmchat_desktop.sandbox import events, exporting, outbox, tables
from lmchat_desktop.sandbox.clock import to_ms

_MONTHS_24 = timedelta(days=731)
_DAYS_90 = timedelta(days=90)
_DAY_MS = 86_400_000


def forget(connection: Connection, now: datetime) -> None:
    """Delete what has had its time: requests and events by the data policy, codes, invitations,
    messages, notes, recoveries and exports by times of their own.
    """
    _forget_requests(connection, now)
    outbox.forget(connection, now)
    events.forget(connection, now)
    exporting.forget(connection, now)
    changes, invitations = tables.contact_changes, tables.invitations
    notes, recoveries = tables.account_notes, tables.recoveries
    for statement in (
        delete(changes).where(changes.c.sent_ms <= to_ms(now - _DAYS_90)),
        # Whether it was accepted, withdrawn or let go: 90 days after it could be accepted.
        delete(invitations).where(invitations.c.expires_ms <= to_ms(now - _DAYS_90)),
        delete(notes).where(notes.c.at_ms <= to_ms(now - _MONTHS_24)),
        delete(recoveries).where(recoveries.c.ended_ms <= to_ms(now - _MONTHS_24)),
    ):
        connection.execute(statement)


def _forget_requests(connection: Connection, now: datetime) -> None:
    """Delete requests by whole UTC days, as usage slices go: a day goes when its last hour does."""
    oldest_ms = to_ms(now - kept_for(Part.REQUESTS))
    oldest_ms -= oldest_ms % _DAY_MS
    requests, attempts = tables.requests, tables.attempts
    gone = requests.c.started_ms < oldest_ms
    ids = select(requests.c.id).where(gone)
    connection.execute(delete(attempts).where(attempts.c.request_id.in_(ids)))
    connection.execute(delete(requests).where(gone))
