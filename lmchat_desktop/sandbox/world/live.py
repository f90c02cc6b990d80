"""Traffic that goes on arriving: what started since the last time, and what arrives late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, func, select

from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.keys import budgets
from lmchat_desktop.sandbox.keys.tally import Tally
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_columns import RequestColumns
from lmchat_desktop.sandbox.world.callers import Callers
from lmchat_desktop.sandbox.world.loop import KeyWindows, Loop
from lmchat_desktop.sandbox.world.workload import DAY_MS
from lmchat_desktop.sandbox.world.writing import insert_requests

HOUR_MS = 3_600_000

LATE_IDS = 1 << 52
"""Ids of late requests begin here; those of the loop stay far below."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What arrived.

    Attributes:
        count: how many requests.
        accounts: ids of the accounts that made them.
        hours: starts of the UTC hours in which they started, ms since the epoch.
    """

    count: int
    accounts: frozenset[str]
    hours: frozenset[int]


def next_late_id(connection: Connection) -> int:
    """The id of the next request that is not the loop's."""
    newest = connection.scalar(
        select(func.max(tables.requests.c.id)).where(tables.requests.c.id >= LATE_IDS)
    )
    return (newest or LATE_IDS) + 1


class Traffic:
    """Where the sandbox's requests come from.

    Attributes:
        loop: the traffic of the sample file.
    """

    def __init__(self, traffic: Path | None = None) -> None:
        """Read a traffic file; None takes the one that comes with the product.

        Raises:
            SampleDamaged: a sample file is missing or cannot be used.
        """
        self.loop = Loop(traffic)

    def arrive_until(self, connection: Connection, until: datetime) -> Arrived:
        """Insert what starts after the position and not after `until`, and move the position.

        Requests and position are of the same transaction: after a crash the same requests are made
        again, under the same ids. Any portions give the same rows as one.

        Args:
            connection: a writing transaction.
            until: up to when, at most the present of the sample world.
        """
        after_ms, until_ms = meta.read_int(connection, Meta.POSITION), to_ms(until)
        if until_ms <= after_ms:
            return Arrived(0, frozenset(), frozenset())
        windows = KeyWindows.load(connection)
        gathered = _Gathered(connection)
        for span in self.loop.spans(after_ms, until_ms):
            composed = self.loop.compose(span, windows)
            insert_requests(connection, composed)
            gathered.add(composed.columns)
        gathered.tell_keys(connection, until)
        meta.write(connection, Meta.POSITION, until_ms)
        return gathered.arrived(connection)

    def late(self, connection: Connection, order: TrafficOrder) -> Arrived:
        """Insert requests that arrive late: they start in the second of `order.started_at`.

        Args:
            connection: a writing transaction.
            order: how many, when (not after the traffic's position), and of which account.

        Raises:
            ValueError: the start lies after what has arrived so far.
            LookupError: there is no such account, or it has no key that could be used then.
        """
        start_ms, position_ms = to_ms(order.started_at), meta.read_int(connection, Meta.POSITION)
        if start_ms > position_ms:
            raise ValueError("late requests start in the past")
        account_no: int | None = None
        if order.account_id is not None:
            account = tables.accounts.c
            account_no = connection.scalar(
                select(account.number).where(account.id == order.account_id)
            )
            if account_no is None:
                raise LookupError("there is no such account")
        places = np.arange(order.count, dtype=np.int64)
        composed = self.loop.compose_like(
            next_late_id(connection) + places,
            np.minimum(start_ms + places * 1000 // order.count, position_ms),
            account_no,
            KeyWindows.load(connection),
        )
        insert_requests(connection, composed)
        first_ms = start_ms // DAY_MS * DAY_MS
        if first_ms < meta.read_int(connection, Meta.FIRST_TRAFFIC, first_ms + 1):
            meta.write(connection, Meta.FIRST_TRAFFIC, first_ms)
        gathered = _Gathered(connection)
        gathered.add(composed.columns)
        gathered.tell_keys(connection, from_ms(position_ms))
        return gathered.arrived(connection)


class _Gathered:
    """Whose requests arrived, and of which hours."""

    def __init__(self, connection: Connection) -> None:
        self._callers = Callers.load(connection)
        self._tally = Tally()
        self._keys: set[int] = set()
        self._count = 0
        self._accounts: set[int] = set()
        self._hours: set[int] = set()

    def add(self, columns: RequestColumns) -> None:
        self._count += len(columns)
        self._tally.add(columns, self._callers.origins(columns))
        self._keys.update(np.unique(columns.key_no).tolist())
        self._accounts.update(np.unique(columns.account_no).tolist())
        self._hours.update(np.unique(columns.started_ms // HOUR_MS * HOUR_MS).tolist())

    def tell_keys(self, connection: Connection, now: datetime) -> None:
        """Add what arrived to what is known of keys' use."""
        self._tally.write(connection)
        budgets.note_spending(connection, self._keys, now)

    def arrived(self, connection: Connection) -> Arrived:
        account = tables.accounts.c
        ids = connection.scalars(
            select(account.id).where(account.number.in_(sorted(self._accounts)))
        )
        return Arrived(self._count, frozenset(ids), frozenset(self._hours))
