"""The sandbox's tables (SQLAlchemy Core), each declared in the store registry of domain/stores.py.

Portable to PostgreSQL. Times are whole milliseconds since the Unix epoch (`…_ms`), money is nano
US dollars, flags are booleans, JSON is text. Request rows are narrow: they name accounts, keys,
models, providers and regions by the small `number` of those tables, and outcomes and errors by a
position in `codes`.
"""

from __future__ import annotations

from lmchat_desktop.sandbox.tables.catalog import (
    meta,
    models,
    plans,
    prices,
    processors,
    providers,
    regions,
)
from lmchat_desktop.sandbox.tables.declare import metadata
from lmchat_desktop.sandbox.tables.keys import (
    key_days,
    key_refusals,
    key_secrets,
    key_uses,
    keys,
)
from lmchat_desktop.sandbox.tables.people import (
    accounts,
    aliases,
    devices,
    grants,
    members,
    oauth_codes,
    operators,
    persons,
    staff,
    tokens,
)
from lmchat_desktop.sandbox.tables.records import (
    audit,
    audit_nodes,
    audit_restores,
    changes,
    idempotency,
    jobs,
)
from lmchat_desktop.sandbox.tables.traffic import (
    attempts,
    recipients,
    requests,
    slice_bodies,
    usage_slices,
)

__all__ = [
    "SCHEMA_VERSION",
    "accounts",
    "aliases",
    "attempts",
    "audit",
    "audit_nodes",
    "audit_restores",
    "changes",
    "devices",
    "grants",
    "idempotency",
    "jobs",
    "key_days",
    "key_refusals",
    "key_secrets",
    "key_uses",
    "keys",
    "members",
    "meta",
    "metadata",
    "models",
    "oauth_codes",
    "operators",
    "persons",
    "plans",
    "prices",
    "processors",
    "providers",
    "recipients",
    "regions",
    "requests",
    "slice_bodies",
    "staff",
    "tokens",
    "usage_slices",
]

SCHEMA_VERSION = 5
