"""Reads the sample files: arrivals and tokens (traffic), and measured calls with the catalogue.

The formats are described in resources/sample/README.md; tools/build_sample.py writes them. A
traffic file can also be servegen's CSV (`t_s,client,input_tokens,output_tokens,model`), plain or
gzipped.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.resource_files import resource_path

IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
FloatArray = NDArray[np.float64]

FORMAT = 1
LOOP_MS = 14 * 86_400_000
"""Traffic repeats after this many milliseconds, anchored at the Unix epoch (a Thursday)."""

_NOT_READABLE = (
    OSError,
    KeyError,
    ValueError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
)
_CSV_COLUMNS = ["t_s", "client", "input_tokens", "output_tokens", "model"]
_LINES_AT_ONCE = 200_000
_MOST_TOKENS = 10_000_000


class SampleDamaged(ValueError):
    """A sample file is missing, cut off, or not what it should be; the text says which and why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The sample file {path.name} cannot be used: {reason}.")
        self.path = path


@dataclass(frozen=True, slots=True)
class TrafficSample:
    """Who called when with how many tokens.

    Attributes:
        fingerprint: the first 16 hexadecimal digits of the file's SHA-256.
        keep: the fraction of the published requests that the file holds.
        t_ms, client, input_tokens, output_tokens: n requests of 14 days, client by client, each
            client's in order of time (ms from the start).
        hour_ms, hour_input, hour_output: m requests of one busy hour, in order of time.
    """

    fingerprint: str
    keep: float
    t_ms: Int32Array
    client: Int32Array
    input_tokens: Int32Array
    output_tokens: Int32Array
    hour_ms: Int32Array
    hour_input: Int32Array
    hour_output: Int32Array


@dataclass(frozen=True, slots=True)
class MeasuredCalls:
    """Measured calls in order of their pool (a model at a provider in a region).

    Attributes:
        pool: n positions in the catalogue's pools, ascending.
        first_ms, total_ms: n times to the first token and to the end.
        output_tokens: n counts.
        all_at_once: n flags: the tokens arrived together, so no time between them was measured.
        too_few_provider: m positions in the catalogue's `too_few_providers`, of calls that ended
            with fewer tokens than asked for.
        too_few_first_ms, too_few_total_ms: their times.
    """

    pool: IntArray
    first_ms: FloatArray
    total_ms: FloatArray
    output_tokens: IntArray
    all_at_once: NDArray[np.bool_]
    too_few_provider: IntArray
    too_few_first_ms: FloatArray
    too_few_total_ms: FloatArray


def sample_path(name: str) -> Path:
    """The path of a file of the sample that comes with the product."""
    return resource_path("sample") / name


def read_traffic(path: Path | None = None) -> TrafficSample:
    """Read a traffic file; without a path the one that comes with the product.

    Raises:
        SampleDamaged: it is missing or cannot be read.
    """
    path = sample_path("traffic.npz") if path is None else path
    content = _content(path)
    fingerprint = hashlib.sha256(content).hexdigest()[:16]
    if content[:4] == b"PK\x03\x04":
        sample = _traffic_from_columns(path, content, fingerprint)
    else:
        sample = _traffic_from_csv(path, content, fingerprint)
    _check_traffic(path, sample)
    return sample


def read_calls(path: Path | None = None) -> MeasuredCalls:
    """Read the measured calls; without a path those that come with the product.

    Raises:
        SampleDamaged: the file is missing or cannot be read.
    """
    path = sample_path("calls.npz") if path is None else path
    names = ("pool", "first_tenths_ms", "total_tenths_ms", "output_tokens", "all_at_once")
    failed = ("too_few_provider", "too_few_first_tenths_ms", "too_few_total_tenths_ms")
    columns = _columns(path, _content(path), (*names, *failed))
    _check_same_length(path, [columns[name] for name in names])
    _check_same_length(path, [columns[name] for name in failed])
    calls = MeasuredCalls(
        pool=columns["pool"].astype(np.int64),
        first_ms=columns["first_tenths_ms"] / 10,
        total_ms=columns["total_tenths_ms"] / 10,
        output_tokens=columns["output_tokens"].astype(np.int64),
        all_at_once=columns["all_at_once"].astype(np.bool_),
        too_few_provider=columns["too_few_provider"].astype(np.int64),
        too_few_first_ms=columns["too_few_first_tenths_ms"] / 10,
        too_few_total_ms=columns["too_few_total_tenths_ms"] / 10,
    )
    if (np.diff(calls.pool) < 0).any() or (calls.first_ms > calls.total_ms).any():
        raise SampleDamaged(path, "its calls are out of order")
    return calls


