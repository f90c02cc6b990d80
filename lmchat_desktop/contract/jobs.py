"""Long work on the backend: it checkpoints, can be cancelled and survives a restart."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from lmchat_desktop.contract.base import Answer, Count, Instant


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Answer):
    """A job and how far it is; `total` is null until it is known."""

    id: str
    kind: str
    state: JobState
    done: Count
    total: Count | None = None
    detail: str = ""
    result: dict[str, Any] | None = None
    created_by: str
    created_at: Instant
    finished_at: Instant | None = None
