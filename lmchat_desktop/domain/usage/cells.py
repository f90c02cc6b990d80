"""A block of usage cells as columns: what a slice of the cube holds once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

IntColumn = NDArray[np.int64]
Ints = NDArray[np.signedinteger[Any]]
"""Integers of any width: 64 bits, or as few as hold them."""


class Dimension(StrEnum):
    """What cells are split by, beside time."""

    MODEL = "model"
    PROVIDER = "provider"
    REGION = "region"
    KEY = "key"
    OUTCOME = "outcome"
    ERROR = "error"


class Outcome(StrEnum):
    """How a request ended for the customer."""

    OK = "ok"
    REROUTED = "rerouted"
    """It succeeded, at a provider tried after another one had failed."""
    FAILED = "failed"


class Measure(StrEnum):
    """What is counted in a cell."""

    REQUESTS = "requests"
    INPUT_TOKENS = "input_tokens"
    CACHED_TOKENS = "cached_tokens"
    OUTPUT_TOKENS = "output_tokens"
    COST = "cost_nanos"


class Latency(StrEnum):
    """Which time is measured: until the first token, or until the answer was whole."""

    TOTAL = "total"
    FIRST_TOKEN = "first"


@dataclass(frozen=True, slots=True)
class Histograms:
    """One sparse latency histogram per cell, in the exponential buckets of `histogram`.

    Attributes:
        offsets: n + 1 positions; cell i owns entries offsets[i]:offsets[i + 1].
        index: bucket index of each entry, ascending within a cell (m entries).
        count: how many values fell into the entry's bucket (m entries, all positive).
    """

    offsets: Ints
    index: Ints
    count: Ints


@dataclass(frozen=True, slots=True)
class UsageBlock:
    """n cells as columns.

    Attributes:
        start_s: the cell's start in seconds since the Unix epoch, UTC (n values).
        labels: for each dimension the distinct values that the codes refer to.
        codes: for each dimension a position in its labels (n values each).
        measures: for each measure n 64-bit integers; money in nano US dollars.
        latencies: for each kind of latency n histograms, of milliseconds.
    """

    start_s: IntColumn
    labels: Mapping[Dimension, tuple[str, ...]]
    codes: Mapping[Dimension, IntColumn]
    measures: Mapping[Measure, IntColumn]
    latencies: Mapping[Latency, Histograms]

    def __len__(self) -> int:
        """The number of cells."""
        return len(self.start_s)


def narrow(column: Ints) -> Ints:
    """A copy in the narrowest integers that hold every value; they take a third of the memory."""
    if not column.size:
        return column.astype(np.int8)
    low, high = int(column.min()), int(column.max())
    for kind in (np.int8, np.int16, np.int32):
        bounds = np.iinfo(kind)
        if bounds.min <= low and high <= bounds.max:
            return column.astype(kind)
    return column.astype(np.int64)
