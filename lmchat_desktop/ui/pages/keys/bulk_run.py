"""One act on many keys: begun, waited for, taken up again, and done again for those that failed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.contract.keys import KeyActResult, KeyOutcome, KeysAct
from lmchat_desktop.ui.pages.acting.act_words import may_have_happened, report_fault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
    from lmchat_desktop.ui.tasks.runner import TaskRunner
    from lmchat_desktop.ui.tasks.task import Task

BulkAct = Literal["revoke", "expire"]
FAILED = frozenset({KeyOutcome.REFUSED, KeyOutcome.MISSING})


class BulkPhase(StrEnum):
    """Where the act stands."""

    ASKING = "asking"
    """Nothing was begun, or it was refused as a whole."""
    RUNNING = "running"
    STOPPED = "stopped"
    """The person no longer waits; the backend goes on."""
    LOST = "lost"
    """The connection was lost; the backend goes on with what it was told."""
    ENDED = "ended"


class BulkRun(QObject):
    """Runs an act on chosen keys as a job of the backend.

    A wish keeps its idempotency key until it has ended: sent again, it is the same job, and what
    was done is not done twice.

    Attributes:
        phase: where it stands.
        wish: what is being asked for, None before the first.
        done: how many keys of the wish are done, as was last heard.
        results: what became of each key, by its id, in the order of the keys.
        error: why the last attempt failed.
        changed: any of these.
    """

    changed = Signal()

    def __init__(
        self,
        act: BulkAct,
        keys: Sequence[ChosenKey],
        acts: KeyActs,
        tasks: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.act: BulkAct = act
        self.keys = tuple(keys)
        self.phase = BulkPhase.ASKING
        self.wish: KeysAct | None = None
        self.done = 0
        self.results: dict[str, KeyActResult] = {}
        self.error: BaseException | None = None
        self._acts, self._tasks = acts, tasks
        self._idempotency_key = ""
        self._task: Task | None = None

    @property
    def total(self) -> int:
        """How many keys the wish is about."""
        return len(self.wish.key_ids) if self.wish is not None else len(self.keys)

    def failed(self) -> list[str]:
        """Ids of the keys that the act was not done on."""
        return [key_id for key_id, result in self.results.items() if result.outcome in FAILED]

    def changed_keys(self) -> list[str]:
        """Ids of the keys that are others now."""
        done = KeyOutcome.DONE
        return [key_id for key_id, result in self.results.items() if result.outcome is done]

    def begin(self, *, expires_at: datetime | None = None, reason: str = "") -> None:
        """Have the act done on all keys."""
        self._send(
            KeysAct(
                act=self.act,
                key_ids=[key.id for key in self.keys],
                expires_at=expires_at,
                reason=reason,
            ),
            uuid4().hex,
        )

    def go_on(self) -> None:
        """Wait for the same job again; nothing is done twice."""
        if self.wish is not None:
            self._send(self.wish, self._idempotency_key)

    def begin_anew(self) -> None:
        """Have the same done by another job; keys that are done come back as unchanged."""
        if self.wish is not None:
            self._send(self.wish, uuid4().hex)

    def again(self) -> None:
        """Have the act done once more on the keys that failed."""
        failed = self.failed()
        if self.wish is not None and failed:
            self._send(self.wish.model_copy(update={"key_ids": failed}), uuid4().hex)

    def stop_waiting(self) -> None:
        """Wait no longer; the backend goes on."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self._to(BulkPhase.STOPPED)

    def _send(self, wish: KeysAct, idempotency_key: str) -> None:
        if idempotency_key != self._idempotency_key:
            self.done = 0
        self.wish, self._idempotency_key = wish, idempotency_key
        self.error = None
        self._task = self._tasks.run(
            self._acts.act_on_many,
            wish,
            idempotency_key,
            on_done=self._ended,
            on_failed=self._not_ended,
            on_progress=self._heard,
            owner=self,
        )
        self._to(BulkPhase.RUNNING)

    def _heard(self, fraction: float | None, _detail: str) -> None:
        if fraction is not None and self.phase is BulkPhase.RUNNING:
            self.done = max(self.done, round(fraction * self.total))
            self.changed.emit()

    def _ended(self, results: Sequence[KeyActResult]) -> None:
        self._task = None
        found = self.results | {result.key_id: result for result in results}
        self.results = {key.id: found[key.id] for key in self.keys if key.id in found}
        self.done = self.total
        self._to(BulkPhase.ENDED)

    def _not_ended(self, error: BaseException) -> None:
        self._task = None
        report_fault(self._tasks, error)
        self.error = error
        if self.done or may_have_happened(error):
            self._to(BulkPhase.LOST)
        else:
            self._to(BulkPhase.ENDED if self.results else BulkPhase.ASKING)

    def _to(self, phase: BulkPhase) -> None:
        self.phase = phase
        self.changed.emit()
