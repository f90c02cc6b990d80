"""The sandbox's database: SQLite or PostgreSQL, readers beside one writer at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

SQLITE_FILE = "sandbox.sqlite3"

_WRITES = "lmchat_writes"
_FEED_LOCK = 0x6C6D6368
"""The advisory lock by which PostgreSQL lets one transaction at a time write the change feed."""


class Busy(Exception):
    """Another writer held the database for too long; nothing was done."""


class StorageFull(Exception):
    """The disk is full; nothing was done."""


class Database:
    """An open database.

    `read()` gives a connection on one consistent state; `write()` gives the only writing
    transaction there is at that moment, committed when the block ends and rolled back when it
    raises.
    """

    def __init__(self, url: URL, wait_s: float) -> None:
        self._wait_s = wait_s
        self._writer = threading.Lock()
        self.engine = _engine(url, wait_s)
        self._writing: dict[str, Any] = {_WRITES: True}
        if not self.is_sqlite:
            # The lock is waited for in the first statement: what follows must see what came before.
            self._writing["isolation_level"] = "READ COMMITTED"

    @classmethod
    def at(cls, data: Path, database: str | None, wait_s: float) -> Database:
        """The database of a data folder: the given URL, or an SQLite file in the folder."""
        if database is not None:
            return cls(make_url(database), wait_s)
        return cls(URL.create("sqlite+pysqlite", database=str(data / SQLITE_FILE)), wait_s)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, where one process is all there is."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout.

        Raises:
            Busy: the database is locked from outside.
        """
        with _told_apart(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The writing transaction.

        Raises:
            Busy: another writer did not finish in time.
            StorageFull: the disk is full.
        """
        if not self._writer.acquire(timeout=self._wait_s):
            raise Busy
        try:
            with (
                _told_apart(),
                self.engine.connect().execution_options(**self._writing) as connection,
                connection.begin(),
            ):
                if not self.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_FEED_LOCK})"))
                yield connection
        finally:
            self._writer.release()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or overwrite the one with the same primary key."""
    statement: Any = _insert(connection, table).values(**row)
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def _engine(url: URL, wait_s: float) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, isolation_level="REPEATABLE READ", pool_size=20)
    engine = create_engine(
        url,
        pool_size=20,
        max_overflow=40,
        connect_args={"timeout": wait_s, "cached_statements": 512},
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("PRAGMA cache_size = -16000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _told_apart() -> Iterator[None]:
    """Name the two troubles that are nobody's fault, so that they can be answered as such."""
    try:
        yield
    except OperationalError as error:
        reason = str(error.orig)
        if "locked" in reason or "busy" in reason:
            raise Busy from error
        if "full" in reason:
            raise StorageFull from error
        raise
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == "53100":
            raise StorageFull from error
        raise
