"""How a block of cells lies in its row: as it is, or compressed where that saves enough."""

from __future__ import annotations

import zlib

PLAIN = "plain"
DEFLATE = "deflate"

_LEVEL = 1
_SMALL = 1024
_WORTH = 0.7
"""A packed body is kept when it takes at most this part of the plain one."""


def pack(body: bytes) -> tuple[str, bytes]:
    """The packing's name and the body in it."""
    if len(body) < _SMALL:
        return PLAIN, body
    packed = zlib.compress(body, _LEVEL)
    if len(packed) > _WORTH * len(body):
        return PLAIN, body
    return DEFLATE, packed


def unpack(packing: str, packed: bytes) -> bytes:
    """The body as it was.

    Raises:
        ValueError: the packing is unknown, or the bytes are not of it.
    """
    if packing == PLAIN:
        return packed
    if packing != DEFLATE:
        raise ValueError(f"unknown packing {packing[:20]!r}")
    try:
        return zlib.decompress(packed)
    except zlib.error as error:
        raise ValueError("a packed block is damaged") from error
