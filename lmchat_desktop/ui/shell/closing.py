"""Closes sessions and pools on threads of their own, while the interface goes on."""

from __future__ import annotations

import threading
from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.services.session import Session

CLOSING_S = 10.0
"""How long anything waits for a closing. What is cut off then is safe: caches are transactional."""


class Closings(QObject):
    """What is being closed now. It lives as long as the application.

    Attributes:
        idle: the last closing has ended; emitted on the closing's thread.
    """

    idle = Signal()

    def __init__(self) -> None:
        super().__init__(QCoreApplication.instance())
        self._changed = threading.Condition()
        self._numbers = count()
        self._running: dict[int, Path | None] = {}

    @property
    def busy(self) -> bool:
        """Whether anything is still being closed."""
        with self._changed:
            return bool(self._running)

    def begin_session(self, session: Session) -> None:
        """Stop a session at once and close it on a thread."""
        session.stop()
        self.begin(session.close, session.cache.path)

    def begin(self, close: Callable[[], object], cache: Path | None = None) -> None:
        """Call `close` on a thread of its own.

        Args:
            close: waits for what it closes; what it raises is a fault of the program.
            cache: the cache's file that is in use until then.
        """
        with self._changed:
            number = next(self._numbers)
            self._running[number] = cache
        threading.Thread(
            target=self._run, args=(number, close), name="closing", daemon=True
        ).start()

    def wait(self, timeout_s: float = CLOSING_S) -> bool:
        """Wait for all closings; answers whether they have ended in time (seconds)."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout_s)

    def wait_for(self, cache: Path, cancel: CancelToken, timeout_s: float = CLOSING_S) -> None:
        """Wait on a pool until no closing has that cache in use, the token is set, or in vain."""
        forget = cancel.on_cancel(self._notify)
        try:
            with self._changed:
                self._changed.wait_for(
                    lambda: cancel.cancelled or cache not in self._running.values(), timeout_s
                )
        finally:
            forget()

    def _run(self, number: int, close: Callable[[], object]) -> None:
        try:
            close()
        finally:
            with self._changed:
                del self._running[number]
                self._changed.notify_all()
                if not self._running:
                    self.idle.emit()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()
