"""An export of the audit log with proofs: JSON Lines, written one by one and read one by one.

The first line names the log, its key and the signed head that all proofs lead to; then comes a line
for each entry, oldest first; the last line tells how many there were, and the SHA-256 of all lines
before it, so that a file that was cut off is known for one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from lmchat_desktop.domain.audit.leaf import VALUES, Entry
from lmchat_desktop.domain.audit.note import from_base64, to_base64

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FORMAT = "lmchat-audit-export/1"
MAX_LINE = 4 * 2**20
MAX_PROOF = 64

_HEADER = {"format": str, "key": str, "checkpoint": str, "exported_at": str, "filters": dict}
_ENTRY = {
    "seq": int,
    "at_ms": int,
    "action": str,
    "entity_kind": str,
    "values": dict,
    "salts": dict,
    "commitments": dict,
    "proof": list,
}
_CLOSING = {"entries": int, "sha256": str}


class NoExport(ValueError):
    """The file is no export of an audit log."""


class DamagedExport(ValueError):
    """The file is an export, but a line of it cannot be what was written.

    Attributes:
        line: which one, from 1.
    """

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True, slots=True)
class Header:
    """What an export says about itself; only the checkpoint is signed.

    Attributes:
        key: the log's key, as a line.
        checkpoint: the signed head.
        exported_at: when it was written, RFC 3339.
        filters: what was asked for; empty for the whole log.
    """

    key: str
    checkpoint: str
    exported_at: str
    filters: Mapping[str, str]


class ExportWriter:
    """Writes an export.

    Args:
        stream: where to.
        header: what it says about itself.
    """

    def __init__(self, stream: BinaryIO, header: Header) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._count = 0
        self._write(
            {
                "format": FORMAT,
                "key": header.key,
                "checkpoint": header.checkpoint,
                "exported_at": header.exported_at,
                "filters": dict(header.filters),
            }
        )

    def add(self, entry: Entry, proof: Sequence[bytes]) -> None:
        """Write an entry with the proof that it is in the tree of the header's head."""
        self._write(
            {
                "seq": entry.seq,
                "at_ms": entry.at_ms,
                "action": entry.action,
                "entity_kind": entry.entity_kind,
                "values": dict(entry.values),
                "salts": {name: to_base64(salt) for name, salt in entry.salts.items()},
                "commitments": {name: to_base64(made) for name, made in entry.commitments.items()},
                "proof": [to_base64(each) for each in proof],
            }
        )
        self._count += 1

    def close(self) -> int:
        """Write the last line; answers how many entries there are."""
        self._write({"entries": self._count, "sha256": self._hash.hexdigest()})
        return self._count

    def _write(self, line: Mapping[str, Any]) -> None:
        written = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._hash.update(written)
        self._stream.write(written)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of an export with its proof.

    Attributes:
        number: which line of the file it is, from 1.
    """

    number: int
    entry: Entry
    proof: tuple[bytes, ...]


class ExportReader:
    """Reads an export line by line, in memory that does not grow with the file.

    Args:
        stream: opened in binary.

    Attributes:
        header: what it says about itself.

    Raises:
        NoExport: it does not begin like one.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self._number = 0
        try:
            fields = _fields(self._next(), 1, _HEADER)
        except DamagedExport as damage:
            raise NoExport(str(damage)) from damage
        filters = fields["filters"]
        if fields["format"] != FORMAT or not all(isinstance(v, str) for v in filters.values()):
            raise NoExport("it is of another format, or of a newer version")
        self.header = Header(fields["key"], fields["checkpoint"], fields["exported_at"], filters)

    def lines(self) -> Iterator[Line]:
        """The entries; the last line is checked before this ends.

        Raises:
            DamagedExport: a line is not what was written, or something is missing.
        """
        count = 0
        while True:
            digest = self._hash.hexdigest()
            raw = self._next()
            if not raw:
                raise DamagedExport(self._number, "the file ends before its last line")
            found = _object(raw, self._number)
            if found.keys() == _CLOSING.keys():
                closing = _typed(found, self._number, _CLOSING)
                if closing["entries"] != count or closing["sha256"] != digest:
                    raise DamagedExport(self._number, "entries are missing, or were changed")
                if self._next():
                    raise DamagedExport(self._number, "something follows the last line")
                return
            count += 1
            yield _line(_typed(found, self._number, _ENTRY), self._number)

    def _next(self) -> bytes:
        raw = self._stream.readline(MAX_LINE + 1)
        self._number += 1
        if len(raw) > MAX_LINE:
            raise DamagedExport(self._number, "the line is longer than any that is written")
        if raw and not raw.endswith(b"\n"):
            raise DamagedExport(self._number, "the file ends in the middle of a line")
        self._hash.update(raw)
        return raw


def _line(fields: Mapping[str, Any], number: int) -> Line:
    values = fields["values"]
    if values.keys() != set(VALUES) or not all(
        value is None or isinstance(value, str) for value in values.values()
    ):
        raise DamagedExport(number, "its values are not those of an entry")
    for name in ("salts", "commitments"):
        if not fields[name].keys() <= set(VALUES):
            raise DamagedExport(number, f"its {name} are not those of an entry")
    if len(fields["proof"]) > MAX_PROOF:
        raise DamagedExport(number, "its proof is longer than any")
    try:
        entry = Entry(
            fields["seq"],
            fields["at_ms"],
            fields["action"],
            fields["entity_kind"],
            values,
            {name: from_base64(salt) for name, salt in fields["salts"].items()},
            {name: from_base64(made) for name, made in fields["commitments"].items()},
        )
        return Line(number, entry, tuple(from_base64(each) for each in fields["proof"]))
    except (ValueError, AttributeError) as error:
        raise DamagedExport(number, "a hash in it is not in base 64") from error


def _fields(raw: bytes, number: int, types: Mapping[str, type]) -> dict[str, Any]:
    return _typed(_object(raw, number), number, types)


def _object(raw: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(raw.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise DamagedExport(number, "it is not one object of JSON") from error
    if not isinstance(found, dict):
        raise DamagedExport(number, "it is not one object of JSON")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names nothing twice: readers differ in which of the two they take."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands there twice")
    return made


def _typed(found: dict[str, Any], number: int, types: Mapping[str, type]) -> dict[str, Any]:
    if found.keys() != types.keys() or not all(
        type(found[name]) is kind for name, kind in types.items()
    ):
        raise DamagedExport(number, "its fields are not those that are written")
    return found
