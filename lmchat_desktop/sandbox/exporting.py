"""The job that exports everything on an account and its people, table by table.

It goes portion by portion, each committed with its checkpoint; rows are never held whole. What
was there at the beginning and is not deleted before its turn is in the archive once, as it stands
at its turn. What comes later may be in it or not; of tables whose keys grow, it is not.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Row, Table, delete, or_, select, update

from lmchat_desktop.contract.base import instant_text
from lmchat_desktop.contract.exports import AccountExport, ExportState
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.stores import Store
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.codes import ERROR_CODES, OUTCOMES
from lmchat_desktop.sandbox.export_archive import FilesLost
from lmchat_desktop.sandbox.export_files import ExportFiles
from lmchat_desktop.sandbox.export_reading import COUNTED, bound_of, counted_of, portion_of
from lmchat_desktop.sandbox.jobs import Step
from lmchat_desktop.sandbox.subjects import Holder, held_tables

KIND = "account-export"
KEPT = timedelta(days=7)
UNMADE_KEPT = timedelta(days=30)

_COUNT, _WRITE, _PACK, _DIGEST = "count", "write", "pack", "digest"
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
        """Count keys, write rows, pack what was written, or compute the archive's digest."""
        phases = {
            _COUNT: self._count,
            _WRITE: self._write,
            _PACK: self._pack,
            _DIGEST: self._digest,
        }
        at = checkpoint or {}
        try:
            # A checkpoint of an older version has no phase: that export is made anew.
            if at.get("phase") in phases:
                return phases[at["phase"]](connection, params, dict(at), result)
        except FilesLost:
            self._files.drop(params["export_id"])
        return Step(0, None, "Counting.", self._beginning(connection, params), {})

    def abandon(self, params: dict[str, Any]) -> None:
        """Remove the files of an export that was cancelled or failed."""
        self._files.drop(params["export_id"])

    def _beginning(self, connection: Connection, params: dict[str, Any]) -> dict[str, Any]:
        """The checkpoint with which an export begins: of when it is, and up to where it goes."""
        holder = Holder.load(connection, params["account_id"])
        bounds = {table.name: bound_of(connection, holder, table) for table in held_tables()}
        return {
            "phase": _COUNT,
            "began": to_ms(self._now()),
            "people": list(holder.people),
            "upto": {name: bound for name, bound in bounds.items() if bound is not None},
            "table": 0,
            "after": None,
            "keys": 0,
            "done": 0,
            "sizes": {},
        }

    def _count(
        self,
        connection: Connection,
        params: dict[str, Any],
        at: dict[str, Any],
        result: dict[str, Any],
    ) -> Step:
        stores, room = held_tables(), COUNTED
        holder = _holder(connection, params, at)
        while room > 0 and at["table"] < len(stores):
            table = stores[at["table"]]
            upto = at["upto"].get(table.name)
            portion = counted_of(connection, holder, table, at["after"], upto)
            room -= portion.keys
            at |= {"keys": at["keys"] + portion.keys, "after": portion.last}
            at["table"] += portion.last is None
        if at["table"] == len(stores):
            at |= {"phase": _WRITE, "table": 0}
        return Step(0, None, "Counting.", at, result)

    def _write(
        self,
        connection: Connection,
        params: dict[str, Any],
        at: dict[str, Any],
        result: dict[str, Any],
    ) -> Step:
        stores, counts = held_tables(), dict(result.get("rows", {}))
        holder = _holder(connection, params, at)
        table = stores[at["table"]]
        upto = at["upto"].get(table.name)
        portion = portion_of(connection, holder, table, at["after"], upto)
        names, values = self._told(connection, holder, table, portion.rows)
        before = at["sizes"].get(table.name, [0, 0])
        sizes = self._files.append(params["export_id"], table.name, names, values, before)
        counts[table.name] = counts.get(table.name, 0) + len(portion.rows)
        at |= {
            "sizes": at["sizes"] | {table.name: sizes},
            "after": portion.last,
            "table": at["table"] + (portion.last is None),
            "done": min(at["keys"], at["done"] + portion.keys),
        }
        if at["table"] == len(stores):
            at |= {"phase": _PACK, "archive": None}
        detail = f"Wrote {sum(counts.values()):,} rows; now {table.name}."
        return Step(at["done"], _total(at), detail, at, {"rows": counts})

    def _pack(
        self,
        _connection: Connection,
        params: dict[str, Any],
        at: dict[str, Any],
        result: dict[str, Any],
    ) -> Step:
        export_id, began = params["export_id"], from_ms(at["began"])
        archive, left = self._files.pack(export_id, at["sizes"], at["archive"], began)
        at["archive"] = archive
        whole = sum(sum(both) for both in at["sizes"].values())
        if not left:
            text = readme(
                params["account_id"], began, self._now(), held_tables(), result.get("rows", {})
            )
            size = self._files.close(export_id, at["sizes"], archive, began, text)
            at |= {"phase": _DIGEST, "size": size, "digested": 0}
        done = at["keys"] + at["keys"] * (whole - left) // max(1, whole)
        return Step(done, _total(at), "Packing.", at, result)

    def _digest(
        self,
        connection: Connection,
        params: dict[str, Any],
        at: dict[str, Any],
        result: dict[str, Any],
    ) -> Step:
        export_id, size, now = params["export_id"], at["size"], self._now()
        at["digested"], digest = self._files.digest(export_id, at["digested"], size)
        if not digest:
            done = 2 * at["keys"] + at["keys"] * at["digested"] // size
            return Step(done, _total(at), "Packing.", at, result)
        self._files.finish(export_id)
        rows = sum(result["rows"].values())
        exports = tables.exports
        connection.execute(
            update(exports)
            .where(exports.c.id == export_id)
            .values(size=size, sha256=digest, rows=rows, expires_ms=to_ms(now + KEPT))
        )
        made = {
            "export_id": export_id,
            "size": size,
            "sha256": digest,
            "rows": result["rows"],
            "expires_at": instant_text(now + KEPT),
        }
        return Step(_total(at), _total(at), f"Exported {rows:,} rows.", None, made)

    def _told(
        self, connection: Connection, holder: Holder, table: Table, rows: Sequence[Row[Any]]
    ) -> tuple[list[str], list[list[Any]]]:
        """The names and values of rows as a reader understands them."""
        columns = [column for column in table.columns if not is_withheld(column)]
        labels = {
            column.name: _labels(connection, holder, column.name, rows)
            for column in columns
            if _numbered(column)
        }
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


