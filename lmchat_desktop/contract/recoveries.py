"""Recoveries: the documented way back in for a person who lost both e-mail and telephone."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Count, Instant
from lmchat_desktop.domain.contact.recovery import RecoveryState


class CheckKind(StrEnum):
    """What was checked about who somebody is."""

    PAYMENT_REFERENCE = "payment-reference"
    VIDEO_CALL = "video-call"
    NOTARISED_LETTER = "notarised-letter"
    IDENTITY_DOCUMENT = "identity-document"
    COMPANY_REGISTER = "company-register"
    KNOWN_MEMBER = "known-member"
    """Another member of the account vouched, and was reached by an address on record."""


class RecoveryCheck(Body):
    """One thing that was checked, and what came out."""

    kind: CheckKind
    text: str = Field(min_length=1, max_length=1000)


class RecoveryCreate(Body):
    """What one operator has checked; another one approves it."""

    person_id: str
    checks: list[RecoveryCheck] = Field(min_length=2, max_length=10)
    text: str = Field(default="", max_length=4000)
    email: str = Field(min_length=1, max_length=320, description="the new address")


class RecoveryEnd(Body):
    """Why a recovery is refused or withdrawn."""

    reason: str = Field(min_length=1, max_length=2000)


class Recovery(Answer):
    """A recovery as it stands."""

    id: str
    account_id: str
    person_id: str
    checks: list[RecoveryCheck]
    text: str
    email: str
    state: RecoveryState
    prepared_by: str
    prepared_at: Instant
    approved_by: str | None = None
    approved_at: Instant | None = None
    effective_at: Instant | None = None
    """From when on a code can be sent to the new address: 72 hours after the approval."""
    code_sent_at: Instant | None = None
    tries_left: Count | None = None
    """How often a wrong code can still be given; null before one was sent."""
    ended_by: str | None = None
    ended_at: Instant | None = None
    end_reason: str = ""
    etag: str
