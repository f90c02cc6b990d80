"""What the audit page has done: each is called on a pool's thread, and may raise troubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.audit import AuditEntry
    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.domain.audit.standing import Finding, Standing
    from lmchat_desktop.services.audit import Checked
    from lmchat_desktop.services.audit_export import AuditFilters, Exported, OnExported


class AuditActs(Protocol):
    """Reading and verifying the audit log, as the session's person."""

    def entries(
        self,
        filters: AuditFilters,
        cursor: str | None = None,
        *,
        limit: int = 100,
        cancel: CancelToken | None = None,
    ) -> Page[AuditEntry]:
        """A page of entries, newest first."""
        ...

    def standing(self) -> Standing:
        """How the history stands, as far as it is known here."""
        ...

    def look(self, cancel: CancelToken | None = None) -> Standing:
        """Verify the newest head now."""
        ...

    def accept_head(self, shown: Finding, reason: str) -> Standing:
        """Accept what was shown, so that the log is followed from there on."""
        ...

    def check(self, entry: AuditEntry, cancel: CancelToken | None = None) -> Checked:
        """Whether an entry, as it is shown, is in the log that was verified here."""
        ...

    def export(
        self,
        path: Path,
        filters: AuditFilters,
        *,
        on_progress: OnExported = lambda done, total: None,
        cancel: CancelToken | None = None,
    ) -> Exported:
        """Write the entries with their proofs to a file; there is none where this fails."""
        ...