def readme(
    account_id: str,
    began: datetime,
    ended: datetime,
    stores: Sequence[Table],
    counts: dict[str, int],
) -> str:
    """What the archive's reader has to know."""
    parts = [
        f"Everything that lmchat holds on the account {account_id} and its people, "
        f"read from {instant_text(began)} to {instant_text(ended)}.\n"
        "lmchat went on meanwhile. What was there at the first of these times, and was not deleted "
        "before its turn came, is here exactly once, as it stood at its turn. What came later may "
        "be here or not; requests, attempts, events, changes, messages and entries of the log "
        "that are newer than the last one of that time are not.\n"
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


def _holder(connection: Connection, params: dict[str, Any], at: dict[str, Any]) -> Holder:
    """The account with those of its people who belonged to it at the beginning and still do."""
    holder = Holder.load(connection, params["account_id"])
    began = set(at["people"])
    return replace(holder, people=tuple(one for one in holder.people if one in began))


def _total(at: dict[str, Any]) -> int:
    """Writing, packing and the digest count alike."""
    return 3 * int(at["keys"])


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


def _labels(
    connection: Connection, holder: Holder, name: str, rows: Sequence[Row[Any]]
) -> dict[int, str]:
    """What a column's small numbers mean, as far as the account's rows have them."""
    table = _LABELLED[name]
    statement = select(table.c.number, table.c.id).where(
        table.c.number.in_({getattr(row, name) for row in rows})
    )
    if table is tables.keys:
        statement = statement.where(table.c.account_id == holder.account_id)
    if table is tables.accounts:
        statement = statement.where(table.c.id == holder.account_id)
    return {row.number: row.id for row in connection.execute(statement)}
