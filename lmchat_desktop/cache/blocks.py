"""What was read of usage, kept in memory within a limit for a chart's next question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np

from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Ints,
    Latency,
    Measure,
    UsageBlock,
    narrow,
)

if TYPE_CHECKING:
    from collections.abc import Hashable


class Sized(Protocol):
    """What tells its size."""

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        ...


T = TypeVar("T", bound=Sized)


class Memory(Generic[T]):
    """The things that were used last. Thread-safe.

    Args:
        limit_bytes: what all kept things may take together.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._size = 0

    @property
    def size_bytes(self) -> int:
        """What the kept things take."""
        with self._lock:
            return self._size

    def find(self, key: Hashable) -> T | None:
        """The thing of that key, if it is still kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, thing: T) -> None:
        """Keep a thing; those that were not used for longest go for it."""
        size = thing.nbytes
        with self._lock:
            old = self._kept.pop(key, None)
            if old is not None:
                self._size -= old.nbytes
            if size > self._limit:
                return
            self._kept[key] = thing
            self._size += size
            while self._size > self._limit:
                _, gone = self._kept.popitem(last=False)
                self._size -= gone.nbytes

    def clear(self) -> None:
        """Let everything go."""
        with self._lock:
            self._kept.clear()
            self._size = 0


@dataclass(frozen=True, slots=True)
class _Packed:
    """A block whose columns have the narrowest integers that hold them: a third of the memory."""

    labels: dict[Dimension, tuple[str, ...]]
    start: Ints
    codes: dict[Dimension, Ints]
    measures: dict[Measure, Ints]
    latencies: dict[Latency, Histograms]

    @property
    def nbytes(self) -> int:
        columns = [self.start, *self.codes.values(), *self.measures.values()]
        for each in self.latencies.values():
            columns += (each.offsets, each.index, each.count)
        return sum(column.nbytes for column in columns)


class BlockMemory(Memory[_Packed]):
    """The blocks that were used last, packed. Thread-safe."""

    def get(self, key: Hashable) -> UsageBlock | None:
        """The block of that key, if it is still kept; its histograms are narrow."""
        found = self.find(key)
        return None if found is None else _unpacked(found)

    def put(self, key: Hashable, block: UsageBlock) -> None:
        """Keep a block; those that were not used for longest go for it."""
        self.keep(key, _packed(block))


def _packed(block: UsageBlock) -> _Packed:
    return _Packed(
        dict(block.labels),
        narrow(block.start_s),
        {dimension: narrow(codes) for dimension, codes in block.codes.items()},
        {measure: narrow(values) for measure, values in block.measures.items()},
        {
            latency: Histograms(narrow(each.offsets), narrow(each.index), narrow(each.count))
            for latency, each in block.latencies.items()
        },
    )


def _unpacked(packed: _Packed) -> UsageBlock:
    return UsageBlock(
        _wide(packed.start),
        packed.labels,
        {dimension: _wide(codes) for dimension, codes in packed.codes.items()},
        {measure: _wide(values) for measure, values in packed.measures.items()},
        packed.latencies,
    )


def _wide(column: Ints) -> IntColumn:
    return column.astype(np.int64, copy=False)
