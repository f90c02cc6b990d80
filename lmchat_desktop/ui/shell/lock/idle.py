"""Notices that nobody has used key or mouse in any window for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_MS = 10_000

_ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
        QEvent.Type.InputMethod,
    }
)
_LOCK_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def seconds_with_sleep() -> float:
    """Seconds that grow also while the machine sleeps, where the system counts those."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class IdleWatch(QObject):
    """Watches what people do in the application's windows.

    It filters the events of native windows alone: those of each widget would cost every paint.
    After a sleep the first key or move of the mouse tells that time has passed, before it counts.

    Args:
        minutes: how long nobody has to do anything; 0 for never. Asked at each look.
        parent: the owner.
        now: seconds of a clock that never runs backwards.

    Attributes:
        expired: nobody did anything for that long; told once, until somebody does.
        lock_asked: Ctrl+Alt+L was pressed, in whatever window or dialog.
    """

    expired = Signal()
    lock_asked = Signal()

    def __init__(
        self,
        minutes: Callable[[], int],
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = seconds_with_sleep,
    ) -> None:
        super().__init__(parent)
        self._minutes = minutes
        self._now = now
        self._last = now()
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._see)

    def look(self) -> None:
        """Tell whether time is up, and watch the windows that are new."""
        for window in QGuiApplication.topLevelWindows():
            window.installEventFilter(self)
        minutes = self._minutes()
        if minutes and not self._told and self._now() - self._last >= minutes * 60:
            self._told = True
            self.expired.emit()

    def act(self) -> None:
        """Somebody is there."""
        if self._now() - self._last >= 1.0:
            self.look()
            self._last = self._now()
        self._told = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTS:
            self.act()
            if (
                isinstance(event, QKeyEvent)
                and event.type() == QEvent.Type.KeyPress
                and event.key() == Qt.Key.Key_L
                and event.modifiers() == _LOCK_KEYS
            ):
                self.lock_asked.emit()
                return True
        return False

    def _see(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)
