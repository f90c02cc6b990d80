"""Reading tables of the FlatBuffers format from bytes that cannot be trusted.

Every position is checked before it is read, so that hostile bytes raise and nothing else.
Layout: flatbuffers.dev/internals.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_UINT8 = struct.Struct("<B")
_UINT16 = struct.Struct("<H")
_INT16 = struct.Struct("<h")
_UINT32 = struct.Struct("<I")
_INT32 = struct.Struct("<i")
_INT64 = struct.Struct("<q")


class BadTable(ValueError):
    """The bytes are not the tables they are said to be."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a FlatBuffers message.

    Attributes:
        data: the whole message.
        at: where the table starts in it.

    """

    data: bytes
    at: int

    def uint8(self, field: int, default: int = 0) -> int:
        """A field of one unsigned byte, or its default where it is absent."""
        return self._scalar(_UINT8, field, default)

    def int16(self, field: int, default: int = 0) -> int:
        """A field of two bytes, or its default where it is absent."""
        return self._scalar(_INT16, field, default)

    def int32(self, field: int, default: int = 0) -> int:
        """A field of four bytes, or its default where it is absent."""
        return self._scalar(_INT32, field, default)

    def int64(self, field: int, default: int = 0) -> int:
        """A field of eight bytes, or its default where it is absent."""
        return self._scalar(_INT64, field, default)

    def has(self, field: int) -> bool:
        """Whether the field is there."""
        return self._position(field) is not None

    def table(self, field: int) -> Table | None:
        """A field that is a table, or None where it is absent."""
        position = self._position(field)
        return None if position is None else Table(self.data, self._follow(position))

    def text(self, field: int) -> str:
        """A field of text; empty where it is absent."""
        position = self._position(field)
        if position is None:
            return ""
        start = self._follow(position)
        length = _read(_UINT32, self.data, start)
        end = start + _UINT32.size + length
        if end > len(self.data):
            raise BadTable("a text lies outside the message")
        try:
            return self.data[start + _UINT32.size : end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadTable("a text is not UTF-8") from error

    def tables(self, field: int) -> list[Table]:
        """A field that is a list of tables; empty where it is absent."""
        start, length = self._vector(field, _UINT32.size)
        return [
            Table(self.data, self._follow(start + _UINT32.size * number))
            for number in range(length)
        ]

    def int64_pairs(self, field: int) -> list[tuple[int, int]]:
        """A field that is a list of structs of two 64-bit integers; empty where it is absent."""
        start, length = self._vector(field, 2 * _INT64.size)
        end = start + 2 * _INT64.size * length
        return [(one, two) for one, two in struct.iter_unpack("<qq", self.data[start:end])]

    def _vector(self, field: int, item_size: int) -> tuple[int, int]:
        """Where a list's items start, and how many there are."""
        position = self._position(field)
        if position is None:
            return 0, 0
        start = self._follow(position)
        length = _read(_UINT32, self.data, start)
        if start + _UINT32.size + length * item_size > len(self.data):
            raise BadTable("a list lies outside the message")
        return start + _UINT32.size, length

    def _scalar(self, shape: struct.Struct, field: int, default: int) -> int:
        position = self._position(field)
        return default if position is None else _read(shape, self.data, position)

    def _position(self, field: int) -> int | None:
        """Where a field lies, or None where it is absent."""
        layout = self.at - _read(_INT32, self.data, self.at)
        entry = 4 + _UINT16.size * field
        if _read(_UINT16, self.data, layout) < entry + _UINT16.size:
            return None
        offset = _read(_UINT16, self.data, layout + entry)
        return self.at + offset if offset else None

    def _follow(self, position: int) -> int:
        return position + _read(_UINT32, self.data, position)


def root(data: bytes) -> Table:
    """The outermost table of a message."""
    return Table(data, _read(_UINT32, data, 0))


def _read(shape: struct.Struct, data: bytes, at: int) -> int:
    if at < 0 or at + shape.size > len(data):
        raise BadTable("a position lies outside the message")
    value: int = shape.unpack_from(data, at)[0]
    return value
