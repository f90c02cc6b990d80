"""Reads usage from the stored slices, rolled up to hours and days of a zone where that fits."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache import reading, slicerows
from lmchat_desktop.cache.blocks import BlockMemory
from lmchat_desktop.cache.columns import to_seconds
from lmchat_desktop.cache.packing import pack, unpack
from lmchat_desktop.cache.tables import usage_rollups
from lmchat_desktop.cache.trouble import CacheClosed, DamagedCache
from lmchat_desktop.domain.usage.rollup import clip, merge
from lmchat_desktop.domain.usage.slices import RETENTION_CEILING, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from lmchat_desktop.cache.reading import Piece, Unit
    from lmchat_desktop.cache.slicerows import StoredSlice
    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.domain.coverage import Span
    from lmchat_desktop.domain.usage.cells import UsageBlock

log = logging.getLogger(__name__)

MEMORY_BYTES = 64 * 2**20
PASSING_BYTES = 16 * 2**20


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

    def horizon_s(self) -> int:
        """Cells that start before this second are past their retention: neither kept nor shown."""
        return to_seconds(self._cache.clock.now() - self._retention)

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
        fresh: list[tuple[Unit, UsageBlock]] = []
        # Slices that are only rolled up would push out of memory what is asked for again.
        passing = BlockMemory(PASSING_BYTES)
        with self._cache.read() as connection:
            slices = slicerows.stored(connection, scope, start_s, end_s)
            wanted = reading.units(slices, start_s, end_s, level, zone)
            kept = _kept(connection, scope, zone_name, level, wanted)
            blocks = []
            for unit in wanted:
                block = self._memory.get((scope, unit.key))
                if block is None and unit.sources in kept:
                    block = self._rolled_up(connection, scope, zone_name, level, unit)
                if block is None:
                    memory = self._memory if unit.day is None else passing
                    block = self._added_up(connection, scope, unit, memory)
                    if unit.day is not None:
                        fresh.append((unit, block))
                blocks.append(block)
        self._keep(scope, zone_name, level, fresh)
        return [block for block in blocks if len(block)], reading.coverage(slices, start_s, end_s)

    def forget_in_memory(self) -> None:
        """Let decoded blocks go, as when the cache is locked or a scope is no longer visible."""
        self._memory.clear()

    def _rolled_up(
        self, connection: Connection, scope: str, zone_name: str, level: Level, unit: Unit
    ) -> UsageBlock:
        assert unit.day is not None
        table = usage_rollups
        row = connection.execute(
            select(table.c.packing, table.c.body).where(
                table.c.scope == scope,
                table.c.zone == zone_name,
                table.c.level == level.value,
                table.c.start_s == unit.day[0],
            )
        ).one()
        block = _decode(row.packing, row.body)
        self._memory.put((scope, unit.key), block)
        return block

    def _added_up(
        self, connection: Connection, scope: str, unit: Unit, memory: BlockMemory
    ) -> UsageBlock:
        parts = _parts(connection, scope, unit.pieces, memory)
        if unit.edges is None:
            return parts[0]
        block = merge(parts, unit.edges)
        self._memory.put((scope, unit.key), block)
        return block

    def _keep(
        self,
        scope: str,
        zone_name: str,
        level: Level,
        fresh: Sequence[tuple[Unit, UsageBlock]],
    ) -> None:
        if not fresh:
            return

        def store(connection: Connection) -> None:
            etags = {each.id: each.etag for each in slicerows.stored(connection, scope)}
            for unit, block in fresh:
                if all(etags.get(part.slice.id) == part.slice.etag for part in unit.pieces):
                    _store_rollup(connection, scope, zone_name, level, unit, block)

        try:
            self._cache.write_later(store).add_done_callback(_note_failure)
        except CacheClosed:
            log.debug("roll-ups were not stored, the cache is closed")


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
        whole[slice_id] = _decode(*packed)
        memory.put(_slice_key(scope, slices[slice_id]), whole[slice_id])
    return [clip(whole[piece.slice.id], piece.start_s, piece.end_s) for piece in pieces]


def _kept(
    connection: Connection, scope: str, zone_name: str, level: Level, wanted: Sequence[Unit]
) -> set[str]:
    """The sources of the roll-ups that are stored for the wanted days."""
    days = [unit.day for unit in wanted if unit.day is not None]
    if not days:
        return set()
    table = usage_rollups
    return set(
        connection.scalars(
            select(table.c.sources).where(
                table.c.scope == scope,
                table.c.zone == zone_name,
                table.c.level == level.value,
                table.c.start_s >= days[0][0],
                table.c.end_s <= days[-1][1],
            )
        )
    )


def _store_rollup(
    connection: Connection, scope: str, zone_name: str, level: Level, unit: Unit, block: UsageBlock
) -> None:
    from lmchat_desktop.contract.usage_arrow import encode

    assert unit.day is not None
    packing, body = pack(encode(block))
    values: Mapping[str, Any] = {
        "end_s": unit.day[1],
        "sources": unit.sources,
        "cells": len(block),
        "packing": packing,
        "body": body,
    }
    key = {"scope": scope, "zone": zone_name, "level": level.value, "start_s": unit.day[0]}
    connection.execute(
        insert(usage_rollups)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )


def _decode(packing: str, body: bytes) -> UsageBlock:
    from lmchat_desktop.contract.usage_arrow import decode

    try:
        return decode(unpack(packing, body))
    except ValueError as error:
        raise DamagedCache() from error


def _slice_key(scope: str, stored: StoredSlice) -> tuple[str, str, str]:
    return scope, stored.id, stored.etag


def _name(zone: ZoneInfo) -> str:
    if zone.key is None:
        raise ValueError("roll-ups need a zone with a name")
    return zone.key


def _note_failure(done: Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.warning("roll-ups were not stored: %s", getattr(error, "code", type(error).__name__))
