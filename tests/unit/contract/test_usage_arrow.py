"""Slices as Arrow streams: equal after a round trip, readable by others, safe if hostile."""

from __future__ import annotations

import io
import tracemalloc

import nanoarrow as na
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nanoarrow import ipc

from lmchat_desktop.contract.arrow_stream import BadStream
from lmchat_desktop.contract.usage_arrow import COLUMNS, decode, decode_slice, encode
from lmchat_desktop.domain.usage.build import build_block, empty_block
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure, UsageBlock
from lmchat_desktop.domain.usage.histogram import MAX_INDEX, MIN_INDEX, bucket_value
from lmchat_desktop.domain.usage.rollup import concatenate
from tests.unit.domain.traffic import Requests, epoch, make_requests, requests_within, same_block

START = epoch(2026, 11, 23)
SMALL = make_requests(11, 40, START, START + 3600).block(900)
STREAM = encode(SMALL)


@given(requests_within(START, START + 86_400))
def test_round_trip(requests: Requests) -> None:
    block = requests.block(900)
    data = encode(block)
    assert same_block(decode(data), block)
    assert encode(decode(data)) == data


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, unique=True
    ),
    st.integers(0, 2**32),
)
def test_any_label_survives(labels: list[str], seed: int) -> None:
    codes = np.random.default_rng(seed).integers(0, len(labels), 60)
    nan = np.full(60, np.nan)
    block = build_block(np.arange(60) * 60, 60, {Dimension.MODEL: (labels, codes)}, {}, nan, nan)
    assert same_block(decode(encode(block)), block)


def test_labels_alike_at_both_ends_are_told_apart() -> None:
    labels = [f"same-begin-{at:03d}-same-finish" for at in range(50)]
    nan = np.full(200, np.nan)
    codes = np.arange(200) % 50
    block = build_block(np.arange(200) * 60, 60, {Dimension.MODEL: (labels, codes)}, {}, nan, nan)
    assert same_block(decode(encode(block)), block)


def test_a_slice_without_cells() -> None:
    assert same_block(decode(encode(empty_block())), empty_block())


def test_extreme_buckets_survive() -> None:
    ms = bucket_value(np.array([MIN_INDEX, MAX_INDEX]))
    block = build_block(np.array([0, 60]), 60, {}, {}, ms, ms)
    assert decode(encode(block)).latencies[Latency.TOTAL].index.tolist() == [MIN_INDEX, MAX_INDEX]


def test_another_reader_finds_the_columns_that_are_declared() -> None:
    with (
        ipc.InputStream.from_readable(io.BytesIO(STREAM)) as source,
        na.c_array_stream(source) as stream,
    ):
        schema = stream.get_schema()
        assert {child.name: child.format for child in schema.children} == COLUMNS
        (array,) = list(stream)
        view = array.view()
        requests = list(COLUMNS).index(Measure.REQUESTS.value)
        found = np.asarray(view.child(requests).buffer(1))
        assert found.tolist() == SMALL.measures[Measure.REQUESTS].tolist()


def test_streams_of_several_batches_and_with_more_columns_are_read() -> None:
    out = io.BytesIO()
    extra = na.c_array(["a", "b"], na.string())
    pieces = na.c_array_from_buffers(
        na.list_(na.string()), 1, [None, np.array([0, 2], np.int32)], children=[extra]
    )
    fields = {"future": na.list_(na.string()), **_schema()}
    with ipc.StreamWriter.from_writable(out) as writer:
        for start in (0, 60):
            columns = [pieces, *_columns(start)]
            batch = na.c_array_from_buffers(na.struct(fields), 1, [None], children=columns)
            writer.write_stream(batch)
    block = decode(out.getvalue())
    assert block.start_s.tolist() == [0, 60]
    assert block.labels[Dimension.MODEL] == ("m0", "m60")


def test_a_stream_truncated_anywhere_is_refused() -> None:
    for length in range(len(STREAM)):
        with pytest.raises(BadStream):
            decode(STREAM[:length])


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 64, b"<html>502 Bad Gateway</html>", STREAM + b"\0", STREAM * 2]
)
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(BadStream):
        decode(data)


WORDS = st.sampled_from([0, 1, -1, 2**31 - 1, -(2**31), 2**40, 2**62, 2**63 - 1, -(2**63)])


@settings(max_examples=6 * settings.default.max_examples)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.integers(0, len(STREAM) - 1), st.binary(min_size=1, max_size=1)),
            st.tuples(
                st.integers(0, len(STREAM) - 8),
                WORDS.map(lambda word: word.to_bytes(8, "little", signed=True)),
            ),
            st.tuples(
                st.integers(0, 2400), st.integers(0, 255).map(lambda byte: bytes([byte] * 4))
            ),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_damaged_bytes_are_refused_or_still_valid(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(STREAM)
    for at, piece in changes:
        data[at : at + len(piece)] = piece
    tracemalloc.start()
    try:
        block = decode(bytes(data))
    except BadStream:
        return
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 60 * len(STREAM)
    _assert_valid(block)


@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(BadStream):
        decode(noise)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"requests": [0]}, "requests"),
        ({"requests": [-1]}, "requests"),
        ({"input_tokens": [-1]}, "input_tokens"),
        ({"start": [-60]}, "calendar"),
        ({"start": [2**62]}, "calendar"),
        ({"total_index": [MIN_INDEX - 1]}, "bucket"),
        ({"total_index": [MAX_INDEX + 1]}, "bucket"),
        ({"total_count": [0]}, "positive"),
        ({"total_count": [-3]}, "positive"),
        ({"total_count": [2]}, "more values"),
        ({"total_index": [5, 5], "total_count": [1, 1], "requests": [2]}, "ascending"),
        ({"total_index": [5, 6]}, "differ"),
        ({"model": ["x" * 257]}, "longer"),
    ],
)
def test_values_that_no_cell_has_are_refused(change: dict[str, list[object]], told: str) -> None:
    with pytest.raises(BadStream, match=told):
        decode(_one_row(change))


