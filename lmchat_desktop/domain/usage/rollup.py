"""Adding cells up: blocks into one, and fine cells into hours and days of any zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.build import empty_block, number_cells, tidy_labels
from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Latency,
    Measure,
    UsageBlock,
)
from lmchat_desktop.domain.usage.grouping import sum_by
from lmchat_desktop.domain.usage.histogram import (
    entry_cells,
    from_entries,
    no_histograms,
    take_cells,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def merge(
    blocks: Sequence[UsageBlock], edges: IntColumn | None = None, *, latencies: bool = True
) -> UsageBlock:
    """Add up the cells of blocks that have the same start and the same labels.

    Args:
        blocks: any number of blocks; none of them is changed.
        edges: ascending epoch seconds. With them each cell moves to the edge at or before its
            start, and cells outside [edges[0], edges[-1]) are left out.
        latencies: whether histograms are wanted; without, all of them are empty.

    Returns:
        One block in canonical order.

    Raises:
        OverflowError: a sum does not fit in 64 bits.

    """
    if edges is not None:
        blocks = [clip(block, int(edges[0]), int(edges[-1])) for block in blocks]
    blocks = [block for block in blocks if len(block)]
    if not blocks:
        return empty_block()
    start = np.concatenate([block.start_s for block in blocks])
    if edges is not None:
        start = edges[np.searchsorted(edges, start, side="right") - 1]
    labels: dict[Dimension, tuple[str, ...]] = {}
    codes: dict[Dimension, IntColumn] = {}
    for dimension in Dimension:
        labels[dimension], codes[dimension] = join_labels(blocks, dimension)
    cell_of, rows = number_cells(start, labels, codes)
    n_cells = len(rows)
    return UsageBlock(
        start_s=start[rows],
        labels=labels,
        codes={dimension: codes[dimension][rows] for dimension in Dimension},
        measures={
            measure: sum_by(
                np.concatenate([block.measures[measure] for block in blocks]), cell_of, n_cells
            )
            for measure in Measure
        },
        latencies={
            latency: _merge_latency(blocks, latency, cell_of, n_cells)
            if latencies
            else no_histograms(n_cells)
            for latency in Latency
        },
    )


def concatenate(blocks: Sequence[UsageBlock]) -> UsageBlock:
    """The cells of all blocks one after another in one block, none added to another."""
    if not blocks:
        return empty_block()
    joined = {dimension: join_labels(blocks, dimension) for dimension in Dimension}
    return UsageBlock(
        start_s=np.concatenate([block.start_s for block in blocks]),
        labels={dimension: labels for dimension, (labels, _) in joined.items()},
        codes={dimension: codes for dimension, (_, codes) in joined.items()},
        measures={
            measure: np.concatenate([block.measures[measure] for block in blocks])
            for measure in Measure
        },
        latencies={latency: _join_histograms(blocks, latency) for latency in Latency},
    )


def join_labels(
    blocks: Sequence[UsageBlock], dimension: Dimension
) -> tuple[tuple[str, ...], IntColumn]:
    """The labels of a dimension over all blocks, ascending, and the codes of all cells in turn."""
    names: list[str] = []
    shifted: list[IntColumn] = []
    for block in blocks:
        shifted.append(block.codes[dimension] + len(names))
        names.extend(block.labels[dimension])
    return tidy_labels(names, np.concatenate(shifted))


def clip(block: UsageBlock, start_s: int, end_s: int) -> UsageBlock:
    """The cells of a block that start in [start_s, end_s)."""
    inside = (block.start_s >= start_s) & (block.start_s < end_s)
    return block if inside.all() else take(block, inside)


def take(block: UsageBlock, chosen: NDArray[np.bool_]) -> UsageBlock:
    """The chosen cells of a block (n truth values), in their order; labels stay as they are."""
    return UsageBlock(
        start_s=block.start_s[chosen],
        labels=block.labels,
        codes={dimension: codes[chosen] for dimension, codes in block.codes.items()},
        measures={measure: values[chosen] for measure, values in block.measures.items()},
        latencies={
            latency: take_cells(histograms, chosen)
            for latency, histograms in block.latencies.items()
        },
    )


def _merge_latency(
    blocks: Sequence[UsageBlock], latency: Latency, cell_of: IntColumn, n_cells: int
) -> Histograms:
    cells: list[IntColumn] = []
    passed = 0
    for block in blocks:
        cells.append(entry_cells(block.latencies[latency]) + passed)
        passed += len(block)
    return from_entries(
        cell_of[np.concatenate(cells)],
        n_cells,
        np.concatenate([block.latencies[latency].index for block in blocks]),
        np.concatenate([block.latencies[latency].count for block in blocks]),
    )


def _join_histograms(blocks: Sequence[UsageBlock], latency: Latency) -> Histograms:
    parts = [block.latencies[latency] for block in blocks]
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return Histograms(
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        np.concatenate([part.index for part in parts]),
        np.concatenate([part.count for part in parts]),
    )
