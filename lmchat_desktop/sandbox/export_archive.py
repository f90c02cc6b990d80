"""A ZIP archive that grows portion by portion, and goes on after a kill from what a job kept.

A member is made of pieces that are compressed alone and end at a byte, so that nothing has to be
remembered between two of them but numbers.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

START: dict[str, Any] = {"size": 0, "members": [], "start": 0, "read": 0, "crc": 0}
"""Where an archive stands of which nothing is written."""

_LEVEL = 1


class FilesLost(Exception):
    """A file is shorter than what was kept of it says: it was not written by a kill of the machine,
    or somebody removed it.
    """


@dataclass(frozen=True, slots=True)
class Source:
    """A file that becomes a member.

    Attributes:
        path: where it is; its name is the member's.
        size: of what is taken of it.
    """

    path: Path
    size: int


class GrowingArchive:
    """An archive that is being made.

    Where it stands is told by a dict that JSON can hold. What lies behind that in the file was
    written by a step that was not committed, and is written again.

    Args:
        path: the file.
        made: when its members were made; the same in every step.
    """

    def __init__(self, path: Path, made: datetime) -> None:
        self._path = path
        self._made = made

    def grow(self, sources: Sequence[Source], at: dict[str, Any], room: int) -> dict[str, Any]:
        """Pack the next bytes of the sources.

        Args:
            sources: all of them.
            at: where it stands.
            room: how many bytes of the sources are packed at most.

        Returns:
            Where it stands now; it has a member for every source once all are packed.

        Raises:
            FilesLost: something that was written is not there.
        """
        at = dict(at)
        with self._opened(at["size"]) as file:
            while room > 0 and len(at["members"]) < len(sources):
                source = sources[len(at["members"])]
                piece = _piece(source, at["read"], room)
                room -= len(piece)
                at = self._with_piece(file, source, piece, at)
        return at

    def close(self, sources: Sequence[Source], at: dict[str, Any], readme: str) -> int:
        """Add the README and the directory of all members; answers the archive's size.

        Raises:
            FilesLost: something that was written is not there.
        """
        with self._opened(at["size"]) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                members = archive.infolist()
                for source, (crc, packed, start) in zip(sources, at["members"], strict=True):
                    member = self._member(source.path.name, crc, packed, source.size)
                    member.header_offset = start
                    members.append(member)
                archive.writestr(self._member("README.txt"), readme)
            return file.seek(0, 2)

    def _with_piece(
        self, file: BinaryIO, source: Source, piece: bytes, at: dict[str, Any]
    ) -> dict[str, Any]:
        read = at["read"] + len(piece)
        start, crc = at["start"], zlib.crc32(piece, at["crc"])
        if not at["read"]:
            start = file.tell()
            file.write(self._member(source.path.name).FileHeader(zip64=True))
        last = read == source.size
        squeezing = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        file.write(squeezing.compress(piece))
        file.write(squeezing.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH))
        end = file.tell()
        if not last:
            return at | {"size": end, "start": start, "read": read, "crc": crc}
        bare = len(self._member(source.path.name).FileHeader(zip64=True))
        packed = end - start - bare
        file.seek(start)
        file.write(self._member(source.path.name, crc, packed, read).FileHeader(zip64=True))
        file.seek(end)
        members = [*at["members"], [crc, packed, start]]
        return START | {"size": end, "members": members}

    def _member(self, name: str, crc: int = 0, packed: int = 0, size: int = 0) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(name, self._made.timetuple()[:6])
        member.compress_type = zipfile.ZIP_DEFLATED
        member.external_attr = 0o600 << 16
        member.CRC, member.compress_size, member.file_size = crc, packed, size
        return member

    @contextmanager
    def _opened(self, size: int) -> Iterator[BinaryIO]:
        try:
            file = self._path.open("r+b" if size else "w+b")
        except FileNotFoundError as error:
            raise FilesLost from error
        with file:
            if file.seek(0, 2) < size:
                raise FilesLost
            file.truncate(size)
            file.seek(size)
            yield file


def packed_of(sources: Sequence[Source], at: dict[str, Any]) -> int:
    """How many bytes of the sources are in an archive that stands there."""
    whole: int = sum(source.size for source in sources[: len(at["members"])])
    return whole + int(at["read"])


def _piece(source: Source, start: int, room: int) -> bytes:
    wanted = min(room, source.size - start)
    try:
        with source.path.open("rb") as file:
            file.seek(start)
            piece = file.read(wanted)
    except FileNotFoundError as error:
        raise FilesLost from error
    if len(piece) < wanted:
        raise FilesLost
    return piece
