"""The files of exports: what is being written, and archives that can be fetched."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.domain.spreadsheets import neutralised
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import Database

FOLDER = "exports"
_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)
_CHUNK = 1 << 20


class ExportFiles:
    """The exports in a sandbox's folder.

    Args:
        data: the sandbox's folder.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

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
        """
        folder = self._partial(export_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines, sheet = folder / f"{store}.jsonl", folder / f"{store}.csv"
        for path, size in zip((lines, sheet), sizes, strict=True):
            with path.open("ab") as file:
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

    def pack(self, export_id: str, stores: Sequence[str], packed: int, size: int) -> int:
        """Put the next store into the archive; answers the archive's size.

        Args:
            export_id: of which export.
            stores: all of them; the one at `packed` is the next.
            packed: how many are in the archive.
            size: of the archive as of the checkpoint; another one is made again from the start.
        """
        path = self._partial(export_id) / "archive.zip"
        first = packed
        if not path.is_file() or path.stat().st_size != size:
            path.unlink(missing_ok=True)
            first = 0
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for store in stores[first : packed + 1]:
                for ending in ("jsonl", "csv"):
                    archive.write(
                        self._partial(export_id) / f"{store}.{ending}", f"{store}.{ending}"
                    )
        return path.stat().st_size

    def finish(self, export_id: str, readme: str) -> tuple[int, str]:
        """Add the README and give the archive its name; answers its size and SHA-256.

        It can be done again, since the step that does it may not be committed.
        """
        partial, whole = self._partial(export_id) / "archive.zip", self.archive(export_id)
        if partial.is_file():
            with zipfile.ZipFile(partial, "a", zipfile.ZIP_DEFLATED) as archive:
                if "README.txt" not in archive.namelist():
                    archive.writestr("README.txt", readme)
            partial.replace(whole)
        digest = hashlib.sha256()
        with whole.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return whole.stat().st_size, digest.hexdigest()

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
                select(exports.id, jobs.state).outerjoin(tables.jobs, jobs.id == exports.job_id)
            ).all()
        kept = {f"{row.id}.zip" for row in rows}
        kept |= {row.id for row in rows if row.state in _OPEN}
        for path in self._folder.iterdir():
            if path.name in kept:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _partial(self, export_id: str) -> Path:
        return self._folder / export_id


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "(binary: see the JSON Lines file)"
    return neutralised(value) if isinstance(value, str) else str(value)
