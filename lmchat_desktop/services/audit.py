"""The audit log: its entries on demand, whether each is in the verified log, and exports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lmchat_desktop.cache import audit_heads
from lmchat_desktop.client.audit import inclusion_proof, list_audit
from lmchat_desktop.client.errors import NotFound
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.audit_export import AuditTrouble, is_proved, write_export
from lmchat_desktop.sync.audit import AuditFollower

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.cache.store import Cache
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.domain.audit.standing import Accepted, Finding, Standing
    from lmchat_desktop.services.audit_export import AuditFilters, Exported, OnExported

MIN_REASON = 10


class Inclusion(StrEnum):
    """Whether an entry is in the log as it was verified."""

    PROVED = "proved"
    ALTERED = "altered"
    """What is shown is not what the log was signed over."""
    MISSING = "missing"
    """The backend has no such entry any more."""
    TOO_NEW = "too-new"
    """It lies beyond what is verified so far."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking an entry.

    Attributes:
        inclusion: whether it is in the log.
        standing: how the log's history stands.
    """

    inclusion: Inclusion
    standing: Standing


class AuditService:
    """What a person does with the audit log of one backend. Its methods wait for the network.

    Args:
        api: the backend.
        cache: where heads are kept.
    """

    def __init__(self, api: ApiClient, cache: Cache) -> None:
        self._api = api
        self._cache = cache
        self._follower = AuditFollower(api, cache)

    def entries(
        self,
        filters: AuditFilters,
        cursor: str | None = None,
        *,
        limit: int = 100,
        cancel: CancelToken | None = None,
    ) -> Page[AuditEntry]:
        """A page of entries, newest first."""
        return list_audit(self._api, **filters.asked(), cursor=cursor, limit=limit, cancel=cancel)

    def standing(self) -> Standing:
        """How the history stands, as far as it is known here."""
        with self._cache.read() as connection:
            return audit_heads.standing(connection)

    def accepted(self) -> list[Accepted]:
        """The findings that were accepted here, newest first."""
        with self._cache.read() as connection:
            return audit_heads.accepted(connection)

    def look(self, cancel: CancelToken | None = None) -> Standing:
        """Verify the newest head now."""
        return self._follower.look(cancel)

    def accept_head(self, shown: Finding, reason: str) -> Standing:
        """Accept what was found, so that the log is followed from there on.

        Args:
            shown: the finding that the person saw.
            reason: why, in the person's words; it is kept beside the head.

        Raises:
            AuditTrouble: there is no reason, or it is not what is found now.
        """
        if len(reason.strip()) < MIN_REASON:
            raise AuditTrouble(
                said(
                    "Audit",
                    "Write down why this history is accepted, in {count} letters at least. "
                    "Nothing was changed.",
                    count=MIN_REASON,
                )
            )
        with self._cache.write() as connection:
            now = self._cache.clock.now()
            if not audit_heads.accept(connection, shown, reason.strip(), now):
                raise AuditTrouble(
                    said(
                        "Audit",
                        "The log shows something else by now. Nothing was accepted. Look at it "
                        "again.",
                    )
                )
        return self.standing()

    def check(self, entry: AuditEntry, cancel: CancelToken | None = None) -> Checked:
        """Whether an entry, as it is shown, is in the log that was verified here."""
        standing = self.standing()
        if entry.seq >= standing.verified:
            standing = self.look(cancel)
        if standing.kept is None or entry.seq >= standing.verified:
            return Checked(Inclusion.TOO_NEW, standing)
        head = standing.kept.head
        try:
            proof = inclusion_proof(self._api, entry.seq, head.size, cancel)
        except NotFound:
            return Checked(Inclusion.MISSING, standing)
        included = is_proved(entry, proof, head.size, head.root)
        return Checked(Inclusion.PROVED if included else Inclusion.ALTERED, standing)

    def export(
        self,
        path: Path,
        filters: AuditFilters,
        *,
        on_progress: OnExported = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> Exported:
        """Write the entries with their proofs to a file; there is none where this fails.

        Entries that are not proved are written too: whoever verifies the file will see it.

        Args:
            path: the file; one that is there is replaced once the new one is whole.
            filters: which entries.
            on_progress: told after each page.
            cancel: stops it.

        Raises:
            AuditTrouble: no head is verified yet, or the file cannot be written.
            ApiTrouble: the backend does not answer, or `Cancelled`.
        """
        head = self.look(cancel).kept
        if head is None:
            raise AuditTrouble(
                said(
                    "Audit",
                    "There is no verified head of the log yet that proofs could lead to. Nothing "
                    "was written. Try again when the backend can be reached.",
                )
            )
        return write_export(
            self._api,
            path,
            head,
            filters,
            now=self._cache.clock.now(),
            on_progress=on_progress,
            cancel=cancel,
        )
