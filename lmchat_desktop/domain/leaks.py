"""Keys in a text that somebody found: told from noise by their checksum.

A secret stays where the text is; a backend is asked by hashes.
"""

from __future__ import annotations

import hashlib
import re

from lmchat_desktop.domain import apikeys

MAX_HASHES = 200
"""How many keys a backend is asked about at once."""

_CANDIDATE = re.compile(rf"(?=({apikeys.PREFIX}[0-9A-Za-z]{{42}}))", re.ASCII)


def hashes_in(text: str) -> dict[str, str]:
    """The hashes of all keys in the text, in the order of their first place, with their hints."""
    found: dict[str, str] = {}
    for match in _CANDIDATE.finditer(text):
        secret = match.group(1)
        if apikeys.is_wellformed(secret):
            hashed = hashlib.sha256(secret.encode()).hexdigest()
            found.setdefault(hashed, apikeys.hint(secret))
    return found
