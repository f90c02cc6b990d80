"""Identifiers that carry their kind, such as `acct_4m2k…`."""

from __future__ import annotations

import base64
import re
import secrets

_RANDOM_BYTES = 10
_KIND = re.compile(r"[a-z][a-z0-9]*", re.ASCII)


def new_id(kind: str) -> str:
    """A new identifier: the kind, `_` and 80 random bits in lower-case base32.

    Args:
        kind: `acct`, `person`, `key`, `req`, `evt`, `job`, `dev` and the like.

    Raises:
        ValueError: the kind is not lower-case letters and digits.

    """
    if _KIND.fullmatch(kind) is None:
        raise ValueError("an identifier's kind is lower-case letters and digits")
    text = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode("ascii").lower()
    return f"{kind}_{text}"


def kind_of(identifier: str) -> str:
    """The kind that an identifier carries; empty where it carries none."""
    kind, underscore, rest = identifier.partition("_")
    return kind if underscore and rest and _KIND.fullmatch(kind) else ""
