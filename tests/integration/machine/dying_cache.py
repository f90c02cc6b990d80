"""Opens and closes a cache, killed at each point at which something of it becomes durable.

Usage: python -m tests.integration.machine.dying_cache FOLDER STORY [POINT…]
STORY is one of `STORIES`; POINT counts the points from 0, or from the end if it is negative; all
where none is given. A point is before and after each commit and each closing of a connection, which
moves the -wal into the file, and before each operation on a file by Python; or, where
`dying_writes.c` is preloaded, before each change of a file by whomever. Says as JSON what was found
after each kill.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.engine.default import DefaultDialect

from lmchat_desktop.cache import schema
from lmchat_desktop.cache.engines import writing_engine
from lmchat_desktop.cache.secret import CacheSecret, Passphrase, RawKey, key_literal
from lmchat_desktop.cache.store import open_cache
from tests.unit.cache.test_store import account, add, count

KEY = RawKey(bytes(range(32)))
PASSPHRASE = Passphrase("correct horse battery")
FILE_OPERATIONS = ("open", "os.", "shutil.")


class Commits:
    """Counts commits, closings and Python's file operations, and ends the process at one of them.

    Args:
        folder: whose files count.
        at: the number of the point at which the process is killed; 0 for none.
    """

    def __init__(self, folder: Path, at: int) -> None:
        self.reached = 0
        self._folder, self._at = str(folder), at
        sys.addaudithook(self._operated)
        for name in ("do_commit", "do_close"):
            setattr(DefaultDialect, name, self._around(getattr(DefaultDialect, name)))

    def _reach(self) -> None:
        self.reached += 1
        if self.reached == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _around(self, act: Callable[..., None]) -> Callable[..., None]:
        def watched(dialect: DefaultDialect, connection: Any) -> None:
            self._reach()
            act(dialect, connection)
            self._reach()

        return watched

    def _operated(self, event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(FILE_OPERATIONS) and self._folder in str(arguments[:1]):
            self._reach()


class Writes:
    """The same for every change of a file, by the library that is preloaded."""

    def __init__(self, _folder: Path, at: int) -> None:
        library = ctypes.CDLL(None)
        self._reached = ctypes.c_int.in_dll(library, "reached")
        ctypes.c_int.in_dll(library, "kill_at").value = at
        ctypes.c_int.in_dll(library, "watched").value = 1

    @property
    def reached(self) -> int:
        return self._reached.value


Points = Writes if "LD_PRELOAD" in os.environ else Commits


def nothing_there(_path: Path) -> None:
    """The cache is made."""


def closed_cache(path: Path) -> None:
    """A cache of this version with a row."""
    cache = open_cache(path, KEY)
    add(cache)
    cache.close()


def oldest_cache(path: Path) -> None:
    """A cache of the first version with a row."""
    newest = schema.REVISIONS
    schema.REVISIONS = newest[:1]
    engine = writing_engine(path, key_literal(KEY, path))
    try:
        with engine.begin() as connection:
            schema.upgrade(connection)
            table = Table("accounts", MetaData(), autoload_with=connection)
            row = account().model_dump(mode="json", include=set(table.c.keys()))
            row["created_at"] = int(account().created_at.timestamp() * 1000)
            connection.execute(table.insert(), row | {"generation": 1})
    finally:
        engine.dispose()
        schema.REVISIONS = newest


def open_and_close(path: Path, secret: CacheSecret, points: Commits | Writes) -> tuple[int, int]:
    """Open a cache, write a row, and close it; answers the points until then and in all."""
    cache = open_cache(path, secret)
    add(cache, 2)
    written = points.reached
    cache.close()
    return written, points.reached


STORIES: dict[str, tuple[Callable[[Path], None], CacheSecret, int]] = {
    "new": (nothing_there, KEY, 0),
    "passphrase": (nothing_there, PASSPHRASE, 0),
    "again": (closed_cache, KEY, 1),
    "oldest": (oldest_cache, KEY, 1),
}
"""What is there before, what opens it, and how many rows it has."""


def played(folder: Path, secret: CacheSecret, at: int) -> str:
    """What `open_and_close` answers in a child, as JSON; empty where it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        told = open_and_close(folder / "cache.db", secret, Points(folder, at))
        os.write(writer, json.dumps(told).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == (-signal.SIGKILL if at else 0), (at, code)
    return said


def found(folder: Path, secret: CacheSecret) -> dict[str, object]:
    """What the next start finds, after it has verified every page."""
    path = folder / "cache.db"
    cache = open_cache(path, secret)
    cache.check()
    rows = count(cache)
    cache.close()
    files = sorted(file.name for file in folder.iterdir())
    cache = open_cache(path, secret)
    assert count(cache) == rows
    cache.close()
    return {"rows": rows, "files": files}


def main(root: Path, story: str, wanted: Sequence[str]) -> list[dict[str, object]]:
    prepare, secret, rows = STORIES[story]
    start = root / "start"
    start.mkdir()
    prepare(start / "cache.db")
    whole = shutil.copytree(start, root / "whole")
    written, points = json.loads(played(whole, secret, 0))
    every = range(1, points + 1)
    seen = []
    for at in [every[int(each)] for each in wanted] or every:
        folder = shutil.copytree(start, root / str(at))
        assert played(folder, secret, at) == ""
        before = rows if at <= written else rows + 1
        seen.append({"at": at, "least": before, "most": rows + 1, **found(folder, secret)})
        shutil.rmtree(folder)
    return seen


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]), sys.stdout)
