"""What is kept about accounts for a stated time, and forgotten then."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from lmchat_desktop.sandbox import events, exporting, outbox, tables
from lmchat_desktop.sandbox.clock import to_ms

_MONTHS_24 = timedelta(days=731)
_DAYS_90 = timedelta(days=90)


def forget(connection: Connection, now: datetime) -> None:
    """Delete messages, events, codes, invitations, notes, recoveries and exports of long ago."""
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
