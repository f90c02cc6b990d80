"""The usage cube on the backend: which slices exist, and their bodies, computed when asked for.

Slices are computed from request rows and kept as Arrow streams under the SHA-256 of their bytes as
ETag, so that a slice computed again from the same requests is the same slice. Arriving traffic
only marks them dirty.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from lmchat_desktop.contract import usage_arrow
from lmchat_desktop.contract.usage import SERVICE_SCOPE, SliceInfo, SliceList
from lmchat_desktop.domain.usage.build import build_block
from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Measure, UsageBlock
from lmchat_desktop.domain.usage.slices import expected, parse
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.codes import ERROR_CODES, OUTCOMES
from lmchat_desktop.sandbox.database import insert_missing
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_columns import RequestColumns, read_columns

HOUR_MS = 3_600_000
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Labels:
    """What the numbers in request rows mean, by number; gaps are empty texts.

    `accounts` goes the other way, from ids to numbers.
    """

    accounts: dict[str, int]
    account_ids: tuple[str, ...]
    keys: tuple[str, ...]
    models: tuple[str, ...]
    providers: tuple[str, ...]
    regions: tuple[str, ...]

    @classmethod
    def load(cls, connection: Connection) -> Labels:
        """As they stand in the database."""
        accounts = connection.execute(select(tables.accounts.c.id, tables.accounts.c.number))
        return cls(
            accounts={row.id: row.number for row in accounts},
            account_ids=_by_number(connection, tables.accounts),
            keys=_by_number(connection, tables.keys),
            models=_by_number(connection, tables.models),
            providers=_by_number(connection, tables.providers),
            regions=_by_number(connection, tables.regions),
        )

    def block(self, columns: RequestColumns, resolution_s: int, with_keys: bool) -> UsageBlock:
        """Requests as cells, split by key or not."""
        dims: dict[Dimension, tuple[Sequence[str], IntColumn]] = {
            Dimension.MODEL: (self.models, columns.model_no),
            Dimension.PROVIDER: (self.providers, columns.provider_no),
            Dimension.REGION: (self.regions, columns.region_no),
            Dimension.OUTCOME: (OUTCOMES, columns.outcome),
            Dimension.ERROR: (ERROR_CODES, columns.error),
        }
        if with_keys:
            dims[Dimension.KEY] = (self.keys, columns.key_no)
        return build_block(
            columns.started_ms // 1000,
            resolution_s,
            dims,
            {
                Measure.INPUT_TOKENS: columns.input_tokens,
                Measure.CACHED_TOKENS: columns.cached_tokens,
                Measure.OUTPUT_TOKENS: columns.output_tokens,
                Measure.COST: columns.cost_nanos,
            },
            columns.total_ms,
            columns.first_token_ms,
        )


def as_of(connection: Connection) -> datetime:
    """The instant up to which traffic has arrived: what slices are as of."""
    return from_ms(meta.read_int(connection, Meta.POSITION))


def keep_slices(connection: Connection, scopes: Iterable[str]) -> None:
    """Make the rows of the scopes' slices be those that exist now; new ones are dirty.

    Slices that ceased to exist (hours older than 48 h, days beyond the ceiling) are deleted.
    """
    spans = [(name, parse(name)) for name in _expected(connection)]
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
                    "dirty": True,
                }
                for name, span in spans
                if name not in there
            ],
        )
        gone = sorted(there - names)
        if gone:
            connection.execute(
                delete(tables.usage_slices).where(
                    and_(
                        tables.usage_slices.c.scope == scope,
                        tables.usage_slices.c.slice_id.in_(gone),
                    )
                )
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


def is_current(connection: Connection, scope: str) -> bool:
    """Whether the scope's slices are those that exist now and none is dirty."""
    rows = connection.execute(
        select(tables.usage_slices.c.slice_id, tables.usage_slices.c.dirty).where(
            tables.usage_slices.c.scope == scope
        )
    ).all()
    return not any(row.dirty for row in rows) and {row.slice_id for row in rows} == set(
        _expected(connection)
    )


