"""Writes what the sample world offers: plans, providers, regions, models, prices, processors."""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.money import NANOS_PER_USD
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.world.catalogue import Catalogue
from lmchat_desktop.sandbox.world.customers import PLANS
from lmchat_desktop.sandbox.world.people import (
    MODEL_PROVIDER_ERASURE,
    MODEL_PROVIDER_PURPOSE,
    MODEL_PROVIDER_TRANSFER,
    VENDORS,
)

_INSIDE = frozenset({"FR", "DE", "SE"})
"""Where personal data can lie without a ground for a transfer (of the countries that occur)."""


def write_offering(connection: Connection, catalogue: Catalogue) -> None:
    """Write the catalogue, the plans and the processors."""
    connection.execute(
        insert(tables.plans),
        [
            {
                "id": plan.id,
                "name": plan.name,
                "monthly_fee_nanos": plan.monthly_fee_usd * NANOS_PER_USD,
                "requests_per_minute": plan.requests_per_minute,
                "key_limit": plan.key_limit,
            }
            for plan in PLANS
        ],
    )
    connection.execute(
        insert(tables.providers),
        [{"id": one.id, "number": one.number, "name": one.name} for one in catalogue.providers],
    )
    connection.execute(
        insert(tables.regions),
        [
            {
                "provider_id": one.provider_id,
                "id": one.id,
                "number": one.number,
                "name": one.name,
                "country": one.country,
            }
            for one in catalogue.regions
        ],
    )
    connection.execute(
        insert(tables.models),
        [
            {
                "id": one.id,
                "number": one.number,
                "name": one.name,
                "context_tokens": catalogue.context_tokens(one.id),
            }
            for one in catalogue.models
        ],
    )
    connection.execute(
        insert(tables.prices),
        [
            {
                "model_id": offer.model_id,
                "provider_id": offer.provider_id,
                "input_usd": format(offer.prices.input_usd, "f"),
                "cached_input_usd": format(offer.prices.cached_input_usd, "f"),
                "output_usd": format(offer.prices.output_usd, "f"),
            }
            for offer in catalogue.offers
        ],
    )
    _write_processors(connection, catalogue)


def _write_processors(connection: Connection, catalogue: Catalogue) -> None:
    rows = [
        {
            "id": vendor.id,
            "name": vendor.name,
            "purpose": vendor.purpose,
            "categories": json.dumps([Category.ACCOUNT.value]),
            "region": vendor.region,
            "transfer": vendor.transfer,
            "erasure": vendor.erasure,
            "provider_id": None,
        }
        for vendor in VENDORS
    ]
    for provider in catalogue.providers:
        countries = sorted(
            {one.country for one in catalogue.regions if one.provider_id == provider.id}
        )
        rows.append(
            {
                "id": f"proc_{provider.id}",
                "name": provider.name,
                "purpose": MODEL_PROVIDER_PURPOSE,
                "categories": json.dumps([Category.METADATA.value, Category.CONTENT.value]),
                "region": ", ".join(countries),
                "transfer": "" if _INSIDE.issuperset(countries) else MODEL_PROVIDER_TRANSFER,
                "erasure": MODEL_PROVIDER_ERASURE,
                "provider_id": provider.id,
            }
        )
    connection.execute(insert(tables.processors), rows)
