"""A cache with very many keys, for those who measure what is done with them."""

from __future__ import annotations

import random
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.cache.tables import entities

if TYPE_CHECKING:
    from pathlib import Path

KEY = RawKey(bytes(range(32)))
"""Of a cache that holds random numbers and lies in a temporary folder."""
BEGUN_MS = 1_767_225_600_000
"""The first instant at which a key is made: 1 January 2026; the last is 116 days later."""
AT_ONCE = 50_000
INSERT = (
    "INSERT INTO keys (id, account_id, name, notes, hint, state, created_at, created_by,"
    " last_used_at, etag, generation) VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?)"
)


def filled(path: Path, count: int) -> float:
    """Make a cache of so many keys; answers the seconds that it took.

    In a process of its own: what filling takes is not the memory of what is measured.
    """
    begun = time.perf_counter()
    filling = get_context("spawn").Process(target=fill, args=(path, count))
    filling.start()
    filling.join()
    if filling.exitcode:
        raise SystemExit("the cache could not be filled")
    return time.perf_counter() - begun


def fill(path: Path, count: int) -> None:
    """So many keys, in random order by every column; the indices are made afterwards at once."""
    cache = open_cache(path, KEY)
    chance = random.Random(0)
    table = entities["key"]
    with cache.write() as connection:
        for index in table.indexes:
            index.drop(connection)
    for first in range(0, count, AT_ONCE):
        rows = [
            (
                f"key_{number:012x}{chance.getrandbits(48):012x}",
                f"acct_{chance.randrange(400):04d}",
                f"service {chance.getrandbits(48):x}",
                "sk-lmc-…a1b2",
                "active" if chance.random() < 0.9 else "revoked",
                BEGUN_MS + chance.randrange(10**10),
                "person_1",
                None if chance.random() < 0.2 else BEGUN_MS + chance.randrange(10**10),
                "1",
                1,
            )
            for number in range(first, min(first + AT_ONCE, count))
        ]
        with cache.write() as connection:
            connection.exec_driver_sql(INSERT, rows)
    with cache.write() as connection:
        for index in table.indexes:
            index.create(connection)
    cache.close()
