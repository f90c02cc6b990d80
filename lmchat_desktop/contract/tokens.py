"""Personal admin tokens, for machines without a browser. They cannot call inference."""

from __future__ import annotations

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant


class PersonalToken(Answer):
    """A personal token, without its secret."""

    id: str
    name: str
    hint: str
    """The redacted secret, such as `lmc-pat-…a1b2`."""
    created_at: Instant
    expires_at: Instant | None = None


class PersonalTokenCreate(Body):
    """A new personal token of the caller."""

    name: str = Field(min_length=1, max_length=120)
    expires_at: Instant | None = None


class PersonalTokenCreated(Answer):
    """A new personal token and, this once, its secret."""

    token: PersonalToken
    secret: str
