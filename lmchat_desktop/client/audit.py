"""The audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.audit import AuditEntry
from lmchat_desktop.contract.base import Page

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_audit(
    api: ApiClient,
    *,
    account_id: str | None = None,
    actor_id: str | None = None,
    action: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[AuditEntry]:
    """A page of the acts that this person may see, newest first; None leaves a condition out."""
    return api.get(
        "/v1/audit",
        Page[AuditEntry],
        params={
            "account_id": account_id,
            "actor_id": actor_id,
            "action": action,
            "cursor": cursor,
            "limit": limit,
        },
        cancel=cancel,
    )
