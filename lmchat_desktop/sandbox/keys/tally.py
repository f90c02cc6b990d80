"""What is known of keys' use, added up as requests arrive, so that no question scans requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Table, insert, select

from lmchat_desktop.domain.usage import histogram
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import upsert_all
from lmchat_desktop.sandbox.keys import latency
from lmchat_desktop.sandbox.usage_columns import IntArray, RequestColumns

HOUR_MS = 3_600_000
DAY_MS = 86_400_000

_DAY_BITS = 20
_KEY_BITS, _HOUR_BITS, _ADDRESS_BITS, _MODEL_BITS, _SECRET_BITS = 14, 21, 16, 11, 1
"""63 together; keys and addresses are numbered within a tally."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where n requests came from.

    Attributes:
        addresses: the texts of addresses.
        address: n positions in them.
        secret: n positions in `codes.SECRETS`.
    """

    addresses: tuple[str, ...]
    address: IntArray
    secret: IntArray


@dataclass(frozen=True, slots=True)
class _Part:
    """Sums under ascending codes."""

    codes: IntArray
    columns: tuple[IntArray, ...]


class Tally:
    """Adds requests up by key and day, and by key, hour, address, model and secret."""

    def __init__(self) -> None:
        self._days: list[_Part] = []
        self._uses: list[_Part] = []
        self._latencies: list[_Part] = []
        self._keys: dict[int, int] = {}
        self._addresses: dict[str, int] = {}

    def add(self, columns: RequestColumns, origins: Origins | None) -> None:
        """Take in requests; of those whose origins are not known the days alone."""
        if not len(columns):
            return
        day = (columns.key_no << _DAY_BITS) | (columns.started_ms // DAY_MS)
        codes, groups = np.unique(day, return_inverse=True)
        counts = np.bincount(groups, minlength=len(codes)).astype(np.int64)
        cost = np.zeros(len(codes), dtype=np.int64)
        np.add.at(cost, groups, columns.cost_nanos)
        self._days.append(_Part(codes, (counts, cost)))
        measured = histogram.histograms_of(columns.total_ms, groups, len(codes))
        cells = histogram.entry_cells(measured)
        self._latencies.append(
            _Part(codes[cells], (measured.index.astype(np.int64), measured.count.astype(np.int64)))
        )
        if origins is not None:
            self._add_uses(columns, origins)

    def write(self, connection: Connection, *, fresh: bool = False) -> None:
        """Add what was taken in to what is kept.

        Args:
            connection: a writing transaction.
            fresh: whether nothing is kept so far.
        """
        days, uses = self._day_rows(), self._use_rows()
        if fresh:
            for table, rows in ((tables.key_days, days), (tables.key_uses, uses)):
                if rows:
                    connection.execute(insert(table), list(rows.values()))
            return
        for row in _kept(connection, tables.key_days, "day", days):
            day = days.get((row.key_no, row.day))
            if day is not None:
                day["requests"] += row.requests
                day["cost_nanos"] += row.cost_nanos
                day["latency"] = latency.merged((row.latency, day["latency"]))
        for row in _kept(connection, tables.key_uses, "hour", uses):
            use = uses.get((row.key_no, row.hour, row.address, row.model_no, row.secret))
            if use is not None:
                use["requests"] += row.requests
                use["first_ms"] = min(row.first_ms, use["first_ms"])
                use["last_ms"] = max(row.last_ms, use["last_ms"])
        upsert_all(connection, tables.key_days, list(days.values()))
        upsert_all(connection, tables.key_uses, list(uses.values()))

    def _add_uses(self, columns: RequestColumns, origins: Origins) -> None:
        used, key_places = np.unique(columns.key_no, return_inverse=True)
        keys = _numbered(self._keys, used.tolist(), _KEY_BITS)[key_places]
        addresses = _numbered(self._addresses, origins.addresses, _ADDRESS_BITS)[origins.address]
        code = keys
        for bits, part in (
            (_HOUR_BITS, columns.started_ms // HOUR_MS),
            (_ADDRESS_BITS, addresses),
            (_MODEL_BITS, columns.model_no),
            (_SECRET_BITS, origins.secret),
        ):
            code = (code << bits) | part
        codes, groups = np.unique(code, return_inverse=True)
        first = np.full(len(codes), np.iinfo(np.int64).max)
        last = np.zeros(len(codes), dtype=np.int64)
        np.minimum.at(first, groups, columns.started_ms)
        np.maximum.at(last, groups, columns.started_ms)
        counts = np.bincount(groups, minlength=len(codes)).astype(np.int64)
        self._uses.append(_Part(codes, (counts, first, last)))

    def _day_rows(self) -> dict[tuple[int, int], dict[str, Any]]:
        codes, columns = _joined(self._days, 2)
        distinct, groups = np.unique(codes, return_inverse=True)
        sums = [np.zeros(len(distinct), dtype=np.int64) for _ in columns]
        for total, values in zip(sums, columns, strict=True):
            np.add.at(total, groups, values)
        measured = self._latency_bytes(distinct)
        rows = {}
        for at, code in enumerate(distinct.tolist()):
            key_no, day = code >> _DAY_BITS, code & ((1 << _DAY_BITS) - 1)
            rows[key_no, day] = {
                "key_no": key_no,
                "day": day,
                "requests": int(sums[0][at]),
                "cost_nanos": int(sums[1][at]),
                "latency": measured[at],
            }
        return rows

    def _latency_bytes(self, days: IntArray) -> list[bytes]:
        """The histogram of each day, in their order."""
        codes, (buckets, counts) = _joined(self._latencies, 2)
        cells = np.searchsorted(days, codes)
        every = histogram.from_entries(cells, len(days), buckets, counts)
        bounds = every.offsets.tolist()
        return [
            latency.packed(every.index[low:high], every.count[low:high])
            for low, high in pairwise(bounds)
        ]

    def _use_rows(self) -> dict[tuple[int, int, str, int, int], dict[str, Any]]:
        codes, (counts, firsts, lasts) = _joined(self._uses, 3)
        distinct, groups = np.unique(codes, return_inverse=True)
        requests = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(requests, groups, counts)
        first = np.full(len(distinct), np.iinfo(np.int64).max)
        np.minimum.at(first, groups, firsts)
        last = np.zeros(len(distinct), dtype=np.int64)
        np.maximum.at(last, groups, lasts)
        keys, addresses = list(self._keys), list(self._addresses)
        parts: list[IntArray] = []
        rest = distinct
        for bits in (_SECRET_BITS, _MODEL_BITS, _ADDRESS_BITS, _HOUR_BITS):
            parts.append(rest & ((1 << bits) - 1))
            rest = rest >> bits
        secret, model, address, hour = (part.tolist() for part in parts)
        rows = {}
        for key, hour_no, place, model_no, which, count, begun, ended in zip(
            rest.tolist(),
            hour,
            address,
            model,
            secret,
            requests.tolist(),
            first.tolist(),
            last.tolist(),
            strict=True,
        ):
            name = (keys[key], hour_no, addresses[place], model_no, which)
            rows[name] = {
                "key_no": keys[key],
                "hour": hour_no,
                "address": addresses[place],
                "model_no": model_no,
                "secret": which,
                "requests": count,
                "first_ms": begun,
                "last_ms": ended,
            }
        return rows


def _numbered(known: dict[Any, int], values: Sequence[Any], bits: int) -> IntArray:
    """The number of each value within the tally."""
    numbers = np.array([known.setdefault(one, len(known)) for one in values], dtype=np.int64)
    if len(known) > 1 << bits:
        raise OverflowError("too many keys or addresses at once")
    return numbers


def _joined(parts: list[_Part], width: int) -> tuple[IntArray, list[IntArray]]:
    none = np.zeros(0, dtype=np.int64)
    codes: NDArray[np.int64] = np.concatenate([none, *(part.codes for part in parts)])
    columns = [
        np.concatenate([none, *(part.columns[at] for part in parts)]).astype(np.int64)
        for at in range(width)
    ]
    return codes, columns


def _kept(connection: Connection, table: Table, unit: str, rows: dict[Any, Any]) -> list[Any]:
    """What is kept of the keys and times of these rows."""
    if not rows:
        return []
    numbers = sorted({row["key_no"] for row in rows.values()})
    times = [row[unit] for row in rows.values()]
    within = table.c[unit].between(min(times), max(times))
    return list(connection.execute(select(table).where(table.c.key_no.in_(numbers), within)))