def rebuild_slices(
    connection: Connection, scopes: Iterable[str] | None = None, *, everything: bool = False
) -> list[str]:
    """Compute the dirty slices of the scopes (of all, where none are named) from request rows.

    Args:
        connection: a writing transaction.
        scopes: which; all where None.
        everything: also those that are not dirty.

    Returns:
        `SCOPE/SLICE` of each slice whose content became another.
    """
    labels = Labels.load(connection)
    chosen = [SERVICE_SCOPE, *labels.accounts] if scopes is None else list(scopes)
    keep_slices(connection, chosen)
    slices = tables.usage_slices.c
    wanted = select(tables.usage_slices).where(slices.scope.in_(chosen))
    if not everything:
        wanted = wanted.where(slices.dirty.is_(True))
    changed = []
    for row in connection.execute(wanted.order_by(slices.start_ms)).all():
        if compute_slice(connection, labels, row):
            changed.append(f"{row.scope}/{row.slice_id}")
    return changed


def compute_slice(connection: Connection, labels: Labels, row: Row[Any]) -> bool:
    """Compute one row of `usage_slices` from requests; answers whether its content changed."""
    account = None if row.scope == SERVICE_SCOPE else labels.accounts[row.scope]
    columns = read_columns(connection, row.start_ms, row.end_ms, account)
    block = labels.block(columns, row.resolution_s, with_keys=account is not None)
    before: str | None = row.etag
    return _store(connection, row.scope, row.slice_id, block) != before


def store_slices_from_columns(connection: Connection, columns: RequestColumns) -> None:
    """Compute all slices from columns, so that a seed need not read its rows back.

    The traffic's first day and position (`Meta.FIRST_TRAFFIC`, `Meta.POSITION`) have to be there.
    """
    labels = Labels.load(connection)
    scopes: dict[str, int | None] = {SERVICE_SCOPE: None, **labels.accounts}
    keep_slices(connection, scopes)
    rows = connection.execute(
        select(
            tables.usage_slices.c.scope,
            tables.usage_slices.c.slice_id,
            tables.usage_slices.c.start_ms,
            tables.usage_slices.c.end_ms,
            tables.usage_slices.c.resolution_s,
        )
    ).all()
    for scope, number in scopes.items():
        mine = columns if number is None else columns.take(columns.account_no == number)
        mine = mine.take(np.argsort(mine.started_ms, kind="stable"))
        for row in rows:
            if row.scope != scope:
                continue
            low, high = np.searchsorted(mine.started_ms, (row.start_ms, row.end_ms))
            part = mine.take(slice(int(low), int(high)))
            block = labels.block(part, row.resolution_s, with_keys=number is not None)
            _store(connection, scope, row.slice_id, block)


def slice_list(connection: Connection, scope: str) -> SliceList:
    """The scope's slices; all of them have to be computed."""
    now = as_of(connection)
    now_ms = to_ms(now)
    rows = connection.execute(
        select(
            tables.usage_slices.c.slice_id,
            tables.usage_slices.c.start_ms,
            tables.usage_slices.c.end_ms,
            tables.usage_slices.c.resolution_s,
            tables.usage_slices.c.etag,
            tables.usage_slices.c.cells,
        )
        .where(tables.usage_slices.c.scope == scope)
        .order_by(tables.usage_slices.c.start_ms, tables.usage_slices.c.end_ms)
    )
    return SliceList(
        scope=scope,
        as_of=now,
        data=[
            SliceInfo(
                id=row.slice_id,
                start=from_ms(row.start_ms),
                end=from_ms(row.end_ms),
                resolution_s=row.resolution_s,
                closed=row.end_ms <= now_ms,
                etag=row.etag,
                cells=row.cells,
            )
            for row in rows
        ],
    )


def _store(connection: Connection, scope: str, slice_id: str, block: UsageBlock) -> str:
    body = usage_arrow.encode(block)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    connection.execute(
        update(tables.usage_slices)
        .where(tables.usage_slices.c.scope == scope, tables.usage_slices.c.slice_id == slice_id)
        .values(etag=etag, cells=len(block), body=body, dirty=False)
    )
    return etag


def _expected(connection: Connection) -> list[str]:
    first = meta.read(connection, Meta.FIRST_TRAFFIC)
    return [] if first is None else expected(as_of(connection), int(first) // 1000)


def _by_number(connection: Connection, table: Any) -> tuple[str, ...]:
    rows = connection.execute(select(table.c.number, table.c.id)).all()
    names = [""] * (max((row.number for row in rows), default=-1) + 1)
    for row in rows:
        names[row.number] = row.id
    return tuple(names)
