"""What opens a cache: a random 256-bit key from the keyring, or a person's passphrase."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES = 32
SALT_BYTES = 16
KDF_ROUNDS = 256_000
"""SQLCipher 4's own derivation: PBKDF2-HMAC-SHA512 over the file's salt (cipher_settings)."""


@dataclass(frozen=True, slots=True)
class RawKey:
    """A random 256-bit key, kept in the OS keyring.

    Raises:
        ValueError: the value is not 32 bytes long.
    """

    value: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError(f"A cache key has {KEY_BYTES} bytes, this one has {len(self.value)}.")

    @classmethod
    def random(cls) -> RawKey:
        """A new key."""
        return cls(secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Passphrase:
    """What a person types where there is no keyring.

    Raises:
        ValueError: the passphrase is empty; SQLCipher would then not encrypt at all.
    """

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError("A cache's passphrase is not empty.")


CacheSecret = RawKey | Passphrase


def key_literal(secret: CacheSecret, path: Path | None) -> str:
    """The value of SQLCipher's `PRAGMA key` for the file at `path`, as a raw key.

    A passphrase is derived here, once, as SQLCipher would do for every connection; the file opens
    with the plain passphrase in any SQLCipher tool. A new file gets a new salt.
    """
    if isinstance(secret, RawKey):
        return f"x'{secret.value.hex()}'"
    salt = _salt_of(path) or secrets.token_bytes(SALT_BYTES)
    key = hashlib.pbkdf2_hmac("sha512", secret.text.encode(), salt, KDF_ROUNDS, KEY_BYTES)
    return f"x'{key.hex()}{salt.hex()}'"


def _salt_of(path: Path | None) -> bytes | None:
    """The salt in the first 16 bytes of an existing cache."""
    if path is None or not path.exists():
        return None
    with path.open("rb") as file:
        salt = file.read(SALT_BYTES)
    return salt if len(salt) == SALT_BYTES else None
