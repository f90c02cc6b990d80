"""A slice's columns, and blocks of cells to and from Apache Arrow IPC streams.

A row is a cell. Text is plain UTF-8; a latency histogram is two lists of one length, of bucket
indexes (ascending) and of counts, in the buckets of `lmchat_desktop.domain.usage.histogram`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.contract.arrow_stream import BadStream, Batch, Column, Field, read_stream
from lmchat_desktop.domain.usage.build import empty_block
from lmchat_desktop.domain.usage.cells import (
    Dimension,
    Histograms,
    IntColumn,
    Latency,
    Measure,
    UsageBlock,
)
from lmchat_desktop.domain.usage.grouping import refuse_overflow
from lmchat_desktop.domain.usage.histogram import MAX_INDEX, MIN_INDEX
from lmchat_desktop.domain.usage.rollup import concatenate
from lmchat_desktop.domain.usage.slices import parse

__all__ = ["COLUMNS", "BadStream", "decode", "decode_slice", "encode"]

START = "start"
MAX_LABEL_BYTES = 256
"""No label is longer than this in UTF-8."""
MAX_START_S = 253_402_300_800
"""The first second of the year 10000, which no calendar here reaches."""

COLUMNS: dict[str, str] = {
    START: "tss:UTC",
    **{dimension.value: "u" for dimension in Dimension},
    **{measure.value: "l" for measure in Measure},
    **{f"{latency.value}_{part}": "+l" for latency in Latency for part in ("index", "count")},
}
"""Each column and its type, as a format string of the Arrow C data interface."""

_LIST_ITEMS = {"index": "s", "count": "i"}
"""The type of a list's items by the last part of its column's name."""


def encode(block: UsageBlock) -> bytes:
    """A block as a whole Arrow IPC stream of one record batch.

    Raises:
        ValueError: a value does not fit its column.

    """
    import nanoarrow as na
    from nanoarrow import ipc

    fields: dict[str, Any] = {START: na.timestamp("s", "UTC")}
    columns: list[Any] = [
        na.c_array_from_buffers(fields[START], len(block), [None, _int64(block.start_s)])
    ]
    for dimension in Dimension:
        fields[dimension.value] = na.string()
        offsets, text = _utf8_buffers(block.labels[dimension], block.codes[dimension])
        columns.append(na.c_array_from_buffers(na.string(), len(block), [None, offsets, text]))
    for measure in Measure:
        fields[measure.value] = na.int64()
        columns.append(
            na.c_array_from_buffers(na.int64(), len(block), [None, _int64(block.measures[measure])])
        )
    for latency in Latency:
        histograms = block.latencies[latency]
        offsets = _narrow(histograms.offsets, np.int32)
        for part, values, item in (
            ("index", _narrow(histograms.index, np.int16), na.int16()),
            ("count", _narrow(histograms.count, np.int32), na.int32()),
        ):
            items = na.c_array_from_buffers(item, len(values), [None, values])
            kind = fields[f"{latency.value}_{part}"] = na.list_(item)
            columns.append(
                na.c_array_from_buffers(kind, len(block), [None, offsets], children=[items])
            )
    batch = na.c_array_from_buffers(na.struct(fields), len(block), [None], children=columns)
    out = io.BytesIO()
    with ipc.StreamWriter.from_writable(out) as writer:
        writer.write_stream(batch)
    return out.getvalue()


def decode(data: bytes) -> UsageBlock:
    """The block that an Arrow IPC stream holds.

    Columns that are not known are ignored, so that a newer backend can be read.

    Raises:
        BadStream: the bytes are cut off, are no such stream, or hold values that no cell can
            have: null, negative measures, sums beyond 64 bits, unknown bucket indexes, counts
            that are not positive, histograms of more values than the cell has requests.

    """
    fields, batches = read_stream(data)
    position = _positions(fields)
    blocks = [_read_batch(batch, position) for batch in batches]
    if not blocks:
        return empty_block()
    return blocks[0] if len(blocks) == 1 else concatenate(blocks)


def decode_slice(data: bytes, slice_id: str) -> UsageBlock:
    """The block that a slice's stream holds, whose cells must be that slice's.

    Raises:
        BadStream: as `decode`; or a cell starts outside the slice or off its resolution, so that
            it would be counted twice or nowhere.
        ValueError: `slice_id` is not the name of a slice.

    """
    span = parse(slice_id)
    block = decode(data)
    start = block.start_s
    if ((start < span.start_s) | (start >= span.end_s) | (start % span.resolution_s != 0)).any():
        raise BadStream("a cell does not belong to the slice")
    return block


def _positions(fields: Sequence[Field]) -> dict[str, int]:
    """Where each known column stands in the stream."""
    position: dict[str, int] = {}
    for at, field in enumerate(fields):
        expected = COLUMNS.get(field.name)
        if expected is None:
            continue
        items = [child.format for child in field.children]
        wanted = [_LIST_ITEMS[field.name.rpartition("_")[2]]] if expected == "+l" else []
        if field.name in position or field.format != expected or items != wanted:
            raise BadStream(f"column {field.name} has another type than agreed")
        position[field.name] = at
    missing = COLUMNS.keys() - position.keys()
    if missing:
        raise BadStream(f"columns are missing: {', '.join(sorted(missing))}")
    return position


def _read_batch(batch: Batch, position: Mapping[str, int]) -> UsageBlock:
    n = batch.length

    def column(name: str) -> Column:
        return _whole(batch.columns[position[name]], n, name)

    labels: dict[Dimension, tuple[str, ...]] = {}
    codes: dict[Dimension, IntColumn] = {}
    for dimension in Dimension:
        found = column(dimension.value)
        offsets = _offsets(found, n, dimension.value)
        text = bytes(found.buffers[2])
        if int(offsets[-1]) > len(text):
            raise BadStream(f"column {dimension.value} is cut off")
        labels[dimension], codes[dimension] = _factorise(offsets, text)
    measures = {
        measure: _values(column(measure.value), n, "<i8", measure.value) for measure in Measure
    }
    for measure, values in measures.items():
        if len(values) and int(values.min()) < (1 if measure is Measure.REQUESTS else 0):
            raise BadStream(f"column {measure.value} holds a negative or empty count")
        try:
            refuse_overflow(values)
        except OverflowError as error:
            raise BadStream(f"column {measure.value} sums to more than 64 bits") from error
    start = _values(column(START), n, "<i8", START)
    if len(start) and (int(start.min()) < 0 or int(start.max()) >= MAX_START_S):
        raise BadStream("a cell starts outside the calendar")
    return UsageBlock(
        start_s=start,
        labels=labels,
        codes=codes,
        measures=measures,
        latencies={
            latency: _histograms(
                column(f"{latency.value}_index"),
                column(f"{latency.value}_count"),
                measures[Measure.REQUESTS],
                latency,
            )
            for latency in Latency
        },
    )


def _histograms(
    indexes: Column, counts: Column, requests: IntColumn, latency: Latency
) -> Histograms:
    n = len(requests)
    offsets = _offsets(indexes, n, f"{latency.value}_index")
    if not np.array_equal(offsets, _offsets(counts, n, f"{latency.value}_count")):
        raise BadStream(f"the lists of {latency.value} differ in length")
    m = int(offsets[-1])
    index = _items(indexes, m, "<i2", f"{latency.value}_index")
    count = _items(counts, m, "<i4", f"{latency.value}_count")
    if m:
        if int(index.min()) < MIN_INDEX or int(index.max()) > MAX_INDEX:
            raise BadStream(f"column {latency.value}_index holds an unknown bucket")
        if int(count.min()) < 1:
            raise BadStream(f"column {latency.value}_count holds a count that is not positive")
        begins_cell = np.zeros(m + 1, dtype=np.bool_)
        begins_cell[offsets] = True
        if ((index[1:] <= index[:-1]) & ~begins_cell[1:m]).any():
            raise BadStream(f"column {latency.value}_index is not ascending")
    counts64 = count.astype(np.int64)
    up_to = np.zeros(m + 1, dtype=np.int64)
    np.cumsum(counts64, out=up_to[1:])
    if (np.diff(up_to[offsets]) > requests).any():
        raise BadStream(f"more values of {latency.value} than requests")
    return Histograms(offsets, index.astype(np.int64), counts64)


def _items(column: Column, m: int, dtype: str, name: str) -> NDArray[Any]:
    """The items of a list column, as they are in the stream."""
    items = column.children[0]
    if items.length < m:
        raise BadStream(f"column {name} is cut off")
    return _raw(_whole(items, items.length, name), m, dtype, name)


def _whole(column: Column, length: int, name: str) -> Column:
    """The column, if it has the length and no nulls."""
    if column.length != length or column.nulls:
        raise BadStream(f"column {name} has nulls or another length than the rest")
    return column


def _values(column: Column, length: int, dtype: str, name: str) -> IntColumn:
    """A copy of a fixed-width column as 64-bit integers."""
    return _raw(column, length, dtype, name).astype(np.int64)


def _raw(column: Column, length: int, dtype: str, name: str) -> NDArray[Any]:
    """A fixed-width column as it is in the stream."""
    data = column.buffers[1]
    if len(data) < length * np.dtype(dtype).itemsize:
        raise BadStream(f"column {name} is cut off")
    return np.frombuffer(data, dtype=dtype, count=length)


def _offsets(column: Column, n: int, name: str) -> IntColumn:
    """The n + 1 offsets of a list or text column, from 0 and never descending."""
    if n == 0 and not len(column.buffers[1]):
        return np.zeros(1, dtype=np.int64)
    offsets = _values(column, n + 1, "<i4", name)
    if offsets[0] != 0 or (np.diff(offsets) < 0).any():
        raise BadStream(f"column {name} has offsets out of order")
    return offsets


def _factorise(offsets: IntColumn, text: bytes) -> tuple[tuple[str, ...], IntColumn]:
    """The distinct texts of a column in ascending order, and each row's position in them."""
    lengths = np.diff(offsets)
    if len(lengths) and int(lengths.max()) > MAX_LABEL_BYTES:
        raise BadStream("a label is longer than any can be")
    representatives, number = _distinct(offsets, lengths, text)
    try:
        names = [text[offsets[row] : offsets[row + 1]].decode("utf-8") for row in representatives]
    except UnicodeDecodeError as error:
        raise BadStream("a label is not UTF-8") from error
    kept = sorted(set(names))
    place = {name: at for at, name in enumerate(kept)}
    renumber = np.array([place[name] for name in names], dtype=np.int64)
    return tuple(kept), renumber[number] if len(lengths) else np.zeros(0, dtype=np.int64)


