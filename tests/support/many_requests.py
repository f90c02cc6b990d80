"""Gives an account of a sandbox many more requests than its sample has."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from lmchat_desktop.sandbox.database import SQLITE_FILE
from tests.support.sandbox import RunningSandbox


def give_requests(sandbox: RunningSandbox, owner: str, many: int) -> int:
    """Write copies of one of the account's requests, while the sandbox is stopped.

    Args:
        sandbox: it is started again.
        owner: the name of somebody who belongs to one account.
        many: how many copies.

    Returns:
        How many requests the account has now.
    """
    person_id = sandbox.person(owner)["person"]["id"]
    sandbox.stop()
    with closing(sqlite3.connect(sandbox.data / SQLITE_FILE)) as database, database:
        (number,) = database.execute(
            "SELECT number FROM accounts JOIN members ON account_id = accounts.id "
            "WHERE person_id = ?",
            (person_id,),
        ).fetchone()
        names = [row[1] for row in database.execute("PRAGMA table_info(requests)")]
        other = {"id": "(SELECT max(id) FROM requests) + n", "started_ms": "started_ms - n / 2"}
        database.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers "
            f"WHERE n < ?) INSERT INTO requests ({', '.join(names)}) "
            f"SELECT {', '.join(other.get(name, name) for name in names)} FROM numbers, "
            "(SELECT * FROM requests WHERE account_no = ? LIMIT 1)",
            (many, number),
        )
        (found,) = database.execute(
            "SELECT count(*) FROM requests WHERE account_no = ?", (number,)
        ).fetchone()
    sandbox.start()
    return int(found)
