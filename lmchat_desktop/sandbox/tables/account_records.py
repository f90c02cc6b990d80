"""What belongs to an account beside its people and keys: names, events, notes, exports."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Index,
    Integer,
    Table,
    Text,
    false,
    func,
    literal_column,
)

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    ACCOUNT,
    AUDITED,
    BIG_KEY,
    NAME,
    USAGE,
    column,
    key,
    metadata,
)
from lmchat_desktop.sandbox.tables.people import keys

account_names = Table(
    "account_names",
    metadata,
    key("account_id", field=ACCOUNT),
    key("place", Integer),
    column("folded", NAME, ACCOUNT),
    Index("account_names_by_folded", "folded", "account_id"),
    info={
        "store": Store(
            "an account's name from each of its words on, to be found by its beginning",
            "account_id",
            "as its account",
            Erasure.DELETE_ROW,
        )
    },
)

Index("keys_by_hint", keys.c.hint)

hint_end: ColumnElement[str] = func.substr(
    keys.c.hint, func.length(keys.c.hint) - literal_column("3")
)
"""The last four characters of a hint, exactly as the index has them: a bound value would not do."""

Index("keys_by_hint_end", hint_end)

account_events = Table(
    "account_events",
    metadata,
    key("id", BIG_KEY, USAGE),
    column("account_id", Text, USAGE),
    column("at_ms", BigInteger, USAGE),
    column("kind", Text, USAGE),
    column("person_id", Text, USAGE, nullable=True),
    column("device_id", Text, USAGE, nullable=True),
    column("device_name", Text, USAGE, default="", server_default=""),
    column("ip", Text, USAGE, default="", server_default=""),
    column("user_agent", Text, USAGE, default="", server_default=""),
    column("new_device", Boolean, USAGE, default=False, server_default=false()),
    column("detail", Text, USAGE, default="", server_default=""),
    Index("account_events_by_account", "account_id", "at_ms", "id"),
    Index("account_events_by_kind", "account_id", "kind", "at_ms", "id"),
    Index("account_events_by_person", "person_id", "at_ms"),
    Index("account_events_by_time", "at_ms"),
    sqlite_autoincrement=True,
    info={
        "store": Store(
            "what happened in an account, from which address and device",
            "account_id, person_id",
            "90 days",
            Erasure.DELETE_ROW,
        )
    },
)

account_notes = Table(
    "account_notes",
    metadata,
    key("id"),
    column("account_id", Text, ACCOUNT),
    column("author_id", Text, AUDITED),
    column("at_ms", BigInteger, ACCOUNT),
    column("text", Text, ACCOUNT),
    column("struck_ms", BigInteger, ACCOUNT, nullable=True),
    Index("account_notes_by_account", "account_id", "at_ms", "id"),
    info={
        "store": Store(
            "what operators noted about an account",
            "account_id",
            "24 months",
            Erasure.DELETE_ROW,
        )
    },
)

invitations = Table(
    "invitations",
    metadata,
    key("id", field=ACCOUNT),
    column("account_id", Text, ACCOUNT, index=True),
    column("email", Text, ACCOUNT),
    column("role", Text, ACCOUNT),
    column("state", Text, ACCOUNT),
    column("code_hash", Text, ACCOUNT, unique=True),
    column("invited_by", Text, ACCOUNT),
    column("created_ms", BigInteger, ACCOUNT),
    column("expires_ms", BigInteger, ACCOUNT, index=True),
    column("ended_ms", BigInteger, ACCOUNT, nullable=True),
    column("person_id", Text, ACCOUNT, nullable=True),
    info={
        "store": Store(
            "invitations into accounts, with hashes of their codes",
            "account_id",
            "90 days after their last day",
            Erasure.DELETE_ROW,
        )
    },
)

exports = Table(
    "exports",
    metadata,
    key("id", field=ACCOUNT),
    column("account_id", Text, ACCOUNT, index=True),
    column("job_id", Text, unique=True),
    column("requested_by", Text, ACCOUNT),
    column("created_ms", BigInteger, ACCOUNT),
    column("expires_ms", BigInteger, nullable=True),
    column("size", BigInteger, nullable=True),
    column("sha256", Text, nullable=True),
    column("rows", BigInteger, nullable=True),
    info={
        "store": Store(
            "exports of everything on an account; the archives are files",
            "account_id",
            "7 days after it was made; 30 days where it was not",
            Erasure.DELETE_ROW,
        )
    },
)
