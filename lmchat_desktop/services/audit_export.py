"""Exports of the audit log: which entries, and how they come into a file with their proofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lmchat_desktop.client.audit import hashes, list_audit
from lmchat_desktop.contract.base import instant_text
from lmchat_desktop.domain.audit.merkle import is_included
from lmchat_desktop.domain.wording import said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.domain.audit.leaf import Entry
    from lmchat_desktop.domain.audit.standing import KeptHead
    from lmchat_desktop.domain.wording import Sentence

PAGE = 500

OnExported = Callable[[int, int], None]
"""Told how many entries were written, and of how many; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """Which entries are wanted; None leaves a condition out.

    Attributes:
        actor_id: by this person.
        action: of this kind, such as `key.create`.
        entity_id: about the thing with this id.
        entity_kind: about things of this kind, such as `key`.
        account_id: about this account.
        start, end: written at or after, and before.
    """

    actor_id: str | None = None
    action: str | None = None
    entity_id: str | None = None
    entity_kind: str | None = None
    account_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def asked(self) -> dict[str, Any]:
        """The conditions as the backend is asked."""
        return {
            "actor_id": self.actor_id,
            "action": self.action,
            "entity_id": self.entity_id,
            "entity_kind": self.entity_kind,
            "account_id": self.account_id,
            "start": self.start,
            "end": self.end,
        }

    def told(self) -> dict[str, str]:
        """The conditions as an export names them."""
        return {
            name: value if isinstance(value, str) else instant_text(value)
            for name, value in self.asked().items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written.

    Attributes:
        entries: how many.
        proved: how many of them are proved; fewer than all only where somebody was at the log.
        head: the head that the proofs lead to.
    """

    entries: int
    proved: int
    head: KeptHead


class AuditTrouble(Exception):
    """Something could not be done with the audit log.

    Attributes:
        message: what happened, and the way on.
    """

    def __init__(self, message: Sentence) -> None:
        super().__init__(message)
        self.message = message


def write_export(
    api: ApiClient,
    path: Path,
    head: KeptHead,
    filters: AuditFilters,
    *,
    now: datetime,
    on_progress: OnExported,
    cancel: CancelToken | None,
) -> Exported:
    """Write entries with their proofs to a file; there is none where this fails.

    Raises:
        AuditTrouble: the file cannot be written, or an entry cannot be read.
        ApiTrouble: the backend does not answer, or `Cancelled`.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        try:
            with partial.open("wb") as stream:
                done = _write(api, stream, head, filters, now, on_progress, cancel)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise AuditTrouble(
            said(
                "Audit",
                "The file could not be written: {reason}. There is no part of it. Choose another "
                "place.",
                reason=error.strerror or type(error).__name__,
            )
        ) from error
    return done


def is_proved(entry: AuditEntry, proof: Sequence[bytes], size: int, root: bytes) -> bool:
    """Whether a proof shows that the entry, as it is shown, is in the tree of that root."""
    try:
        leaf = entry.opened().leaf()
    except ValueError:
        return False
    return is_included(entry.seq, size, leaf, proof, root)


def _write(
    api: ApiClient,
    stream: BinaryIO,
    head: KeptHead,
    filters: AuditFilters,
    now: datetime,
    on_progress: OnExported,
    cancel: CancelToken | None,
) -> Exported:
    from lmchat_desktop.evidence.audit_export import ExportWriter, Header

    size, root = head.head.size, head.head.root
    total = 0 if filters.told() else size
    header = Header(head.key, head.note, instant_text(now), filters.told())
    writer = ExportWriter(stream, header)
    proved = written = 0
    cursor: str | None = None
    while True:
        page = list_audit(
            api,
            **filters.asked(),
            proof_size=size,
            sort="seq",
            cursor=cursor,
            limit=PAGE,
            cancel=cancel,
        )
        for entry in page.data:
            proof = hashes(entry.proof or [])
            proved += is_proved(entry, proof, size, root)
            writer.add(_opened(entry), proof)
        written += len(page.data)
        on_progress(written, total)
        cursor = page.next_cursor
        if not page.has_more:
            return Exported(writer.close(), proved, head)


def _opened(entry: AuditEntry) -> Entry:
    try:
        return entry.opened()
    except ValueError as error:
        raise AuditTrouble(
            said(
                "Audit",
                "The backend sent an entry that cannot be read. There is no file. Tell whoever "
                "runs the backend.",
            )
        ) from error
