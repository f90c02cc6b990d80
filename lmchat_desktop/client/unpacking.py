"""Undoes the compression of an answer piece by piece, so that a small answer cannot fill memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE_BYTES = 64 * 2**10
"""How much is unpacked at a time."""

MAX_RATIO = 200
"""How many times as large as what was sent an answer may become. Figures and lists stay below 50;
gzip's own limit is about 1,000, which only an answer made for it comes near."""

FREE_BYTES = 8 * 2**20
"""Up to here the ratio is not looked at: a small answer may well be one value again and again."""

_GZIP = zlib.MAX_WBITS | 16


class NotUnpackable(Exception):
    """An answer is not in the form that was asked for, or is not what its form should be.

    Attributes:
        ended: whether it only lacks its end.
    """

    def __init__(self, why: str, *, ended: bool = False) -> None:
        super().__init__(why)
        self.ended = ended


class Unpacker:
    """Makes what an answer means from what was sent.

    Args:
        encoding: the answer's `Content-Encoding`; "" for none.

    Raises:
        NotUnpackable: it is neither "gzip" nor none, and nothing else was asked for.
    """

    def __init__(self, encoding: str) -> None:
        form = encoding.strip().lower()
        if form not in {"", "identity", "gzip", "x-gzip"}:
            raise NotUnpackable(f"encoding {form[:20]!r}")
        self.packed = form not in {"", "identity"}
        self._gzip = zlib.decompressobj(_GZIP)
        self._sent = 0
        self._made = 0

    def feed(self, sent: bytes) -> Iterator[bytes]:
        """What these bytes mean, in pieces of `PIECE_BYTES` at most where they were packed.

        Raises:
            NotUnpackable: they are damaged, or become more than any answer does.
        """
        if not self.packed:
            yield sent
            return
        self._sent += len(sent)
        while sent:
            if self._gzip.eof:
                raise NotUnpackable("more after its end")
            try:
                piece = self._gzip.decompress(sent, PIECE_BYTES)
            except zlib.error as error:
                raise NotUnpackable(str(error)) from None
            self._made += len(piece)
            if self._made > FREE_BYTES and self._made > self._sent * MAX_RATIO:
                raise NotUnpackable(f"{self._sent} bytes become more than {self._made}")
            if piece:
                yield piece
            sent = self._gzip.unconsumed_tail or self._gzip.unused_data

    def end(self) -> None:
        """Nothing more comes.

        Raises:
            NotUnpackable: something is missing.
        """
        if self.packed and self._sent and not self._gzip.eof:
            raise NotUnpackable("its end is missing", ended=True)
