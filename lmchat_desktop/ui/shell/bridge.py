"""Brings what sync says on its own thread to the interface thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from lmchat_desktop.sync.states import SyncState


class SyncBridge(QObject):
    """A listener of the sync loop whose signal arrives on the interface thread.

    After `close` nothing arrives any more, also of what was on its way, and the bridge may be
    destroyed while sync still speaks to it.
    """

    state_told = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._lock = threading.Lock()
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def __call__(self, state: SyncState) -> None:
        """Take a state on any thread."""
        with self._lock:
            if self._open:
                self._arrived.emit(state)

    def close(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._open = False

    def _deliver(self, state: SyncState) -> None:
        if self._open:
            self.state_told.emit(state)
