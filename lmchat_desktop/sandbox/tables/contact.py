"""How people are reached: messages that went out, and codes that are under way."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, Table, Text, false

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    ACCOUNT,
    AUDITED,
    BIG_KEY,
    EXPIRING,
    NAME,
    column,
    key,
    metadata,
)

outbox = Table(
    "outbox",
    metadata,
    key("id", BIG_KEY),
    column("kind", Text),
    column("recipient", Text, EXPIRING),
    column("folded", NAME, EXPIRING),
    column("subject", Text, EXPIRING),
    column("body", Text, EXPIRING),
    column("account_id", Text, EXPIRING, nullable=True),
    column("person_id", Text, EXPIRING, nullable=True),
    column("made_ms", BigInteger),
    column("due_ms", BigInteger, nullable=True),
    column("sent_ms", BigInteger, nullable=True),
    column("attempts", Integer, default=0, server_default="0"),
    column("failure", Text, nullable=True),
    Index("outbox_by_due", "due_ms"),
    Index("outbox_by_made", "made_ms"),
    Index("outbox_by_recipient", "folded", "id"),
    sqlite_autoincrement=True,
    info={
        "store": Store(
            "mails and text messages, written with the effect that they tell of",
            "account_id, person_id",
            "30 days",
            Erasure.DELETE_ROW,
        )
    },
)
"""`due_ms` is when the next attempt is due; null where it was delivered or given up."""

contact_changes = Table(
    "contact_changes",
    metadata,
    key("id"),
    column("account_id", Text, ACCOUNT, nullable=True),
    column("person_id", Text, ACCOUNT, nullable=True),
    column("kind", Text, ACCOUNT),
    column("value", Text, ACCOUNT),
    column("code_hash", Text, ACCOUNT),
    column("tries", Integer, default=0, server_default="0"),
    column("replaced", Boolean, default=False, server_default=false()),
    column("made_by", Text, ACCOUNT),
    column("sent_ms", BigInteger, ACCOUNT),
    column("confirmed_ms", BigInteger, ACCOUNT, nullable=True),
    Index("contact_changes_by_account", "account_id", "sent_ms"),
    Index("contact_changes_by_person", "person_id", "sent_ms"),
    info={
        "store": Store(
            "changes of an e-mail or a telephone number, with salted hashes of their codes",
            "account_id, person_id",
            "90 days",
            Erasure.DELETE_ROW,
        )
    },
)
"""Of an account or of a person; the other id is null."""

recoveries = Table(
    "recoveries",
    metadata,
    key("id"),
    column("account_id", Text, ACCOUNT, index=True),
    column("person_id", Text, ACCOUNT, index=True),
    column("checks", Text, ACCOUNT),
    column("text", Text, ACCOUNT),
    column("email", Text, ACCOUNT),
    column("state", Text, ACCOUNT),
    column("prepared_by", Text, AUDITED),
    column("prepared_ms", BigInteger),
    column("approved_by", Text, AUDITED, nullable=True),
    column("approved_ms", BigInteger, nullable=True),
    column("code_hash", Text, ACCOUNT, nullable=True),
    column("code_sent_ms", BigInteger, nullable=True),
    column("tries", Integer, default=0, server_default="0"),
    column("ended_by", Text, AUDITED, nullable=True),
    column("ended_ms", BigInteger, nullable=True),
    column("end_reason", Text, ACCOUNT, default="", server_default=""),
    column("version", Integer, default=1, server_default="1"),
    info={
        "store": Store(
            "what was checked before somebody was let in by a new address; checks is a JSON list",
            "account_id, person_id",
            "24 months after it ended",
            Erasure.DELETE_ROW,
        )
    },
)
