"""The sandbox's database: SQLite or PostgreSQL, readers beside one writer at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lmchat_desktop.sandbox.engines import WRITES, connect_to, parse_url
from lmchat_desktop.sandbox.tenancy import LOCK_NOT_AVAILABLE, Tenancy

SQLITE_FILE = "sandbox.sqlite3"

_DISK_FULL = "53100"
_FEED_LOCK = 0x6C6D6368
"""The advisory lock by which PostgreSQL lets one transaction at a time write the change feed."""


class Busy(Exception):
    """Another writer held the database for too long; nothing was done."""


class Unreachable(Busy):
    """The database's server is not there, or ended the connection; at a commit it may be done."""


class InUse(Busy):
    """Another sandbox has the database; nothing was done."""


class StorageFull(Exception):
    """The disk is full; nothing was done."""


class Unstorable(Exception):
    """A value that this kind of database cannot hold, such as a text with a NUL in PostgreSQL."""


class Database:
    """An open database.

    `read()` gives a connection on one consistent state; `write()` gives the only writing
    transaction there is at that moment, committed when the block ends and rolled back when it
    raises.
    """

    def __init__(self, url: URL, wait_s: float) -> None:
        self._wait_s = wait_s
        self._next_writer = threading.Lock()
        self._writer = threading.Lock()
        self.engine = connect_to(url, wait_s)
        self._tenancy = None if self.is_sqlite else Tenancy(self.engine)
        self._writing: dict[str, Any] = {WRITES: True}
        if not self.is_sqlite:
            # The lock is waited for in the first statement: what follows must see what came before.
            self._writing["isolation_level"] = "READ COMMITTED"

    @classmethod
    def at(cls, data: Path, database: str | None, wait_s: float) -> Database:
        """The database of a data folder: the given URL, or an SQLite file in the folder.

        Raises:
            UnusableDatabase: the URL cannot be read, or names what cannot be used.
        """
        if database is not None:
            return cls(parse_url(database), wait_s)
        return cls(URL.create("sqlite+pysqlite", database=str(data / SQLITE_FILE)), wait_s)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, where one process is all there is."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database throughout.

        Raises:
            Busy: the database is locked from outside; `Unreachable` where it is not there.
            Unstorable: it was asked for a value that it cannot hold.
        """
        with _told_apart(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The writing transaction.

        Raises:
            Busy: another writer did not finish in time; `Unreachable` where the database is not
                there, `InUse` where another sandbox has it.
            StorageFull: the disk is full.
            Unstorable: a value cannot be held.
        """
        self._wait_for_turn()
        try:
            with _told_apart():
                if self._tenancy is not None and not self._tenancy.hold():
                    raise InUse
                with (
                    self.engine.connect().execution_options(**self._writing) as connection,
                    connection.begin(),
                ):
                    if not self.is_sqlite:
                        self._wait_for_others(connection)
                    yield connection
        finally:
            self._writer.release()

    def close(self) -> None:
        """Close all connections."""
        if self._tenancy is not None:
            self._tenancy.leave()
        self.engine.dispose()

    def _wait_for_turn(self) -> None:
        """Become the writer; who was it just now comes after whoever is next already."""
        until = time.monotonic() + self._wait_s
        if not self._next_writer.acquire(timeout=self._wait_s):
            raise Busy
        try:
            if not self._writer.acquire(timeout=max(0.0, until - time.monotonic())):
                raise Busy
        finally:
            self._next_writer.release()

    def _wait_for_others(self, connection: Connection) -> None:
        """Wait for what a killed process has left under way in the server."""
        connection.execute(text(f"SET LOCAL lock_timeout = {max(1, round(self._wait_s * 1000))}"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_FEED_LOCK})"))


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or overwrite the one with the same primary key."""
    statement: Any = _insert(connection, table).values(**row)
    key = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=rest))


def upsert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same columns, or overwrite those with the same primary keys."""
    if not rows:
        return
    statement: Any = _insert(connection, table)
    key = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=key, set_=rest),
        [dict(row) for row in rows],
    )


def insert_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key is not there yet."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def _insert(connection: Connection, table: Table) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


@contextmanager
def _told_apart() -> Iterator[None]:
    """Name the troubles that are not this program's, so that they can be answered as such."""
    try:
        yield
    except PoolTimeout as error:
        raise Busy from error
    except DBAPIError as error:
        trouble = _named(error)
        if trouble is None:
            raise
        raise trouble from error


def _named(error: DBAPIError) -> Exception | None:
    """The trouble that a driver's error stands for; None for a mistake of ours."""
    cause: Any = error.orig
    if hasattr(cause, "sqlstate"):
        return _named_by_postgresql(error, cause.sqlstate)
    reason = str(cause)
    if not isinstance(error, OperationalError):
        return None
    if "locked" in reason or "busy" in reason:
        return Busy()
    return StorageFull() if "full" in reason else None


def _named_by_postgresql(error: DBAPIError, state: str | None) -> Exception | None:
    if state == _DISK_FULL:
        return StorageFull()
    if state == LOCK_NOT_AVAILABLE:
        return Busy()
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return Unreachable()
    return Unstorable() if isinstance(error, DataError) else None
