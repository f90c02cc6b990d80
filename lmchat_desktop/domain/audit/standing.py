"""How a log's history stands on this device: up to where it was verified, and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.domain.audit.checkpoint import Head
    from lmchat_desktop.domain.audit.history import Verdict


@dataclass(frozen=True, slots=True)
class KeptHead:
    """The newest head that was believed.

    Attributes:
        head: the tree; entries below its size are verified.
        key: the log's key, as a line.
        note: the head as the log signed it.
        verdict: how it stood to the head that was kept before it.
        since: when it was first seen.
        checked_at: when the log last showed it, or one that it is the beginning of.
        reason: why a person accepted it although it did not follow from what was kept; "" for one
            that did.
    """

    head: Head
    key: str
    note: str
    verdict: Verdict
    since: datetime
    checked_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A head that does not follow from the kept one, or is none.

    Attributes:
        verdict: what is wrong with it.
        head: the tree that it claims; None where it cannot be read.
        key: the key that it is signed by, as a line; "" where it is not known.
        found_at: when it was first seen.
        checked_at: when it was last seen.
    """

    verdict: Verdict
    head: Head | None
    key: str
    found_at: datetime
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that a person has accepted.

    Attributes:
        finding: what was found.
        at: when it was accepted.
        reason: why, in the person's words.
    """

    finding: Finding
    at: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a log's history.

    Attributes:
        kept: the newest head that was believed; None before the first.
        finding: what was found and not accepted by a person yet; the kept head stays beside it.
        unchecked: why the last look led to nothing, a sentence; "" where it did.
    """

    kept: KeptHead | None = None
    finding: Finding | None = None
    unchecked: str = ""

    @property
    def verified(self) -> int:
        """How many entries are verified, from the first on."""
        return 0 if self.kept is None else self.kept.head.size

    @property
    def is_sound(self) -> bool:
        """Whether all that was ever shown of the log fits together."""
        return self.kept is not None and self.finding is None
