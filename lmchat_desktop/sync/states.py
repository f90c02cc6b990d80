"""What sync says about itself: its phase, how far it is, and what a run has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.domain.audit.standing import Standing
    from lmchat_desktop.domain.clock import ClockDispute


class SyncPhase(StrEnum):
    """How the cache stands to the backend."""

    LIVE = "live"
    """The cache equalled the backend a moment ago, and is kept so."""
    SYNCING = "syncing"
    """More than a moment's work is being fetched."""
    OFFLINE = "offline"
    """The last attempt failed; the next one comes by itself."""
    STOPPED = "stopped"
    """Nothing more comes by itself."""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a run is; `total` is 0 where it is not known.

    Attributes:
        done: slices or entities fetched.
        total: how many there are to fetch.
        what: what they are, for a status line.
        scope: the usage scope that is being filled, "" while it is not usage.
    """

    done: int
    total: int
    what: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What has changed in the cache, in a run and in those before it that failed.

    Attributes:
        changed_kinds: kinds of entities (`contract.changes.ENTITY_TYPES`).
        changed_scopes: usage scopes.
        me_changed: whether the person's roles, memberships or capabilities are others now.
        audit: how the history of the backend's audit log stands after the run, where the person
            may read it; told with every run, and not a change by itself.
    """

    changed_kinds: frozenset[str] = frozenset()
    changed_scopes: frozenset[str] = frozenset()
    me_changed: bool = False
    audit: Standing | None = None

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changed_kinds or self.changed_scopes or self.me_changed)


@dataclass(frozen=True, slots=True)
class SyncState:
    """What a listener is told.

    Attributes:
        phase: how the cache stands to the backend.
        since: when this phase began.
        detail: a sentence for the person, "" where all is well.
        last_sync_at: when the cache last equalled the backend, in any session; None for never.
        code: the stable name of the trouble, "" without one.
        progress: how far a run is, while one is under way.
        outcome: what the run that has just ended changed, also where it failed; while one is under
            way, about once a second, the scope that more has come of.
        dispute: what this machine's clock and the backend's say, while they cannot both be right.
        audit: how the history of the backend's audit log stands, as of the last run that told.
    """

    phase: SyncPhase
    since: datetime
    detail: str = ""
    last_sync_at: datetime | None = None
    code: str = ""
    progress: SyncProgress | None = None
    outcome: SyncOutcome = field(default_factory=SyncOutcome)
    dispute: ClockDispute | None = None
    audit: Standing | None = None
