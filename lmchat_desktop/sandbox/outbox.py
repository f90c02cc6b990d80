"""The outbox: messages are written in the unit of the effect that they tell of, and sent later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lmchat_desktop.contract.outbox import MessageKind, OutboxMessage
from lmchat_desktop.domain.contact.addresses import ContactKind, folded
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.identifiers import NumberedIds
from lmchat_desktop.sandbox.texts import Text
from lmchat_desktop.sandbox.uow import Unit

KEPT = timedelta(days=30)
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)
ATTEMPTS = 16
"""With the pauses between them about six hours."""
_BATCH = 50

KIND_OF = {ContactKind.EMAIL: MessageKind.MAIL, ContactKind.PHONE: MessageKind.SMS}
_ADDRESS_OF = {message: contact for contact, message in KIND_OF.items()}


def post(
    unit: Unit,
    contact: ContactKind,
    to: str,
    text: Text,
    *,
    account_id: str | None = None,
    person_id: str | None = None,
) -> None:
    """Write a message; it is delivered once the unit is committed.

    Args:
        unit: the act that the message tells of.
        contact: by mail or as a text message.
        to: the address.
        text: what it says.
        account_id: the account that it is about.
        person_id: the person that it is about.
    """
    unit.connection.execute(
        insert(tables.outbox).values(
            kind=KIND_OF[contact].value,
            recipient=to,
            folded=folded(contact, to),
            subject=text.subject,
            body=text.body,
            account_id=account_id,
            person_id=person_id,
            made_ms=to_ms(unit.now),
            due_ms=to_ms(unit.now),
        )
    )


def due(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Messages of which an attempt is due, those due longest first."""
    row = tables.outbox.c
    return list(
        connection.execute(
            select(tables.outbox)
            .where(row.due_ms <= to_ms(now))
            .order_by(row.due_ms, row.id)
            .limit(_BATCH)
        )
    )


def any_waiting(connection: Connection) -> bool:
    """Whether a message waits for an attempt, now or later."""
    row = tables.outbox.c
    return connection.scalar(select(row.id).where(row.due_ms >= 0).limit(1)) is not None


def note_attempt(
    connection: Connection, message: Row[Any], now: datetime, failure: str | None
) -> None:
    """Write down how an attempt went: delivered, to be made again later, or given up."""
    attempts = message.attempts + 1
    values: dict[str, Any] = {"attempts": attempts, "failure": failure, "due_ms": None}
    if failure is None:
        values["sent_ms"] = to_ms(now)
    elif attempts < ATTEMPTS:
        pause = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (attempts - 1))
        values["due_ms"] = to_ms(now + pause)
    connection.execute(
        update(tables.outbox).where(tables.outbox.c.id == message.id).values(**values)
    )


def forget(connection: Connection, now: datetime) -> None:
    """Delete the messages whose time is over."""
    connection.execute(delete(tables.outbox).where(tables.outbox.c.made_ms <= to_ms(now - KEPT)))


def folded_recipient(to: str, kind: MessageKind | None) -> list[str]:
    """By what messages to an address are looked up; of each kind where none is named."""
    kinds = [kind] if kind is not None else list(MessageKind)
    return sorted({folded(_ADDRESS_OF[one], to) for one in kinds} - {""})


def message_of(row: Row[Any], ids: NumberedIds) -> OutboxMessage:
    """A row of `outbox`."""
    return OutboxMessage(
        id=ids.text(row.id),
        kind=MessageKind(row.kind),
        to=row.recipient,
        subject=row.subject,
        body=row.body,
        made_at=from_ms(row.made_ms),
        sent_at=maybe_from_ms(row.sent_ms),
        attempts=row.attempts,
        failure=row.failure,
        gave_up=row.due_ms is None and row.sent_ms is None,
    )
