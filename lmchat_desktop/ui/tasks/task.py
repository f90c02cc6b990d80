"""One piece of background work as the interface sees it."""

from __future__ import annotations

import itertools
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from PySide6.QtCore import QObject

    from lmchat_desktop.ui.tasks.cancel import Cancellable

_numbers = itertools.count(1)


class TaskState(StrEnum):
    """Where a task stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Task:
    """A handle on running work.

    Attributes:
        number: grows with each task.
        title: what people read in the status bar; None for work too small to be shown.
        key: newer work with the same key replaces this.
        state: where it stands; changes on the interface thread alone.
        fraction: 0 to 1, or None while it is not known.
        detail: a few words on what it is doing.
        token: asks the work to stop.
    """

    def __init__(
        self,
        token: Cancellable,
        *,
        title: str | None,
        key: object | None,
        owner: QObject | None,
        on_done: Callable[[Any], object] | None,
        on_failed: Callable[[BaseException], object] | None,
        on_progress: Callable[[float | None, str], object] | None,
    ) -> None:
        self.number = next(_numbers)
        self.title = title
        self.key = key
        self.state = TaskState.RUNNING
        self.fraction: float | None = None
        self.detail = ""
        self.token = token
        self.future: Future[Any] | None = None
        self.owner = owner
        self.on_done = on_done
        self.on_failed = on_failed
        self.on_progress = on_progress
        self.pending_progress: tuple[float | None, str] | None = None

    @property
    def running(self) -> bool:
        """Whether a result may still come."""
        return self.state is TaskState.RUNNING

    @property
    def wanted(self) -> bool:
        """Whether somebody is still there to hear the result."""
        return not self.token.cancelled and (self.owner is None or isValid(self.owner))

    def cancel(self, *_ignored: object) -> None:
        """Ask the work to stop; its result will not be delivered."""
        self.token.cancel()
        if self.future is not None:
            self.future.cancel()

    def release(self) -> None:
        """Let go of everything that could keep a window alive."""
        self.owner = self.on_done = self.on_failed = self.on_progress = None
