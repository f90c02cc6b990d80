"""The audit log's signed heads, the note of them beside the database, and restores.

A head is signed when it is asked for. Before it is told to anybody it is noted in a file of the
data folder, so that a database that was put back to a backup is found to lack what was signed, and
one that was rewritten is not taken for a backup. The key lies in the database: who can write that
can sign. What catches them is the head that every client keeps.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert, select

from lmchat_desktop.domain.audit.checkpoint import Checkpoint, Head, Restore
from lmchat_desktop.domain.audit.history import spread
from lmchat_desktop.domain.audit.note import MAX_BYTES, LogKey, Signer
from lmchat_desktop.sandbox import audit_log, meta, tables
from lmchat_desktop.sandbox.audit_log import DamagedTree, NewEntry
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import StorageFull
from lmchat_desktop.sandbox.meta import Meta

logger = logging.getLogger(__name__)

HEADS_FILE = "audit-heads.jsonl"
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
        """Another one for another answer."""
        told = "\0".join((self.note, *self.restores))
        return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


class HeadNotes:
    """The file that notes heads that were signed: the newest, and the fewer the older they are.

    Args:
        path: where it lies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: LogKey) -> dict[int, str]:
        """The noted heads of this log by their sizes, as they were signed."""
        try:
            lines = self._path.read_bytes()[:MAX_BYTES].decode().splitlines()
            notes = [str(json.loads(line)) for line in lines]
            return {Checkpoint.opened(note, key).head.size: note for note in notes}
        except FileNotFoundError:
            return {}
        except ValueError as trouble:
            logger.warning("%s is not of this log: %s", HEADS_FILE, type(trouble).__name__)
            return {}

    def write(self, notes: Mapping[int, str]) -> None:
        """Note heads in the place of those before; they are on the disk when this returns.

        Raises:
            StorageFull: the disk is full.
        """
        partial = self._path.with_name(f"{HEADS_FILE}.partial")
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{json.dumps(notes[size])}\n" for size in sorted(notes))
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
        notes: where signed heads are noted.
        now: the time.
    """

    def __init__(self, signer: Signer, notes: HeadNotes, now: Callable[[], datetime]) -> None:
        self._signer = signer
        self._notes = notes
        self._now = now
        self._lock = threading.Lock()
        self._newest: SignedHead | None = None
        self._noted = notes.read(signer.key)

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
            point = Checkpoint(self.key.name, head, to_ms(self._now()))
            made = SignedHead(head, point.signed(self._signer), restores_of(connection))
            if head.size > max(self._noted, default=-1):
                noted = self._noted | {head.size: made.note}
                noted = {size: noted[size] for size in spread(noted)}
                self._notes.write(noted)
                self._noted = noted
            if known is None or head.size > known.head.size:
                self._newest = made
            return made

    def announce_restore(self, connection: Connection) -> None:
        """If heads were signed that this database lacks, say in the log that it is a backup.

        A database that is not what it was when earlier heads were signed is no backup: then
        nothing is said, and those who kept a head will see it.

        Args:
            connection: the transaction in which the backend begins.
        """
        size = audit_log.size_of(connection)
        newest = max(self._noted, default=0)
        if newest <= size:
            return
        heads = {noted: self._head(note) for noted, note in self._noted.items()}
        try:
            here = audit_log.head_of(connection)
            for noted, head in heads.items():
                if noted <= size and audit_log.head_of(connection, noted) != head:
                    logger.error("the audit log is neither what was signed nor a backup of it")
                    return
        except DamagedTree:
            logger.error("the audit log's tree is damaged")
            return
        lost = heads[newest]
        known = [Restore.opened(each, self.key).lost for each in restores_of(connection)]
        if lost not in known:
            self._state_restore(connection, Restore(lost, here, to_ms(self._now())))
        # What is lost is noted no longer, once the statement is committed: see `begin`.
        self._noted = {noted: note for noted, note in self._noted.items() if noted <= size}

    def begin(self, connection: Connection) -> None:
        """Note the head with which the backend begins, so that later ones can be held against it.

        Raises:
            StorageFull: it could not be noted.
        """
        try:
            self.sign(connection)
        except DamagedTree:
            logger.error("the audit log's tree is damaged")

    def _state_restore(self, connection: Connection, restore: Restore) -> None:
        gone = restore.lost.size - restore.back_to.size
        values = {
            "actor_id": _ACTOR,
            "device_id": None,
            "entity_id": "audit",
            "account_id": None,
            "reason": f"A backup was restored. {gone} entries that were signed are gone.",
        }
        audit_log.append(connection, [NewEntry(restore.at_ms, RESTORED, "log", values)])
        connection.execute(
            insert(tables.audit_restores).values(
                seq=restore.back_to.size, statement=restore.signed(self._signer)
            )
        )
        logger.warning("an older database: the restore is stated in the audit log")

    def _head(self, note: str) -> Head:
        return Checkpoint.opened(note, self.key).head


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
