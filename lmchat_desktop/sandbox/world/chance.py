"""Chance that can be asked for at any place: the same seed, loop and row always give the same.

SplitMix64 over a counter, vectorised. Nothing depends on what was drawn before, so that requests
can be composed one by one or a million at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


class Stream(IntEnum):
    """What is drawn; two streams of the same row are independent."""

    KEY = 1
    HOUR = 2
    DAY = 3
    PART = 8
    MODEL = 4
    CACHED = 5
    CACHED_SHARE = 6
    LATE = 7
    OFFER = 16
    """Attempt i draws its offer from OFFER + i, and so on."""
    FAILURE = 32
    CALL = 48


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws for one seed and one loop of the traffic."""

    seed: int
    loop: int = 0

    def draw(self, stream: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """A number in [0, 1) for each row."""
        with np.errstate(over="ignore"):
            base = _mixed(np.array([self.seed, self.loop, stream], dtype=np.int64).view(np.uint64))
            start = _mixed(base[:1] + _mixed(base[1:2] + base[2:]))[0]
            values = _mixed(start + rows.view(np.uint64) * _GOLDEN)
        unit: NDArray[np.float64] = (values >> np.uint64(11)).astype(np.float64) * _TO_UNIT
        return unit

    def below(self, stream: int, rows: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
        """A whole number in [0, limit) for each row."""
        return (self.draw(stream, rows) * limit).astype(np.int64)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser."""
    values = values + _GOLDEN
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))
