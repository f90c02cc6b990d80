"""Decoded blocks kept in memory within a limit, so that a chart's next question reads nothing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Latency,
    Measure,
    UsageBlock,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

Narrow = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class _Packed:
    """A block whose columns have the narrowest integers that hold them: a third of the memory."""

    labels: dict[Dimension, tuple[str, ...]]
    start: Narrow
    codes: dict[Dimension, Narrow]
    measures: dict[Measure, Narrow]
    latencies: dict[Latency, tuple[Narrow, Narrow, Narrow]]

    @property
    def nbytes(self) -> int:
        columns = [self.start, *self.codes.values(), *self.measures.values()]
        for parts in self.latencies.values():
            columns.extend(parts)
        return sum(column.nbytes for column in columns)


class BlockMemory:
    """The blocks that were used last. Thread-safe.

    Args:
        limit_bytes: what the columns of all kept blocks may take together.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._blocks: OrderedDict[Hashable, _Packed] = OrderedDict()
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """What the kept blocks take."""
        with self._lock:
            return self._size

    def get(self, key: Hashable) -> UsageBlock | None:
        """The block of that key, if it is still kept."""
        with self._lock:
            found = self._blocks.get(key)
            if found is None:
                return None
            self._blocks.move_to_end(key)
        return _unpacked(found)

    def put(self, key: Hashable, block: UsageBlock) -> None:
        """Keep a block; those that were not used for longest go for it."""
        packed = _packed(block)
        size = packed.nbytes
        with self._lock:
            old = self._blocks.pop(key, None)
            if old is not None:
                self._size -= old.nbytes
            if size > self._limit:
                return
            self._blocks[key] = packed
            self._size += size
            while self._size > self._limit:
                _, gone = self._blocks.popitem(last=False)
                self._size -= gone.nbytes

    def clear(self) -> None:
        """Let all blocks go."""
        with self._lock:
            self._blocks.clear()
            self._size = 0


def _packed(block: UsageBlock) -> _Packed:
    return _Packed(
        dict(block.labels),
        _narrow(block.start_s),
        {dimension: _narrow(codes) for dimension, codes in block.codes.items()},
        {measure: _narrow(values) for measure, values in block.measures.items()},
        {
            latency: (_narrow(each.offsets), _narrow(each.index), _narrow(each.count))
            for latency, each in block.latencies.items()
        },
    )


def _unpacked(packed: _Packed) -> UsageBlock:
    return UsageBlock(
        _wide(packed.start),
        packed.labels,
        {dimension: _wide(codes) for dimension, codes in packed.codes.items()},
        {measure: _wide(values) for measure, values in packed.measures.items()},
        {
            latency: Histograms(*(_wide(column) for column in parts))
            for latency, parts in packed.latencies.items()
        },
    )


def _narrow(column: IntColumn) -> Narrow:
    if not len(column):
        return column
    low, high = int(column.min()), int(column.max())
    for kind in (np.int8, np.int16, np.int32):
        bounds = np.iinfo(kind)
        if bounds.min <= low and high <= bounds.max:
            return column.astype(kind)
    return column


def _wide(column: Narrow) -> IntColumn:
    return column.astype(np.int64, copy=False)
