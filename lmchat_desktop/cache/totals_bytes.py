"""Totals as bytes and back: a short head in JSON, then the columns as they lie in memory.

Reading them costs no arithmetic: a column is a view of the bytes. They stay within the encrypted
cache, are made anew from slices at any time, and are no interchange format.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from lmchat_desktop.domain.usage.cells import Dimension, Histograms, Ints, Latency, Measure
from lmchat_desktop.domain.usage.totals import Totals

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"lmtotal1"
_ALIGNED = 8
_TYPES = {kind: np.dtype(kind) for kind in ("<i1", "<i2", "<i4", "<i8")}


def encode(totals: Totals) -> bytes:
    """Totals as bytes."""
    columns = [
        np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))
        for column in _columns(totals)
    ]
    head = json.dumps(
        {
            "labels": {dimension.value: totals.labels[dimension] for dimension in Dimension},
            "columns": [[f"<i{column.dtype.itemsize}", *column.shape] for column in columns],
        }
    ).encode()
    parts = [_MAGIC, len(head).to_bytes(8, "little"), head, _padding(len(head))]
    for column in columns:
        parts += (column.tobytes(), _padding(column.nbytes))
    return b"".join(parts)


def decode(data: bytes) -> Totals:
    """The totals that `encode` made bytes of.

    Raises:
        ValueError: the bytes are not whole, or not of this kind.

    """
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("these are no totals")
    begin = len(_MAGIC) + 8
    end = begin + int.from_bytes(data[len(_MAGIC) : begin], "little")
    try:
        head = json.loads(data[begin:end])
        labels = {dimension: tuple(head["labels"][dimension.value]) for dimension in Dimension}
        given = _read(data, end + len(_padding(end - begin)), head["columns"])
        start, failed, combinations = next(given), next(given), next(given)
        measures = {measure: next(given) for measure in Measure}
        by_bucket = {latency: _histograms(given, len(start)) for latency in Latency}
        width = sum(len(each) for each in labels.values())
        by_label = {latency: _histograms(given, width) for latency in Latency}
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        raise ValueError("totals are not whole") from error
    if any(table.shape != (len(start), width) for table in (failed, *measures.values())):
        raise ValueError("totals do not fit their labels")
    if combinations.shape[1:] != (len(Dimension),):
        raise ValueError("totals do not fit their labels")
    return Totals(start, labels, measures, failed, by_bucket, by_label, combinations)


def _columns(totals: Totals) -> list[Ints]:
    columns = [totals.start_s, totals.failed, totals.combinations]
    columns += (totals.measures[measure] for measure in Measure)
    for histograms in (totals.by_bucket, totals.by_label):
        for latency in Latency:
            each = histograms[latency]
            columns += (each.offsets, each.index, each.count)
    return columns


def _read(data: bytes, at: int, described: list[Any]) -> Iterator[Ints]:
    for kind, *shape in described:
        count = math.prod(shape)
        column = np.frombuffer(data, _TYPES[kind], count, at)
        yield column.reshape(shape)
        at += column.nbytes + len(_padding(column.nbytes))


def _histograms(given: Iterator[Ints], n: int) -> Histograms:
    offsets, index, count = next(given), next(given), next(given)
    if len(offsets) != n + 1 or int(offsets[-1]) != len(index) or len(index) != len(count):
        raise ValueError("totals hold histograms that are not whole")
    return Histograms(offsets, index, count)


def _padding(length: int) -> bytes:
    return bytes(-length % _ALIGNED)
