"""What is kept of an account, for how long and by whose word, and who received some of it."""

from __future__ import annotations

from pydantic import Field

from lmchat_desktop.contract.base import Answer, Count, Instant
from lmchat_desktop.contract.catalog import Processor
from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.policy import Part, PolicySource


class KeptStore(Answer):
    """One place where such data lies."""

    purpose: str
    """What it is for, in a few words."""
    retention: str
    """How long a record of it is kept, in words; some have a time of their own."""


class KeptPart(Answer):
    """How long one part of the data is kept."""

    part: Part
    category: Category
    days: Count | None = Field(
        description="0: not logged at all; null: kept as long as the account is there"
    )
    decided_by: PolicySource
    stores: list[KeptStore]


class AccountPolicy(Answer):
    """The data policy that is in force for an account, in the order of the categories."""

    account_id: str
    parts: list[KeptPart]


class Recipient(Answer):
    """A processor (GDPR art. 4(8)) that an account's data goes to, or has gone to."""

    processor: Processor
    first_at: Instant | None = None
    """When it first received some; null for a vendor that is written through, not routed to."""
    last_at: Instant | None = None
