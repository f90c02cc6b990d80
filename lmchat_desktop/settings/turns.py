"""Turns of the processes that change one settings file: an OS lock that ends with its holder."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lmchat_desktop.settings.paths import FILE_MODE, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_END = ".lock"
PATIENCE_S = 5.0
"""How long a change waits for another process, whose own takes milliseconds."""
_LOOK_S = 0.01
_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


@contextmanager
def turn(path: Path, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Keep other processes, and other users of the file in this one, from changing it meanwhile.

    On a file system that knows no locks the block goes on without one.

    Args:
        path: the file; an empty one beside it is locked and stays.
        patience_s: seconds to wait for others.

    Raises:
        OSError: the lock cannot be made, or (`TimeoutError`) was not to be had in time.
    """
    private_folder(path.parent)
    lock = os.open(path.with_name(path.name + LOCK_END), os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        _await(lock, patience_s)
        yield
    finally:
        os.close(lock)


def _await(lock: int, patience_s: float) -> None:
    end = time.monotonic() + patience_s
    while True:
        try:
            _lock(lock)
        except OSError as trouble:
            if trouble.errno in _NO_LOCKS:
                return
            if trouble.errno not in _HELD:
                raise
        else:
            return
        if time.monotonic() > end:
            raise TimeoutError(errno.ETIMEDOUT, "another process holds the settings")
        time.sleep(_LOOK_S)


if sys.platform == "win32":
    import msvcrt

    def _lock(lock: int) -> None:
        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(lock: int) -> None:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
