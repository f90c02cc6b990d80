"""Reading Arrow IPC streams from bytes that cannot be trusted, as columns over the bytes.

Only what usage slices need: uncompressed record batches without nulls and dictionaries. The
library that writes them is not used to read: damaged bytes make it crash the process.
Layout: arrow.apache.org/docs/format/Columnar.html, Message.fbs and Schema.fbs.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from lmchat_desktop.contract.flatbuffer import BadTable, Table, root

MAX_FIELDS = 256
"""A stream with more fields than this, those within lists included, is refused."""

_PREFIX = struct.Struct("<Ii")
_CONTINUATION = 0xFFFFFFFF

_SCHEMA, _RECORD_BATCH = 1, 3
_INT, _UTF8, _TIMESTAMP, _LIST = 2, 5, 10, 12
_BUFFERS = {
    1: 0,  # null
    2: 2,  # integer
    3: 2,  # floating point
    4: 3,  # binary
    5: 3,  # text
    6: 2,  # boolean
    7: 2,  # decimal
    8: 2,  # date
    9: 2,  # time
    10: 2,  # timestamp
    11: 2,  # interval
    12: 2,  # list
    13: 1,  # struct
    15: 2,  # fixed-size binary
    16: 1,  # fixed-size list
    17: 2,  # map
    18: 2,  # duration
    19: 3,  # large binary
    20: 3,  # large text
    21: 2,  # large list
}
"""How many buffers a field of each type has beside those of its children."""
_INT_FORMATS = {8: "c", 16: "s", 32: "i", 64: "l"}
_UNIT_FORMATS = {0: "tss", 1: "tsm", 2: "tsu", 3: "tsn"}


class BadStream(ValueError):
    """The bytes are not a whole, valid stream."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column's name and type.

    Attributes:
        name: its name.
        format: its type as a format string of the Arrow C data interface, for 16- to 64-bit
            signed integers, timestamps, text and lists of them; "?" for any other.
        buffers: how many buffers it has itself.
        children: the fields within.

    """

    name: str
    format: str
    buffers: int
    children: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column's bytes in one record batch.

    Attributes:
        length: how many values it has.
        nulls: how many of them are null.
        buffers: its buffers, each within the batch.
        children: the columns within.

    """

    length: int
    nulls: int
    buffers: tuple[memoryview, ...]
    children: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """One record batch: its number of rows and its columns in the schema's order."""

    length: int
    columns: tuple[Column, ...]


def read_stream(data: bytes) -> tuple[tuple[Field, ...], list[Batch]]:
    """The schema and the record batches of a whole stream.

    Nothing is copied but the descriptions, which are bounded by `MAX_FIELDS`.

    Raises:
        BadStream: the stream is cut off, goes on after its end mark, is compressed, or is damaged.

    """
    try:
        return _read(data)
    except BadTable as error:
        raise BadStream(f"a message's description is damaged: {error}") from error


def _read(data: bytes) -> tuple[tuple[Field, ...], list[Batch]]:
    view = memoryview(data)
    fields: tuple[Field, ...] | None = None
    batches: list[Batch] = []
    at = 0
    while True:
        continuation, length = _PREFIX.unpack(_within(view, at, _PREFIX.size))
        at += _PREFIX.size
        if continuation != _CONTINUATION or length < 0:
            raise BadStream("not an Arrow IPC stream")
        if length == 0:
            break
        message = root(bytes(_within(view, at, length)))
        at += length
        kind, header, body_length = message.uint8(1), message.table(2), message.int64(3)
        if header is None or body_length < 0:
            raise BadStream("a message without a header, or of negative length")
        body = _within(view, at, body_length)
        at += body_length
        if fields is None and kind == _SCHEMA:
            fields = _read_schema(header)
        elif fields is not None and kind == _RECORD_BATCH:
            batches.append(_read_batch(header, body, fields))
        else:
            raise BadStream("an unexpected message in the stream")
    if fields is None:
        raise BadStream("the stream has no schema")
    if at != len(data):
        raise BadStream("the stream goes on after its end")
    return fields, batches


def _within(view: memoryview, at: int, length: int) -> memoryview:
    if length > len(view) - at:
        raise BadStream("the stream is cut off")
    return view[at : at + length]


@lru_cache(maxsize=4)
def _read_schema(schema: Table) -> tuple[Field, ...]:
    if schema.int16(0) != 0:
        raise BadStream("numbers are not little-endian")
    budget = [MAX_FIELDS]
    return tuple(_read_field(field, budget) for field in schema.tables(1))


def _read_field(field: Table, budget: list[int]) -> Field:
    """A field and those within; `budget` is how many more there may be."""
    budget[0] -= 1
    if budget[0] < 0:
        raise BadStream("too many fields")
    if field.has(4):
        raise BadStream("dictionaries are not accepted")
    kind = field.uint8(2)
    if kind not in _BUFFERS:
        raise BadStream("a column of a type that cannot be read")
    return Field(
        name=field.text(0),
        format=_format(kind, field.table(3)),
        buffers=_BUFFERS[kind],
        children=tuple(_read_field(child, budget) for child in field.tables(5)),
    )


def _format(kind: int, details: Table | None) -> str:
    if kind == _UTF8:
        return "u"
    if kind == _LIST:
        return "+l"
    if details is not None and kind == _INT and details.uint8(1):
        return _INT_FORMATS.get(details.int32(0), "?")
    if details is not None and kind == _TIMESTAMP:
        return f"{_UNIT_FORMATS.get(details.int16(0), '?')}:{details.text(1)}"
    return "?"


def _read_batch(batch: Table, body: memoryview, fields: tuple[Field, ...]) -> Batch:
    if batch.has(3):
        raise BadStream("compressed streams are not accepted")
    if batch.has(4):
        raise BadStream("a column of a type that cannot be read")
    nodes = iter(batch.int64_pairs(1))
    buffers = iter(batch.int64_pairs(2))

    def column(field: Field) -> Column:
        length, nulls = next(nodes)
        if length < 0:
            raise BadStream("a column of negative length")
        own: list[memoryview] = []
        for _ in range(field.buffers):
            offset, size = next(buffers)
            if offset < 0 or size < 0 or offset + size > len(body):
                raise BadStream("a column lies outside its message")
            own.append(body[offset : offset + size])
        return Column(length, nulls, tuple(own), tuple(column(child) for child in field.children))

    try:
        columns = tuple([column(field) for field in fields])
    except (StopIteration, RuntimeError) as error:
        raise BadStream("a record batch has fewer columns than its schema") from error
    if next(nodes, None) is not None or next(buffers, None) is not None:
        raise BadStream("a record batch has more columns than its schema")
    length = batch.int64(0)
    if length < 0:
        raise BadStream("a record batch of negative length")
    return Batch(length, columns)
