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
    from collections.abc import Iterable, Iterator, Sequence


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
    return "".join(csv_pieces(columns, (rows,)))


def csv_pieces(
    columns: Sequence[ColumnSpec], parts: Iterable[Iterable[Sequence[Any]]]
) -> Iterator[str]:
    """As `to_csv`, of rows that come in parts: the header, and then a text for each part."""
    yield _csv([[neutralised(export_title(spec)) for spec in columns]])
    for rows in parts:
        yield _csv(
            [_cell(spec, value) for spec, value in zip(columns, row, strict=True)] for row in rows
        )


def _csv(lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def write_text(path: Path, text: str) -> None:
    """As `write_pieces`, of one text."""
    write_pieces(path, (text,))


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Write a file whole or not at all, as UTF-8 with the mark that spreadsheets ask for.

    Whatever the pieces raise, such as a cancellation, leaves no file either.

    Raises:
        OSError: it could not be written; a file that was there is as it was.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            file.writelines(pieces)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
