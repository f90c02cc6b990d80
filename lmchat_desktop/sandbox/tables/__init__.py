"""The sandbox's tables (SQLAlchemy Core), each declared in the store registry of domain/stores.py.

Portable to PostgreSQL. Times are whole milliseconds since the Unix epoch (`…_ms`), money is nano
US dollars, flags are booleans, JSON is text. Request rows are narrow: they name accounts, keys,
models, providers and regions by the small `number` of those tables, and outcomes and errors by a
position in `codes`.
"""

from __future__ import annotations

from lmchat_desktop.sandbox.tables.account_records import (
    account_events,
    account_names,
    account_notes,
    exports,
    invitations,
)
from lmchat_desktop.sandbox.tables.catalog import (
    meta,
    models,
    plans,
    prices,
    processors,
    providers,
    regions,
)
from lmchat_desktop.sandbox.tables.contact import contact_changes, outbox, recoveries
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
    "account_events",
    "account_names",
    "account_notes",
    "accounts",
    "aliases",
    "attempts",
    "audit",
    "audit_nodes",
    "audit_restores",
    "changes",
    "contact_changes",
    "devices",
    "exports",
    "grants",
    "idempotency",
    "invitations",
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
    "outbox",
    "persons",
    "plans",
    "prices",
    "processors",
    "providers",
    "recipients",
    "recoveries",
    "regions",
    "requests",
    "slice_bodies",
    "staff",
    "tokens",
    "usage_slices",
]

SCHEMA_VERSION = 6
