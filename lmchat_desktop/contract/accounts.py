"""Accounts (the customers) and their members."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.domain.scopes import Role

AccountRole = Literal[Role.OWNER, Role.MEMBER]
"""A role that a person can have in an account."""


class AccountState(StrEnum):
    """Whether an account is served."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class AbuseReason(StrEnum):
    """Why an account is suspended."""

    SPAM = "spam"
    FRAUD = "fraud"
    CREDENTIAL_SHARING = "credential-sharing"
    TERMS = "terms"
    LEGAL = "legal"
    PAYMENT = "payment"
    OTHER = "other"


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
    suspended_since: Instant | None = None
    suspended_reason: AbuseReason | None = None
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
    etag: str


class MemberUpdate(Body):
    """A merge patch (RFC 7396) of a membership."""

    role: AccountRole


class AccountSuspend(Body):
    """Why an account is suspended; the text goes to the audit log, not to the owner."""

    reason: AbuseReason
    text: str = Field(default="", max_length=2000)


class AccountReinstate(Body):
    """Why a suspended account is served again; the text goes to the audit log."""

    text: str = Field(default="", max_length=2000)


class Matched(StrEnum):
    """By what an account was found."""

    ID = "id"
    NAME = "name"
    EMAIL = "email"
    FORMER_EMAIL = "former-email"
    PHONE = "phone"
    FORMER_PHONE = "former-phone"
    KEY_HINT = "key-hint"
    REQUEST_ID = "request-id"


class Match(Answer):
    """Why an account is among what was found."""

    matched: Matched
    value: str
    """What was found: the name, the address, the key's hint or the request's id."""
    person_id: str | None = None
    """Whose address it is, where it is a member's and not the account's own."""
    until: Instant | None = None
    """Until when a former address was theirs; another may have it now."""


class FoundAccount(Answer):
    """An account that was found, with every reason."""

    account: Account
    matches: list[Match]


class AccountSearch(Answer):
    """What a search found, best reasons first; `more` says that not all of it is here."""

    data: list[FoundAccount]
    more: bool
