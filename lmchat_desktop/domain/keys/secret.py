"""API key secrets: made, told from noise by their checksum, and shown as a redacted hint.

`sk-lmc-` + 36 random base62 digits (214 bits) + 6 base62 digits of the CRC-32 of what precedes.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib

PREFIX = "sk-lmc-"
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_DIGITS = 36
_CHECK_DIGITS = 6
LENGTH = len(PREFIX) + _RANDOM_DIGITS + _CHECK_DIGITS
"""Of every secret, in characters."""
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM_DIGITS + _CHECK_DIGITS}}}", re.ASCII)
_ANYWHERE = re.compile(rf"(?=({_SHAPE.pattern}))", re.ASCII)
"""Looks at every place: what stands before or after a secret can look like a part of it."""


def new_secret() -> str:
    """A new secret. It is shown once; a server keeps its hash alone."""
    stem = PREFIX + "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM_DIGITS))
    return stem + _checksum(stem)


def is_wellformed(secret: str) -> bool:
    """Whether the text has a secret's shape and its checksum is right."""
    if _SHAPE.fullmatch(secret) is None:
        return False
    stem, check = secret[:-_CHECK_DIGITS], secret[-_CHECK_DIGITS:]
    return secrets.compare_digest(_checksum(stem), check)


def found_in(text: str) -> list[str]:
    """The well-formed secrets in any text (a log, a letter, JSON), in order, each once."""
    shaped = (match.group(1) for match in _ANYWHERE.finditer(text))
    return list(dict.fromkeys(secret for secret in shaped if is_wellformed(secret)))


def hint(secret: str) -> str:
    """What lists show of a secret: its first four and last four random digits.

    Raises:
        ValueError: it is not a well-formed secret (the message does not repeat it).

    """
    if not is_wellformed(secret):
        raise ValueError("not a well-formed API key")
    digits = secret[len(PREFIX) : -_CHECK_DIGITS]
    return f"{PREFIX}{digits[:4]}…{digits[-4:]}"


def _checksum(stem: str) -> str:
    value = zlib.crc32(stem.encode("ascii"))
    digits: list[str] = []
    for _ in range(_CHECK_DIGITS):
        value, digit = divmod(value, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
