"""Rows as TSV for the clipboard and as CSV for files, harmless to spreadsheets."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain.spreadsheets import neutralised
from lmchat_desktop.ui.tables.columns import ColumnSpec, export_title, export_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def _cell(spec: ColumnSpec, value: Any) -> str:
    written = export_value(spec, value)
    return written if isinstance(value, int | float) else neutralised(written)


def to_tsv(columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Any]]) -> str:
    """A header and rows, tabs between the cells; tabs and line breaks in a cell become spaces."""
    lines = ["\t".join(neutralised(export_title(spec)) for spec in columns)]
    for row in rows:
        cells = (_cell(spec, value) for spec, value in zip(columns, row, strict=True))
        lines.append("\t".join(" ".join(cell.split()) if cell else "" for cell in cells))
    return "\n".join(lines) + "\n"


def to_csv(columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Any]]) -> str:
    """A header and rows as CSV (RFC 4180: CRLF, quotes where they are needed)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([neutralised(export_title(spec)) for spec in columns])
    for row in rows:
        writer.writerow([_cell(spec, value) for spec, value in zip(columns, row, strict=True)])
    return out.getvalue()


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all, as UTF-8 with the mark that spreadsheets ask for.

    Raises:
        OSError: it could not be written; a file that was there is as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
