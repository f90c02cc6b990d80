"""What an entry's leaf is: plain facts, and salted commitments to the values that name people.

A leaf holds no personal value itself. While a value and its salt are there, anybody can see that
they are what the leaf was made over; once both are erased, the commitment still stands in the tree
and tells nothing, since the salt is as long as the hash. The leaf of an entry cannot be guessed
either, though its facts are few: its commitments are as good as random.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.domain.audit.merkle import HASH_BYTES, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "lmchat-audit-entry/1"
VALUES = ("actor_id", "device_id", "entity_id", "account_id", "reason")
"""The values of an entry that can name a person, in their order."""
SALT_BYTES = 32

_DOMAIN = b"lmchat-audit-value/1\n"


class BadEntry(ValueError):
    """An entry that can have no leaf: a value is neither open nor committed to, or both."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log, as far as it is still there.

    Attributes:
        seq: its place in the tree, from 0.
        at_ms: when it was written, in milliseconds since the epoch.
        action: what was done.
        entity_kind: to what kind of thing.
        values: those that can name a person; None is an absent one.
        salts: of those values that are still there.
        commitments: to those that are not, erased or kept from the reader.
    """

    seq: int
    at_ms: int
    action: str
    entity_kind: str
    values: Mapping[str, str | None] = field(repr=False)
    salts: Mapping[str, bytes] = field(repr=False)
    commitments: Mapping[str, bytes]

    def leaf(self) -> bytes:
        """The hash of the entry's leaf.

        Raises:
            BadEntry: it can have none.
        """
        return leaf_hash(leaf_bytes(self))


def new_salts() -> dict[str, bytes]:
    """A salt for each value of a new entry."""
    return {name: secrets.token_bytes(SALT_BYTES) for name in VALUES}


def commitment(name: str, salt: bytes, value: str | None) -> bytes:
    """What stands in the leaf for a value: SHA-256 over its name, its salt and itself."""
    written = b"\x00" if value is None else b"\x01" + value.encode()
    return hashlib.sha256(_DOMAIN + name.encode() + b"\n" + salt + written).digest()


def commitments_of(entry: Entry) -> dict[str, bytes]:
    """The commitments to all values of an entry.

    Raises:
        BadEntry: a value is neither open nor committed to, or both.
    """
    found: dict[str, bytes] = {}
    for name in VALUES:
        salt, closed = entry.salts.get(name), entry.commitments.get(name)
        if (salt is None) == (closed is None):
            raise BadEntry(f"{name} is not either open or closed")
        if salt is not None:
            if len(salt) != SALT_BYTES:
                raise BadEntry(f"the salt of {name} has another length")
            try:
                found[name] = commitment(name, salt, entry.values.get(name))
            except UnicodeEncodeError as error:
                raise BadEntry(f"{name} is no text that UTF-8 can hold") from error
        elif closed is not None:
            if len(closed) != HASH_BYTES:
                raise BadEntry(f"the commitment to {name} has another length")
            if entry.values.get(name) is not None:
                raise BadEntry(f"{name} is shown without what would prove it")
            found[name] = closed
    return found


def leaf_bytes(entry: Entry) -> bytes:
    """What is hashed: JSON in the canonical form of RFC 8785.

    Raises:
        BadEntry: it can have none.
    """
    leaf = {
        "action": entry.action,
        "at_ms": entry.at_ms,
        "commitments": {name: made.hex() for name, made in commitments_of(entry).items()},
        "entity_kind": entry.entity_kind,
        "format": FORMAT,
        "seq": entry.seq,
    }
    text = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise BadEntry("a text is not one that UTF-8 can hold") from error
