"""Reads usage from the stored slices, rolled up to hours and days of a zone where that fits."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from lmchat_desktop.cache import reading, rolluprows, slicerows
from lmchat_desktop.cache.blocks import BlockMemory, Memory
from lmchat_desktop.cache.columns import to_seconds
from lmchat_desktop.cache.packing import unpack
from lmchat_desktop.cache.rolluprows import Rolled
from lmchat_desktop.cache.trouble import CacheClosed
from lmchat_desktop.cache.warming import Warming, note_failure
from lmchat_desktop.domain.usage.rollup import clip, merge
from lmchat_desktop.domain.usage.slices import RETENTION_CEILING, Level
from lmchat_desktop.domain.usage.totals import Totals, add_up

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from lmchat_desktop.cache.reading import Piece, Unit
    from lmchat_desktop.cache.rolluprows import Fresh
    from lmchat_desktop.cache.slicerows import StoredSlice
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.coverage import Span
    from lmchat_desktop.domain.usage.cells import UsageBlock

log = logging.getLogger(__name__)

MEMORY_BYTES = 48 * 2**20
TOTALS_BYTES = 32 * 2**20
PASSING_BYTES = 16 * 2**20
STORED_TOGETHER = 24
"""So many roll-ups are stored at a time while more of them are made."""


class UsageRepository:
    """The usage cells of a cache.

    Args:
        cache: where the slices are.
        retention: how long a cell is kept and shown, from its start.
        memory_bytes: what decoded blocks may take in memory for the next question.
    """

    def __init__(
        self,
        cache: Cache,
        *,
        retention: timedelta = RETENTION_CEILING,
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._cache = cache
        self._retention = retention
        self._memory = BlockMemory(memory_bytes)
        self._totals: Memory[Totals] = Memory(TOTALS_BYTES)
        self._warming = Warming(cache, self._missing, self._made)

    def horizon_s(self) -> int:
        """Cells that start before this second are past their retention, and are not shown."""
        return to_seconds(self._cache.clock.now() - self._retention)

    def expired_s(self) -> int:
        """Cells that start before this second are past their retention beyond dispute: they go."""
        return to_seconds(self._cache.clock.settled() - self._retention)

    def scopes(self) -> set[str]:
        """The scopes of which anything is stored."""
        with self._cache.read() as connection:
            return slicerows.scopes(connection)

    def slices(self, scope: str) -> list[StoredSlice]:
        """The stored slices of a scope, oldest first."""
        with self._cache.read() as connection:
            return slicerows.stored(connection, scope)

    def etags(self, scope: str) -> dict[str, str]:
        """The ETag of each stored slice of a scope."""
        return {each.id: each.etag for each in self.slices(scope)}

    def body(self, scope: str, slice_id: str) -> bytes | None:
        """A slice's Arrow stream as it came, or None where it is not stored."""
        with self._cache.read() as connection:
            found = slicerows.bodies(connection, scope, [slice_id])
        return unpack(*found[slice_id]) if found else None

    def blocks(
        self, scope: str, start_s: int, end_s: int, level: Level, zone: ZoneInfo
    ) -> tuple[list[UsageBlock], list[Span]]:
        """All cells that start in [start_s, end_s), each request in exactly one of the blocks.

        Args:
            scope: whose usage.
            start_s: first epoch second.
            end_s: first epoch second after the span.
            level: the coarsest cells that serve; hours and days are local, and cells of a day
                that is not whole start no earlier than the span.
            zone: the zone of hours and days; it needs a name.

        Returns:
            Blocks, and the spans of epoch seconds that stored slices cover, merged. A span with
            no traffic is covered; one that was never synced is not.

        Raises:
            CacheTrouble: the cache cannot be read.
        """
        start_s = max(start_s, self.horizon_s())
        if start_s >= end_s:
            return [], []
        zone_name = _name(zone)
        fresh: list[Fresh] = []
        # Slices that are only rolled up would push out of memory what is asked for again.
        passing = BlockMemory(PASSING_BYTES)
        with self._cache.read() as connection:
            slices = slicerows.stored(connection, scope, start_s, end_s)
            wanted = reading.units(slices, start_s, end_s, level, zone)
            days = [unit.day for unit in wanted if unit.day is not None]
            kept = rolluprows.kept(connection, scope, zone_name, level.value, days)
            blocks = []
            for unit in wanted:
                block = self._memory.get((scope, unit.key))
                if block is None and unit.day is not None and unit.sources in kept:
                    block = rolluprows.cells(connection, scope, zone_name, level.value, unit.day[0])
                    self._memory.put((scope, unit.key), block)
                if block is None:
                    memory = self._memory if unit.day is None else passing
                    block = self._added_up(connection, scope, unit, memory)
                    if unit.day is not None:
                        fresh.append((level.value, unit, block))
                blocks.append(block)
        self._keep(scope, zone_name, fresh)
        return [block for block in blocks if len(block)], reading.coverage(slices, start_s, end_s)

    def totals(
        self,
        scope: str,
        start_s: int,
        end_s: int,
        level: Level,
        zone: ZoneInfo,
        cancel: Cancellation | None = None,
    ) -> tuple[list[Totals], list[Span]]:
        """All cells that start in [start_s, end_s), added up; each request in exactly one.

        What is not stored yet of a scope and a zone is made, here what was asked for and
        afterwards the rest, in the background.

        Args:
            scope: whose usage.
            start_s: first epoch second.
            end_s: first epoch second after the span.
            level: the buckets: local hours or days.
            zone: the zone of hours and days; it needs a name.
            cancel: asked between two days that have to be made.

        Returns:
            Totals, and the covered spans as `blocks` tells them.

        Raises:
            CacheTrouble: the cache cannot be read.
            Exception: what `cancel` raises once cancelled.
        """
        start_s = max(start_s, self.horizon_s())
        if start_s >= end_s:
            return [], []
        zone_name, kind = _name(zone), rolluprows.TOTALS[level]
        passing = BlockMemory(PASSING_BYTES)
        fresh: list[Fresh] = []
        made = False
        found: list[Totals] = []
        with self._cache.read() as connection:
            slices = slicerows.stored(connection, scope, start_s, end_s)
            wanted = _by_hours(tuple(slices), start_s, end_s, zone)
            known = [self._totals.find((scope, kind, unit.sources)) for unit in wanted]
            missing = [unit for unit, each in zip(wanted, known, strict=True) if each is None]
            stored = rolluprows.totals(connection, scope, zone_name, kind, missing)
            for unit, in_memory in zip(wanted, known, strict=True):
                each = in_memory or stored.get(unit.sources)
                if each is None:
                    if cancel is not None:
                        cancel.raise_if_cancelled()
                    rolled = self._made(connection, scope, unit, passing)
                    each = rolled.totals[level]
                    made = made or unit.day is not None
                    fresh += rolled.worth_storing()
                    if len(fresh) >= STORED_TOGETHER:
                        self._keep(scope, zone_name, fresh)
                        fresh = []
                elif in_memory is None:
                    self._totals.keep((scope, kind, unit.sources), each)
                found.append(each)
        self._keep(scope, zone_name, fresh)
        self._warming.go_on(scope, zone, anew=made)
        return found, reading.coverage(slices, start_s, end_s)

    def forget_in_memory(self) -> None:
        """Let decoded blocks go, as when the cache is locked or a scope is no longer visible."""
        self._memory.clear()
        self._totals.clear()

    def _added_up(
        self, connection: Connection, scope: str, unit: Unit, memory: BlockMemory
    ) -> UsageBlock:
        parts = _parts(connection, scope, unit.pieces, memory)
        if unit.edges is None:
            return parts[0]
        block = merge(parts, unit.edges)
        self._memory.put((scope, unit.key), block)
        return block

    def _made(self, connection: Connection, scope: str, unit: Unit, passing: BlockMemory) -> Rolled:
        assert unit.edges is not None
        memory = self._memory if unit.day is None else passing
        hours, whole = add_up(_parts(connection, scope, unit.pieces, memory), unit.edges)
        totals = {Level.HOUR: hours, Level.DAY: hours.in_one()}
        for level, each in totals.items():
            self._totals.keep((scope, rolluprows.TOTALS[level], unit.sources), each)
        return Rolled(unit, totals, whole)

    def _missing(self, connection: Connection, scope: str, zone: ZoneInfo) -> list[Unit]:
        """The whole days of which no totals are stored, the oldest first."""
        start_s = self.horizon_s()
        slices = slicerows.stored(connection, scope, start_s)
        end_s = max((each.end_s for each in slices), default=start_s)
        days = [
            unit for unit in _by_hours(tuple(slices), start_s, end_s, zone) if unit.day is not None
        ]
        spans = [unit.day for unit in days if unit.day is not None]
        kept = [
            rolluprows.kept(connection, scope, _name(zone), kind, spans)
            for kind in rolluprows.TOTALS.values()
        ]
        return [unit for unit in days if not all(unit.sources in each for each in kept)]

    def _keep(self, scope: str, zone_name: str, fresh: Sequence[Fresh]) -> None:
        if not fresh:
            return
        try:
            self._cache.write_later(
                lambda connection: rolluprows.store(connection, scope, zone_name, fresh)
            ).add_done_callback(note_failure)
        except CacheClosed:
            log.debug("roll-ups were not stored, the cache is closed")


