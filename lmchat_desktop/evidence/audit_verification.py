"""Verifies an export of the audit log without the backend, believing only what is signed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, BinaryIO

from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.leaf import BadEntry
from lmchat_desktop.domain.audit.merkle import Edge, is_included
from lmchat_desktop.domain.audit.note import BadNote, LogKey
from lmchat_desktop.evidence.audit_export import DamagedExport, ExportReader, NoExport

if TYPE_CHECKING:
    from lmchat_desktop.domain.audit.checkpoint import Head
    from lmchat_desktop.evidence.audit_export import Header

SHOWN_PROBLEMS = 20


class Extent(StrEnum):
    """What the entries of a file are of the log, by their numbers."""

    WHOLE = "whole"
    """All of them, up to the signed head."""
    RANGE = "range"
    """All of them from one to another."""
    PART = "part"
    """Some: nothing is said of those that are not there."""
    NONE = "none"


class HeadCheck(StrEnum):
    """How the file's head stands to one that was kept elsewhere."""

    NOT_ASKED = "not-asked"
    SAME = "same"
    CONTAINED = "contained"
    """The kept head is the beginning of what the file shows."""
    CONTRADICTED = "contradicted"
    NOT_COMPARABLE = "not-comparable"
    """The sizes differ, and the file does not show what lies between."""


@dataclass(slots=True)
class Report:
    """What was found in a file.

    Attributes:
        header: what it says about itself.
        key: the key that its head is signed with.
        key_given: whether the key came from elsewhere than the file.
        checkpoint: the signed head.
        entries: how many were read.
        proved: how many of them are in the tree of the head.
        first, last: the numbers of the first and the last.
        erased: values that were erased or kept from whoever made the file.
        extent: what they are of the log.
        head_check: how the head stands to the one that was given.
        problems: what is wrong, a line each; the first ones.
        problem_count: how many there are.
    """

    header: Header
    key: LogKey
    key_given: bool
    checkpoint: Checkpoint
    entries: int = 0
    proved: int = 0
    first: int = 0
    last: int = -1
    erased: int = 0
    extent: Extent = Extent.NONE
    head_check: HeadCheck = HeadCheck.NOT_ASKED
    problems: list[str] = field(default_factory=list)
    problem_count: int = 0

    @property
    def is_good(self) -> bool:
        """Whether all that the file shows is proved, and nothing contradicts it."""
        return self.problem_count == 0 and self.head_check not in (
            HeadCheck.CONTRADICTED,
            HeadCheck.NOT_COMPARABLE,
        )

    def complain(self, problem: str) -> None:
        """Note what is wrong."""
        self.problem_count += 1
        if len(self.problems) < SHOWN_PROBLEMS:
            self.problems.append(problem)


class NotSigned(ValueError):
    """The head of the file is not signed by the key."""


def verify_export(stream: BinaryIO, key: LogKey | None = None, kept: Head | None = None) -> Report:
    """Read an export and verify every entry of it.

    Args:
        stream: opened in binary.
        key: the log's key from elsewhere; None believes the file about it.
        kept: a head of the log from elsewhere.

    Raises:
        NoExport: the file is none.
        NotSigned: its head is not signed by the key, so that nothing in it is proved.
    """
    reader = ExportReader(stream)
    try:
        signer = key or LogKey.parse(reader.header.key)
        checkpoint = Checkpoint.opened(reader.header.checkpoint, signer)
    except BadNote as trouble:
        raise NotSigned(str(trouble)) from trouble
    except ValueError as trouble:
        raise NoExport("the key that it names is none") from trouble
    report = Report(reader.header, signer, key is not None, checkpoint)
    _read(reader, report, kept)
    return report


def _read(reader: ExportReader, report: Report, kept: Head | None) -> None:
    head = report.checkpoint.head
    edge: Edge | None = Edge()
    unbroken = True
    kept_root: bytes | None = None
    try:
        for line in reader.lines():
            entry = line.entry
            report.entries += 1
            if report.entries == 1:
                report.first = entry.seq
            elif entry.seq <= report.last:
                report.complain(f"line {line.number}: entry {entry.seq} is out of order")
                unbroken = False
            elif entry.seq != report.last + 1:
                unbroken = False
            report.last = max(report.last, entry.seq)
            try:
                leaf = entry.leaf()
            except BadEntry as trouble:
                report.complain(f"line {line.number}: entry {entry.seq}: {trouble}")
                edge = None
                continue
            report.erased += len(entry.commitments)
            if is_included(entry.seq, head.size, leaf, line.proof, head.root):
                report.proved += 1
            else:
                report.complain(f"line {line.number}: entry {entry.seq} is not what was signed")
            if edge is not None and entry.seq == edge.size:
                edge.append(leaf)
                if kept is not None and edge.size == kept.size:
                    kept_root = edge.root
            else:
                edge = None
    except DamagedExport as damage:
        report.complain(f"line {damage.line}: {damage}")
        unbroken = False
    if report.entries and unbroken and report.problem_count == 0:
        whole = (report.first, report.last) == (0, head.size - 1)
        report.extent = Extent.WHOLE if whole else Extent.RANGE
    elif report.entries:
        report.extent = Extent.PART
    elif head.size == 0 and report.problem_count == 0:
        report.extent = Extent.WHOLE
    if kept is not None:
        report.head_check = _compared(head, kept, kept_root)


def _compared(head: Head, kept: Head, kept_root: bytes | None) -> HeadCheck:
    if kept.size == head.size:
        return HeadCheck.SAME if kept.root == head.root else HeadCheck.CONTRADICTED
    if kept.size == 0:
        return HeadCheck.CONTAINED
    if kept_root is None:
        return HeadCheck.NOT_COMPARABLE
    return HeadCheck.CONTAINED if kept_root == kept.root else HeadCheck.CONTRADICTED
