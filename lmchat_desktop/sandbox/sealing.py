"""Answers with a secret, sealed so that the server that keeps them cannot read them.

The key comes from the caller's Idempotency-Key (HKDF-SHA-256), of which the server keeps only a
hash with another prefix.
"""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_PURPOSE = b"lmchat idempotent answer v1"


def seal(key: str, name: str, content: bytes) -> bytes:
    """The content under the key, bound to the name of its record."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_derive(key, name)).encrypt(nonce, content, name.encode())


def unseal(key: str, name: str, sealed: bytes) -> bytes:
    """The content again.

    Raises:
        cryptography.exceptions.InvalidTag: another key or name, or the record was tampered with.
    """
    nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    return AESGCM(_derive(key, name)).decrypt(nonce, content, name.encode())


def _derive(key: str, name: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=name.encode(), info=_PURPOSE).derive(key.encode())
