"""Destroys a cache for good: its key first, then what its key can be made of, then its files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lmchat_desktop.cache.lock import LOCK_END
from lmchat_desktop.cache.secret import SALT_BYTES
from lmchat_desktop.cache.trouble import trouble_of_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENDED_END = ".ended"
"""What the name of the note ends in that a cache is being destroyed."""

_WAL_END, _SHM_END = "-wal", "-shm"
_CHUNK_BYTES = 2**20


def condemn(path: Path, why: str) -> None:
    """Note, to outlast a crash, that the cache at `path` is to be destroyed, and why.

    Nothing opens it from then on; `condemned` tells the next start to go on.

    Args:
        path: the cache, open or not.
        why: a trouble's code.

    Raises:
        DiskFull, CacheUnwritable: it could not be noted.
    """
    try:
        note = os.open(_note(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(note, why.encode())
            os.fsync(note)
        finally:
            os.close(note)
        _sync_folder(path.parent)
    except OSError as error:
        raise trouble_of_file(error) from error


def condemned(path: Path) -> str | None:
    """Why the cache at `path` is to be destroyed; None where it is not.

    Raises:
        CacheUnwritable: the note is there and cannot be read.
    """
    try:
        return _note(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise trouble_of_file(error) from error


def has_files(path: Path) -> bool:
    """Whether any file of a cache is left; its lock and the note are none."""
    return next(_files(path), None) is not None


def remove(path: Path, *, keep_note: bool = False) -> None:
    """Remove a closed cache whose key was destroyed, with its backups and what was set aside.

    The key of a passphrase's cache follows from the passphrase and the salt, so each salt is
    overwritten and synced first: in the first 16 bytes of a file, and wherever a -wal repeats its
    first page. Then no copy of the other pages opens again, even where the medium still has them;
    whether it also keeps what was overwritten is beyond a program. It can be called again after a
    crash at any point; the note of `condemn` goes last. The caller holds the lock.

    Args:
        path: the cache.
        keep_note: whether the note stays, for whoever opens the cache to be told.

    Raises:
        CacheUnwritable: something could not be overwritten or removed; the rest stays for a retry.
    """
    try:
        for file in _files(path):
            if not file.name.endswith(_SHM_END):
                _overwrite(file, whole=file.name.endswith(_WAL_END))
        for file in _files(path):
            file.unlink(missing_ok=True)
        if path.parent.exists():
            _sync_folder(path.parent)
        if not keep_note:
            _note(path).unlink(missing_ok=True)
    except OSError as error:
        raise trouble_of_file(error) from error


def _files(path: Path) -> Iterator[Path]:
    """All that belongs to a cache but its lock and the note."""
    if not path.parent.is_dir():
        return
    others = {path.name + LOCK_END, path.name + ENDED_END}
    beginnings = (path.name + ".", path.name + "-")
    for file in sorted(path.parent.iterdir()):
        belongs = file.name == path.name or file.name.startswith(beginnings)
        if belongs and file.name not in others:
            yield file


def _overwrite(path: Path, *, whole: bool) -> None:
    with path.open("rb+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        left = size if whole else min(size, SALT_BYTES)
        file.seek(0)
        while left:
            left -= file.write(bytes(min(left, _CHUNK_BYTES)))
        os.fsync(file.fileno())


def _note(path: Path) -> Path:
    return path.with_name(path.name + ENDED_END)


def _sync_folder(folder: Path) -> None:
    """Make new and removed names durable, where the platform can sync a folder."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
