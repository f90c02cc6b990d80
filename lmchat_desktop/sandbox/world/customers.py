"""What customers of the sample world are made of: plans, keys, and the models that keys call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lmchat_desktop.domain.keys.terms import BudgetPeriod


class Shape(StrEnum):
    """What a stream of requests looks like by its tokens; a key serves streams of one shape."""

    CHAT = "chat"
    LABELS = "labels"
    """Answers of a few tokens: classification and routing."""
    DOCUMENTS = "documents"
    """Long prompts or long answers."""


@dataclass(frozen=True, slots=True)
class PlanOf:
    """A plan that customers subscribe to; the fee is in US dollars a month."""

    id: str
    name: str
    monthly_fee_usd: int
    requests_per_minute: int
    key_limit: int


PLANS = (
    PlanOf("plan_starter", "Starter", 0, 60, 3),
    PlanOf("plan_team", "Team", 499, 600, 12),
    PlanOf("plan_enterprise", "Enterprise", 4_990, 6_000, 100),
)

MIXES: dict[str, dict[str, float]] = {
    "assistant": {
        "gpt-4-turbo": 0.2,
        "gpt-4-1106-preview": 0.2,
        "gpt-3.5-turbo": 0.35,
        "claude-3-haiku": 0.25,
    },
    "open": {"llama-3-70b": 0.5, "mixtral-8x7b": 0.35, "llama-3-8b": 0.15},
    "classify": {"llama-3-8b": 0.5, "gpt-3.5-turbo": 0.25, "claude-3-haiku": 0.25},
    "early": {"llama-2-70b": 0.45, "llama-2-13b": 0.3, "llama-2-7b": 0.25},
    "documents": {
        "claude-3-haiku": 0.4,
        "command-r": 0.3,
        "gpt-4-0125-preview": 0.2,
        "claude-3-opus": 0.1,
    },
    "search": {"sonar-medium-chat": 0.5, "command-r-plus": 0.2, "command-r": 0.3},
    "frozen": {"gpt-3.5-turbo-1106": 0.6, "gpt-4-0125-preview": 0.4},
    "light": {"command-light": 0.4, "llama-3-8b": 0.4, "llama-2-7b": 0.2},
}
"""What share of a key's requests names which model."""

SUBSTITUTES = ("claude-3-haiku", "mixtral-8x7b", "llama-3-70b")
"""Who is asked, in this order, where a request is too long for the model that was drawn."""


@dataclass(frozen=True, slots=True)
class KeyOf:
    """An API key.

    Attributes:
        name: as its makers called it; with the account's name it is unique.
        shape: the requests it carries; None for a key that is not used.
        mix: the models that it calls.
        share: its part of the account's requests of that shape, against the account's other keys.
        repeats: the probability that a long prompt begins like the one before.
        made_days: days ago that it was made.
        expires_days, revoked_days: days from now (negative: ago); None for never.
        limit_usd: budget in US dollars.
        period: in which period it begins anew.
        uses_up: whether what it has spent when the world is made is all of its budget.
        used_days: days ago that a key without requests was last used; None for never.
        rotated_days: days ago that it was given a new secret.
        overlap_days: how many days the secret before works on.
        fenced: whether it may be used from its own networks alone.
        foreign: an address outside of them that it was tried from, and how often.
        countries: where its requests may be served; only for keys without requests.
        per_minute: requests a minute.
        notes: what its makers wrote beside it.
        only: whether it may use the models of its mix (and the substitutes) alone.
        hour: azure's busy hour runs on it each weekday.
    """

    name: str
    shape: Shape | None
    mix: str = "assistant"
    share: float = 1.0
    repeats: float = 0.3
    made_days: int = 120
    expires_days: float | None = None
    revoked_days: float | None = None
    limit_usd: int | None = None
    period: BudgetPeriod = BudgetPeriod.MONTH
    uses_up: bool = False
    used_days: float | None = None
    rotated_days: float | None = None
    overlap_days: float = 0.0
    fenced: bool = False
    foreign: tuple[str, int] | None = None
    countries: tuple[str, ...] = ()
    per_minute: int | None = None
    notes: str = ""
    only: bool = False
    hour: bool = False


@dataclass(frozen=True, slots=True)
class CompanyOf:
    """A customer.

    Attributes:
        slug: names it in this module's tables.
        country: ISO 3166-1 alpha-2; None where it is not known.
        utc_hours: local time less UTC, by which its working day is placed.
        size: its share of the traffic, against the others.
        near: how its requests reach lmchat: shares of us-west, us-east and eu-west.
        active: false for a suspended account.
    """

    slug: str
    name: str
    email: str
    country: str | None
    utc_hours: float
    plan: str
    size: float
    near: tuple[float, float, float]
    made_days: int
    keys: tuple[KeyOf, ...]
    phone: str | None = None
    verified: bool = True
    active: bool = True
