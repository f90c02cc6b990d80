"""Who is signed in, with which devices: persons, roles, scopes, `me`, OAuth tokens."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.domain.scopes import Role


class Capability(StrEnum):
    """Optional features that a backend may offer."""

    KEY_ROTATION = "key-rotation"
    CONTENT_LOGGING = "content-logging"
    MOVABLE_CLOCK = "movable-clock"
    USAGE_RECOUNT = "usage-recount"
    AUDIT_PROOFS = "audit-proofs"
    OUTBOX = "outbox"


class Person(Answer):
    """A human being who can sign in; never the same thing as an account."""

    id: str
    name: str
    email: str
    phone: str | None = None
    created_at: Instant


class Membership(Answer):
    """A person's place in one account."""

    account_id: str
    account_name: str
    role: Role


class Device(Answer):
    """A registered installation of the application, bound to one person."""

    id: str
    person_id: str
    name: str
    platform: str
    app_version: str
    registered_at: Instant
    last_seen_at: Instant
    lease_until: Instant
    revoked_at: Instant | None = None
    etag: str


class Me(Answer):
    """The signed-in person, what they may do, and what this backend offers."""

    person: Person
    device: Device | None
    memberships: list[Membership]
    operator_roles: list[Role]
    scopes: list[str]
    capabilities: list[str]
    backend: str
    """A name to show for the backend, such as "lmchat sandbox"."""
    notice: str | None = None
    """What everybody who looks at this backend should know, such as where sample data come from."""
    server_time: Instant


class TokenRequest(Body):
    """The form of `POST /oauth/token` (RFC 6749 with PKCE, RFC 7636; device fields are ours)."""

    grant_type: Literal["authorization_code", "refresh_token"]
    client_id: str
    code: str | None = None
    code_verifier: str | None = None
    redirect_uri: str | None = None
    refresh_token: str | None = None
    device_name: str = ""
    device_platform: str = ""
    app_version: str = ""


class TokenAnswer(Answer):
    """An access token and its refresh token (RFC 6749 section 5.1)."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int
    """Seconds until the access token ends."""
    refresh_token: str | None = None
    scope: str = ""


class DeviceRegister(Body):
    """Register this installation when signing in with a personal token."""

    name: str
    platform: str
    app_version: str


class DeviceRevoke(Body):
    """Why a device's access ends; the reason goes to the audit log.

    Somebody else's device needs one.
    """

    reason: str = Field(default="", max_length=500)