@lru_cache(maxsize=8)
def _by_hours(
    slices: tuple[StoredSlice, ...], start_s: int, end_s: int, zone: ZoneInfo
) -> tuple[Unit, ...]:
    """What to read; between two syncs a page asks for the same over and over."""
    found = reading.units(slices, start_s, end_s, Level.HOUR, zone)
    return tuple(unit.trimmed() for unit in found)


def _parts(
    connection: Connection, scope: str, pieces: Sequence[Piece], memory: BlockMemory
) -> list[UsageBlock]:
    """The cells of each piece; slices are taken from memory, or read and kept there."""
    slices = {piece.slice.id: piece.slice for piece in pieces}
    whole = {
        slice_id: known
        for slice_id, each in slices.items()
        if (known := memory.get(_slice_key(scope, each))) is not None
    }
    missing = sorted(slices.keys() - whole.keys())
    for slice_id, packed in slicerows.bodies(connection, scope, missing).items():
        whole[slice_id] = rolluprows.decoded(*packed)
        memory.put(_slice_key(scope, slices[slice_id]), whole[slice_id])
    return [clip(whole[piece.slice.id], piece.start_s, piece.end_s) for piece in pieces]


def _slice_key(scope: str, stored: StoredSlice) -> tuple[str, str, str]:
    return scope, stored.id, stored.etag


def _name(zone: ZoneInfo) -> str:
    if zone.key is None:
        raise ValueError("roll-ups need a zone with a name")
    return zone.key
