"""What lmchat offers and through whom: plans, providers, models with prices, processors."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from lmchat_desktop.contract.base import Answer, Count, Nanos
from lmchat_desktop.domain.categories import Category

UsdPerToken = Annotated[
    Decimal,
    Field(ge=0),
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
]
"""US dollars a token, an exact decimal; it can be below a nano dollar."""


class Plan(Answer):
    """What a customer subscribes to."""

    id: str
    name: str
    monthly_fee_nanos: Nanos
    requests_per_minute: Count
    key_limit: Count


class Region(Answer):
    """A place where a provider serves."""

    id: str
    name: str
    country: str | None = None


class Provider(Answer):
    """A model provider that requests can be routed to."""

    id: str
    name: str
    regions: list[Region]


class Price(Answer):
    """What one provider's tokens of one model cost."""

    provider_id: str
    input_usd: UsdPerToken
    cached_input_usd: UsdPerToken
    output_usd: UsdPerToken


class Model(Answer):
    """A model that customers can call."""

    id: str
    name: str
    context_tokens: Count | None = None
    prices: list[Price]


class Processor(Answer):
    """A vendor that receives personal data (GDPR art. 4(8))."""

    id: str
    name: str
    purpose: str
    categories: list[Category]
    region: str
    transfer: str
    """The ground on which data leaves for the region, or an empty text within it."""
    erasure: str
    """How an erasure reaches this vendor."""
