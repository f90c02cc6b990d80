"""Keys in a text that somebody found: told from noise by their checksum.

A secret stays where the text is; a backend is asked by hashes.
"""

from __future__ import annotations

import hashlib

from lmchat_desktop.domain.keys.secret import LENGTH, found_in, hint

MAX_HASHES = 200
"""How many keys a backend is asked about at once."""


def hashes_in(text: str) -> dict[str, str]:
    """The hashes of all keys in the text, in the order of their first place, with their hints."""
    return {hashlib.sha256(secret.encode()).hexdigest(): hint(secret) for secret in found_in(text)}


class LeakScan:
    """Looks for keys in a text that comes in pieces, also for those that two pieces share.

    It keeps less of the text than a key is long.

    Attributes:
        hints: of all keys so far, by hash, in the order of their first place.
    """

    def __init__(self) -> None:
        self.hints: dict[str, str] = {}
        self._end = ""

    def feed(self, piece: str) -> None:
        """Go on with the next piece."""
        text = self._end + piece
        self.hints.update(hashes_in(text))
        self._end = text[-(LENGTH - 1) :]
