"""What only a sandbox offers: the movable clock, people to sign in as, traffic on demand."""

from __future__ import annotations

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Count, Instant
from lmchat_desktop.contract.identity import Person
from lmchat_desktop.domain.scopes import Role


class ClockState(Answer):
    """The sandbox's time; it advances with real time from where it was put."""

    now: Instant
    ahead_s: float
    """Seconds that the sandbox's clock is ahead of the machine's."""


class ClockMove(Body):
    """Move the clock forward; it never runs backwards."""

    advance_s: float = Field(ge=0, le=366 * 86400, strict=True)


class SandboxPerson(Answer):
    """Someone of the sample world to sign in as."""

    person: Person
    operator_roles: list[Role]
    accounts: list[str]
    """The names of the accounts that the person belongs to, with the role, as text to show."""


class SandboxPeople(Answer):
    """Everybody of the sample world, owners first."""

    data: list[SandboxPerson]


class SandboxSignIn(Body):
    """Sign in as a person of the sample world, with the one-time token of the sandbox's start."""

    person_id: str
    device_name: str = "sandbox"
    device_platform: str = ""
    app_version: str = ""


class TrafficOrder(Body):
    """Let requests arrive late: their start lies in the past."""

    count: int = Field(ge=1, le=10_000, strict=True)
    started_at: Instant
    account_id: str | None = None


class TrafficDone(Answer):
    """The requests that arrived."""

    count: Count
