"""Cancellation that reaches into blocking work: a token that others can wait on or hook into."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

from lmchat_desktop.client.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable


class CancelToken:
    """Tells work on another thread to stop. It is set once and stays set.

    Thread-safe. A callback runs on the thread that cancels, or at once on the registering thread
    where the token is already cancelled; it must be short and must not raise.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._numbers = count()
        self._callbacks: dict[int, Callable[[], None]] = {}

    @property
    def cancelled(self) -> bool:
        """Whether the work is to stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; the second call does nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called once on cancellation; answers a function that takes it back."""
        with self._lock:
            if not self._event.is_set():
                number = next(self._numbers)
                self._callbacks[number] = callback
                return lambda: self._forget(number)
        callback()
        return lambda: None

    def _forget(self, number: int) -> None:
        with self._lock:
            self._callbacks.pop(number, None)

    def raise_if_cancelled(self) -> None:
        """Raise `Cancelled` where the work is to stop."""
        if self._event.is_set():
            raise Cancelled

    def wait(self, seconds: float) -> None:
        """Sleep for `seconds`, or until cancelled; then `Cancelled` is raised."""
        if self._event.wait(seconds):
            raise Cancelled
