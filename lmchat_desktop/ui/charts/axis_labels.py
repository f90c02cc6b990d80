"""What stands beside the ticks of a value axis: one unit for all of them, or the one that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain.formatting import Kind, axis_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_FOOT = {Kind.COUNT: "0", Kind.TOKENS: "0", Kind.MONEY: "$0"}


def even_labels(kind: Kind, ticks: Sequence[float], step: float) -> list[str]:
    """Labels of ticks that lie `step` apart, all in the unit of the greatest: 0.5 s below 1 s.

    The foot of what is counted has no unit.
    """
    top = max(ticks, default=0.0)
    return [
        _FOOT[kind] if tick == 0 and kind in _FOOT else axis_text(kind, tick, step, top)
        for tick in ticks
    ]


def log_labels(kind: Kind, ticks: Sequence[float]) -> list[str]:
    """Labels of ticks of many sizes, each in the unit that fits it: 500 ms below 1 s."""
    return [axis_text(kind, tick, tick) for tick in ticks]
