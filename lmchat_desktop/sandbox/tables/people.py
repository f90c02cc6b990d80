"""People, accounts, devices and what they sign in with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, Table, Text, false

from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    ACCOUNT,
    AUDITED,
    BIG_KEY,
    EXPIRING,
    NAME,
    USAGE,
    column,
    key,
    metadata,
    number,
)

persons = Table(
    "persons",
    metadata,
    key("id", field=ACCOUNT),
    column("name", Text, ACCOUNT),
    column("email", Text, ACCOUNT),
    column("phone", Text, ACCOUNT, nullable=True),
    column("created_ms", BigInteger, ACCOUNT),
    column("access_version", Integer, default=0, server_default="0"),
    info={
        "store": Store(
            "people who sign in", "id", "while the person has a role", Erasure.DELETE_ROW
        )
    },
)

accounts = Table(
    "accounts",
    metadata,
    key("id", field=ACCOUNT),
    number(),
    column("name", Text, ACCOUNT),
    column("email", Text, ACCOUNT),
    column("email_verified", Boolean, ACCOUNT),
    column("phone", Text, ACCOUNT, nullable=True),
    column("phone_verified", Boolean, ACCOUNT, default=False, server_default=false()),
    column("country", Text, ACCOUNT, nullable=True),
    column("plan_id", Text, ACCOUNT),
    column("state", Text, ACCOUNT),
    column("suspended_ms", BigInteger, ACCOUNT, nullable=True),
    column("suspended_reason", Text, ACCOUNT, nullable=True),
    column("created_ms", BigInteger, ACCOUNT),
    column("version", Integer, default=1, server_default="1"),
    info={"store": Store("customers", "id", "while the contract runs", Erasure.DELETE_ROW)},
)

aliases = Table(
    "aliases",
    metadata,
    key("id", BIG_KEY),
    column("subject_id", Text, ACCOUNT, index=True),
    column("kind", Text, ACCOUNT),
    column("value", Text, ACCOUNT, index=True),
    column("folded", NAME, ACCOUNT, default="", server_default=""),
    column("from_ms", BigInteger, ACCOUNT),
    column("until_ms", BigInteger, ACCOUNT, nullable=True),
    Index("aliases_by_folded", "kind", "folded", "subject_id"),
    info={
        "store": Store(
            "which e-mail or telephone number was whose, and when (they are reused)",
            "subject_id",
            "as long as the subject's last record",
            Erasure.DELETE_ROW,
        )
    },
)
"""`folded` is what it is looked up by (`domain.contact.addresses.folded`)."""

members = Table(
    "members",
    metadata,
    key("account_id", field=ACCOUNT),
    key("person_id", field=ACCOUNT),
    column("role", Text, ACCOUNT),
    column("since_ms", BigInteger, ACCOUNT),
    column("version", Integer, default=1, server_default="1"),
    Index("members_by_person", "person_id", "account_id"),
    info={
        "store": Store(
            "people's places in accounts",
            "account_id, person_id",
            "while the membership lasts",
            Erasure.DELETE_ROW,
        )
    },
)

operators = Table(
    "operators",
    metadata,
    key("person_id", field=ACCOUNT),
    key("role", field=ACCOUNT),
    info={
        "store": Store(
            "who works for lmchat in which role",
            "person_id",
            "while the role is held",
            Erasure.DELETE_ROW,
        )
    },
)

staff = Table(
    "staff",
    metadata,
    key("person_id", field=ACCOUNT),
    column("since_ms", BigInteger, ACCOUNT),
    column("joined_ms", BigInteger, ACCOUNT, nullable=True),
    column("version", Integer, default=1, server_default="1"),
    info={
        "store": Store(
            "who works for lmchat, and since when",
            "person_id",
            "while the person is an operator",
            Erasure.DELETE_ROW,
        )
    },
)
"""Their roles are rows of `operators`; there can be none yet. Not joined: invited."""

grants = Table(
    "grants",
    metadata,
    key("id", field=AUDITED),
    column("person_id", Text, AUDITED, index=True),
    column("roles", Text, AUDITED),
    column("reason", Text, AUDITED),
    column("state", Text),
    column("asked_by", Text, AUDITED),
    column("asked_ms", BigInteger, AUDITED),
    column("decided_by", Text, AUDITED, nullable=True),
    column("decided_ms", BigInteger, AUDITED, nullable=True),
    column("decision_reason", Text, AUDITED, default="", server_default=""),
    column("version", Integer, default=1, server_default="1"),
    info={
        "store": Store(
            "roles that wait or waited for a second person; roles is a JSON list",
            "person_id, asked_by, decided_by",
            "as long as the audit log; personal values are pseudonymised",
            Erasure.PSEUDONYMISE,
        )
    },
)

devices = Table(
    "devices",
    metadata,
    key("id", field=USAGE),
    column("person_id", Text, USAGE, index=True),
    column("name", Text, USAGE),
    column("platform", Text, USAGE),
    column("app_version", Text, USAGE),
    column("registered_ms", BigInteger, USAGE),
    column("last_seen_ms", BigInteger, USAGE),
    column("lease_until_ms", BigInteger, USAGE),
    column("revoked_ms", BigInteger, USAGE, nullable=True),
    column("version", Integer, default=1, server_default="1"),
    info={
        "store": Store(
            "installations of the application that sessions belong to",
            "person_id",
            "13 months after they were last seen",
            Erasure.DELETE_ROW,
        )
    },
)

tokens = Table(
    "tokens",
    metadata,
    key("hash", field=EXPIRING),
    column("id", Text, EXPIRING, unique=True),
    column("kind", Text, EXPIRING),
    column("name", Text, EXPIRING, default="", server_default=""),
    column("hint", Text, EXPIRING, default="", server_default=""),
    column("person_id", Text, EXPIRING, index=True),
    column("device_id", Text, EXPIRING, nullable=True, index=True),
    column("family", Text, EXPIRING, index=True),
    column("created_ms", BigInteger, EXPIRING),
    column("expires_ms", BigInteger, EXPIRING, nullable=True),
    column("used_ms", BigInteger, EXPIRING, nullable=True),
    column("revoked_ms", BigInteger, EXPIRING, nullable=True),
    info={
        "store": Store(
            "hashes of access, refresh and personal tokens",
            "person_id",
            "30 days after they ended",
            Erasure.DELETE_ROW,
        )
    },
)
"""`kind` is access, refresh or personal. One sign-in and all refreshed from it is a family.
Name and hint are of personal tokens.
"""

oauth_codes = Table(
    "oauth_codes",
    metadata,
    key("hash", field=EXPIRING),
    column("person_id", Text, EXPIRING),
    column("client_id", Text),
    column("redirect_uri", Text),
    column("challenge", Text),
    column("family", Text, EXPIRING),
    column("expires_ms", BigInteger),
    column("used_ms", BigInteger, nullable=True),
    info={
        "store": Store(
            "hashes of authorisation codes under way",
            "person_id",
            "a day after they ended",
            Erasure.EXPIRE,
        )
    },
)
