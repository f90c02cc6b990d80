"""The files of exports: what is being written, and archives that can be fetched."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.spreadsheets import neutralised
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.export_archive import (
    START,
    FilesLost,
    GrowingArchive,
    Source,
    packed_of,
)

FOLDER = "exports"
PACKED = 4 << 20
"""Bytes that a step packs, so that others can write in between."""
DIGESTED = 16 << 20
"""Bytes of an archive whose digest a step computes."""

_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)
_ARCHIVE = "archive.zip"
_ENDINGS = ("jsonl", "csv")
Sizes = dict[str, list[int]]


class ExportFiles:
    """The exports in a sandbox's folder.

    Args:
        data: the sandbox's folder.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._digests: dict[str, dict[int, Any]] = {}

    def archive(self, export_id: str) -> Path:
        """Where an export's archive is, once it is whole."""
        return self._folder / f"{export_id}.zip"

    def append(
        self,
        export_id: str,
        store: str,
        names: Sequence[str],
        rows: Sequence[Sequence[Any]],
        sizes: Sequence[int],
    ) -> list[int]:
        """Write rows after what was written up to the last checkpoint.

        Args:
            export_id: of which export.
            store: the table.
            names: the columns.
            rows: values that JSON can hold.
            sizes: of the JSON Lines and the CSV file as of the checkpoint; what is longer was
                written by a step that was not committed.

        Returns:
            The sizes now.

        Raises:
            FilesLost: something that was written is not there.
        """
        folder = self._partial(export_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines, sheet = (folder / f"{store}.{ending}" for ending in _ENDINGS)
        for path, size in zip((lines, sheet), sizes, strict=True):
            with path.open("ab") as file:
                if file.tell() < size:
                    raise FilesLost
                file.truncate(size)
        with lines.open("a", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))
                file.write("\n")
        with sheet.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            if not sizes[1]:
                writer.writerow(names)
            writer.writerows([_cell(value) for value in row] for row in rows)
        return [lines.stat().st_size, sheet.stat().st_size]

    def pack(
        self,
        export_id: str,
        sizes: Sizes,
        at: dict[str, Any] | None,
        made: datetime,
    ) -> tuple[dict[str, Any], int]:
        """Put the next portion of what was written into the archive.

        Args:
            export_id: of which export.
            sizes: what every store's files hold, in the archive's order.
            at: where the archive stood at the checkpoint; None before the first portion.
            made: when the export began.

        Returns:
            Where the archive stands, and how many bytes are still to be packed.

        Raises:
            FilesLost: something that was written is not there.
        """
        sources = self._sources(export_id, sizes)
        at = self._growing(export_id, made).grow(sources, at or START, PACKED)
        left = sum(source.size for source in sources) - packed_of(sources, at)
        return at, left if len(at["members"]) == len(sources) else max(1, left)

    def close(
        self, export_id: str, sizes: Sizes, at: dict[str, Any], made: datetime, readme: str
    ) -> int:
        """Add the README to an archive with all stores; answers its size.

        Raises:
            FilesLost: something that was written is not there.
        """
        sources = self._sources(export_id, sizes)
        return self._growing(export_id, made).close(sources, at, readme)

    def digest(self, export_id: str, done: int, size: int) -> tuple[int, str]:
        """Go on with the closed archive's SHA-256; it begins anew where another process did that.

        Args:
            export_id: of which export.
            done: how many bytes were gone through at the checkpoint.
            size: of the archive.

        Returns:
            How many bytes are gone through, and the digest once these are all.

        Raises:
            FilesLost: the archive is not there.
        """
        whole = self.archive(export_id)
        path = whole if whole.is_file() else self._partial(export_id) / _ARCHIVE
        if not path.is_file() or path.stat().st_size != size:
            raise FilesLost
        known = self._digests.get(export_id, {})
        at = done if done in known else 0
        before = known.get(at, hashlib.sha256())
        after = before.copy()
        with path.open("rb") as file:
            file.seek(at)
            after.update(file.read(DIGESTED))
            end = file.tell()
        # Both, as the step may not be committed.
        self._digests[export_id] = {at: before, end: after}
        return end, after.hexdigest() if end == size else ""

    def finish(self, export_id: str) -> None:
        """Give the archive its name; it can be done again, as the step may not be committed."""
        partial = self._partial(export_id) / _ARCHIVE
        if partial.is_file():
            partial.replace(self.archive(export_id))
        self.clear(export_id)

    def drop(self, export_id: str) -> None:
        """Remove all of an export that was not made."""
        self.clear(export_id)
        self.archive(export_id).unlink(missing_ok=True)

    def clear(self, export_id: str) -> None:
        """Remove what was only needed to make the archive."""
        shutil.rmtree(self._partial(export_id), ignore_errors=True)

    def sweep(self, database: Database) -> None:
        """Remove archives whose time is over, and what exports that ended left behind."""
        if not self._folder.is_dir():
            return
        exports, jobs = tables.exports.c, tables.jobs.c
        with database.read() as connection:
            rows = connection.execute(
                select(exports.id, exports.size, jobs.state).outerjoin(
                    tables.jobs, jobs.id == exports.job_id
                )
            ).all()
        making = {row.id for row in rows if row.state in _OPEN}
        for ended in self._digests.keys() - making:
            self._digests.pop(ended, None)
        kept = {f"{row.id}.zip" for row in rows if row.size is not None or row.id in making}
        kept |= making
        for path in self._folder.iterdir():
            if path.name in kept:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _sources(self, export_id: str, sizes: Sizes) -> list[Source]:
        folder = self._partial(export_id)
        return [
            Source(folder / f"{store}.{ending}", size)
            for store, both in sizes.items()
            for ending, size in zip(_ENDINGS, both, strict=True)
        ]

    def _growing(self, export_id: str, made: datetime) -> GrowingArchive:
        return GrowingArchive(self._partial(export_id) / _ARCHIVE, made)

    def _partial(self, export_id: str) -> Path:
        return self._folder / export_id


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "(binary: see the JSON Lines file)"
    return neutralised(value) if isinstance(value, str) else str(value)
