"""Accounts (the customers) and their members."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.domain.scopes import Role


class AccountState(StrEnum):
    """Whether an account is served."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Account(Answer):
    """A customer of lmchat. The country decides legal deadlines; null means the strictest."""

    id: str
    name: str
    email: str
    email_verified: bool
    phone: str | None = None
    phone_verified: bool = False
    country: str | None = Field(default=None, description="ISO 3166-1 alpha-2")
    plan_id: str
    state: AccountState
    created_at: Instant
    etag: str


class AccountUpdate(Body):
    """A merge patch (RFC 7396) of an account: only the fields that are present change."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")


class Member(Answer):
    """A person's membership of an account, as the account's people see it."""

    id: str
    """`ACCOUNT_ID/PERSON_ID`."""
    account_id: str
    person_id: str
    name: str
    email: str
    role: Role
    since: Instant
