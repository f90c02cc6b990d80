"""What a task needs of a cancellation token, and a plain token for work that has no own."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Cancellable(Protocol):
    """A token that asks work to stop; the client's CancelToken is one."""

    def cancel(self) -> None:
        """Ask the work to stop."""
        ...

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        ...


class TaskToken:
    """A token that can be asked, waited on through callbacks, or that raises on demand."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._callbacks: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; a second call does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back at cancellation, at once if that has been; answers a function to forget it."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def raise_if_cancelled(self) -> None:
        """Leave the work.

        Raises:
            CancelledError: it was asked to stop.
        """
        if self._event.is_set():
            raise CancelledError

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)
