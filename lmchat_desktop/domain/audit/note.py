"""Signed notes (C2SP signed-note): a text, and below it signatures by keys that have names.

Ed25519 (signature type 1) alone is made and accepted; what other keys have signed is passed over,
as the format has it. The library that signs is loaded when something is signed or verified.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

MAX_BYTES = 64 * 2**10
MAX_SIGNATURES = 64

_ED25519 = b"\x01"
_KEY_BYTES = 32
_DASH = "\u2014 "
_VERIFIER_KEY = re.compile(r"([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,200})")


class BadNote(ValueError):
    """Not a signed note, or not one that the key has signed."""


class UnknownSigner(BadNote):
    """The note is whole, but none of its signatures is by the key."""


class BadSignature(BadNote):
    """The note names the key, but the key did not sign this text."""


@dataclass(frozen=True, slots=True)
class LogKey:
    """The public key of a log, with the log's name.

    Attributes:
        name: the log's origin.
        public: the key, 32 bytes as RFC 8032 has them.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names the key."""
        written = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(written).digest()[:4]

    @property
    def text(self) -> str:
        """The key as one line: name, id, and the key itself."""
        return f"{self.name}+{self.id.hex()}+{to_base64(_ED25519 + self.public)}"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key in groups, for people to compare."""
        digits = hashlib.sha256(self.public).hexdigest()
        return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))

    @classmethod
    def parse(cls, text: str) -> LogKey:
        """Read a key from its line.

        Raises:
            ValueError: it is not one.
        """
        found = _VERIFIER_KEY.fullmatch(text.strip())
        if found is None:
            raise ValueError("not a line with a key")
        encoded = from_base64(found[3])
        key = cls(found[1], encoded[1:])
        if encoded[:1] != _ED25519 or len(key.public) != _KEY_BYTES or key.id.hex() != found[2]:
            raise ValueError("not an Ed25519 key, or damaged")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature over the text."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Signer:
    """A log's secret key.

    Args:
        seed: 32 random bytes.
        name: the log's origin; None derives one from the key.
    """

    def __init__(self, seed: bytes, name: str | None = None) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        public = self._private.public_key().public_bytes_raw()
        self.key = LogKey(
            name or f"lmchat.net/audit/{hashlib.sha256(public).hexdigest()[:16]}", public
        )

    def sign(self, text: str) -> str:
        """The text as a signed note; it ends with a line break."""
        signature = self._private.sign(text.encode())
        return f"{text}\n{_DASH}{self.key.name} {to_base64(self.key.id + signature)}\n"


def opened(note: str, key: LogKey) -> str:
    """The text of a note that the key has signed.

    Raises:
        UnknownSigner, BadSignature: as they say.
        BadNote: it is no note.
    """
    text, signatures = _taken_apart(note)
    mine = [made for name, made in signatures if name == key.name and made[:4] == key.id]
    if not mine:
        raise UnknownSigner("no signature is by this key")
    if not all(key.signed(text, made[4:]) for made in mine):
        raise BadSignature("the signature is not over this text")
    return text


def to_base64(data: bytes) -> str:
    """Bytes in base 64 (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """The bytes again.

    Raises:
        ValueError: it is not what `to_base64` writes.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base 64") from error
    if to_base64(data) != text:
        raise ValueError("not base 64 in its one form")
    return data


def _taken_apart(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if len(note) > MAX_BYTES or any(sign < " " and sign != "\n" for sign in note):
        raise BadNote("it is too long, or holds control characters")
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise BadNote("it has no signatures")
    lines = below[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote("it has too many signatures")
    signatures = []
    for line in lines:
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space or not name:
            raise BadNote("a line below the text is no signature")
        try:
            made = from_base64(encoded)
        except ValueError as error:
            raise BadNote("a signature cannot be read") from error
        if len(made) <= 4:
            raise BadNote("a signature is too short")
        signatures.append((name, made))
    return text + "\n", signatures
