"""Crash reports: a few small files without secrets or content, never sent anywhere."""

from __future__ import annotations

import os
import platform
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lmchat_desktop import __version__
from lmchat_desktop.services.redaction import redacted
from lmchat_desktop.settings.paths import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FOLDER_NAME = "crashes"
KEPT = 5
MOST_BYTES = 64 * 1024
PATTERN = "crash-*.txt"
SEEN_END = ".seen.txt"
_TIME = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"crash-(\d{8}T\d{6}\.\d{6}Z)(?:-\d+)?(?:\.seen)?\.txt")


def now_utc() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def versions() -> str:
    """What runs here, in a line: nothing of the machine but its system and kind."""
    python = platform.python_version()
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    parts = [f"lmchat desktop {__version__}", f"Python {python}"]
    # Asked of what is loaded already: this package does without Qt.
    qt = getattr(sys.modules.get("PySide6.QtCore"), "qVersion", None)
    if qt is not None:
        parts.append(f"Qt {qt()}")
    return ", ".join([*parts, system])


@dataclass(frozen=True, slots=True)
class CrashReport:
    """One report.

    Attributes:
        path: its file.
        at: when it happened.
        seen: whether a person was shown it.
    """

    path: Path
    at: datetime
    seen: bool

    def text(self) -> str:
        """What it says.

        Raises:
            OSError: it cannot be read.
        """
        with self.path.open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8", "replace")


class CrashReports:
    """The reports of one installation. Thread-safe: each report is a file of its own.

    Args:
        folder: where they lie; it is made with the first.
        now: tells the time, unless a test has another.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = now_utc) -> None:
        self.folder = folder
        self._now = now

    def write(
        self,
        what: str,
        details: str,
        *,
        at: datetime | None = None,
        running: str | None = None,
        thread: str = "",
    ) -> CrashReport:
        """Write a report as a whole, and remove the oldest beyond the five that are kept.

        Args:
            what: what happened, in a line.
            details: where: files, lines and functions, as `redacted_traceback` tells them.
            at: when; now, where it is not said.
            running: the versions that ran; those that run now, where it is not said.
            thread: the thread's name.

        Raises:
            OSError: it was not written.
        """
        at = at or self._now()
        head = [
            f"time: {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            f"versions: {running if running is not None else versions()}",
            f"what: {what}",
        ]
        if thread:
            head.append(f"thread: {thread}")
        text = redacted("\n".join([*head, "", details.strip(), ""]))
        path = self._free_path(at)
        write_private(path, text.encode("utf-8", "replace")[:MOST_BYTES])
        self._drop_oldest()
        return CrashReport(path, at, False)

    def all(self) -> list[CrashReport]:
        """What is kept, the newest first."""
        found = []
        for path in self.folder.glob(PATTERN) if self.folder.is_dir() else ():
            named = _NAME.fullmatch(path.name)
            if named:
                at = datetime.strptime(named.group(1), _TIME).replace(tzinfo=UTC)
                found.append(CrashReport(path, at, path.name.endswith(SEEN_END)))
        return sorted(found, key=lambda report: (report.at, report.path.name), reverse=True)

    def unseen(self) -> list[CrashReport]:
        """What nobody was shown yet, the newest first."""
        return [report for report in self.all() if not report.seen]

    def mark_seen(self, report: CrashReport) -> CrashReport:
        """Note that a person was shown it, so that it is not offered again.

        Raises:
            OSError: it could not be noted.
        """
        if report.seen or not report.path.exists():
            return report
        path = report.path.with_name(report.path.name.removesuffix(".txt") + SEEN_END)
        return CrashReport(report.path.replace(path), report.at, True)

    def delete(self, report: CrashReport) -> None:
        """Remove a report.

        Raises:
            OSError: it is still there.
        """
        stem = report.path.name.removesuffix(SEEN_END).removesuffix(".txt")
        for end in (".txt", SEEN_END):
            report.path.with_name(f"{stem}{end}").unlink(missing_ok=True)

    def _free_path(self, at: datetime) -> Path:
        private_folder(self.folder)
        stem = f"crash-{at.astimezone(UTC):{_TIME}}"
        path, number = self.folder / f"{stem}.txt", 1
        while path.exists():
            number += 1
            path = self.folder / f"{stem}-{number}.txt"
        return path

    def _drop_oldest(self) -> None:
        for report in self.all()[KEPT:]:
            os.unlink(report.path)
