"""The audit log: every act of an operator or owner, append-only."""

from __future__ import annotations

from lmchat_desktop.contract.base import Answer, Instant


class AuditEntry(Answer):
    """One act: who did what to which entity, when and why."""

    id: str
    at: Instant
    actor_id: str
    device_id: str | None = None
    action: str
    entity_kind: str
    entity_id: str
    account_id: str | None = None
    reason: str = ""
