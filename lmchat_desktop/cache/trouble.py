"""What can go wrong with a cache, in words. None but the end of a lease deletes anything."""

from __future__ import annotations

import errno
import sqlite3
from typing import TYPE_CHECKING

from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

    from lmchat_desktop.domain.wording import Sentence


class CacheTrouble(Exception):
    """The cache cannot be used as it is.

    Attributes:
        code: a stable name of the case.
        message: what happened, what was not done, and the way on.
    """

    code = "cache-trouble"
    message: Sentence = said(
        "Cache",
        "The local cache could not be used. Nothing was deleted. Try again; if it stays, set the "
        "cache aside and let a new one be filled.",
    )

    def __init__(self, message: Sentence | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)


class WrongKey(CacheTrouble):
    """The key does not open the file; a file whose first page is damaged looks the same."""

    code = "wrong-key"
    message = said(
        "Cache",
        "The local cache does not open with this key. Either the key or passphrase belongs to "
        "another cache, or the beginning of the file is damaged; the two cannot be told apart. "
        "Nothing was changed or deleted. Try the passphrase again, or set this cache aside and "
        "let a new one be filled from the backend.",
    )


class CacheMissingKey(CacheTrouble):
    """The file is there, its key is not."""

    code = "missing-key"
    message = said(
        "Cache",
        "There is a local cache, but its key was not found in the keyring. Nothing was changed "
        "or deleted. Unlock the keyring and try again, enter the passphrase if the cache has "
        "one, or set this cache aside and let a new one be filled from the backend.",
    )


class NewerCache(CacheTrouble):
    """The cache was made by a version of the application that this one does not know."""

    code = "newer-cache"
    message = said(
        "Cache",
        "The local cache was made by a newer version of this application. It was not read, "
        "changed or deleted. Update the application, or set this cache aside and let a new one "
        "be filled from the backend.",
    )


class DamagedCache(CacheTrouble):
    """The file's content does not agree with its checksums or its structure."""

    code = "damaged-cache"
    message = said(
        "Cache",
        "The local cache is damaged: part of the file is missing or was altered. Nothing was "
        "deleted, and nothing is lost on the backend. Set this cache aside and let a new one be "
        "filled from the backend.",
    )


class CacheInUse(CacheTrouble):
    """Another window or process has the cache open."""

    code = "cache-in-use"
    message = said(
        "Cache",
        "The local cache is open in another window of this application. It was not touched. Use "
        "that window, or close it and try again.",
    )


class CacheBusy(CacheTrouble):
    """Another program held the file for longer than a write may wait."""

    code = "cache-busy"
    message = said(
        "Cache",
        "The local cache was held by another program, so the last change was not stored. Nothing "
        "was deleted. It is tried again at the next sync.",
    )


class DiskFull(CacheTrouble):
    """There is no room for the write; what was stored before is whole."""

    code = "disk-full"
    message = said(
        "Cache",
        "The disk is full, so the last update was not stored. What was stored before is whole "
        "and readable. Make room; the update is then fetched again by itself.",
    )


class DiskTrouble(CacheTrouble):
    """The disk did not take or give what it should: a quota, a lost drive, a failing one."""

    code = "disk-trouble"
    message = said(
        "Cache",
        "The disk could not be read or written, so the last update was not stored. What was "
        "stored before is whole. Check the disk, its quota and its connection; the update is "
        "then fetched again by itself.",
    )


class CacheUnwritable(CacheTrouble):
    """The file or its folder cannot be opened or written."""

    code = "cache-unwritable"
    message = said(
        "Cache",
        "The local cache cannot be opened for writing at its place. Nothing was changed or "
        "deleted. Check that the folder exists and that you may write there, then try again.",
    )


class MigrationFailed(CacheTrouble):
    """The cache of an older version could not be brought to this version."""

    code = "migration-failed"
    message = said(
        "Cache",
        "The local cache of an older version could not be brought up to date. It was left as it "
        "was, and a backup lies beside it. Try again, or set this cache aside and let a new one "
        "be filled from the backend.",
    )


class CacheClosed(CacheTrouble):
    """The cache was used after it had been closed."""

    code = "cache-closed"
    message = said("Cache", "The local cache is closed. Nothing was read or stored. Open it again.")


class LeaseEnded(CacheTrouble):
    """The device was away from its backend for longer than its lease: the cache is destroyed."""

    code = "lease-ended"
    message = said(
        "Cache",
        "This device has not reached its backend within its lease, so the key of its local cache "
        "and everything that was kept here were destroyed. Nothing is lost on the backend. Connect "
        "to the network and open this backend again: a new cache is then filled.",
    )


class NothingKept(CacheTrouble):
    """There is no cache of this person here, or nothing was read into it yet."""

    code = "nothing-kept"
    message = said(
        "Cache",
        "Nothing was kept on this device yet, so there is nothing to show without the backend. "
        "Nothing was changed. Sign in to fill the local cache.",
    )


_BY_CODE: dict[int, type[CacheTrouble]] = {
    sqlite3.SQLITE_NOTADB: WrongKey,
    sqlite3.SQLITE_CORRUPT: DamagedCache,
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_BUSY: CacheBusy,
    sqlite3.SQLITE_LOCKED: CacheBusy,
    sqlite3.SQLITE_READONLY: CacheUnwritable,
    sqlite3.SQLITE_CANTOPEN: CacheUnwritable,
    sqlite3.SQLITE_PERM: CacheUnwritable,
    sqlite3.SQLITE_IOERR: DiskTrouble,
}


def trouble_of(error: DBAPIError) -> CacheTrouble | None:
    """The trouble that a database error means, or None where it is a fault of the program."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    kind = _BY_CODE.get(code & 0xFF)
    return kind() if kind is not None else None


def trouble_of_file(error: OSError) -> CacheTrouble:
    """The trouble that a file error means."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull()
    return CacheUnwritable()
