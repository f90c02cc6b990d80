"""Notices at the next start that the application did not come to its end, and how it ended."""

from __future__ import annotations

import faulthandler
import logging
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lmchat_desktop.services.crash_reports import MOST_BYTES, CrashReport, CrashReports, versions
from lmchat_desktop.services.redaction import short_place
from lmchat_desktop.settings.paths import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

PREFIX, SUFFIX = "running-", ".txt"
PATTERN = f"{PREFIX}*{SUFFIX}"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_HEAD_END = "--"
_SAME_BOOT_S = 120.0
_FAR = 2**30
"""Where Windows locks a byte, which must be none that is read."""

_FRAME = re.compile(r'  File "(.+)", line (\d+) in (\S.{0,199})')
_HEADING = re.compile(
    r"(?:Fatal Python error|Windows fatal exception): [\w :()-]{1,80}"
    r"|(?:Current thread|Thread) 0x[0-9a-f]+.{0,40} \(most recent call first\):"
    r"|  <no Python frame>|  \.\.\."
)

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Ending(StrEnum):
    """How a run ended that did not come to its end."""

    CRASHED = "crashed"
    """A fatal signal, which left a traceback."""
    MACHINE_STOPPED = "machine-stopped"
    """The machine was switched off or started anew while it ran."""
    CUT_OFF = "cut-off"
    """It left no trace and the machine went on: it was killed, or memory ran out."""


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run that did not come to its end.

    Attributes:
        ending: how it ended.
        at: when it was last written to: of a crash the moment, else the start.
        versions: what ran.
        trace: files, lines and functions of a crash, empty for the others.
    """

    ending: Ending
    at: datetime
    versions: str
    trace: str = ""


class RunningMark:
    """A locked file that is there as long as this process runs, and takes its fatal traceback.

    `faulthandler` writes files, lines and functions of every thread, never a value. It cannot
    write where the process is killed or the machine loses power: then the file stays as it was.

    Args:
        folder: the folder of the crash reports; it is made.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        private_folder(folder)
        self._path, self._file = _locked_file(folder)
        head = f"boot: {_boot()}\nversions: {versions()}\n{_HEAD_END}\n"
        self._file.write(head.encode())
        self._file.flush()
        faulthandler.enable(self._file, all_threads=True)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def end(self) -> None:
        """The run came to its end.

        Where the folder turned read-only meanwhile the file stays, and the next start logs a run
        that was cut off.
        """
        faulthandler.disable()
        self._file.close()
        try:
            self._path.unlink(missing_ok=True)
        except OSError as trouble:
            logger.warning("that this run has ended was not noted: %s", trouble.strerror)


def earlier_runs(folder: Path) -> Iterator[EarlierRun]:
    """The runs that did not come to their end; one that goes on is left alone.

    Each is forgotten when the next is asked for and not before, so that whoever ends while using
    it finds it again.
    """
    for path in sorted(folder.glob(PATTERN)) if folder.is_dir() else ():
        yield from _run_at(path)


def report_crashes(reports: CrashReports) -> list[CrashReport]:
    """Write a report of every earlier crash; of other endings the log says what is known.

    Raises:
        OSError: a report was not written.
    """
    written = []
    for run in earlier_runs(reports.folder):
        if run.ending is Ending.CRASHED:
            what = "The application ended by a fatal error."
            written.append(reports.write(what, run.trace, at=run.at, running=run.versions))
        elif run.ending is Ending.MACHINE_STOPPED:
            logger.info("the machine was stopped while the application ran")
        else:
            logger.warning("an earlier run was killed, or ran out of memory; it left no trace")
    return written


def _locked_file(folder: Path) -> tuple[Path, IO[bytes]]:
    while True:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=folder)
        file = os.fdopen(descriptor, "r+b")
        try:
            _lock(descriptor)
        except OSError:
            file.close()
            continue
        # Another start can have taken it for a dead one's between making and locking it.
        if Path(name).exists():
            return Path(name), file
        file.close()


def _run_at(path: Path) -> Iterator[EarlierRun]:
    """The run of a file that no process holds any more, which is removed afterwards."""
    try:
        file = path.open("r+b")
    except OSError:
        return
    with file:
        try:
            _lock(file.fileno())
            content = file.read(MOST_BYTES).decode("utf-8", "replace")
            at = os.fstat(file.fileno()).st_mtime
        except OSError:
            return
        yield _run_of(content, at)
        if sys.platform != "win32":
            path.unlink(missing_ok=True)
    if sys.platform == "win32":
        path.unlink(missing_ok=True)


def _run_of(content: str, written_s: float) -> EarlierRun:
    head, _, body = content.partition(f"\n{_HEAD_END}\n")
    known = dict(line.partition(": ")[::2] for line in head.splitlines())
    at = datetime.fromtimestamp(written_s, UTC)
    running = known.get("versions", "unknown")[:300]
    if body.strip():
        return EarlierRun(Ending.CRASHED, at, running, "\n".join(_trace(body)))
    same = _is_this_boot(known.get("boot", ""))
    return EarlierRun(Ending.CUT_OFF if same else Ending.MACHINE_STOPPED, at, running)


def _trace(body: str) -> Iterator[str]:
    """The lines of a fatal traceback that have the form they should have, their paths shortened."""
    for line in body.splitlines():
        frame = _FRAME.fullmatch(line)
        if frame:
            path, number, function = frame.groups()
            yield f'  File "{short_place(path)}", line {number}, in {function}'
        elif _HEADING.fullmatch(line) or not line:
            yield line


def _boot() -> str:
    """What tells this start of the machine from another: its id, or about when it was."""
    try:
        return BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return f"{time.time() - time.monotonic():.0f}"


def _is_this_boot(noted: str) -> bool:
    now = _boot()
    if noted.isdigit() and now.isdigit():
        return abs(int(noted) - int(now)) < _SAME_BOOT_S
    return noted == now
