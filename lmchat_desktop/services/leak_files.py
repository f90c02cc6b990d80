"""Keys in a file that somebody found: read piece by piece, and neither kept nor logged."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from lmchat_desktop.domain.leaks import LeakScan
from lmchat_desktop.domain.wording import Sentence, said

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken

LARGEST = 50_000_000
"""Bytes of a file that are looked through."""
PIECE = 1 << 18

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ANY = "latin-1"
"""Reads every file, and what is ASCII in it as it is: a key is."""


class FileTrouble(Exception):
    """A file could not be looked through.

    Attributes:
        message: what happened, to be shown as plain text.
    """

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def hashes_in_file(
    path: Path,
    cancel: CancelToken | None = None,
    on_progress: Callable[[float | None], None] | None = None,
) -> dict[str, str]:
    """The hashes of all keys in a file with their hints; for a pool thread.

    Raises:
        FileTrouble: the file is too large, or cannot be read.
        Cancelled: it was asked to stop.
    """
    try:
        return _read(path, cancel, on_progress)
    except OSError as error:
        raise FileTrouble(
            said(
                "LeakFiles",
                "The file could not be read: {reason}. Nothing was looked for.",
                reason=error.strerror or type(error).__name__,
            )
        ) from None


def _read(
    path: Path,
    cancel: CancelToken | None,
    on_progress: Callable[[float | None], None] | None,
) -> dict[str, str]:
    # A pipe or a device would be waited for without an end.
    if not path.is_file():
        raise FileTrouble(said("LeakFiles", "This is no file. Nothing was looked for."))
    size = path.stat().st_size
    scan = LeakScan()
    done = 0
    with path.open("rb") as file:
        if size > LARGEST:
            raise _too_large()
        start = file.read(len(codecs.BOM_UTF32_LE))
        file.seek(0)
        encoding = next((name for mark, name in _MARKS if start.startswith(mark)), _ANY)
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        while piece := file.read(PIECE):
            if cancel is not None:
                cancel.raise_if_cancelled()
            done += len(piece)
            if done > LARGEST:
                raise _too_large()
            scan.feed(decoder.decode(piece))
            if on_progress is not None:
                on_progress(min(1.0, done / max(1, size)))
    return scan.hints


def _too_large() -> FileTrouble:
    return FileTrouble(
        said(
            "LeakFiles",
            "The file is larger than {size} MB. Nothing was looked for; split it first.",
            size=LARGEST // 1_000_000,
        )
    )
