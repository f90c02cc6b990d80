"""The job that exports everything on an account and its people.

It walks the store registry: every table with a path to its subject, table by table and portion by
portion, each committed with its checkpoint. Requests are never held whole.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Row,
    Table,
    delete,
    or_,
    select,
    tuple_,
    update,
)

from lmchat_desktop.contract.base import instant_text
from lmchat_desktop.contract.exports import AccountExport, ExportState
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.stores import Store
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.codes import ERROR_CODES, OUTCOMES
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.jobs import Step
from lmchat_desktop.sandbox.subjects import Holder, held_tables

KIND = "account-export"
KEPT = timedelta(days=7)
UNMADE_KEPT = timedelta(days=30)
PORTION = 2_000
"""Rows of a step, so that others can write in between."""

_ORDERS = {"requests": ("started_ms", "id")}
"""By what a table is read where an index does not begin with its primary key."""

_BEGINNING = {"table": 0, "after": None, "sizes": [0, 0], "packed": 0, "size": 0}
Named = dict[tuple[str, str], Callable[[int], str]]


def is_withheld(column: Column[Any]) -> bool:
    """Whether a column is left out: a digest of a secret says nothing of a person."""
    return column.name == "hash" or column.name.endswith("_hash")


class AccountExportJob:
    """Exports accounts.

    Args:
        files: where to.
        now: the time.
        named: how row numbers are told as identifiers, by table and column.
    """

    def __init__(self, files: ExportFiles, now: Callable[[], datetime], named: Named) -> None:
        self._files = files
        self._now = now
        self._named = named

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        """Write the next rows, pack the next table, or finish."""
        stores = held_tables()
        at = dict(checkpoint or _BEGINNING)
        export_id, counts = params["export_id"], dict(result.get("rows", {}))
        total = 2 * len(stores) + 1
        if at["table"] < len(stores):
            table = stores[at["table"]]
            holder = Holder.load(connection, params["account_id"])
            rows = _portion(connection, holder, table, at["after"])
            names, values = self._told(connection, holder, table, rows)
            sizes = self._files.append(export_id, table.name, names, values, at["sizes"])
            counts[table.name] = counts.get(table.name, 0) + len(rows)
            if len(rows) < PORTION:
                at |= {"table": at["table"] + 1, "after": None, "sizes": [0, 0]}
            else:
                after = [getattr(rows[-1], name) for name in _order(table)]
                at |= {"after": after, "sizes": sizes}
            detail = f"Wrote {sum(counts.values()):,} rows; now {table.name}."
            return Step(at["table"], total, detail, at, {"rows": counts})
        if at["packed"] < len(stores):
            names = [table.name for table in stores]
            size = self._files.pack(export_id, names, at["packed"], at["size"])
            at |= {"packed": at["packed"] + 1, "size": size}
            done = len(stores) + at["packed"]
            return Step(done, total, "Packing.", at, {"rows": counts})
        return self._finished(connection, params, stores, counts, total)

    def _finished(
        self,
        connection: Connection,
        params: dict[str, Any],
        stores: Sequence[Table],
        counts: dict[str, int],
        total: int,
    ) -> Step:
        export_id, now = params["export_id"], self._now()
        size, digest = self._files.finish(
            export_id, readme(params["account_id"], now, stores, counts)
        )
        self._files.clear(export_id)
        rows = sum(counts.values())
        exports = tables.exports
        connection.execute(
            update(exports)
            .where(exports.c.id == export_id)
            .values(size=size, sha256=digest, rows=rows, expires_ms=to_ms(now + KEPT))
        )
        result = {
            "export_id": export_id,
            "size": size,
            "sha256": digest,
            "rows": counts,
            "expires_at": instant_text(now + KEPT),
        }
        return Step(total, total, f"Exported {rows:,} rows.", None, result)

    def _told(
        self, connection: Connection, holder: Holder, table: Table, rows: Sequence[Row[Any]]
    ) -> tuple[list[str], list[list[Any]]]:
        """The names and values of rows as a reader understands them."""
        columns = [column for column in table.columns if not is_withheld(column)]
        labels = _labels(connection, holder) if any(_numbered(c) for c in columns) else {}
        ways = [self._way(column, labels) for column in columns]
        names = [_name(column) for column in columns]
        values = [
            [
                None if (value := getattr(row, column.name)) is None else way(value)
                for column, way in zip(columns, ways, strict=True)
            ]
            for row in rows
        ]
        return names, values

    def _way(self, column: Column[Any], labels: dict[str, dict[int, str]]) -> Callable[[Any], Any]:
        named = self._named.get((column.table.name, column.name))
        if named is not None:
            return named
        if _is_instant(column):
            return lambda value: instant_text(from_ms(value))
        if _numbered(column):
            known = labels[column.name]
            return lambda value: known.get(value, "")
        if column.table.name in ("requests", "attempts") and column.name in _CODED:
            return _CODED[column.name]
        return _plain


def forget(connection: Connection, now: datetime) -> None:
    """Delete exports whose time is over; their files are swept."""
    row = tables.exports.c
    connection.execute(
        delete(tables.exports).where(
            or_(
                row.expires_ms <= to_ms(now),
                row.expires_ms.is_(None) & (row.created_ms <= to_ms(now - UNMADE_KEPT)),
            )
        )
    )


def export_of(row: Row[Any], now: datetime) -> AccountExport:
    """A row of `exports`, with its job's state as `job_state`."""
    if row.size is not None:
        state = ExportState.READY if row.expires_ms > to_ms(now) else ExportState.EXPIRED
    elif row.job_state in (JobState.FAILED.value, JobState.CANCELLED.value):
        state = ExportState.FAILED
    else:
        state = ExportState.RUNNING
    return AccountExport(
        id=row.id,
        account_id=row.account_id,
        job_id=row.job_id,
        state=state,
        requested_by=row.requested_by,
        created_at=from_ms(row.created_ms),
        expires_at=maybe_from_ms(row.expires_ms),
        size=row.size,
        sha256=row.sha256,
        rows=row.rows,
    )


