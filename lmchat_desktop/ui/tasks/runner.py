"""Runs callables on a pool and brings their results to the interface thread."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from lmchat_desktop.ui.tasks.cancel import Cancellable, TaskToken
from lmchat_desktop.ui.tasks.task import Task, TaskState
from lmchat_desktop.ui.tasks.task_list import TaskList

ProgressCall = Callable[..., None]


class TaskRunner(QObject):
    """The way from the interface to a pool and back.

    A callable that has a parameter `cancel` is given the task's token; one that has `on_progress`
    or `progress` is given a function of a fraction (0 to 1, or None) and a few words of detail,
    which may be called on any thread.

    Attributes:
        tasks: the titled tasks, for the status bar.
        task_failed: (Task, exception) of work whose caller gave no `on_failed`.
        idle: the last running work has ended and its result was delivered.
    """

    task_failed = Signal(object, object)
    idle = Signal()
    _arrived = Signal(object)

    def __init__(
        self,
        executor: Executor,
        parent: QObject | None = None,
        *,
        new_token: Callable[[], Cancellable] = TaskToken,
    ) -> None:
        super().__init__(parent)
        self._executor = executor
        self._new_token = new_token
        self._lock = threading.Lock()
        self._closed = False
        self._running: dict[int, Task] = {}
        self._newest: dict[object, int] = {}
        self.tasks = TaskList(self)
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[..., Any],
        *args: Any,
        on_done: Callable[[Any], object] | None = None,
        on_failed: Callable[[BaseException], object] | None = None,
        on_progress: Callable[[float | None, str], object] | None = None,
        key: object | None = None,
        title: str | None = None,
        owner: QObject | None = None,
        executor: Executor | None = None,
        after_ms: int = 0,
        **kwargs: Any,
    ) -> Task:
        """Start work; call on the interface thread.

        Args:
            work: what runs on the pool.
            *args: its arguments.
            **kwargs: its arguments by name.
            on_done: gets the result, on the interface thread.
            on_failed: gets the exception; without it `task_failed` is emitted.
            on_progress: gets fraction and detail, the newest only.
            key: earlier work with an equal key is cancelled and its result dropped.
            title: shows the task in the status bar.
            owner: nothing is called once it is destroyed, and the work is cancelled; by default
                the object that `on_done` is a method of.
            executor: another pool than the runner's.
            after_ms: begins so much later, so that what is to be seen first is painted without
                a rival; it counts as running meanwhile.
        """
        token = self._new_token()
        task = Task(
            token,
            title=title,
            key=key,
            owner=owner if owner is not None else _object_of(on_done),
            on_done=on_done,
            on_failed=on_failed,
            on_progress=on_progress,
        )
        if self._closed:
            task.cancel()
            task.state = TaskState.CANCELLED
            task.release()
            return task
        if key is not None:
            earlier = self._running.get(self._newest.get(key, 0))
            if earlier is not None:
                earlier.cancel()
            self._newest[key] = task.number
        accepted = _parameters(work)
        if "cancel" in accepted and "cancel" not in kwargs:
            kwargs["cancel"] = token
        for name in ("on_progress", "progress"):
            if name in accepted and name not in kwargs:
                kwargs[name] = self._progress_of(task)
        self._running[task.number] = task
        if task.owner is not None:
            task.owner.destroyed.connect(task.cancel)
        self.tasks.add(task)

        def begin() -> None:
            if task.running and not task.wanted:
                self._settle(task, TaskState.CANCELLED)
                self._tell_idle()
            elif task.running:
                task.future = (executor or self._executor).submit(work, *args, **kwargs)
                task.future.add_done_callback(lambda _future: self._post(task))

        if after_ms:
            QTimer.singleShot(after_ms, self, begin)
        else:
            begin()
        return task

    def cancel_key(self, key: object) -> None:
        """Cancel the running work of a key, if any."""
        task = self._running.get(self._newest.get(key, 0))
        if task is not None:
            task.cancel()

    def shutdown(self, timeout: float = 10.0) -> bool:
        """Cancel everything, wait for it, and deliver nothing any more.

        Returns whether all work had ended within the timeout (seconds).
        """
        with self._lock:
            self._closed = True
        futures: list[Future[Any]] = []
        for task in list(self._running.values()):
            task.cancel()
            if task.future is not None:
                futures.append(task.future)
            self._settle(task, TaskState.CANCELLED)
        return not wait(futures, timeout).not_done

    @property
    def busy(self) -> bool:
        """Whether any work is running or its result on the way."""
        return bool(self._running)

    def _progress_of(self, task: Task) -> ProgressCall:
        def report(fraction: float | None = None, detail: str = "", *_more: object) -> None:
            with self._lock:
                first = task.pending_progress is None
                task.pending_progress = (fraction, detail)
            if first:
                self._post(task)

        return report

    def _post(self, task: Task) -> None:
        with self._lock:
            if not self._closed:
                self._arrived.emit(task)

    def _deliver(self, task: Task) -> None:
        if task.number not in self._running:
            return
        self._deliver_progress(task)
        self._deliver_result(task)
        self._tell_idle()

    def _tell_idle(self) -> None:
        if not self._running:
            self.idle.emit()

    def _deliver_result(self, task: Task) -> None:
        future = task.future
        if future is None or not future.done():
            return
        stale = task.key is not None and self._newest.get(task.key) != task.number
        on_done, on_failed, wanted = task.on_done, task.on_failed, task.wanted and not stale
        if future.cancelled():
            self._settle(task, TaskState.CANCELLED)
            return
        error = future.exception()
        if not wanted:
            self._settle(task, TaskState.CANCELLED)
        elif error is None:
            self._settle(task, TaskState.DONE)
            if on_done is not None:
                on_done(future.result())
        else:
            self._settle(task, TaskState.FAILED)
            if on_failed is not None:
                on_failed(error)
            else:
                self.task_failed.emit(task, error)

    def _deliver_progress(self, task: Task) -> None:
        with self._lock:
            pending, task.pending_progress = task.pending_progress, None
        if pending is None or not task.wanted:
            return
        fraction, detail = pending
        task.fraction = None if fraction is None else min(1.0, max(0.0, float(fraction)))
        task.detail = detail
        self.tasks.touch(task)
        if task.on_progress is not None:
            task.on_progress(task.fraction, detail)

    def _settle(self, task: Task, state: TaskState) -> None:
        self._running.pop(task.number, None)
        if task.key is not None and self._newest.get(task.key) == task.number:
            del self._newest[task.key]
        if task.owner is not None and isValid(task.owner):
            task.owner.destroyed.disconnect(task.cancel)
        task.state = state
        task.release()
        self.tasks.remove(task)


def _object_of(callback: Callable[..., object] | None) -> QObject | None:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None


def _parameters(work: Callable[..., Any]) -> frozenset[str]:
    try:
        return frozenset(inspect.signature(work).parameters)
    except (TypeError, ValueError):
        return frozenset()
