"""Keys that were found where they should not be, asked about by the hashes of their secrets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Body, Instant
from lmchat_desktop.contract.identity import Person
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.domain.leaks import MAX_HASHES

SecretHash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""SHA-256 of a secret in hexadecimal. A secret itself is never sent."""


class LeakLookup(Body):
    """Which keys are looked for."""

    hashes: list[SecretHash] = Field(min_length=1, max_length=MAX_HASHES)


class LeakRevoke(LeakLookup):
    """Keys to end at once, and whether their owners are told by mail."""

    notice: bool = True
    found_in: str = Field(
        default="", max_length=500, description="where, for the owner and the audit log"
    )


class LeakedKey(Answer):
    """A key that is known by its hash."""

    hash: str
    key: ApiKey
    account_id: str
    account_name: str
    owners: list[Person]
    last_used_at: Instant | None = None
    revoked_now: bool = False
    """Whether this call ended it; one that had ended before stays as it was."""


class LeakedKeys(Answer):
    """The keys that are known, in the order in which they were asked for; of others nothing."""

    data: list[LeakedKey]