def _distinct(
    offsets: IntColumn, lengths: IntColumn, text: bytes
) -> tuple[list[int], NDArray[np.intp]]:
    """One row of each distinct text, and each row's number among them.

    Rows are told apart by a hash of their bytes; the texts are then compared in full, and in the
    unlikely case of two with the same hash every row's text is looked up by itself.
    """
    hashes = _hashes(offsets, lengths, text)
    _, rows, number = np.unique(hashes, return_index=True, return_inverse=True)
    used = text[: int(offsets[-1])]
    pieces = [text[offsets[row] : offsets[row + 1]] for row in rows.tolist()]
    if b"".join([pieces[at] for at in number.tolist()]) == used and np.array_equal(
        lengths[rows][number], lengths
    ):
        return rows.tolist(), number
    bounds = offsets.tolist()
    first: dict[bytes, int] = {}
    found = [
        first.setdefault(text[bounds[row] : bounds[row + 1]], row) for row in range(len(lengths))
    ]
    place = {row: at for at, row in enumerate(first.values())}
    return list(first.values()), np.array([place[row] for row in found], dtype=np.intp)


def _hashes(offsets: IntColumn, lengths: IntColumn, text: bytes) -> NDArray[np.uint64]:
    """A 64-bit hash of each row's first and last eight bytes and its length."""
    padded = np.frombuffer(bytes(8) + text + bytes(8), dtype=np.uint8)
    words = np.lib.stride_tricks.sliding_window_view(padded, 8)
    first = words[offsets[:-1] + 8].view(np.uint64)[:, 0]
    last = words[offsets[1:]].view(np.uint64)[:, 0]
    # Where a text is shorter than a word, the word also holds its neighbours' bytes: blank them.
    blank = (8 - np.minimum(lengths, 8)).astype(np.uint64) * np.uint64(8)
    some = lengths > 0
    first = np.where(some, first << np.where(some, blank, np.uint64(0)), np.uint64(0))
    last = np.where(some, last >> np.where(some, blank, np.uint64(0)), np.uint64(0))
    mixed: NDArray[np.uint64] = (
        first * np.uint64(0x9E3779B97F4A7C15)
        ^ last * np.uint64(0xC2B2AE3D27D4EB4F)
        ^ lengths.astype(np.uint64) * np.uint64(0x165667B19E3779F9)
    )
    return mixed


def _utf8_buffers(labels: Sequence[str], codes: IntColumn) -> tuple[NDArray[np.int32], bytes]:
    pieces = [label.encode("utf-8") for label in labels]
    if any(len(piece) > MAX_LABEL_BYTES for piece in pieces):
        raise ValueError(f"a label is longer than {MAX_LABEL_BYTES} bytes")
    lengths = np.array([len(piece) for piece in pieces], dtype=np.int64)
    offsets = np.zeros(len(codes) + 1, dtype=np.int64)
    if len(codes):
        np.cumsum(lengths[codes], out=offsets[1:])
    return _narrow(offsets, np.int32), b"".join([pieces[code] for code in codes.tolist()])


def _int64(values: IntColumn) -> IntColumn:
    return np.ascontiguousarray(values, dtype=np.int64)


def _narrow(values: IntColumn, dtype: type[np.signedinteger[Any]]) -> NDArray[Any]:
    """The values in a narrower type.

    Raises:
        ValueError: one does not fit.

    """
    limits = np.iinfo(dtype)
    if len(values) and (int(values.min()) < limits.min or int(values.max()) > limits.max):
        raise ValueError("a value does not fit its column")
    return np.ascontiguousarray(values, dtype=dtype)
