"""The log: one file that several processes of the application share, redacted and rotated."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.redaction import RedactingFormatter
from lmchat_desktop.settings.paths import FILE_MODE, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from pathlib import Path

    from lmchat_desktop.domain.wording import Sentence

LOG_NAME = "lmchat-desktop.log"
LOG_BYTES = 1_000_000
LOG_FILES = 3
LOCK_NAME = f"{LOG_NAME}.lock"
FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
OURS = "lmchat_desktop"

if sys.platform == "win32":

    def _lock(file: int) -> None:
        """Windows does not let an open file be renamed: whoever cannot rotate goes on."""

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)


class SharedLog(logging.handlers.RotatingFileHandler):
    """Writes redacted records into a file that other processes write to and rotate as well.

    Each record is written under a lock of the folder, to the file that has the name at that moment.
    A record that cannot be written is dropped and counted; the application goes on.

    Attributes:
        dropped: how many records could not be written.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(
        self, folder: Path, *, most_bytes: int = LOG_BYTES, files: int = LOG_FILES
    ) -> None:
        private_folder(folder)
        self.dropped = 0
        self._guard = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            super().__init__(
                folder / LOG_NAME, maxBytes=most_bytes, backupCount=files, encoding="utf-8"
            )
        except OSError:
            os.close(self._guard)
            raise
        self.setFormatter(RedactingFormatter(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, after a rotation where one is due."""
        try:
            with self._alone():
                self._reopen_if_moved()
                super().emit(record)
        except OSError:
            self.dropped += 1

    def rotate(self, source: str, dest: str) -> None:
        """Rename a full file; one that is held open elsewhere is written on."""
        try:
            super().rotate(source, dest)
        except PermissionError:
            if sys.platform != "win32":
                raise

    def handleError(self, record: logging.LogRecord) -> None:
        """Count it: what logging would print of it holds the record's values."""
        self.dropped += 1

    def close(self) -> None:
        """Let the file go."""
        super().close()
        if self._guard >= 0:
            os.close(self._guard)
            self._guard = -1

    def _open(self) -> TextIOWrapper:
        def private(path: str, flags: int) -> int:
            return os.open(path, flags, FILE_MODE)

        return cast(
            "TextIOWrapper",
            open(
                self.baseFilename,
                self.mode,
                encoding=self.encoding,
                errors="backslashreplace",
                opener=private,
            ),
        )

    def _reopen_if_moved(self) -> None:
        if self.stream is None:
            return
        try:
            named = os.stat(self.baseFilename)
        except FileNotFoundError:
            named = None
        held = os.fstat(self.stream.fileno())
        if named is None or (named.st_dev, named.st_ino) != (held.st_dev, held.st_ino):
            self.stream.close()
            self.stream = self._open()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._guard < 0:
            yield
            return
        _lock(self._guard)
        try:
            yield
        finally:
            _unlock(self._guard)


if sys.platform == "win32":

    def _unlock(file: int) -> None:
        """There is nothing to undo."""

else:

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def start_log(folder: Path) -> Sentence | None:
    """Log into a file of the folder from now on, or to stderr where that cannot be.

    Of other people's libraries warnings alone are logged: what they say at lower levels holds
    addresses with queries, statements and values.

    Returns:
        What to tell the person where the file cannot be written; None where all is well.
    """
    trouble: Sentence | None = None
    handler: logging.Handler
    try:
        handler = SharedLog(folder)
    except OSError as error:
        handler = logging.StreamHandler()
        handler.setFormatter(RedactingFormatter(FORMAT))
        trouble = said(
            "Log",
            "The log cannot be written ({reason}), so nothing will be known of this run "
            "afterwards. Everything else works. Check the folder's permissions and start again.",
            reason=os.strerror(error.errno) if error.errno else type(error).__name__,
        )
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in (OURS, "qt"):
        logging.getLogger(name).setLevel(logging.INFO)
    if trouble is not None:
        logging.getLogger(__name__).warning("%s", trouble)
    return trouble
