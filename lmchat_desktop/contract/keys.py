"""API keys of accounts. The server keeps a hash of a secret, never the secret."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from lmchat_desktop.contract.base import (
    Answer,
    Body,
    Count,
    Day,
    Instant,
    Nanos,
    SentCount,
)
from lmchat_desktop.domain.keys.terms import BudgetPeriod as BudgetPeriod
from lmchat_desktop.domain.keys.terms import KeyState as KeyState
from lmchat_desktop.domain.keys.terms import SuggestionKind as SuggestionKind
from lmchat_desktop.domain.keys.terms import UsedSecret as UsedSecret

MAX_BULK = 5_000
"""How many keys one bulk act names at most."""

MAX_STANDINGS = 100
"""Of how many keys one question of standings asks at most."""

Limit = Annotated[int, Field(gt=0, lt=2**53, strict=True)]
"""A limit of so many requests or tokens; null means none of its own."""

Network = Annotated[str, Field(max_length=64)]
"""A network in CIDR notation, IPv4 or IPv6, or a single address (RFC 4632, RFC 4291 2.3)."""

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""

Overlap = Annotated[int, Field(ge=0, le=90 * 86_400, strict=True)]
"""Seconds."""


class KeyRules(Answer):
    """What a key may do. Null means no limit beyond the plan's and the account's own."""

    models: list[str] | None = None
    """The ids of the models it may call."""
    providers: list[str] | None = None
    """The ids of the providers it may be routed to."""
    countries: list[str] | None = None
    """The countries (ISO 3166-1 alpha-2) of the regions it may be routed to: data stay there."""
    addresses: list[str] | None = None
    """The networks (CIDR) it may be used from."""
    budget_nanos: Nanos | None = None
    budget_period: BudgetPeriod | None = None
    """Given with every budget."""
    requests_per_minute: Count | None = None
    requests_per_day: Count | None = None
    tokens_per_minute: Count | None = None
    tokens_per_day: Count | None = None


class ApiKey(KeyRules):
    """An inference key, without its secrets."""

    id: str
    account_id: str
    name: str
    notes: str = ""
    hint: str
    """The redacted secret, such as `sk-lmc-a1b2…c3d4`."""
    state: KeyState
    created_at: Instant
    created_by: str
    expires_at: Instant | None = None
    last_used_at: Instant | None = None
    """To the hour."""
    revoked_at: Instant | None = None
    rotated_at: Instant | None = None
    """When `hint`'s secret replaced another; null for a key that was never rotated."""
    old_hint: str | None = None
    """The secret before, while it still works."""
    old_ends_at: Instant | None = None
    """When the secret before stops working."""
    etag: str


class KeyCreate(Body):
    """A new key for an account."""

    account_id: str
    name: str = Field(min_length=1, max_length=120)
    notes: str = Field(default="", max_length=2_000)
    expires_at: Instant | None = None
    models: list[str] | None = Field(default=None, min_length=1, max_length=500)
    providers: list[str] | None = Field(default=None, min_length=1, max_length=500)
    countries: list[Country] | None = Field(default=None, min_length=1, max_length=250)
    addresses: list[Network] | None = Field(default=None, min_length=1, max_length=500)
    budget_nanos: SentCount | None = None
    budget_period: BudgetPeriod | None = None
    requests_per_minute: Limit | None = None
    requests_per_day: Limit | None = None
    tokens_per_minute: Limit | None = None
    tokens_per_day: Limit | None = None


class KeyCreated(Answer):
    """A key and, this once, its new secret."""

    key: ApiKey
    secret: str = Field(repr=False)


class KeyUpdate(Body):
    """A merge patch (RFC 7396) of a key: only the fields that are present change."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    notes: str | None = Field(default=None, max_length=2_000)
    expires_at: Instant | None = None
    models: list[str] | None = Field(default=None, min_length=1, max_length=500)
    providers: list[str] | None = Field(default=None, min_length=1, max_length=500)
    countries: list[Country] | None = Field(default=None, min_length=1, max_length=250)
    addresses: list[Network] | None = Field(default=None, min_length=1, max_length=500)
    budget_nanos: SentCount | None = None
    budget_period: BudgetPeriod | None = None
    requests_per_minute: Limit | None = None
    requests_per_day: Limit | None = None
    tokens_per_minute: Limit | None = None
    tokens_per_day: Limit | None = None


class KeyRevoke(Body):
    """Why a key is revoked; the reason goes to the audit log."""

    reason: str = Field(default="", max_length=500)


class KeyRotate(Body):
    """A new secret; the present one goes on working for the overlap."""

    overlap_s: Overlap
    """0 ends the present secret at once."""


class RotationMove(Body):
    """Another instant at which the secret before stops working; the present or earlier: now."""

    old_ends_at: Instant


class KeysAct(Body):
    """One act on many keys, as a job that answers a result for each."""

    act: Literal["revoke", "expire"]
    key_ids: list[str] = Field(min_length=1, max_length=MAX_BULK)
    expires_at: Instant | None = None
    """For `expire`: when the keys stop working."""
    reason: str = Field(default="", max_length=500)


class KeyOutcome(StrEnum):
    """What became of one key in a bulk act."""

    DONE = "done"
    UNCHANGED = "unchanged"
    """It was so already."""
    REFUSED = "refused"
    """It is there, and the act is not possible or not allowed."""
    MISSING = "missing"
    """It is not there for this person."""


class KeyActResult(Answer):
    """What became of one key in a bulk act: an entry of the job's `result.keys`."""

    key_id: str
    outcome: KeyOutcome
    detail: str = ""


class KeyUse(Answer):
    """Requests of one key by where they came from, to which model, with which secret."""

    address: str
    """The address of the caller (IPv4 or IPv6)."""
    model: str
    secret: UsedSecret
    requests: Count
    first_at: Instant
    last_at: Instant


class KeyUseReport(Answer):
    """What used a key in the hours that end now; addresses are kept for 30 days."""

    key_id: str
    start: Instant
    end: Instant
    requests: Count
    data: list[KeyUse]
    """The most used first, 200 at most."""
    has_more: bool
    old_requests: Count
    """Requests with the secret before."""
    old_last_at: Instant | None = None


class KeyStanding(Answer):
    """Where a key stands: its budget's period, and its use by day."""

    key_id: str
    spent_nanos: Nanos
    """In the present period of its budget; of this month where it has none."""
    period_start: Instant | None = None
    """Null for a total budget."""
    period_end: Instant | None = None
    """When the budget begins anew; null where it does not."""
    over_budget: bool
    daily_requests: list[Count]
    """Of the 14 days by UTC that end today, oldest first."""
    last_day: Day
    p95_ms: float | None = None
    """Of these 14 days, within 1.1 %; null where nothing was measured."""


class KeyStandings(Answer):
    """Standings of keys, in the order they were asked for; those not visible are left out."""

    as_of: Instant
    data: list[KeyStanding]


class KeySuggestion(Answer):
    """A usable key that should be looked at, and why; a key can have several."""

    id: str
    """`KIND/KEY_ID`."""
    kind: SuggestionKind
    key_id: str
    account_id: str
    name: str
    hint: str
    since: Instant | None = None
    """Since when it is so, where that is known."""
    address: str | None = None
    """The foreign address that was seen last."""
    count: Count | None = None
    """How often it was tried from foreign addresses."""


class SuggestionCounts(Answer):
    """How many suggestions there are of each kind."""

    as_of: Instant
    counts: dict[SuggestionKind, Count]
