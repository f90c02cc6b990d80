"""What a database's server can do to the sandbox is told apart, and never told with a password."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from lmchat_desktop.sandbox import server
from lmchat_desktop.sandbox.database import (
    Busy,
    Database,
    InUse,
    StorageFull,
    Unreachable,
    Unstorable,
)
from lmchat_desktop.sandbox.engines import UnusableDatabase, parse_url

SECRET = "hush-hush"


class Refused(sqlite3.OperationalError):
    """An error as psycopg raises them: with a state, and a text that tells too much."""

    def __init__(self, state: str | None) -> None:
        super().__init__(f"database is locked and full, password {SECRET}")
        self.sqlstate = state


class Overlong(sqlite3.DataError):
    sqlstate = "22021"


class Mistaken(sqlite3.ProgrammingError):
    sqlstate = "42703"


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (Refused(None), Unreachable),
        (Refused("57P01"), Unreachable),
        (Refused("28P01"), Unreachable),
        (Refused("55P03"), Busy),
        (Refused("53100"), StorageFull),
        (Overlong(), Unstorable),
        (Mistaken(), DBAPIError),
    ],
)
def test_a_servers_errors_are_told_apart(
    tmp_path: Path, error: Exception, trouble: type[Exception]
) -> None:
    database = Database.at(tmp_path, None, 1)

    @event.listens_for(database.engine, "before_cursor_execute")
    def _fail(*_arguments: Any) -> None:
        raise error

    for enter in (database.read, database.write):
        with pytest.raises(trouble) as told, enter() as connection:
            connection.execute(select(text("1")))
        assert type(told.value) is trouble or trouble is DBAPIError
        assert SECRET not in str(told.value)
    database.close()


@pytest.mark.parametrize(
    "written",
    [
        f"{SECRET}",
        f"postgresql+psycopg://u:p@{SECRET}:word@host:port/x",
        f"mysql://u:{SECRET}@host/x",
        f"postgresql+asyncpg://u:{SECRET}@host/x",
        f"sqlite+aiosqlite:///{SECRET}",
        f"nothing+known://u:{SECRET}@host/x",
    ],
)
def test_what_is_no_usable_database_is_refused_without_its_url(written: str) -> None:
    with pytest.raises(UnusableDatabase) as told:
        parse_url(written)
    assert SECRET not in f"{told.value!r}{told.value.__cause__!r}"
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_without_the_driver_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = f"postgresql+psycopg://u:{SECRET}@127.0.0.1/x"
    assert server.serve(0, tmp_path, url, None) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "pip install lmchat-desktop[postgres]" in said.err
    assert SECRET not in said.err


@pytest.mark.parametrize(
    ("trouble", "code", "reason"),
    [
        (Unreachable(), 2, "cannot be reached"),
        (InUse(), 3, "Another sandbox uses this database"),
        (Busy(), 3, "locked by another program"),
    ],
)
def test_a_start_that_fails_says_why(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Exception,
    code: int,
    reason: str,
) -> None:
    def fail(*_arguments: Any) -> None:
        raise trouble from Refused(None)

    monkeypatch.setattr(server, "open_backend", fail)
    assert server.serve(0, tmp_path, None, None) == code
    said = capsys.readouterr()
    assert (said.out, SECRET in said.err) == ("", False)
    assert reason in said.err
    assert said.err.count("\n") == 1


def test_a_server_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    url = f"postgresql+psycopg://u:{SECRET}@127.0.0.1:1/x"
    assert server.serve(0, tmp_path, url, None) == 2
    said = capsys.readouterr()
    assert "cannot be reached" in said.err
    assert SECRET not in said.err
