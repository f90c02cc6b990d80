"""Fills an empty sandbox with the sample world and its last 14 days of traffic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, insert, update

from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.keys.tally import Tally
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_seeding import SliceSeeder
from lmchat_desktop.sandbox.world.callers import Callers
from lmchat_desktop.sandbox.world.compose import Composed
from lmchat_desktop.sandbox.world.directory import use_up_budgets, write_directory
from lmchat_desktop.sandbox.world.happenings import write_happenings
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.loop import KeyWindows
from lmchat_desktop.sandbox.world.notice import NOTICE
from lmchat_desktop.sandbox.world.offering import write_offering
from lmchat_desktop.sandbox.world.sample import LOOP_MS
from lmchat_desktop.sandbox.world.workload import SEED
from lmchat_desktop.sandbox.world.writing import insert_requests

Progress = Callable[[float, str], None]
"""Told the part that is done (0 to 1) and what is being done."""

_REQUESTS_PART = 0.85


def seed(connection: Connection, now: datetime, traffic: Traffic, progress: Progress) -> None:
    """Write the sample world and the traffic of the 14 days that end now.

    Args:
        connection: a writing transaction on empty tables; it is for the caller to commit, so that
            a seed that is interrupted leaves nothing behind.
        now: the present instant of the sample world.
        traffic: the traffic of a sample file.
        progress: told how far it is.
    """
    now_ms = to_ms(now)
    progress(0.0, "people and accounts")
    write_offering(connection, traffic.loop.catalogue)
    write_directory(connection, now_ms)
    write_happenings(connection, now_ms)
    meta.write(connection, Meta.SEED, f"{SEED}/{traffic.loop.fingerprint}")
    meta.write(connection, Meta.NOTICE, NOTICE)
    meta.write(connection, Meta.POSITION, now_ms)
    with _indexed_afterwards(connection):
        _write_requests(connection, now_ms, traffic, progress)
    use_up_budgets(connection, now)
    progress(1.0, "ready")


def _write_requests(
    connection: Connection, now_ms: int, traffic: Traffic, progress: Progress
) -> None:
    loop = traffic.loop
    windows = KeyWindows.load(connection)
    callers, tally = Callers.load(connection), Tally()
    traces, slices = _Traces(), SliceSeeder(connection)
    written, expected = 0, max(len(loop), 1)
    for span in loop.spans(now_ms - LOOP_MS, now_ms):
        composed = loop.compose(span, windows)
        insert_requests(connection, composed)
        traces.add(composed)
        tally.add(composed.columns, callers.origins(composed.columns))
        slices.add(composed.columns)
        written += len(composed.columns)
        progress(_REQUESTS_PART * min(written / expected, 1.0), f"{written:,} requests")
    progress(_REQUESTS_PART, "usage")
    slices.finish()
    tally.write(connection, fresh=True)
    traces.write(connection)


@contextmanager
def _indexed_afterwards(connection: Connection) -> Iterator[None]:
    """Let requests be written without their indexes, which is faster to make up for at the end."""
    indexes = sorted(tables.requests.indexes, key=lambda index: str(index.name))
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


class _Traces:
    """What requests leave elsewhere: when keys were last used, who received an account's data."""

    def __init__(self) -> None:
        self._last_use: dict[int, int] = {}
        self._received: dict[tuple[int, int], tuple[int, int]] = {}

    def add(self, composed: Composed) -> None:
        """Take note of requests, later ones than those before."""
        columns = composed.columns
        self._last_use.update(
            zip(columns.key_no.tolist(), columns.started_ms.tolist(), strict=True)
        )
        for pools in composed.served.pool:
            made = np.flatnonzero(pools >= 0)
            pairs = columns.account_no[made] * 1_000 + composed.pool_provider_no[pools[made]]
            distinct, firsts = np.unique(pairs, return_index=True)
            _, from_end = np.unique(pairs[::-1], return_index=True)
            lasts = len(pairs) - 1 - from_end
            for pair, first, last in zip(
                distinct.tolist(),
                columns.started_ms[made[firsts]].tolist(),
                columns.started_ms[made[lasts]].tolist(),
                strict=True,
            ):
                name = divmod(pair, 1_000)
                before = self._received.get(name, (first, last))
                self._received[name] = (min(first, before[0]), max(last, before[1]))

    def write(self, connection: Connection) -> None:
        """Write them down."""
        for number, used_ms in sorted(self._last_use.items()):
            connection.execute(
                update(tables.keys)
                .where(tables.keys.c.number == number)
                .values(last_used_ms=used_ms)
            )
        if self._received:
            connection.execute(
                insert(tables.recipients),
                [
                    {
                        "account_no": account_no,
                        "provider_no": provider_no,
                        "first_ms": first_ms,
                        "last_ms": last_ms,
                    }
                    for (account_no, provider_no), (first_ms, last_ms) in sorted(
                        self._received.items()
                    )
                ],
            )
