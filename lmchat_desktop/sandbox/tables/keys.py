"""Inference keys, their secrets, and what is told of their use without a look at any request."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    literal_column,
)

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    ACCOUNT,
    METADATA,
    NAME,
    USAGE,
    column,
    key,
    metadata,
    number,
)

UNKNOWN: ColumnElement[int] = literal_column("-1")
"""Stands for an instant that is not there, in orders: it counts as smallest."""

keys = Table(
    "keys",
    metadata,
    key("id", field=ACCOUNT),
    number(),
    column("account_id", NAME, ACCOUNT),
    column("name", Text, ACCOUNT),
    column("name_folded", NAME, ACCOUNT),
    column("notes", Text, ACCOUNT, default="", server_default=""),
    column("hint", NAME, ACCOUNT),
    column("models", Text, ACCOUNT, nullable=True),
    column("providers", Text, ACCOUNT, nullable=True),
    column("countries", Text, ACCOUNT, nullable=True),
    column("addresses", Text, ACCOUNT, nullable=True),
    column("budget_nanos", BigInteger, ACCOUNT, nullable=True),
    column("budget_period", Text, ACCOUNT, nullable=True),
    column("requests_per_minute", BigInteger, ACCOUNT, nullable=True),
    column("requests_per_day", BigInteger, ACCOUNT, nullable=True),
    column("tokens_per_minute", BigInteger, ACCOUNT, nullable=True),
    column("tokens_per_day", BigInteger, ACCOUNT, nullable=True),
    column("created_ms", BigInteger, ACCOUNT),
    column("created_by", Text, ACCOUNT),
    column("expires_ms", BigInteger, ACCOUNT, nullable=True),
    column("last_used_ms", BigInteger, USAGE, nullable=True),
    column("revoked_ms", BigInteger, ACCOUNT, nullable=True),
    column("rotated_ms", BigInteger, ACCOUNT, nullable=True),
    column("old_hint", Text, ACCOUNT, nullable=True),
    column("old_ends_ms", BigInteger, ACCOUNT, nullable=True),
    column("over_since_ms", BigInteger, USAGE, nullable=True),
    column("over_until_ms", BigInteger, USAGE, nullable=True),
    column("version", Integer, default=1, server_default="1"),
    info={
        "store": Store(
            "inference keys without their secrets; models, providers, countries and addresses are "
            "JSON lists",
            "account_id",
            "13 months after revocation",
            Erasure.DELETE_ROW,
        )
    },
)
"""`name_folded` is the name without regard to the case of letters, by which keys are found and
sorted. `old_hint` and `old_ends_ms` are of the secret before. The budget is used up from
`over_since_ms` until `over_until_ms`, when it begins anew.
"""

LAST_USED = func.coalesce(keys.c.last_used_ms, UNKNOWN)
EXPIRES = func.coalesce(keys.c.expires_ms, UNKNOWN)
HINT_END = func.substr(keys.c.hint, func.length(keys.c.hint) - literal_column("3"))
"""The last four characters of a hint, exactly as the index has them: a bound value would not do."""

Index("keys_by_account", keys.c.account_id, keys.c.id)
Index("keys_by_name", keys.c.name_folded, keys.c.id)
Index("keys_by_hint", keys.c.hint, keys.c.id)
Index("keys_by_hint_end", HINT_END)
Index("keys_by_creation", keys.c.created_ms, keys.c.id)
Index("keys_by_use", LAST_USED, keys.c.id)
Index("keys_by_expiry", EXPIRES, keys.c.id)
Index("keys_by_overlap", keys.c.old_ends_ms)
Index("keys_over_budget", keys.c.over_until_ms)

key_secrets = Table(
    "key_secrets",
    metadata,
    key("hash", field=ACCOUNT),
    column("key_id", NAME, ACCOUNT, index=True),
    column("hint", Text, ACCOUNT),
    column("made_ms", BigInteger, ACCOUNT),
    column("ends_ms", BigInteger, ACCOUNT, nullable=True),
    info={
        "store": Store(
            "secrets of inference keys, present and before: SHA-256, never the secret",
            "key_id → keys.account_id",
            "as the key",
            Erasure.DELETE_ROW,
        )
    },
)
"""`ends_ms` is null for the present secret of each key."""

key_days = Table(
    "key_days",
    metadata,
    key("key_no", Integer, METADATA),
    key("day", Integer, METADATA),
    column("requests", BigInteger, METADATA),
    column("cost_nanos", BigInteger, METADATA),
    column("latency", LargeBinary, METADATA),
    info={
        "store": Store(
            "each key's requests, cost and latencies by day, added up as requests arrive",
            "key_no = keys.number → keys.account_id",
            "as the key",
            Erasure.DELETE_ROW,
        )
    },
)
"""`day` counts from the epoch, by UTC. `latency` is a histogram: see `sandbox.keys.latency`."""

key_uses = Table(
    "key_uses",
    metadata,
    key("key_no", Integer, USAGE),
    key("hour", Integer, USAGE),
    key("address", field=USAGE),
    key("model_no", SmallInteger, USAGE),
    key("secret", SmallInteger, USAGE),
    column("requests", BigInteger, USAGE),
    column("first_ms", BigInteger, USAGE),
    column("last_ms", BigInteger, USAGE),
    Index("key_uses_by_hour", "hour"),
    info={
        "store": Store(
            "from which addresses a key was used, for which models, with which of its secrets",
            "key_no = keys.number → keys.account_id",
            "30 days",
            Erasure.DELETE_ROW,
        )
    },
)
"""`hour` counts from the epoch; `secret` is a position in `codes.SECRETS`."""

key_refusals = Table(
    "key_refusals",
    metadata,
    key("key_no", Integer, USAGE),
    key("address", field=USAGE),
    column("requests", BigInteger, USAGE),
    column("first_ms", BigInteger, USAGE),
    column("last_ms", BigInteger, USAGE),
    Index("key_refusals_by_last", "last_ms"),
    info={
        "store": Store(
            "from which addresses outside its networks a key was tried",
            "key_no = keys.number → keys.account_id",
            "30 days after the last time",
            Erasure.DELETE_ROW,
        )
    },
)
