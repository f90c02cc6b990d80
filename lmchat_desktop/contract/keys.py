"""API keys of accounts. The server keeps a hash of a secret, never the secret."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant, Nanos, SentCount


class KeyState(StrEnum):
    """Whether a key can be used."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class ApiKey(Answer):
    """An inference key, without its secret."""

    id: str
    account_id: str
    name: str
    hint: str
    """The redacted secret, such as `sk-lmc-…a1b2`."""
    state: KeyState
    models: list[str] | None = None
    """The model ids the key may use; null means all of the plan."""
    monthly_limit_nanos: Nanos | None = None
    created_at: Instant
    created_by: str
    expires_at: Instant | None = None
    last_used_at: Instant | None = None
    revoked_at: Instant | None = None
    etag: str


class KeyCreate(Body):
    """A new key for an account."""

    account_id: str
    name: str = Field(min_length=1, max_length=120)
    models: list[str] | None = None
    monthly_limit_nanos: SentCount | None = None
    expires_at: Instant | None = None


class KeyCreated(Answer):
    """A new key and, this once, its secret."""

    key: ApiKey
    secret: str


class KeyUpdate(Body):
    """A merge patch (RFC 7396) of a key: only the fields that are present change."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    models: list[str] | None = None
    monthly_limit_nanos: SentCount | None = None
    expires_at: Instant | None = None


class KeyRevoke(Body):
    """Why a key is revoked; the reason goes to the audit log."""

    reason: str = Field(default="", max_length=500)
