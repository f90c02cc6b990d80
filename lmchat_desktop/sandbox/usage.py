"""The usage cube on the backend: which slices exist, and their bodies, computed when asked for.

Slices are computed from request rows and kept as Arrow streams under the SHA-256 of their bytes as
ETag, so that a slice computed again from the same requests is the same slice. Arriving traffic
only marks them dirty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from lmchat_desktop.contract import usage_arrow
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.cells import UsageBlock
from lmchat_desktop.domain.usage.slices import expected, parse
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import from_ms
from lmchat_desktop.sandbox.database import insert_missing, upsert
from lmchat_desktop.sandbox.labels import Labels
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_columns import read_columns

HOUR_MS = 3_600_000
DAY_MS = 86_400_000


def as_of(connection: Connection) -> datetime:
    """The instant up to which traffic has arrived: what slices are as of."""
    return from_ms(meta.read_int(connection, Meta.POSITION))


def names_at(connection: Connection, at: datetime) -> list[str]:
    """The names of the slices that exist at an instant."""
    first = meta.read(connection, Meta.FIRST_TRAFFIC)
    return [] if first is None else expected(at, int(first) // 1000)


def keep_slices(connection: Connection, scopes: Iterable[str]) -> None:
    """Make the rows of the scopes' slices be those that exist now; new ones are dirty.

    Slices that ceased to exist (hours older than 48 h, days beyond the ceiling) are deleted.
    """
    spans = [(name, parse(name)) for name in names_at(connection, as_of(connection))]
    names = {name for name, _ in spans}
    for scope in scopes:
        there = set(
            connection.scalars(
                select(tables.usage_slices.c.slice_id).where(tables.usage_slices.c.scope == scope)
            )
        )
        insert_missing(
            connection,
            tables.usage_slices,
            [
                {
                    "scope": scope,
                    "slice_id": name,
                    "start_ms": span.start_s * 1000,
                    "end_ms": span.end_s * 1000,
                    "resolution_s": span.resolution_s,
                    "version": 0,
                    "dirty": True,
                }
                for name, span in spans
                if name not in there
            ],
        )
        gone = sorted(there - names)
        for table in (tables.usage_slices, tables.slice_bodies) if gone else ():
            connection.execute(
                delete(table).where(table.c.scope == scope, table.c.slice_id.in_(gone))
            )


def mark_dirty(connection: Connection, hours: Collection[int], accounts: Collection[str]) -> None:
    """Requests came or went: the slices over these hours are to be computed again.

    Args:
        connection: a writing transaction.
        hours: starts of UTC hours, epoch milliseconds.
        accounts: ids of the accounts concerned; the whole service is concerned in any case.
    """
    if not hours:
        return
    slices = tables.usage_slices.c
    days = {hour - hour % DAY_MS for hour in hours}
    connection.execute(
        update(tables.usage_slices)
        .where(
            slices.scope.in_([SERVICE_SCOPE, *sorted(accounts)]),
            or_(
                and_(
                    slices.start_ms.in_(sorted(hours)), slices.end_ms - slices.start_ms == HOUR_MS
                ),
                and_(slices.start_ms.in_(sorted(days)), slices.end_ms - slices.start_ms == DAY_MS),
            ),
        )
        .values(dirty=True)
    )


def is_current(connection: Connection, scope: str, slice_id: str | None = None) -> bool:
    """Whether the scope's slices, or the one, are those that exist now and none is dirty."""
    slices = tables.usage_slices.c
    there = select(slices.slice_id, slices.dirty).where(slices.scope == scope)
    names = set(names_at(connection, as_of(connection)))
    if slice_id is not None:
        there = there.where(slices.slice_id == slice_id)
        names &= {slice_id}
    rows = connection.execute(there).all()
    return not any(row.dirty for row in rows) and {row.slice_id for row in rows} == names


def rebuild_slices(
    connection: Connection,
    scopes: Iterable[str] | None = None,
    slice_id: str | None = None,
    *,
    everything: bool = False,
) -> list[str]:
    """Compute the dirty slices of the scopes (of all, where none are named) from request rows.

    Args:
        connection: a writing transaction.
        scopes: which; all where None.
        slice_id: this slice alone.
        everything: also those that are not dirty.

    Returns:
        `SCOPE/SLICE` of each slice whose content became another.
    """
    labels = Labels.load(connection)
    chosen = [SERVICE_SCOPE, *labels.accounts] if scopes is None else list(scopes)
    keep_slices(connection, chosen)
    slices = tables.usage_slices.c
    wanted = select(tables.usage_slices).where(slices.scope.in_(chosen))
    if slice_id is not None:
        wanted = wanted.where(slices.slice_id == slice_id)
    if not everything:
        wanted = wanted.where(slices.dirty.is_(True))
    rows = connection.execute(wanted.order_by(slices.start_ms)).all()
    version = new_version(connection) if rows else 0
    return [
        f"{row.scope}/{row.slice_id}"
        for row in rows
        if compute_slice(connection, labels, row, version)
    ]


def new_version(connection: Connection) -> int:
    """A number for a computation of slices, above all before.

    Writing transactions follow one another, so that whoever was told a version has seen all below.
    """
    version = meta.read_int(connection, Meta.SLICES_VERSION) + 1
    meta.write(connection, Meta.SLICES_VERSION, version)
    return version


def compute_slice(connection: Connection, labels: Labels, row: Row[Any], version: int) -> bool:
    """Compute one row of `usage_slices` from requests; answers whether its content changed.

    Args:
        connection: a writing transaction.
        labels: of the same transaction.
        row: the whole row.
        version: of this computation.
    """
    account = None if row.scope == SERVICE_SCOPE else labels.accounts[row.scope]
    columns = read_columns(connection, row.start_ms, row.end_ms, account)
    block = labels.block(columns, row.resolution_s, with_keys=account is not None)
    etag, body = content_of(block)
    slices = tables.usage_slices
    changed: bool = row.etag != etag
    connection.execute(
        update(slices)
        .where(slices.c.scope == row.scope, slices.c.slice_id == row.slice_id)
        .values(
            # A content that stays the same keeps the version that it had.
            version=version if changed else row.version,
            etag=etag,
            cells=len(block),
            dirty=False,
        )
    )
    upsert(
        connection,
        tables.slice_bodies,
        {"scope": row.scope, "slice_id": row.slice_id, "body": body},
    )
    return changed


def content_of(block: UsageBlock) -> tuple[str, bytes]:
    """The ETag and the body of a slice of these cells."""
    body = usage_arrow.encode(block)
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"', body
