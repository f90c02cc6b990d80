"""Exports of everything that lmchat holds on an account and its people."""

from __future__ import annotations

from enum import StrEnum

from lmchat_desktop.contract.base import Answer, Count, Instant


class ExportState(StrEnum):
    """Whether an export can be fetched."""

    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    """It failed or was cancelled."""
    EXPIRED = "expired"


class AccountExport(Answer):
    """An export: a ZIP archive of JSON Lines and CSV, a pair for each store, with a README."""

    id: str
    account_id: str
    job_id: str
    state: ExportState
    requested_by: str
    created_at: Instant
    expires_at: Instant | None = None
    """Until when it can be fetched; null while it is being made."""
    size: Count | None = None
    """Bytes of the archive."""
    sha256: str | None = None
    rows: Count | None = None
