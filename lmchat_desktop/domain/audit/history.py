"""How a log's newest head stands to the one that was kept: grown, restored, or another history.

The newest head is only believed where a proof leads to it from the kept one. A log that was put
back to a backup cannot prove that; it states the restore, signed with its key, and the proof then
leads from the state that it was put back to, and from every kept head that is not younger than it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Restore, statement_id
from lmchat_desktop.domain.audit.merkle import is_consistent
from lmchat_desktop.domain.audit.note import BadNote, BadSignature, UnknownSigner

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lmchat_desktop.domain.audit.checkpoint import Head
    from lmchat_desktop.domain.audit.note import LogKey

MAX_RESTORES = 1000


class Verdict(StrEnum):
    """How a head stands to the one that was kept."""

    FIRST = "first"
    """None was kept: there was nothing to compare it with."""
    SAME = "same"
    GROWN = "grown"
    RESTORED = "restored"
    """The log has lost entries by a restored backup, and says so with its signature."""
    REWRITTEN = "rewritten"
    """The kept entries are not the beginning of this history."""
    TRUNCATED = "truncated"
    """Kept entries are gone, and nothing signed says why."""
    OTHER_KEY = "other-key"
    """It is signed by another key than the kept one."""
    BAD_SIGNATURE = "bad-signature"
    """It names the log's key, which did not sign it."""
    UNREADABLE = "unreadable"
    """It is no signed head at all."""

    @property
    def is_good(self) -> bool:
        """Whether the head may take the kept one's place."""
        return self in (Verdict.FIRST, Verdict.SAME, Verdict.GROWN, Verdict.RESTORED)


@dataclass(frozen=True, slots=True)
class Step:
    """What has to be proved: that one tree is the beginning of another."""

    first: Head
    second: Head

    @property
    def needs_proof(self) -> bool:
        """Whether the sizes alone do not decide it."""
        return 0 < self.first.size < self.second.size

    def holds(self, proof: Sequence[bytes]) -> bool:
        """Whether the proof shows it."""
        return is_consistent(
            self.first.size, self.second.size, self.first.root, self.second.root, proof
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the newest head says, and what still has to be proved before it is believed.

    Attributes:
        verdict: what it is if all steps hold.
        checkpoint: the newest head; None where it could not be opened.
        steps: what has to be proved.
        restores: ids of the statements that count as heard of, once this head is kept.
    """

    verdict: Verdict
    checkpoint: Checkpoint | None = None
    steps: tuple[Step, ...] = ()
    restores: frozenset[str] = frozenset()


def compare(
    note: str,
    key: LogKey,
    kept: Head | None,
    *,
    earlier: Sequence[Head] = (),
    statements: Sequence[str] = (),
    heard: Collection[str] = (),
) -> Comparison:
    """Compare the newest signed head with what was kept.

    Args:
        note: the head, as the log gave it.
        key: the log's key, as it was kept.
        kept: the newest head that was believed; None at the first time.
        earlier: heads that were believed before.
        statements: the log's signed statements of restores, oldest first.
        heard: ids of the statements that were there when the kept head was believed.
    """
    known = frozenset(statement_id(each) for each in statements[-MAX_RESTORES:])
    try:
        checkpoint = Checkpoint.opened(note, key)
    except UnknownSigner:
        return Comparison(Verdict.OTHER_KEY, restores=known)
    except BadSignature:
        return Comparison(Verdict.BAD_SIGNATURE, restores=known)
    except BadNote:
        return Comparison(Verdict.UNREADABLE, restores=known)
    head = checkpoint.head
    if kept is None:
        return Comparison(Verdict.FIRST, checkpoint, (), known)
    base = _put_back(kept, key, [each for each in statements if statement_id(each) not in heard])
    if base is not None:
        # Kept heads follow from each other: where the newest of them holds, all of them do.
        before = [each for each in earlier if each.size <= base.size]
        newest = [max(before, key=lambda each: each.size)] if before else []
        steps = tuple(Step(each, head) for each in (*newest, base) if each.size)
        if all(step.first.size <= head.size for step in steps):
            return Comparison(Verdict.RESTORED, checkpoint, steps, known)
    if head.size < kept.size:
        return Comparison(Verdict.TRUNCATED, checkpoint, (), known)
    if head.size == kept.size:
        same = head.root == kept.root
        return Comparison(Verdict.SAME if same else Verdict.REWRITTEN, checkpoint, (), known)
    return Comparison(Verdict.GROWN, checkpoint, (Step(kept, head),) if kept.size else (), known)


def spread(sizes: Collection[int]) -> set[int]:
    """Which of a log's heads are worth keeping, by their sizes: the newest and the oldest, and
    between them the fewer the longer ago; about as many as the size has binary digits.
    """
    newest = max(sizes, default=0)
    kept: dict[int, int] = {}
    for size in sorted(sizes):
        kept.setdefault((newest - size).bit_length(), size)
    return set(kept.values())


def _put_back(kept: Head, key: LogKey, statements: Sequence[str]) -> Head | None:
    """What is left of the kept head after the restores; None where none of them concerns it."""
    place = kept
    for note in statements[-MAX_RESTORES:]:
        try:
            restore = Restore.opened(note, key)
        except BadNote:
            # Whoever cannot sign cannot state: without the statement it is a history cut short.
            continue
        if restore.back_to.size < place.size <= restore.lost.size and (
            place.size < restore.lost.size or place.root == restore.lost.root
        ):
            place = restore.back_to
    return None if place is kept else place
