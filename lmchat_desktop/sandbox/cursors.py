"""Opaque cursors: encrypted, and bound to a person and to what was asked, so that nothing can be
read from one and none can be made up.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection

from lmchat_desktop.sandbox import meta
from lmchat_desktop.sandbox.meta import Meta

_NONCE_BYTES = 12


class BadCursor(ValueError):
    """Not a cursor that was given out for this question."""


class Cursors:
    """Seals positions into text and opens them again."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, binding: str, position: Any) -> str:
        """The position as text, only good for the same binding."""
        nonce = os.urandom(_NONCE_BYTES)
        payload = json.dumps(position, separators=(",", ":")).encode()
        sealed = nonce + self._cipher.encrypt(nonce, payload, binding.encode())
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, binding: str, cursor: str) -> Any:
        """The position that was sealed.

        Raises:
            BadCursor: the text was not made here, or for another question.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
            nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return json.loads(self._cipher.decrypt(nonce, sealed, binding.encode()))
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise BadCursor from error


def secret_key(connection: Connection) -> bytes:
    """The key of this sandbox, made on its first start, from which cursors and ids are keyed."""
    written = meta.read(connection, Meta.SIGNING_KEY)
    if written is None:
        written = secrets.token_hex(32)
        meta.write(connection, Meta.SIGNING_KEY, written)
    return bytes.fromhex(written)
