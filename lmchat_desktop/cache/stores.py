"""The files that a cache writes, declared for the store registry (`domain.stores`)."""

from __future__ import annotations

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.stores import Erasure, FileStore

DATABASE_NAME = "cache.db"

_HELD = frozenset({Category.ACCOUNT, Category.USAGE, Category.METADATA})
_ROWS = "by the path of each table in cache.tables"

CACHE_FILES: tuple[FileStore, ...] = (
    FileStore(
        pattern="*.db",
        purpose="the encrypted cache of one person at one backend",
        subject=_ROWS,
        retention="as each table says; the file until the device's lease ends or the person "
        "removes the profile",
        erasure=Erasure.DELETE_ROW,
        categories=_HELD,
    ),
    FileStore(
        pattern="*.db-wal",
        purpose="encrypted pages that were committed and not yet moved into the cache",
        subject=_ROWS,
        retention="until the next checkpoint, at the latest when the cache is closed",
        erasure=Erasure.DELETE_ROW,
        categories=_HELD,
    ),
    FileStore(
        pattern="*.db-shm",
        purpose="the index of the -wal file: page numbers, no content",
        subject="",
        retention="until the cache is closed",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern="*.db.lock",
        purpose="an empty file that is locked while the cache is open",
        subject="",
        retention="as long as the cache",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern="*.db.ended",
        purpose="the note that a cache is or was destroyed, and why, as one word",
        subject="",
        retention="until the cache's files are removed and the person was told",
        erasure=Erasure.NOTHING,
    ),
    FileStore(
        pattern="*.db.before-*",
        purpose="the encrypted backup that is taken before a migration",
        subject=_ROWS,
        retention="until the migration has succeeded, at the latest the next start",
        erasure=Erasure.DELETE_ROW,
        categories=_HELD,
    ),
    FileStore(
        pattern="*.db.set-aside-*",
        purpose="a cache that a person set aside, with its -wal and -shm",
        subject=_ROWS,
        retention="until the lease ends or the person removes it or the profile",
        erasure=Erasure.DELETE_ROW,
        categories=_HELD,
    ),
)