def readme(account_id: str, now: datetime, stores: Sequence[Table], counts: dict[str, int]) -> str:
    """What the archive's reader has to know."""
    parts = [
        f"Everything that lmchat holds on the account {account_id} and its people, "
        f"as of {instant_text(now)}.\n"
        "Each store is a pair of files: STORE.jsonl has a JSON object a line (UTF-8), STORE.csv "
        "the same rows for spreadsheets (RFC 4180).\n"
        "Times are RFC 3339 in UTC, money is in nano US dollars (10^-9). An apostrophe before a "
        "text in a CSV file keeps a spreadsheet from taking it for a formula. Binary values are "
        "in the JSON Lines files, in base64.\n"
        "Digests of secrets are left out: they serve to check a sign-in or a key, and nothing "
        "can be read from them. Rows that name another account are not here, also where one of "
        "your people made them.\n"
    ]
    for table in stores:
        store: Store = table.info["store"]
        columns = ", ".join(_name(c) for c in table.columns if not is_withheld(c))
        parts.append(
            f"{table.name}: {counts.get(table.name, 0)} rows\n"
            f"  what it is: {store.purpose}\n"
            f"  kept: {store.retention}\n"
            f"  columns: {columns}\n"
        )
    return "\n".join(parts)


def _order(table: Table) -> list[str]:
    return list(_ORDERS.get(table.name, [column.name for column in table.primary_key]))


def _portion(
    connection: Connection, holder: Holder, table: Table, after: list[Any] | None
) -> list[Row[Any]]:
    order = [table.c[name] for name in _order(table)]
    statement = select(table).where(holder.rows_of(table))
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return list(connection.execute(statement.order_by(*order).limit(PORTION)))


def _is_instant(column: Column[Any]) -> bool:
    return column.name.endswith("_ms") and isinstance(column.type, BigInteger)


def _numbered(column: Column[Any]) -> bool:
    return column.name in _LABELLED


def _name(column: Column[Any]) -> str:
    if _is_instant(column):
        return f"{column.name.removesuffix('_ms')}_at"
    return column.name.removesuffix("_no") if _numbered(column) else column.name


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode("ascii")}
    return value


_LABELLED = {
    "account_no": tables.accounts,
    "key_no": tables.keys,
    "model_no": tables.models,
    "provider_no": tables.providers,
    "region_no": tables.regions,
}
_CODED: dict[str, Callable[[int], str]] = {
    "outcome": lambda value: OUTCOMES[value].value,
    "error": lambda value: ERROR_CODES[value],
}


def _labels(connection: Connection, holder: Holder) -> dict[str, dict[int, str]]:
    """What the small numbers of request rows mean, as far as the account's rows have them."""
    found = {}
    for name, table in _LABELLED.items():
        statement = select(table.c.number, table.c.id)
        if table is tables.keys:
            statement = statement.where(table.c.account_id == holder.account_id)
        if table is tables.accounts:
            statement = statement.where(table.c.id == holder.account_id)
        found[name] = {row.number: row.id for row in connection.execute(statement)}
    return found
