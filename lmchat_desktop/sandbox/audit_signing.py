"""The audit log's signed heads, the note of the newest one beside the database, and restores.

A head is signed when it is asked for. Before it is told to anybody it is noted in a file of the
data folder, so that a database that was put back to a backup is found to lack what was signed. The
key lies in the database: who can write that can sign. What catches them is the head that every
client keeps.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore
from lmchat_desktop.domain.audit.note import MAX_BYTES, BadNote, LogKey, Signer
from lmchat_desktop.sandbox import audit_log, meta, tables
from lmchat_desktop.sandbox.audit_log import NewEntry
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import StorageFull
from lmchat_desktop.sandbox.meta import Meta

logger = logging.getLogger(__name__)

HEAD_FILE = "audit-head.txt"
RESTORED = "log.restored"

_ACTOR = "sandbox"
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head as it is told.

    Attributes:
        head: the tree.
        note: the signed checkpoint.
        restores: the signed statements of all restores, oldest first.
    """

    head: Head
    note: str
    restores: tuple[str, ...]

    @property
    def etag(self) -> str:
        """Another one for another tree."""
        return f'"{self.head.size}-{self.head.root.hex()[:32]}"'


class HeadNote:
    """The file that notes the newest head that was ever signed.

    Args:
        path: where it lies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: LogKey) -> Head | None:
        """The noted head; None where there is none of this log."""
        try:
            text = self._path.read_bytes()[:MAX_BYTES].decode()
            return Checkpoint.opened(text, key).head
        except FileNotFoundError:
            return None
        except (BadNote, UnicodeDecodeError) as trouble:
            logger.warning("%s is not of this log: %s", HEAD_FILE, type(trouble).__name__)
            return None

    def write(self, note: str) -> None:
        """Note a head; it is on the disk when this returns.

        Raises:
            StorageFull: the disk is full.
        """
        partial = self._path.with_name(f"{HEAD_FILE}.partial")
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self._path)
        except OSError as error:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StorageFull from error
            raise


class LogSigner:
    """Signs the heads of this sandbox's log, each once.

    Args:
        signer: the log's key.
        note: where the newest signed head is noted.
        now: the time.
    """

    def __init__(self, signer: Signer, note: HeadNote, now: Callable[[], datetime]) -> None:
        self._signer = signer
        self._note = note
        self._now = now
        self._lock = threading.Lock()
        self._newest: SignedHead | None = None
        noted = note.read(signer.key)
        self._noted = -1 if noted is None else noted.size

    @property
    def key(self) -> LogKey:
        """The public key."""
        return self._signer.key

    def sign(self, connection: Connection) -> SignedHead:
        """The signed head of the tree as the connection sees it.

        Raises:
            DamagedTree: there is no head.
            StorageFull: it could not be noted.
        """
        head = audit_log.head_of(connection)
        with self._lock:
            known = self._newest
            if known is not None and known.head == head:
                return known
            made = SignedHead(head, self._signed(head), restores_of(connection))
            if known is None or head.size > known.head.size:
                if head.size > self._noted:
                    self._note.write(made.note)
                    self._noted = head.size
                self._newest = made
            return made

    def announce_restore(self, connection: Connection) -> bool:
        """If heads were signed that this database knows nothing of, say so in the log.

        Raises:
            DamagedTree: the tree has no head.
        """
        lost = self._note.read(self.key)
        if lost is None or lost.size <= audit_log.size_of(connection):
            return False
        here = audit_log.head_of(connection)
        known = (Restore.opened(each, self.key).lost for each in restores_of(connection))
        if lost in known:
            # Said before, and then the process ended; the note is put right below.
            return True
        now_ms = to_ms(self._now())
        statement = Restore(lost, here, now_ms).signed(self._signer)
        gone = lost.size - here.size
        values = {
            "actor_id": _ACTOR,
            "device_id": None,
            "entity_id": "audit",
            "account_id": None,
            "reason": f"A backup was restored. {gone} entries that were signed are gone.",
        }
        audit_log.append(connection, [NewEntry(now_ms, RESTORED, "log", values)])
        connection.execute(insert(tables.audit_restores).values(seq=here.size, statement=statement))
        logger.warning("an older database: the restore is stated in the audit log")
        return True

    def renote(self, connection: Connection) -> None:
        """Note the present head in the place of one that is lost.

        Raises:
            StorageFull: it could not be noted.
        """
        head = audit_log.head_of(connection)
        self._note.write(self._signed(head))
        self._noted = head.size

    def _signed(self, head: Head) -> str:
        point = Checkpoint(self.key.name, head, to_ms(self._now()))
        return point.signed(self._signer)


def log_signer(connection: Connection) -> Signer:
    """The key of this sandbox's log, made when it is first needed."""
    written = meta.read(connection, Meta.AUDIT_KEY)
    if written is None:
        written = secrets.token_hex(32)
        meta.write(connection, Meta.AUDIT_KEY, written)
    return Signer(bytes.fromhex(written))


def restores_of(connection: Connection) -> tuple[str, ...]:
    """The signed statements of restores, oldest first."""
    restores = tables.audit_restores.c
    return tuple(connection.scalars(select(restores.statement).order_by(restores.seq)))
