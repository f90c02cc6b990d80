"""The endless traffic: a loop of 14 days, anchored at the epoch, composed for any span of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from lmchat_desktop.contract.accounts import AccountState
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.world.catalogue import load_catalogue
from lmchat_desktop.sandbox.world.compose import Composed, Composer
from lmchat_desktop.sandbox.world.sample import LOOP_MS, IntArray, read_traffic
from lmchat_desktop.sandbox.world.workload import KEYS, make_workload

CHUNK = 20_000
"""So many requests are composed at a time."""

_NEVER = 2**62


class KeyWindows:
    """From when until when each key of the world can be used.

    A request of a key that cannot be used at that instant goes to the account's next key that can,
    one of the same shape first; if there is none it does not arrive.
    """

    def __init__(
        self, begins_ms: IntArray, ends_ms: IntArray, pauses_ms: IntArray, resumes_ms: IntArray
    ) -> None:
        """All by the number of the key; a key that is not there ends before it begins.

        From when it pauses until it resumes its budget is used up.
        """
        self._begins_ms = begins_ms
        self._ends_ms = ends_ms
        self._pauses_ms = pauses_ms
        self._resumes_ms = resumes_ms

    @classmethod
    def load(cls, connection: Connection) -> KeyWindows:
        """As the database has it now: keys can have been revoked or be over their budgets, and
        accounts be suspended.
        """
        begins = np.full(len(KEYS) + 1, _NEVER, dtype=np.int64)
        ends, pauses, resumes = np.zeros((3, len(KEYS) + 1), dtype=np.int64)
        active = (
            select(tables.keys)
            .join(tables.accounts, tables.accounts.c.id == tables.keys.c.account_id)
            .where(
                tables.accounts.c.state == AccountState.ACTIVE.value,
                tables.keys.c.number <= len(KEYS),
            )
        )
        for row in connection.execute(active):
            begins[row.number] = row.created_ms
            ends[row.number] = min(row.expires_ms or _NEVER, row.revoked_ms or _NEVER)
            pauses[row.number] = row.over_since_ms or 0
            resumes[row.number] = row.over_until_ms or 0
        return cls(begins, ends, pauses, resumes)

    def resolve(self, key_no: IntArray, started_ms: IntArray) -> IntArray:
        """The key that each request really uses; 0 where the account has none."""
        used = key_no.copy()
        unusable = np.flatnonzero(~self._usable(key_no, started_ms))
        used[unusable] = 0
        for number in np.unique(key_no[unusable]).tolist():
            waiting = unusable[key_no[unusable] == number]
            for stand_in in _STAND_INS[number]:
                fits = self._usable(np.full(len(waiting), stand_in), started_ms[waiting])
                used[waiting[fits]] = stand_in
                waiting = waiting[~fits]
        return used

    def _usable(self, key_no: IntArray, started_ms: IntArray) -> NDArray[np.bool_]:
        living = (self._begins_ms[key_no] <= started_ms) & (started_ms < self._ends_ms[key_no])
        paused = (self._pauses_ms[key_no] < started_ms) & (started_ms < self._resumes_ms[key_no])
        usable: NDArray[np.bool_] = living & ~paused
        return usable


def _stand_ins(number: int) -> list[int]:
    own = KEYS[number - 1]
    others = [
        other
        for other in KEYS
        if other.account_no == own.account_no
        and other.number != number
        and other.key.shape is not None
    ]
    return [
        other.number for other in sorted(others, key=lambda one: one.key.shape is not own.key.shape)
    ]


_STAND_INS = {key.number: _stand_ins(key.number) for key in KEYS}


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive requests of one loop: rows low to high of the workload."""

    loop: int
    low: int
    high: int


class Loop:
    """The traffic of a sample file, repeated without end in either direction.

    Request k of the sample lies at a phase of the loop and starts at every instant of that phase;
    its id is the same whenever and in whatever portions it is made.

    Attributes:
        fingerprint: tells traffic files apart.
        catalogue: what the world offers.
    """

    def __init__(self, traffic: Path | None = None) -> None:
        """Read a traffic file; None takes the one that comes with the product.

        Raises:
            SampleDamaged: a sample file is missing or cannot be used.
        """
        sample = read_traffic(traffic)
        self.fingerprint = sample.fingerprint
        self.catalogue = load_catalogue()
        # Another file makes other ids, so that it can take over in a world that is already there.
        self._first_id = int(sample.fingerprint[:4], 16) << 36
        self._workload = make_workload(sample)
        self._composer = Composer(self.catalogue)

    def __len__(self) -> int:
        """The number of requests in a loop of 14 days."""
        return len(self._workload)

    def spans(self, after_ms: int, until_ms: int) -> Iterator[Span]:
        """What starts in (after, until], in order, at most `CHUNK` requests at a time.

        A span never ends between two requests of the same millisecond.
        """
        phases = self._workload.phase_ms
        for loop in range((after_ms + 1) // LOOP_MS, until_ms // LOOP_MS + 1):
            base = loop * LOOP_MS
            low, end = self._after(after_ms - base), self._after(until_ms - base)
            while low < end:
                high = min(low + CHUNK, end)
                high = int(np.searchsorted(phases, phases[high - 1], side="right"))
                yield Span(loop, low, high)
                low = high

    def _after(self, phase_ms: int) -> int:
        """How many requests of a loop start at this phase or before it."""
        phase = np.int32(min(max(phase_ms, -1), LOOP_MS))
        return int(np.searchsorted(self._workload.phase_ms, phase, side="right"))

    def compose(self, span: Span, windows: KeyWindows) -> Composed:
        """The requests of a span."""
        rows = np.arange(span.low, span.high, dtype=np.int64)
        work = self._workload
        started_ms = span.loop * LOOP_MS + work.phase_ms[rows].astype(np.int64)
        key_no = windows.resolve(work.key_no[rows].astype(np.int64), started_ms)
        there = key_no > 0
        rows, started_ms, key_no = rows[there], started_ms[there], key_no[there]
        return self._composer.compose(
            span.loop,
            self._first_id + span.loop * len(self) + rows + 1,
            rows,
            started_ms,
            key_no,
            work.input_tokens[rows].astype(np.int64),
            work.output_tokens[rows].astype(np.int64),
        )

    def compose_like(
        self, ids: IntArray, started_ms: IntArray, account_no: int | None, windows: KeyWindows
    ) -> Composed:
        """Requests like those of the sample, at other instants.

        Args:
            ids: n ids for the rows, which are also the chance of the draw.
            started_ms: n instants.
            account_no: whose; None draws from all.
            windows: which keys can be used.

        Raises:
            LookupError: the account has no traffic in the sample, or no key that could be used.
        """
        work = self._workload
        like = np.arange(len(work), dtype=np.int64)
        if account_no is not None:
            own = [key.number for key in KEYS if key.account_no == account_no]
            like = np.flatnonzero(np.isin(work.key_no, own))
        if not len(like):
            raise LookupError("this account has no traffic that more could be made of")
        rows = like[ids * 7_919 % len(like)]
        key_no = windows.resolve(work.key_no[rows].astype(np.int64), started_ms)
        if not key_no.all():
            raise LookupError("no key of the account could be used at that time")
        return self._composer.compose(
            _LATE_LOOP,
            ids,
            ids,
            started_ms,
            key_no,
            work.input_tokens[rows].astype(np.int64),
            work.output_tokens[rows].astype(np.int64),
        )


_LATE_LOOP = -1
"""Late requests have a chance of their own."""
