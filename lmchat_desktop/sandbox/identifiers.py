"""Tokens, hashes of secrets, and identifiers that are made of row numbers."""

from __future__ import annotations

import hashlib
import secrets

from lmchat_desktop.domain.keys import secret as key_secret

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32, which leaves out letters that are easily confused."""

_ID_LENGTH = 13
_ROUNDS = 4

ACCESS_TOKEN = "lmc-at-"
REFRESH_TOKEN = "lmc-rt-"
PERSONAL_TOKEN = "lmc-pat-"
KEY_SECRET = key_secret.PREFIX


class NumberedIds:
    """Identifiers made of row numbers by a keyed permutation of 64 bits (a Feistel network).

    Without the key nothing can be read from them, not even how many rows lie between two.
    """

    def __init__(self, key: bytes, prefix: str) -> None:
        self._prefix = prefix + "_"
        self._rounds = [
            hashlib.blake2b(prefix.encode(), key=key, digest_size=32, salt=bytes([place]))
            for place in range(_ROUNDS)
        ]

    def text(self, number: int) -> str:
        """The identifier of the row with this number."""
        left, right = number >> 32, number & 0xFFFFFFFF
        for place in range(_ROUNDS):
            left, right = right, left ^ self._mix(place, right)
        return self._prefix + _base32(left << 32 | right, _ID_LENGTH)

    def number(self, identifier: str) -> int | None:
        """The row's number that the identifier names, or None where it names none."""
        digits = identifier.removeprefix(self._prefix)
        if digits == identifier or len(digits) != _ID_LENGTH:
            return None
        value = 0
        for digit in digits:
            place = _ALPHABET.find(digit)
            if place < 0:
                return None
            value = value * 32 + place
        if value >= 1 << 64:
            return None
        left, right = value >> 32, value & 0xFFFFFFFF
        for place in reversed(range(_ROUNDS)):
            left, right = right ^ self._mix(place, left), left
        number = left << 32 | right
        return number if number < 1 << 63 else None

    def _mix(self, place: int, half: int) -> int:
        hashed = self._rounds[place].copy()
        hashed.update(half.to_bytes(4, "big"))
        return int.from_bytes(hashed.digest()[:4], "big")


def new_token(prefix: str) -> str:
    """A new random token of 256 bits."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is stored of a token or key: both are random, so that a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _base32(value: int, length: int) -> str:
    digits = []
    for _ in range(length):
        value, place = divmod(value, 32)
        digits.append(_ALPHABET[place])
    return "".join(reversed(digits))
