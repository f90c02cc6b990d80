"""Requests as columns, as the seed makes them and as they are read back to compute slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from lmchat_desktop.sandbox import tables

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_FLOATS = frozenset({"total_ms", "first_token_ms"})
_READ_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class RequestColumns:
    """n requests as columns named as in `tables.requests`, in any order.

    Numbers refer to accounts, keys, models, providers and regions; outcome and error are positions
    in `codes`. Latencies are milliseconds, NaN where none was measured.
    """

    started_ms: IntArray
    account_no: IntArray
    key_no: IntArray
    model_no: IntArray
    provider_no: IntArray
    region_no: IntArray
    outcome: IntArray
    error: IntArray
    input_tokens: IntArray
    cached_tokens: IntArray
    output_tokens: IntArray
    cost_nanos: IntArray
    total_ms: FloatArray
    first_token_ms: FloatArray

    def __len__(self) -> int:
        """The number of requests."""
        return len(self.started_ms)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_] | slice) -> RequestColumns:
        """These rows alone."""
        return RequestColumns(*(getattr(self, column.name)[rows] for column in fields(self)))


def read_columns(
    connection: Connection, start_ms: int, end_ms: int, account_no: int | None = None
) -> RequestColumns:
    """The requests that started within [start, end), of one account or of all."""
    table = tables.requests.c
    names = [column.name for column in fields(RequestColumns)]
    statement = select(*(table[name] for name in names)).where(
        table.started_ms >= start_ms, table.started_ms < end_ms
    )
    if account_no is not None:
        statement = statement.where(table.account_no == account_no)
    result = connection.execute(statement.execution_options(yield_per=_READ_AT_ONCE))
    # Rows are made columns a part at a time: as rows they take ten times the memory.
    parts: list[list[NDArray[Any]]] = [
        [np.array(values, dtype=_kind(name)) for name, values in zip(names, turned, strict=True)]
        for turned in (zip(*rows, strict=True) for rows in result.partitions())
    ]
    return joined([RequestColumns(*part) for part in parts])


def joined(parts: Sequence[RequestColumns]) -> RequestColumns:
    """The requests of all parts, in their order."""
    columns: list[NDArray[Any]] = [
        np.concatenate(
            [np.zeros(0, dtype=_kind(column.name)), *(getattr(part, column.name) for part in parts)]
        )
        for column in fields(RequestColumns)
    ]
    return RequestColumns(*columns)


def _kind(name: str) -> type[np.int64] | type[np.float64]:
    return np.float64 if name in _FLOATS else np.int64
