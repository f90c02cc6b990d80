"""Compression is undone in small steps, and what was made to fill memory is refused."""

from __future__ import annotations

import contextlib
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.client.unpacking import (
    FREE_BYTES,
    MAX_RATIO,
    PIECE_BYTES,
    NotUnpackable,
    Unpacker,
)


def unpacked(sent: bytes, encoding: str = "gzip", step: int = 1000) -> bytes:
    unpacker = Unpacker(encoding)
    pieces = [
        piece
        for start in range(0, len(sent), step)
        for piece in unpacker.feed(sent[start : start + step])
    ]
    unpacker.end()
    assert encoding != "gzip" or all(0 < len(piece) <= PIECE_BYTES for piece in pieces)
    return b"".join(pieces)


@given(st.binary(max_size=200_000), st.integers(1, 70_000))
def test_what_was_packed_comes_back(meant: bytes, step: int) -> None:
    assert unpacked(gzip.compress(meant), step=step) == meant
    assert unpacked(meant, "", step) == unpacked(meant, " Identity ", step) == meant


@given(st.binary(max_size=5_000), st.integers(1, 500))
def test_anything_else_is_refused_and_nothing_worse(sent: bytes, step: int) -> None:
    with contextlib.suppress(NotUnpackable, OSError, EOFError, zlib.error):
        assert gzip.decompress(sent) == unpacked(sent, step=step)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_what_was_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(NotUnpackable):
        Unpacker(encoding)


def test_a_bomb_is_refused_before_it_is_large() -> None:
    packed = zlib.compress(bytes(64 * 2**20), 9, wbits=31)
    pieces = Unpacker("gzip").feed(packed)
    allowed = max(FREE_BYTES, len(packed) * MAX_RATIO)
    assert sum(len(next(pieces)) for _ in range(allowed // PIECE_BYTES)) <= allowed
    with pytest.raises(NotUnpackable, match="become more"):
        next(pieces)


def test_what_repeats_itself_a_little_is_no_bomb() -> None:
    meant = bytes(FREE_BYTES - PIECE_BYTES)
    assert unpacked(gzip.compress(meant)) == meant


@pytest.mark.parametrize("left", [1, 9, 20])
def test_a_missing_end_is_told_apart(left: int) -> None:
    packed = gzip.compress(b"figures " * 1000)
    with pytest.raises(NotUnpackable) as caught:
        unpacked(packed[:-left])
    assert caught.value.ended
    with pytest.raises(NotUnpackable) as caught:
        unpacked(packed + b"more")
    assert not caught.value.ended
