"""What lmchat offers and through whom, and single values about the sandbox itself."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, Table, Text

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    column,
    key,
    metadata,
    number,
    offered,
)

meta = Table(
    "meta",
    metadata,
    key("name"),
    column("value", Text),
    info={
        "store": Store(
            "schema version, seed, traffic position, clock offset, signing keys",
            "",
            "as long as the sandbox",
            Erasure.NOTHING,
        )
    },
)
"""Names in use: see `sandbox.meta`."""

plans = Table(
    "plans",
    metadata,
    key("id"),
    column("name", Text),
    column("monthly_fee_nanos", BigInteger),
    column("requests_per_minute", Integer),
    column("key_limit", Integer),
    info={"store": offered("plans that accounts subscribe to")},
)

providers = Table(
    "providers",
    metadata,
    key("id"),
    number(),
    column("name", Text),
    info={"store": offered("model providers")},
)

regions = Table(
    "regions",
    metadata,
    key("provider_id"),
    key("id"),
    number(),
    column("name", Text),
    column("country", Text, nullable=True),
    info={"store": offered("places where a provider serves")},
)

models = Table(
    "models",
    metadata,
    key("id"),
    number(),
    column("name", Text),
    column("context_tokens", Integer, nullable=True),
    info={"store": offered("models that customers can call")},
)

prices = Table(
    "prices",
    metadata,
    key("model_id"),
    key("provider_id"),
    column("input_usd", Text),
    column("cached_input_usd", Text),
    column("output_usd", Text),
    info={"store": offered("US dollars a token, exact decimals as text")},
)

processors = Table(
    "processors",
    metadata,
    key("id"),
    column("name", Text),
    column("purpose", Text),
    column("categories", Text),
    column("region", Text),
    column("transfer", Text),
    column("erasure", Text),
    column("provider_id", Text, nullable=True),
    info={"store": offered("vendors that receive personal data; categories is a JSON list")},
)
