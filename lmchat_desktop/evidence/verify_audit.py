"""`lmchat-desktop verify-audit`: says whether an export of the audit log proves what it shows.

Exit codes: 0, all of it is proved; 1, something is not; 2, there was nothing to verify: the file
cannot be read, or is no export.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lmchat_desktop.domain.audit.checkpoint import Checkpoint
from lmchat_desktop.domain.audit.note import MAX_BYTES, BadNote, LogKey
from lmchat_desktop.evidence.audit_export import NoExport
from lmchat_desktop.evidence.audit_verification import (
    Extent,
    HeadCheck,
    NotSigned,
    Report,
    verify_export,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from lmchat_desktop.domain.audit.checkpoint import Head

PROVED, NOT_PROVED, NOTHING = 0, 1, 2

_HEADS = {
    HeadCheck.SAME: "The head is the one that you kept.",
    HeadCheck.CONTAINED: "The head that you kept is the beginning of this log.",
    HeadCheck.CONTRADICTED: "The head that you kept is NOT of this history: it was rewritten.",
    HeadCheck.NOT_COMPARABLE: "The head that you kept has another size, and this file does not "
    "show all entries up to it: the two could NOT be compared.",
}


def main(path: Path, key: Path | None, head: Path | None) -> int:
    """Verify a file, print what was found, and answer the exit code.

    Args:
        path: the export.
        key: a file with the log's key in a line, from elsewhere than the export.
        head: a file with a signed head of the log that was kept.
    """
    try:
        known = None if key is None else LogKey.parse(_text(key))
    except ValueError:
        return _nothing(f"{key} holds no key of a log.")
    except OSError as error:
        return _nothing(f"{key} cannot be read: {error.strerror}.")
    try:
        with path.open("rb") as stream:
            kept = None if head is None else _head(head, known or _key_in(path))
            report = verify_export(stream, known, kept)
    except NoExport as trouble:
        return _nothing(f"{path} is no export of an audit log: {trouble}.")
    except NotSigned as trouble:
        whose = "the key that was given" if known is not None else "the key that it names"
        _say(f"{path}: NOT PROVED.", f"Its head is not signed by {whose}: {trouble}.")
        return NOT_PROVED
    except _NoHead:
        return _nothing(f"{head} holds no head that the log's key has signed.")
    except OSError as error:
        return _nothing(f"{error.filename or path} cannot be read: {error.strerror}.")
    _say(f"{path}: {'proved' if report.is_good else 'NOT PROVED'}.", *_told(report))
    return PROVED if report.is_good else NOT_PROVED


class _NoHead(Exception):
    """The file with the kept head holds none of this log."""


def _told(report: Report) -> Iterator[str]:
    head = report.checkpoint.head
    yield from (f"Problem: {problem}." for problem in report.problems)
    if report.problem_count > len(report.problems):
        yield f"… and {report.problem_count - len(report.problems)} more problems."
    yield f"{report.proved} of {report.entries} entries are proved to be in the log."
    if report.problem_count:
        yield "Because of the problems nothing is said of whether entries are missing."
    match report.extent if not report.problem_count else None:
        case Extent.WHOLE:
            yield f"They are all {head.size} entries up to the signed head: none is missing."
        case Extent.RANGE:
            yield (
                f"They are all entries from number {report.first} to {report.last}: none between "
                f"them is missing. The signed head has {head.size}."
            )
        case Extent.PART:
            yield (
                f"They are a part of the {head.size} entries of the signed head. That each is in "
                "the log is proved; that no other one would belong here is not."
            )
        case Extent.NONE:
            yield "There is no entry in it, and so it proves nothing but its head."
    if report.erased:
        yield (
            f"{report.erased} values are not in the file: they were erased, or were not for "
            "whoever made it. The entries are proved without them."
        )
    if report.head_check is not HeadCheck.NOT_ASKED:
        yield _HEADS[report.head_check]
    yield f"Log: {report.key.name}"
    yield f"Head: {head.size} entries{_when(report.checkpoint.at_ms)}, root {head.root.hex()}"
    yield f"Key: {report.key.fingerprint}"
    if not report.key_given:
        yield (
            "The key was taken from the file itself, which anybody can write. Compare it with "
            "what lmchat shows, or give the key that you have with --key."
        )


def _when(at_ms: int | None) -> str:
    if at_ms is None:
        return ""
    try:
        at = datetime.fromtimestamp(at_ms // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f" on {at:%Y-%m-%d} at {at:%H:%M:%S} UTC"


def _head(path: Path, key: LogKey) -> Head:
    try:
        return Checkpoint.opened(_text(path), key).head
    except BadNote as trouble:
        raise _NoHead from trouble


def _key_in(path: Path) -> LogKey:
    from lmchat_desktop.evidence.audit_export import ExportReader

    with path.open("rb") as stream:
        try:
            return LogKey.parse(ExportReader(stream).header.key)
        except NoExport:
            raise
        except ValueError as trouble:
            raise NoExport("the key that it names is none") from trouble


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES).decode(errors="replace")


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{_plain(line, sys.stdout)}\n")


def _nothing(why: str) -> int:
    sys.stderr.write(f"lmchat-desktop: {_plain(why, sys.stderr)}\n")
    return NOTHING


def _plain(line: str, stream: TextIO) -> str:
    """A line for a terminal: what came from a file can hold signs that steer one."""
    shown = "".join(sign if sign.isprintable() else "?" for sign in line)
    encoding = stream.encoding or "utf-8"
    return shown.encode(encoding, "backslashreplace").decode(encoding)
