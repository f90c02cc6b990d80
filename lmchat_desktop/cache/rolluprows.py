"""The stored roll-ups as rows; every function works within a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from lmchat_desktop.cache import slicerows, totals_bytes
from lmchat_desktop.cache.packing import pack, unpack
from lmchat_desktop.cache.tables import usage_rollups
from lmchat_desktop.cache.trouble import DamagedCache
from lmchat_desktop.domain.usage.cells import UsageBlock
from lmchat_desktop.domain.usage.slices import Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lmchat_desktop.cache.reading import Unit
    from lmchat_desktop.domain.coverage import Span
    from lmchat_desktop.domain.usage.totals import Totals

TOTALS = {Level.HOUR: "totals-hour", Level.DAY: "totals-day"}
"""Kinds of roll-ups: the totals of a local day by hours and as one, beside its cells."""

Fresh = tuple[str, "Unit", "UsageBlock | Totals"]
"""A roll-up to be stored: its kind, what it is of, and its content."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """All that is made of a unit with hours.

    Attributes:
        unit: the unit.
        totals: its totals by hours, and as one.
        whole: its cells, the whole unit one bucket.
    """

    unit: Unit
    totals: dict[Level, Totals]
    whole: UsageBlock

    def worth_storing(self) -> list[Fresh]:
        """What is stored: of a whole day all of it, of one that has begun its totals."""
        if self.unit.begun is None:
            return []
        rows: list[Fresh] = [
            (TOTALS[level], self.unit, each) for level, each in self.totals.items()
        ]
        if self.unit.day is not None:
            rows.append((Level.DAY.value, self.unit.in_one(), self.whole))
        return rows


def kept(
    connection: Connection, scope: str, zone: str, kind: str, spans: Sequence[Span]
) -> set[str]:
    """The sources of the roll-ups of a kind that are stored within the reach of ascending spans."""
    if not spans:
        return set()
    table = usage_rollups
    return set(
        connection.scalars(
            select(table.c.sources).where(
                table.c.scope == scope,
                table.c.zone == zone,
                table.c.level == kind,
                table.c.start_s >= spans[0][0],
                table.c.end_s <= spans[-1][1],
            )
        )
    )


def cells(connection: Connection, scope: str, zone: str, kind: str, start_s: int) -> UsageBlock:
    """The cells of the stored roll-up that starts at a second.

    Raises:
        DamagedCache: the bytes are not what was stored.
    """
    table = usage_rollups
    row = connection.execute(
        select(table.c.packing, table.c.body).where(
            table.c.scope == scope,
            table.c.zone == zone,
            table.c.level == kind,
            table.c.start_s == start_s,
        )
    ).one()
    return decoded(row.packing, row.body)


def totals(
    connection: Connection, scope: str, zone: str, kind: str, wanted: Sequence[Unit]
) -> dict[str, Totals]:
    """The totals that are stored of units, which are in ascending order, by their sources.

    Raises:
        DamagedCache: the bytes are not what was stored.
    """
    starts = {unit.sources: unit.begun[0] for unit in wanted if unit.begun is not None}
    if not starts:
        return {}
    table = usage_rollups
    rows = connection.execute(
        select(table.c.sources, table.c.packing, table.c.body).where(
            table.c.scope == scope,
            table.c.zone == zone,
            table.c.level == kind,
            table.c.start_s >= min(starts.values()),
            table.c.start_s <= max(starts.values()),
        )
    )
    try:
        return {
            row[0]: totals_bytes.decode(unpack(row[1], row[2])) for row in rows if row[0] in starts
        }
    except ValueError as error:
        raise DamagedCache() from error


def store(connection: Connection, scope: str, zone: str, fresh: Iterable[Fresh]) -> None:
    """Store roll-ups, but those of slices that have changed or gone meanwhile."""
    etags = slicerows.etags(connection, scope)
    for kind, unit, content in fresh:
        if unit.stands(etags):
            _put(connection, scope, zone, kind, unit, content)


def decoded(packing: str, body: bytes) -> UsageBlock:
    """The cells of a packed Arrow stream.

    Raises:
        DamagedCache: the bytes are not what was stored.
    """
    from lmchat_desktop.contract.usage_arrow import decode

    try:
        return decode(unpack(packing, body))
    except ValueError as error:
        raise DamagedCache() from error


def _put(
    connection: Connection,
    scope: str,
    zone: str,
    kind: str,
    unit: Unit,
    content: UsageBlock | Totals,
) -> None:
    from lmchat_desktop.contract.usage_arrow import encode

    span = unit.day or unit.begun
    assert span is not None
    if isinstance(content, UsageBlock):
        amount = len(content)
        packing, body = pack(encode(content))
    else:
        amount = len(content.combinations)
        packing, body = pack(totals_bytes.encode(content))
    values: Mapping[str, Any] = {
        "end_s": span[1],
        "sources": unit.sources,
        "cells": amount,
        "packing": packing,
        "body": body,
    }
    key = {"scope": scope, "zone": zone, "level": kind, "start_s": span[0]}
    connection.execute(
        insert(usage_rollups)
        .values(**key, **values)
        .on_conflict_do_update(index_elements=list(key), set_=dict(values))
    )