def read_catalogue(path: Path | None = None) -> dict[str, Any]:
    """Read catalogue.json; without a path the one that comes with the product.

    Raises:
        SampleDamaged: the file is missing or is not such a catalogue.
    """
    path = sample_path("catalogue.json") if path is None else path
    try:
        document = json.loads(_content(path))
    except ValueError as error:
        raise SampleDamaged(path, "it is not JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise SampleDamaged(path, f"it is not a catalogue of format {FORMAT}")
    for part in ("regions", "providers", "models", "offers", "pools", "errors"):
        if not isinstance(document.get(part), list) or not document[part]:
            raise SampleDamaged(path, f"its part {part!r} is missing or empty")
    return document


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SampleDamaged(path, error.strerror or "it cannot be read") from error


def _columns(path: Path, content: bytes, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The named columns of an .npz file of the sample."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            version = archive["format"].tolist()
            columns = {name: archive[name] for name in names if name in archive.files}
    except _NOT_READABLE as error:
        raise SampleDamaged(path, "it is damaged or not a sample file") from error
    if version != [FORMAT]:
        raise SampleDamaged(path, f"its format is {version}, not {FORMAT}")
    missing = [name for name in names if name not in columns]
    if missing:
        raise SampleDamaged(path, f"the column {missing[0]} is missing")
    return columns


def _traffic_from_columns(path: Path, content: bytes, fingerprint: str) -> TrafficSample:
    by_client = ("client_delta_ms", "client_input_tokens", "client_output_tokens")
    by_hour = ("hour_delta_ms", "hour_input_tokens", "hour_output_tokens")
    columns = _columns(path, content, ("keep", "clients", "client_rows", *by_client, *by_hour))
    clients, rows = columns["clients"], columns["client_rows"].astype(np.int64)
    _check_same_length(path, [clients, rows])
    _check_same_length(path, [columns[name] for name in by_client])
    _check_same_length(path, [columns[name] for name in by_hour])
    deltas = columns["client_delta_ms"].astype(np.int64)
    if (rows < 1).any() or rows.sum() != len(deltas):
        raise SampleDamaged(path, "its clients do not add up to its requests")
    running = np.cumsum(deltas)
    starts = np.cumsum(rows) - rows
    running -= np.repeat(running[starts] - deltas[starts], rows)
    return TrafficSample(
        fingerprint=fingerprint,
        keep=float(columns["keep"][0]),
        t_ms=_narrowed(path, running),
        client=np.repeat(_narrowed(path, clients), rows),
        input_tokens=_narrowed(path, columns["client_input_tokens"]),
        output_tokens=_narrowed(path, columns["client_output_tokens"]),
        hour_ms=_narrowed(path, np.cumsum(columns["hour_delta_ms"].astype(np.int64))),
        hour_input=_narrowed(path, columns["hour_input_tokens"]),
        hour_output=_narrowed(path, columns["hour_output_tokens"]),
    )


def _traffic_from_csv(path: Path, content: bytes, fingerprint: str) -> TrafficSample:
    raw = io.BytesIO(content)
    try:
        with (
            gzip.open(raw, "rt") if content[:2] == b"\x1f\x8b" else io.TextIOWrapper(raw) as source
        ):
            header = source.readline().strip().split(",")
            known = header == _CSV_COLUMNS
            parts = list(_csv_parts(path, source)) if known else []
    except SampleDamaged:
        raise
    except _NOT_READABLE as error:
        raise SampleDamaged(path, "it is damaged or not servegen's CSV") from error
    if not known:
        raise SampleDamaged(path, "it is neither a traffic sample nor a CSV of servegen's columns")
    if not parts:
        raise SampleDamaged(path, "it holds no requests, or values that are no numbers")
    t_ms, client, tokens_in, tokens_out = (
        np.concatenate(of_column) for of_column in zip(*parts, strict=True)
    )
    order = np.lexsort((t_ms, client))
    nothing = np.zeros(0, dtype=np.int32)
    return TrafficSample(
        fingerprint=fingerprint,
        keep=1.0,
        t_ms=t_ms[order],
        client=client[order],
        input_tokens=tokens_in[order],
        output_tokens=tokens_out[order],
        hour_ms=nothing,
        hour_input=nothing,
        hour_output=nothing,
    )


def _csv_parts(path: Path, source: Iterable[str]) -> Iterator[list[Int32Array]]:
    """The four columns (ms, client, input, output), so many lines at a time."""
    lines = iter(source)
    while part := list(islice(lines, _LINES_AT_ONCE)):
        rows = np.loadtxt(part, delimiter=",", usecols=(0, 1, 2, 3), ndmin=2)
        if not np.isfinite(rows).all():
            raise SampleDamaged(path, "it holds no requests, or values that are no numbers")
        rows[:, 0] *= 1000
        yield [_narrowed(path, np.rint(rows[:, column])) for column in range(4)]


def _narrowed(path: Path, values: NDArray[Any]) -> Int32Array:
    """Whole numbers in half the memory; what does not fit is far from anything that can be meant.

    Raises:
        SampleDamaged: a value does not fit.
    """
    if len(values) and not (values.min() >= -(2**31) and values.max() < 2**31):
        raise SampleDamaged(path, "a value is out of bounds")
    narrow: Int32Array = values.astype(np.int32)
    return narrow


def _check_same_length(path: Path, columns: Sequence[NDArray[Any]]) -> None:
    if len({column.shape for column in columns}) != 1 or columns[0].ndim != 1:
        raise SampleDamaged(path, "its columns differ in length")


def _check_traffic(path: Path, sample: TrafficSample) -> None:
    if not len(sample.t_ms):
        raise SampleDamaged(path, "it holds no requests")
    if sample.t_ms.min() < 0 or sample.t_ms.max() >= LOOP_MS:
        raise SampleDamaged(path, "a request lies outside the 14 days")
    if len(sample.hour_ms) and sample.hour_ms.max() >= 2 * 3_600_000:
        raise SampleDamaged(path, "its busy hour is longer than two hours")
    for tokens in (
        sample.input_tokens,
        sample.output_tokens,
        sample.hour_input,
        sample.hour_output,
    ):
        if len(tokens) and not (tokens.min() >= 0 and tokens.max() <= _MOST_TOKENS):
            raise SampleDamaged(path, "a number of tokens is out of bounds")
