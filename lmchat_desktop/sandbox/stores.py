"""The files that a sandbox writes below its data folder, declared in the store registry."""

from __future__ import annotations

from lmchat_desktop.domain.categories import Category
from lmchat_desktop.domain.stores import Erasure, FileStore
from lmchat_desktop.sandbox import export_files as exports
from lmchat_desktop.sandbox.audit_signing import HEADS_FILE
from lmchat_desktop.sandbox.database import SQLITE_FILE
from lmchat_desktop.sandbox.delivery import FOLDER
from lmchat_desktop.sandbox.folder_lock import LOCK_FILE

_HELD = frozenset({Category.ACCOUNT, Category.USAGE, Category.METADATA})

FILES: tuple[FileStore, ...] = (
    FileStore(
        SQLITE_FILE,
        "the database",
        "as its tables say",
        "as its tables say",
        Erasure.DELETE_ROW,
        _HELD,
    ),
    FileStore(
        f"{SQLITE_FILE}-wal",
        "pages that were committed and are not in the database file yet",
        "as the database's tables say",
        "until the next checkpoint; gone when the sandbox ends in order",
        Erasure.DELETE_ROW,
        _HELD,
    ),
    FileStore(
        f"{SQLITE_FILE}-shm",
        "index of the file above; holds page numbers",
        "",
        "while the database is open",
        Erasure.NOTHING,
    ),
    FileStore(
        HEADS_FILE,
        "signed heads of the audit log, so that a restored backup is noticed",
        "",
        "as long as the log",
        Erasure.NOTHING,
    ),
    FileStore(
        f"{HEADS_FILE}.partial",
        "the file above while it is written",
        "",
        "until it is whole",
        Erasure.NOTHING,
    ),
    FileStore(
        f"{FOLDER}/*",
        "mails (.eml) and text messages (.txt) of the outbox, as they would be sent",
        "as the row of `outbox` that its name tells",
        "as its row, and until the next full hour",
        Erasure.DELETE_ROW,
        frozenset({Category.ACCOUNT, Category.USAGE}),
    ),
    FileStore(
        f"{exports.FOLDER}/*",
        "exports of everything on an account: what is being written, and archives to be fetched",
        "as the row of `exports` that its name tells",
        "7 days after it was made, and until the next full hour",
        Erasure.DELETE_ROW,
        _HELD,
    ),
    FileStore(LOCK_FILE, "keeps other sandboxes out; empty", "", "for good", Erasure.NOTHING),
)
