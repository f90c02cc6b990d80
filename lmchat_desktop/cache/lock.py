"""One process at a time has a cache open: an OS lock that ends with the process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from lmchat_desktop.cache.trouble import CacheInUse, trouble_of_file

if TYPE_CHECKING:
    from pathlib import Path

LOCK_END = ".lock"
"""What the name of a cache's lock file ends in."""


class FileLock:
    """An exclusive lock on a small empty file.

    Raises:
        CacheInUse: someone else, in this or another process, holds the lock.
        CacheUnwritable: the lock file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file: int | None = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise trouble_of_file(error) from error
        try:
            _lock(self._file)
        except OSError as error:
            os.close(self._file)
            self._file = None
            raise CacheInUse() from error

    def release(self) -> None:
        """Let others have it. The file stays, since removing it would race with another opener."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def lock_cache(path: Path) -> FileLock:
    """Lock the cache at `path`, whether it exists or not; its folder is made.

    Raises:
        CacheInUse: someone else, in this or another process, has it open.
        CacheUnwritable, DiskFull: the folder or the lock file cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise trouble_of_file(error) from error
    return FileLock(path.with_name(f"{path.name}{LOCK_END}"))


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
