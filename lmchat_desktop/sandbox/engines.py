"""Connects to SQLite or PostgreSQL; what else is asked for is refused before anything is opened."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

WRITES = "lmchat_writes"
"""The execution option of a connection that is going to write."""

_DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
_POOLED, _OVERFLOW = 20, 40


class UnusableDatabase(ValueError):
    """The database that was asked for cannot be the sandbox's; its text repeats nothing of the URL.

    It can hold a password.
    """


def parse_url(written: str) -> URL:
    """A database URL as it was given.

    Raises:
        UnusableDatabase: it cannot be read, or names another kind of database or driver.
    """
    try:
        url = make_url(written)
        usable = _DRIVERS.get(url.get_backend_name()) == url.get_dialect().driver
    except (ArgumentError, ValueError):
        raise UnusableDatabase("The database's URL cannot be read.") from None
    except ImportError:
        usable = False
    if not usable:
        raise UnusableDatabase(
            "Only SQLite and PostgreSQL can be used: sqlite:///FILE or "
            "postgresql+psycopg://USER@HOST/DATABASE."
        )
    return url


def connect_to(url: URL, wait_s: float) -> Engine:
    """An engine for the database; nothing is opened yet.

    Args:
        url: of SQLite or PostgreSQL.
        wait_s: how long a statement waits for others' locks and, in whole seconds, for a server.

    Raises:
        UnusableDatabase: PostgreSQL's driver is not installed, or once it is connected to, the
            database cannot hold every text.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, wait_s)
    try:
        return _postgresql(url, wait_s)
    except ImportError:
        raise UnusableDatabase(
            "PostgreSQL needs a driver: pip install lmchat-desktop[postgres]"
        ) from None


def _postgresql(url: URL, wait_s: float) -> Engine:
    given = {"connect_timeout": max(2, math.ceil(wait_s)), "client_encoding": "utf8"}
    engine = create_engine(
        url,
        isolation_level="REPEATABLE READ",
        pool_size=_POOLED,
        max_overflow=_OVERFLOW,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={name: value for name, value in given.items() if name not in url.query},
    )

    @event.listens_for(engine, "connect")
    def _connected(raw: Any, _record: Any) -> None:
        if raw.info.parameter_status("server_encoding") != "UTF8":
            raise UnusableDatabase("The database's encoding has to be UTF8.")

    return engine


def _sqlite(url: URL, wait_s: float) -> Engine:
    engine = create_engine(
        url,
        pool_size=_POOLED,
        max_overflow=_OVERFLOW,
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
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
