"""A sandbox's outbox: the mails and text messages that it has written."""

from __future__ import annotations

from enum import StrEnum

from lmchat_desktop.contract.base import Answer, Count, Instant


class MessageKind(StrEnum):
    """How a message is sent."""

    MAIL = "mail"
    SMS = "sms"


class OutboxMessage(Answer):
    """A message: written with the effect that it tells of, delivered after the commit."""

    id: str
    kind: MessageKind
    to: str
    subject: str
    body: str
    made_at: Instant
    sent_at: Instant | None = None
    attempts: Count
    failure: str | None = None
    """What the last attempt failed by; null where none has failed."""
    gave_up: bool = False
    """It failed too often and is not tried again."""