def test_totals_beyond_64_bits_are_refused() -> None:
    most = {"cost_nanos": [2**63 - 1]}
    assert decode(_one_row(most)).measures[Measure.COST].tolist() == [2**63 - 1]
    row = decode(_one_row({"cost_nanos": [2**62]}))
    with pytest.raises(BadStream, match="cost_nanos sums"):
        decode(encode(concatenate([row, row])))


def test_nulls_are_refused() -> None:
    columns = dict(zip(_schema(), _columns(0), strict=True))
    columns["requests"] = na.c_array([None], na.int64())
    with pytest.raises(BadStream, match="null"):
        decode(_written(_schema(), list(columns.values())))


def test_other_types_and_missing_columns_are_refused() -> None:
    schema, columns = _schema(), _columns(0)
    with pytest.raises(BadStream, match="missing: first_count"):
        decode(_written(dict(list(schema.items())[:-1]), columns[:-1]))
    at = list(schema).index("requests")
    columns[at] = na.c_array(np.array([1], np.int32))
    with pytest.raises(BadStream, match="requests has another type"):
        decode(_written({**schema, "requests": na.int32()}, columns))
    columns = _columns(0)
    columns[0] = na.c_array(np.array([0], np.int64))
    with pytest.raises(BadStream, match="start has another type"):
        decode(_written({**schema, "start": na.int64()}, columns))


def test_cells_of_another_slice_are_refused() -> None:
    hour = make_requests(4, 30, START, START + 3600)
    assert len(decode_slice(encode(hour.block(60)), "2026-11-23T00"))
    assert len(decode_slice(encode(hour.block(900)), "2026-11-23"))
    for data, name in (
        (encode(hour.block(60)), "2026-11-23T01"),
        (encode(hour.block(60)), "2026-11-23"),
        (encode(hour.block(900)), "2026-11-24"),
    ):
        with pytest.raises(BadStream, match="belong"):
            decode_slice(data, name)


def test_what_does_not_fit_its_column_is_not_written() -> None:
    nan = np.full(1, np.nan)
    block = build_block(
        np.zeros(1, np.int64), 60, {Dimension.MODEL: (["x" * 300], [0])}, {}, nan, nan
    )
    with pytest.raises(ValueError, match="label"):
        encode(block)


def _schema() -> dict[str, object]:
    types: dict[str, object] = {"tss:UTC": na.timestamp("s", "UTC"), "u": na.string()}
    types["l"] = na.int64()
    lists = {"index": na.list_(na.int16()), "count": na.list_(na.int32())}
    return {name: types.get(kind) or lists[name.split("_")[1]] for name, kind in COLUMNS.items()}


def _columns(start: int, change: dict[str, list[object]] | None = None) -> list[object]:
    """One row's columns: one request with one value in each histogram."""
    change = change or {}
    columns = []
    for name, kind in _schema().items():
        if name == "start":
            values = change.get(name, [start])
            columns.append(na.c_array_from_buffers(kind, 1, [None, np.array(values, np.int64)]))
        elif COLUMNS[name] == "u":
            columns.append(na.c_array(change.get(name, [f"{name[0]}{start}"]), na.string()))
        elif COLUMNS[name] == "l":
            columns.append(na.c_array(np.array(change.get(name, [1]), np.int64)))
        else:
            dtype = np.int16 if name.endswith("index") else np.int32
            items = np.array(change.get(name, [1]), dtype)
            offsets = np.array([0, len(items)], np.int32)
            columns.append(
                na.c_array_from_buffers(kind, 1, [None, offsets], children=[na.c_array(items)])
            )
    return columns


def _written(schema: dict[str, object], columns: list[object]) -> bytes:
    out = io.BytesIO()
    batch = na.c_array_from_buffers(na.struct(schema), 1, [None], children=columns)
    with ipc.StreamWriter.from_writable(out) as writer:
        writer.write_stream(batch)
    return out.getvalue()


def _one_row(change: dict[str, list[object]]) -> bytes:
    return _written(_schema(), _columns(0, change))


def _assert_valid(block: UsageBlock) -> None:
    n = len(block)
    for dimension in Dimension:
        codes = block.codes[dimension]
        assert len(codes) == n
        assert n == 0 or (codes.min() >= 0 and codes.max() < len(block.labels[dimension]))
    for measure in Measure:
        assert len(block.measures[measure]) == n
        assert (block.measures[measure] >= 0).all()
    for latency in Latency:
        histograms = block.latencies[latency]
        assert len(histograms.offsets) == n + 1
        assert histograms.offsets[0] == 0
        assert histograms.offsets[-1] == len(histograms.index) == len(histograms.count)
        assert (np.diff(histograms.offsets) >= 0).all()
        assert (histograms.count > 0).all()
        assert ((histograms.index >= MIN_INDEX) & (histograms.index <= MAX_INDEX)).all()
