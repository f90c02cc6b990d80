"""What a log signs: its head (C2SP tlog-checkpoint), and that it was put back to an earlier state.

A head is a note of four lines: the log's origin, the number of leaves, the root in base 64, and the
time of the signature as an extension. A restore is a note of its own that can be taken for no head.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.domain.audit.merkle import EMPTY_ROOT, HASH_BYTES
from lmchat_desktop.domain.audit.note import BadNote, from_base64, opened, to_base64

if TYPE_CHECKING:
    from lmchat_desktop.domain.audit.note import LogKey, Signer

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_TIME = "time "
_RESTORE = " restored from a backup"
_RESTORE_TEXT = re.compile(
    rf"(.+){_RESTORE}\nlost (\S+) (\S+)\nback to (\S+) (\S+)\n{_TIME}(\S+)\n", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Head:
    """A tree as it stood: how many leaves it had, and its root."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if len(self.root) != HASH_BYTES or (self.size == 0 and self.root != EMPTY_ROOT):
            raise ValueError("not the head of a tree")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head that a log has signed, or is to sign.

    Attributes:
        origin: which log.
        head: its tree.
        at_ms: when it was signed, in milliseconds since the epoch; None where it does not say.
    """

    origin: str
    head: Head
    at_ms: int | None = None

    def signed(self, signer: Signer) -> str:
        """The checkpoint as a signed note."""
        lines = [self.origin, str(self.head.size), to_base64(self.head.root)]
        if self.at_ms is not None:
            lines.append(f"{_TIME}{self.at_ms}")
        return signer.sign("".join(f"{line}\n" for line in lines))

    @classmethod
    def opened(cls, note: str, key: LogKey) -> Checkpoint:
        """The checkpoint that the log has signed.

        Raises:
            UnknownSigner, BadSignature: as they say.
            BadNote: it is no checkpoint of this log.
        """
        lines = opened(note, key).split("\n")[:-1]
        if len(lines) < 3 or not all(lines) or lines[0] != key.name:
            raise BadNote("it is no checkpoint of this log")
        times = [line.removeprefix(_TIME) for line in lines[3:] if line.startswith(_TIME)]
        if len(times) > 1:
            raise BadNote("it tells more than one time")
        at_ms = _number(times[0]) if times else None
        return cls(lines[0], _head(lines[1], lines[2]), at_ms)


@dataclass(frozen=True, slots=True)
class Restore:
    """That a log was put back to an earlier state, and what was lost by it.

    Attributes:
        lost: the newest head that the log had signed before.
        back_to: the head that it was put back to, which is shorter.
        at_ms: when this was signed.
    """

    lost: Head
    back_to: Head
    at_ms: int

    def __post_init__(self) -> None:
        if self.back_to.size >= self.lost.size:
            raise ValueError("a restore goes back")

    def signed(self, signer: Signer) -> str:
        """The statement as a signed note."""
        return signer.sign(
            f"{signer.key.name}{_RESTORE}\n"
            f"lost {self.lost.size} {to_base64(self.lost.root)}\n"
            f"back to {self.back_to.size} {to_base64(self.back_to.root)}\n"
            f"{_TIME}{self.at_ms}\n"
        )

    @classmethod
    def opened(cls, note: str, key: LogKey) -> Restore:
        """The statement that the log has signed.

        Raises:
            UnknownSigner, BadSignature: as they say.
            BadNote: it is no such statement of this log.
        """
        found = _RESTORE_TEXT.fullmatch(opened(note, key))
        if found is None or found[1] != key.name:
            raise BadNote("it is no statement of a restore")
        lost, back_to = _head(found[2], found[3]), _head(found[4], found[5])
        try:
            return cls(lost, back_to, _number(found[6]))
        except BadNote:
            raise
        except ValueError as error:
            raise BadNote("its heads are not a later and an earlier one") from error


def statement_id(note: str) -> str:
    """By which a statement is known again."""
    return hashlib.sha256(note.encode()).hexdigest()


def _head(size: str, root: str) -> Head:
    try:
        return Head(_number(size), from_base64(root))
    except BadNote:
        raise
    except ValueError as error:
        raise BadNote("it names no head of a tree") from error


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise BadNote("a number in it is none")
    return int(text)
