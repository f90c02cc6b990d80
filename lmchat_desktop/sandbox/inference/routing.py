"""Which provider serves a request: the cheapest that the key allows, in a region that it allows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from lmchat_desktop.domain.keys.admission import Refusal
from lmchat_desktop.domain.money import TokenPrices, request_cost_nanos
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.inference.wire import Refused


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request goes: numbers as in request rows, and what tokens cost there."""

    model_no: int
    provider_no: int
    region_no: int
    prices: TokenPrices

    def cost_nanos(self, input_tokens: int, output_tokens: int) -> int:
        """What a request costs, each component rounded once."""
        fresh, cached, made = (np.array([count]) for count in (input_tokens, 0, output_tokens))
        return int(request_cost_nanos(fresh, cached, made, self.prices)[0])


def route_for(
    connection: Connection,
    model: str,
    providers: Collection[str] | None,
    countries: Collection[str] | None,
) -> Route:
    """The route of a request for a model that is there.

    Args:
        connection: to read from.
        model: its id.
        providers: those that the key allows; all where None.
        countries: as providers.

    Raises:
        Refused: nobody serves it there.
    """
    prices, regions = tables.prices.c, tables.regions.c
    statement = (
        select(
            tables.models.c.number.label("model_no"),
            tables.providers.c.number.label("provider_no"),
            regions.number.label("region_no"),
            prices.input_usd,
            prices.cached_input_usd,
            prices.output_usd,
            prices.provider_id,
            regions.id.label("region_id"),
        )
        .join(tables.models, tables.models.c.id == prices.model_id)
        .join(tables.providers, tables.providers.c.id == prices.provider_id)
        .join(tables.regions, regions.provider_id == prices.provider_id)
        .where(prices.model_id == model)
    )
    if providers is not None:
        statement = statement.where(prices.provider_id.in_(providers))
    if countries is not None:
        statement = statement.where(regions.country.in_(countries))
    offers = connection.execute(statement).all()
    if not offers:
        raise Refused.because(Refusal.NO_ROUTE)
    best = min(
        offers,
        key=lambda offer: (
            Decimal(offer.output_usd),
            Decimal(offer.input_usd),
            offer.provider_id,
            offer.region_id,
        ),
    )
    return Route(
        best.model_no,
        best.provider_no,
        best.region_no,
        TokenPrices(
            input_usd=Decimal(best.input_usd),
            cached_input_usd=Decimal(best.cached_input_usd),
            output_usd=Decimal(best.output_usd),
        ),
    )
