"""Changes of an e-mail or a telephone number: nothing counts before its code has come back."""

from __future__ import annotations

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Count, Instant
from lmchat_desktop.domain.contact.addresses import ContactKind
from lmchat_desktop.domain.contact.codes import CodeState


class ContactChangeCreate(Body):
    """A new e-mail or telephone number, to which a code is sent."""

    kind: ContactKind
    value: str = Field(min_length=1, max_length=320)


class CodeConfirm(Body):
    """The code that was received at the new address."""

    code: str = Field(pattern="^[0-9]{6}$")


class ContactChange(Answer):
    """A change under way, or as it ended."""

    id: str
    account_id: str | None = None
    """The account that it is of; null where it is of a person."""
    person_id: str | None = None
    """The person that it is of; null where it is of an account."""
    kind: ContactKind
    value: str
    state: CodeState
    tries_left: Count
    sent_at: Instant
    expires_at: Instant
    confirmed_at: Instant | None = None
