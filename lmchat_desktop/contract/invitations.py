"""Invitations into an account, by e-mail with a code."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from lmchat_desktop.contract.accounts import AccountRole
from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.domain.scopes import Role


class InvitationState(StrEnum):
    """Where an invitation is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Invitation(Answer):
    """Somebody was invited into an account."""

    id: str
    account_id: str
    email: str
    role: Role
    state: InvitationState
    invited_by: str
    created_at: Instant
    expires_at: Instant
    ended_at: Instant | None = None
    """When it was accepted or withdrawn."""
    person_id: str | None = None
    """Who accepted it."""


class InvitationCreate(Body):
    """Whom to invite as what."""

    email: str = Field(min_length=1, max_length=320)
    role: AccountRole


class InvitationAccept(Body):
    """The code of an invitation, as it came by mail."""

    code: str = Field(min_length=20, max_length=100)


class InvitationJoin(InvitationAccept):
    """The code of an invitation, and the name of a person who is only now made."""

    name: str = Field(min_length=1, max_length=200)
