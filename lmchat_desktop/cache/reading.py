"""Decides what is read for a span of usage, so that no request is counted twice or left out.

A closed day of the last 48 hours is stored twice, as a day slice and as hour slices. For every
instant exactly one of the two is read: the hours for minutes, the day for everything coarser.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
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
from lmchat_desktop.domain.usage.slices import DAY_RESOLUTION_S, DAY_S, Level

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
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
        begun: the span of a local day from its start whose slices are all closed, and whose
            totals are worth keeping: the day itself, or the part of it that is over.
        sources: a digest of the slices, their ETags and the edges.
    """

    pieces: tuple[Piece, ...]
    edges: IntColumn | None
    day: Span | None
    begun: Span | None
    sources: str

    @property
    def key(self) -> Hashable:
        """Equal for units whose blocks are equal."""
        return self.sources

    def stands(self, etags: Mapping[str, str]) -> bool:
        """Whether the slices are still those, by the ETags of what is stored now."""
        return all(etags.get(part.slice.id) == part.slice.etag for part in self.pieces)

    def in_one(self) -> Unit:
        """The same cells added up to one bucket."""
        edges = None if self.edges is None else self.edges[[0, -1]]
        return _unit(self.pieces, edges, self.day, self.begun)

    def trimmed(self) -> Unit:
        """The same cells without edges before and after them."""
        if self.edges is None:
            return self
        low = int(np.searchsorted(self.edges, self.pieces[0].start_s, side="right")) - 1
        high = int(np.searchsorted(self.edges, self.pieces[-1].end_s, side="left")) + 1
        if (low, high) == (0, len(self.edges)):
            return self
        return _unit(self.pieces, self.edges[low:high], self.day, self.begun)


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
    slices = sorted(slices, key=lambda each: each.start_s)
    starts = [each.start_s for each in slices]
    for day in local_days(from_epoch(low), from_epoch(high), zone):
        first, after = (epoch_s(at) for at in day_bounds(day, zone))
        bounds = first, after
        # No slice is longer than a day, so that few of them can touch this one.
        near = slices[bisect_right(starts, first - DAY_S) : bisect_left(starts, after)]
        span = max(first, start_s), min(after, end_s)
        found.extend(_day_units(near, day, span, bounds, level, zone))
    return found


def pieces(slices: Sequence[StoredSlice], start_s: int, end_s: int, *, fine: bool) -> list[Piece]:
    """Disjoint pieces of slices that together hold all cells of [start_s, end_s), oldest first.

    Args:
        slices: stored slices of one scope; those outside the span are left out.
        start_s: first second of the span.
        end_s: first second after it.
        fine: take minutes where there are both minutes and quarter hours, else quarter hours.
    """
    of_minutes = [each for each in slices if each.resolution_s < DAY_RESOLUTION_S]
    of_quarters = [each for each in slices if each.resolution_s >= DAY_RESOLUTION_S]
    found: list[Piece] = []
    taken: list[Span] = []
    for chosen in (of_minutes, of_quarters) if fine else (of_quarters, of_minutes):
        for each in chosen:
            low, high = max(each.start_s, start_s), min(each.end_s, end_s)
            found.extend(Piece(each, *gap) for gap in _gaps(taken, low, high))
        taken = merge_spans([*taken, *((each.start_s, each.end_s) for each in chosen)])
    return sorted(found, key=lambda piece: piece.start_s)


def _day_units(
    slices: Sequence[StoredSlice],
    day: date,
    span: Span,
    bounds: Span,
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
    if covered == [bounds] and all(_is_day(piece) for piece in of_day):
        return [_unit(tuple(of_day), day_edges(day, _STEPS[level], zone), bounds, bounds)]
    edges = bucket_edges(from_epoch(span[0]), from_epoch(span[1]), _STEPS[level], zone)
    return _merged(of_day, edges, bounds[0])


def _merged(found: Sequence[Piece], edges: IntColumn, day_start_s: int | None = None) -> list[Unit]:
    """Closed pieces in one unit, which stays the same while the open hour goes on in another."""
    closed = tuple(piece for piece in found if piece.slice.closed)
    still_open = tuple(piece for piece in found if not piece.slice.closed)
    over = merge_spans((piece.start_s, piece.end_s) for piece in closed)
    begun = over[0] if len(over) == 1 and over[0][0] == day_start_s else None
    units = [_unit(closed, edges, begun=begun)] if closed else []
    return units + ([_unit(still_open, edges)] if still_open else [])


def _is_day(piece: Piece) -> bool:
    return piece.slice.closed and piece.slice.resolution_s >= DAY_RESOLUTION_S


def _unit(
    parts: tuple[Piece, ...],
    edges: IntColumn | None,
    day: Span | None = None,
    begun: Span | None = None,
) -> Unit:
    digest = hashlib.sha256()
    for part in parts:
        name = (part.slice.id, part.slice.etag, part.start_s, part.end_s)
        digest.update(repr(name).encode())
    if edges is not None:
        digest.update(np.ascontiguousarray(edges).tobytes())
    return Unit(parts, edges, day, begun, digest.hexdigest())


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
