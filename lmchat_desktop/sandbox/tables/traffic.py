"""Requests, their attempts, who received them, and the usage slices computed from them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Float,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    ACCOUNT,
    BIG_KEY,
    METADATA,
    column,
    key,
    metadata,
)

FAILED = text("error > 0")
"""Which requests failed. They are few: a question that says this is answered from their indexes."""

requests = Table(
    "requests",
    metadata,
    key("id", BIG_KEY, METADATA),
    column("started_ms", BigInteger, METADATA),
    column("account_no", Integer, METADATA),
    column("key_no", Integer, METADATA),
    column("model_no", SmallInteger, METADATA),
    column("provider_no", SmallInteger, METADATA),
    column("region_no", SmallInteger, METADATA),
    column("outcome", SmallInteger, METADATA),
    column("error", SmallInteger, METADATA),
    column("attempt_count", SmallInteger, METADATA),
    column("input_tokens", Integer, METADATA),
    column("cached_tokens", Integer, METADATA),
    column("output_tokens", Integer, METADATA),
    column("cost_nanos", BigInteger, METADATA),
    column("total_ms", Float(53), METADATA, nullable=True),
    column("first_token_ms", Float(53), METADATA, nullable=True),
    Index("requests_by_account", "account_no", "started_ms"),
    Index("requests_by_key", "key_no", "started_ms"),
    Index("requests_by_start", "started_ms"),
    Index("requests_failed", "started_ms", sqlite_where=FAILED, postgresql_where=FAILED),
    Index(
        "requests_failed_by_account",
        "account_no",
        "started_ms",
        sqlite_where=FAILED,
        postgresql_where=FAILED,
    ),
    info={
        "store": Store(
            "request metadata; model, provider and region are of the attempt that ended it",
            "account_no → accounts.number",
            "400 days, by whole days",
            Erasure.DELETE_ROW,
        )
    },
)

attempts = Table(
    "attempts",
    metadata,
    key("request_id", BIG_KEY, METADATA),
    key("number", SmallInteger, METADATA),
    column("provider_no", SmallInteger, METADATA),
    column("region_no", SmallInteger, METADATA),
    column("model_no", SmallInteger, METADATA),
    column("wait_ms", Float(53), METADATA),
    column("total_ms", Float(53), METADATA, nullable=True),
    column("error", SmallInteger, METADATA),
    column("fallback_reason", Text, METADATA),
    info={
        "store": Store(
            "routing attempts of requests that failed or took more than one; "
            "any other request's only attempt is its own row",
            "request_id → requests.account_no → accounts.number",
            "as its request",
            Erasure.DELETE_ROW,
        )
    },
)

recipients = Table(
    "recipients",
    metadata,
    key("account_no", Integer, ACCOUNT),
    key("provider_no", Integer, ACCOUNT),
    column("first_ms", BigInteger, ACCOUNT),
    column("last_ms", BigInteger, ACCOUNT),
    info={
        "store": Store(
            "which provider received an account's data, first and last, failed attempts included",
            "account_no → accounts.number",
            "as long as an erasure has to be passed on",
            Erasure.DELETE_ROW,
        )
    },
)

usage_slices = Table(
    "usage_slices",
    metadata,
    key("scope", field=METADATA),
    key("slice_id"),
    column("start_ms", BigInteger),
    column("end_ms", BigInteger),
    column("resolution_s", Integer),
    column("version", BigInteger),
    column("etag", Text, nullable=True),
    column("cells", Integer, nullable=True),
    column("dirty", Boolean),
    Index("usage_slices_by_start", "start_ms"),
    info={
        "store": Store(
            "which usage slices there are; dirty ones are computed again when asked for",
            "scope (an account's id)",
            "hours: 48 hours; days: 400 days",
            Erasure.DELETE_ROW,
        )
    },
)
"""`version` tells in which of all computations (`Meta.SLICES_VERSION`) the content became this."""

slice_bodies = Table(
    "slice_bodies",
    metadata,
    key("scope", field=METADATA),
    key("slice_id"),
    column("body", LargeBinary, METADATA),
    info={
        "store": Store(
            "the cells of usage slices as Arrow streams",
            "scope (an account's id)",
            "as its row of usage_slices",
            Erasure.DELETE_ROW,
        )
    },
)
"""Apart from `usage_slices`, so that a list of slices reads no cells and a mark writes none."""
