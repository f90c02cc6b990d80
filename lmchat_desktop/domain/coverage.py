"""Spans of time that synced data covers, so that "no data" is never taken for zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lmchat_desktop.domain.usage.cells import IntColumn

Span = tuple[int, int]
"""Epoch seconds: the first one, and the first one after."""


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The same cover as disjoint spans in ascending order; empty spans vanish."""
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def clip_spans(spans: Iterable[Span], start_s: int, end_s: int) -> list[Span]:
    """The part of the cover that lies in [start_s, end_s), merged."""
    return merge_spans((max(start, start_s), min(end, end_s)) for start, end in spans)


def covered_seconds(spans: Sequence[Span], edges: IntColumn) -> IntColumn:
    """How many seconds of each bucket between two edges the spans cover."""
    merged = merge_spans(spans)
    seconds = np.zeros(len(edges) - 1, dtype=np.int64)
    for start, end in merged:
        lower = np.maximum(edges[:-1], start)
        upper = np.minimum(edges[1:], end)
        seconds += np.maximum(upper - lower, 0)
    return seconds
