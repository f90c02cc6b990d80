"""Decides what is read for a span of usage, so that no request is counted twice or left out.

A closed day of the last 48 hours is stored twice, as a day slice and as hour slices. For every
instant exactly one of the two is read: the hours for minutes, the day for everything coarser.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.coverage import Span, clip_spans, merge_spans
from lmchat_desktop.domain.timebasis import (
    Step,
    bucket_edges,
    day_bounds,
    day_edges,
    epoch_s,
    from_epoch,
    local_days,
)
from lmchat_desktop.domain.usage.slices import DAY_RESOLUTION_S, Level

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from lmchat_desktop.cache.slicerows import StoredSlice
    from lmchat_desktop.domain.usage.cells import IntColumn

_STEPS = {Level.QUARTER: Step.QUARTER, Level.HOUR: Step.HOUR, Level.DAY: Step.DAY}


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a slice that is read: its cells that start in [start_s, end_s)."""

    slice: StoredSlice
    start_s: int
    end_s: int

    @property
    def whole(self) -> bool:
        """Whether nothing of the slice is left out."""
        return (self.start_s, self.end_s) == (self.slice.start_s, self.slice.end_s)


@dataclass(frozen=True, slots=True)
class Unit:
    """What becomes one block: pieces, added up to edges where there are any.

    Attributes:
        pieces: disjoint parts of slices, oldest first.
        edges: ascending epoch seconds that cells move to; None leaves them as they are.
        day: the bounds of a whole local day of closed day slices, whose block is worth keeping.
        sources: a digest of the slices, their ETags and the edges.
    """

    pieces: tuple[Piece, ...]
    edges: IntColumn | None
    day: Span | None
    sources: str

    @property
    def key(self) -> Hashable:
        """Equal for units whose blocks are equal."""
        return self.sources


def coverage(slices: Iterable[StoredSlice], start_s: int, end_s: int) -> list[Span]:
    """The spans within [start_s, end_s) that the slices cover, merged."""
    return clip_spans(((each.start_s, each.covered_until_s) for each in slices), start_s, end_s)


def units(
    slices: Sequence[StoredSlice], start_s: int, end_s: int, level: Level, zone: ZoneInfo
) -> list[Unit]:
    """What to read so that every cell starting in [start_s, end_s) is counted once."""
    if level is Level.MINUTE:
        return [_unit((piece,), None) for piece in pieces(slices, start_s, end_s, fine=True)]
    found: list[Unit] = []
    low = max(start_s, min((each.start_s for each in slices), default=end_s))
    high = min(end_s, max((each.end_s for each in slices), default=start_s))
    for day in local_days(from_epoch(low), from_epoch(high), zone):
        first, after = (epoch_s(at) for at in day_bounds(day, zone))
        span = max(first, start_s), min(after, end_s)
        found.extend(_day_units(slices, day, span, span == (first, after), level, zone))
    return found


def pieces(slices: Sequence[StoredSlice], start_s: int, end_s: int, *, fine: bool) -> list[Piece]:
    """Disjoint pieces of slices that together hold all cells of [start_s, end_s), oldest first.

    Args:
        slices: stored slices of one scope; those outside the span are left out.
        start_s: first second of the span.
        end_s: first second after it.
        fine: take minutes where there are both minutes and quarter hours, else quarter hours.
    """
    found: list[Piece] = []
    taken: list[Span] = []
    for of_minutes in (True, False) if fine else (False, True):
        chosen = [each for each in slices if (each.resolution_s < DAY_RESOLUTION_S) == of_minutes]
        for each in chosen:
            low, high = max(each.start_s, start_s), min(each.end_s, end_s)
            found.extend(Piece(each, *gap) for gap in _gaps(taken, low, high))
        taken = merge_spans([*taken, *((each.start_s, each.end_s) for each in chosen)])
    return sorted(found, key=lambda piece: piece.start_s)


def _day_units(
    slices: Sequence[StoredSlice],
    day: date,
    span: Span,
    whole: bool,
    level: Level,
    zone: ZoneInfo,
) -> list[Unit]:
    of_day = pieces(slices, *span, fine=False)
    if not of_day:
        return []
    if level is Level.QUARTER:
        days = [_unit((piece,), None) for piece in of_day if _is_day(piece)]
        edges = bucket_edges(from_epoch(span[0]), from_epoch(span[1]), Step.QUARTER, zone)
        return days + _merged([piece for piece in of_day if not _is_day(piece)], edges)
    covered = merge_spans((piece.start_s, piece.end_s) for piece in of_day)
    if whole and covered == [span] and all(_is_day(piece) for piece in of_day):
        return [_unit(tuple(of_day), day_edges(day, _STEPS[level], zone), span)]
    edges = bucket_edges(from_epoch(span[0]), from_epoch(span[1]), _STEPS[level], zone)
    return _merged(of_day, edges)


def _merged(found: Sequence[Piece], edges: IntColumn) -> list[Unit]:
    """Closed pieces in one unit, which stays the same while the open hour goes on in another."""
    closed = tuple(piece for piece in found if piece.slice.closed)
    still_open = tuple(piece for piece in found if not piece.slice.closed)
    return [_unit(group, edges) for group in (closed, still_open) if group]


def _is_day(piece: Piece) -> bool:
    return piece.slice.closed and piece.slice.resolution_s >= DAY_RESOLUTION_S


def _unit(parts: tuple[Piece, ...], edges: IntColumn | None, day: Span | None = None) -> Unit:
    digest = hashlib.sha256()
    for part in parts:
        name = (part.slice.id, part.slice.etag, part.start_s, part.end_s)
        digest.update(repr(name).encode())
    if edges is not None:
        digest.update(np.ascontiguousarray(edges).tobytes())
    return Unit(parts, edges, day, digest.hexdigest())


def _gaps(taken: Sequence[Span], start_s: int, end_s: int) -> list[Span]:
    """The parts of [start_s, end_s) that none of the disjoint, ascending spans covers."""
    gaps: list[Span] = []
    at = start_s
    for low, high in taken:
        if high <= at:
            continue
        if low >= end_s:
            break
        if low > at:
            gaps.append((at, low))
        at = max(at, high)
    if at < end_s:
        gaps.append((at, end_s))
    return gaps
