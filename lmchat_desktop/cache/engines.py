"""SQLAlchemy engines on SQLCipher: one connection that writes, several that read beside it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import sqlcipher3
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

if TYPE_CHECKING:
    from pathlib import Path

BUSY_MILLIS = 10_000
READERS = 8
_WAL_LIMIT_BYTES = 16 * 2**20


def writing_engine(path: Path, key: str) -> Engine:
    """An engine of one connection, whose transactions take the write lock at their start."""
    engine = _engine(
        path, key, poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=BUSY_MILLIS / 1000
    )
    _prepare(
        engine,
        "BEGIN IMMEDIATE",
        "PRAGMA journal_mode = WAL",
        # The cache can always be filled again, and WAL keeps it whole: no fsync for each commit.
        "PRAGMA synchronous = NORMAL",
        f"PRAGMA journal_size_limit = {_WAL_LIMIT_BYTES}",
    )
    return engine


def reading_engine(path: Path, key: str) -> Engine:
    """An engine whose connections cannot write; each transaction sees one state of the cache."""
    engine = _engine(path, key, poolclass=QueuePool, pool_size=READERS, max_overflow=0)
    _prepare(engine, "BEGIN", "PRAGMA query_only = ON")
    return engine


def memory_engine() -> Engine:
    """One connection to a cache in memory, gone when it closes; its users take turns."""
    key = f"x'{secrets.token_hex(32)}'"
    engine = _engine(None, key, poolclass=StaticPool)
    _prepare(engine, "BEGIN IMMEDIATE")
    return engine


def _engine(path: Path | None, key: str, **pool: Any) -> Engine:
    url = URL.create("sqlite+pysqlcipher", password=key, database=str(path) if path else ":memory:")
    return create_engine(
        url,
        module=sqlcipher3,
        connect_args={"check_same_thread": False, "timeout": BUSY_MILLIS / 1000},
        # Values are personal data; they have no place in an exception's text.
        hide_parameters=True,
        **pool,
    )


def _prepare(engine: Engine, begin: str, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # The driver's own, partial transactions are off; `begun` opens real ones.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            # Else SQLCipher writes page errors to stderr; they reach us as exceptions.
            "PRAGMA cipher_log_level = NONE",
            f"PRAGMA busy_timeout = {BUSY_MILLIS}",
            "PRAGMA foreign_keys = ON",
            "PRAGMA secure_delete = ON",
            "PRAGMA temp_store = MEMORY",
            *pragmas,
        ):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)
