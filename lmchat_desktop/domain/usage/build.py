"""From requests to the cells of the usage cube."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import (
    Dimension,
    IntColumn,
    Latency,
    Measure,
    UsageBlock,
)
from lmchat_desktop.domain.usage.grouping import pack, rank, sum_by
from lmchat_desktop.domain.usage.histogram import histograms_of, no_histograms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


def build_block(
    started_s: NDArray[np.int64],
    resolution_s: int,
    dims: Mapping[Dimension, tuple[Sequence[str], IntColumn]],
    measures: Mapping[Measure, IntColumn],
    total_ms: NDArray[np.float64],
    first_ms: NDArray[np.float64],
) -> UsageBlock:
    """The cells of n requests, in the canonical order of `number_cells`.

    Args:
        started_s: when each request started, whole seconds since the epoch.
        resolution_s: the length of a cell in seconds; a request's cell starts at the multiple
            of it at or before the request's start.
        dims: for each dimension its labels and each request's position in them. A dimension that
            is left out has the empty label throughout, as the key has service-wide.
        measures: tokens and cost of each request; a request counts one itself, so
            `Measure.REQUESTS` is not needed. A measure that is left out is zero.
        total_ms: milliseconds until the answer was whole, NaN where not measured.
        first_ms: milliseconds until the first token, NaN where not measured.

    Raises:
        OverflowError: a sum does not fit in 64 bits.
        ValueError: a latency is infinite.

    """
    n = len(started_s)
    start = started_s // resolution_s * resolution_s
    labels: dict[Dimension, tuple[str, ...]] = {}
    codes: dict[Dimension, IntColumn] = {}
    for dimension in Dimension:
        names, positions = dims.get(dimension, (("",), np.zeros(n, dtype=np.int64)))
        labels[dimension], codes[dimension] = tidy_labels(names, positions)
    cell_of, rows = number_cells(start, labels, codes)
    n_cells = len(rows)
    ones = np.ones(n, dtype=np.int64)
    given = {**measures, Measure.REQUESTS: ones}
    nothing = np.zeros(n, dtype=np.int64)
    return UsageBlock(
        start_s=start[rows],
        labels=labels,
        codes={dimension: codes[dimension][rows] for dimension in Dimension},
        measures={
            measure: sum_by(np.asarray(given.get(measure, nothing), np.int64), cell_of, n_cells)
            for measure in Measure
        },
        latencies={
            Latency.TOTAL: histograms_of(total_ms, cell_of, n_cells),
            Latency.FIRST_TOKEN: histograms_of(first_ms, cell_of, n_cells),
        },
    )


def empty_block() -> UsageBlock:
    """A block without cells."""
    none = np.zeros(0, dtype=np.int64)
    return UsageBlock(
        start_s=none,
        labels=dict.fromkeys(Dimension, ()),
        codes=dict.fromkeys(Dimension, none),
        measures=dict.fromkeys(Measure, none),
        latencies={latency: no_histograms(0) for latency in Latency},
    )


def tidy_labels(names: Sequence[str], codes: IntColumn) -> tuple[tuple[str, ...], IntColumn]:
    """Labels that occur, each once and in ascending order, and the codes that go with them."""
    used = np.zeros(len(names), dtype=bool)
    used[codes] = True
    kept = sorted({names[position] for position in np.flatnonzero(used).tolist()})
    number = {name: at for at, name in enumerate(kept)}
    renamed = np.array([number.get(name, 0) for name in names], dtype=np.int64)
    return tuple(kept), renamed[codes] if len(names) else codes.astype(np.int64)


def number_cells(
    start_s: IntColumn,
    labels: Mapping[Dimension, tuple[str, ...]],
    codes: Mapping[Dimension, IntColumn],
) -> tuple[IntColumn, IntColumn]:
    """Number the distinct cells in canonical order: by start, then by each dimension's label.

    Canonical order makes equal contents equal bytes, so that an ETag changes only with them.

    Returns:
        Each row's cell, and for each cell the position of one row in it.

    """
    if not len(start_s):
        none = np.zeros(0, dtype=np.int64)
        return none, none
    first = int(start_s.min())
    columns = [start_s - first, *(codes[dimension] for dimension in Dimension)]
    sizes = [int(start_s.max()) - first + 1, *(len(labels[dimension]) for dimension in Dimension)]
    key, bound = pack(columns, sizes)
    return rank(key, bound)
