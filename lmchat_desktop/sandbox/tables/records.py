"""What was done and is being done: change feed, audit log, remembered answers, jobs."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, SmallInteger, Table, Text

from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.domain.stores import Erasure, Store
from lmchat_desktop.sandbox.tables.declare import (
    AUDITED,
    BIG_KEY,
    EXPIRING,
    NAME,
    column,
    key,
    metadata,
)

changes = Table(
    "changes",
    metadata,
    key("seq", BIG_KEY),
    column("at_ms", BigInteger),
    column("kind", Text),
    column("entity_id", Text, EXPIRING),
    column("account_id", Text, EXPIRING, nullable=True),
    column("person_id", Text, EXPIRING, nullable=True),
    sqlite_autoincrement=True,
    info={
        "store": Store(
            "the change feed in commit order: which entity, never its content",
            "account_id, person_id",
            "30 days",
            Erasure.EXPIRE,
        )
    },
)

audit = Table(
    "audit",
    metadata,
    column("seq", BIG_KEY, primary_key=True, autoincrement=False),
    column("at_ms", BigInteger),
    column("action", Text),
    column("entity_kind", Text),
    *(column(name, NAME if name != "reason" else Text, AUDITED, nullable=True) for name in VALUES),
    *(column(f"{name}_salt", LargeBinary, AUDITED, nullable=True) for name in VALUES),
    column("commitments", LargeBinary),
    *(
        Index(f"audit_by_{name}", name, "seq")
        for name in ("actor_id", "action", "entity_id", "entity_kind", "account_id", "at_ms")
    ),
    info={
        "store": Store(
            "every act of an operator or owner, append-only",
            "actor_id, account_id",
            "as long as the log; a personal value is erased with its salt, its commitment stays",
            Erasure.PSEUDONYMISE,
        )
    },
)
"""`seq` is the leaf's number, given without a gap; a value whose salt is null was erased."""

audit_nodes = Table(
    "audit_nodes",
    metadata,
    key("level", SmallInteger),
    key("position", BigInteger),
    column("hash", LargeBinary),
    info={
        "store": Store(
            "the audit log's Merkle tree: the hashes of complete subtrees",
            "",
            "as long as the log",
            Erasure.NOTHING,
        )
    },
)

audit_restores = Table(
    "audit_restores",
    metadata,
    column("seq", BIG_KEY, primary_key=True, autoincrement=False),
    column("statement", Text),
    info={
        "store": Store(
            "signed statements that the log was put back to a backup, by the entry that says so",
            "",
            "as long as the log",
            Erasure.NOTHING,
        )
    },
)

idempotency = Table(
    "idempotency",
    metadata,
    key("hash"),
    column("person_id", Text, EXPIRING, index=True),
    column("created_ms", BigInteger),
    column("request_hash", Text),
    column("status", SmallInteger),
    column("headers", Text),
    column("body", LargeBinary, EXPIRING),
    column("sealed", Boolean),
    info={
        "store": Store(
            "answers of acts, to be given again; those with a secret sealed under the caller's key",
            "person_id",
            "24 hours",
            Erasure.DELETE_ROW,
        )
    },
)

jobs = Table(
    "jobs",
    metadata,
    key("id"),
    column("kind", Text),
    column("state", Text),
    column("done", BigInteger),
    column("total", BigInteger, nullable=True),
    column("detail", Text),
    column("params", Text),
    column("checkpoint", Text, nullable=True),
    column("result", Text, nullable=True),
    column("cancel_requested", Boolean),
    column("created_by", Text, AUDITED, index=True),
    column("created_ms", BigInteger),
    column("finished_ms", BigInteger, nullable=True),
    info={
        "store": Store(
            "long work with its checkpoints; params, checkpoint and result are JSON",
            "created_by",
            "13 months after it ended",
            Erasure.PSEUDONYMISE,
        )
    },
)
