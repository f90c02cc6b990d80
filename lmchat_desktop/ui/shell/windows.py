"""The windows of one application."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from lmchat_desktop.ui.shell.lock.desktop import DesktopWatch
from lmchat_desktop.ui.shell.lock.idle import IdleWatch, seconds_with_sleep
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.settings.errors import SettingsTrouble
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.lock.model import Why


class Windows(QObject):
    """Opens windows, keeps them until they are closed, and locks them together.

    Args:
        desk: what they share.
        parent: the owner.
        now: seconds of a clock that never runs backwards, for the lock after idle time.

    Attributes:
        all: the open windows, oldest first.
        idle: notices that nobody is there.
        desktop: notices that the desktop is locked, once it was told to `begin`.
        last_closed: the last one was closed, and what it held may still be closing.
        ended: no window is open, and everything that they held is closed.
        reports_asked: the person wants to see the crash reports, over the window that is given.
    """

    last_closed = Signal()
    ended = Signal()
    reports_asked = Signal(object)
    _not_saved = Signal(object)

    def __init__(
        self,
        desk: Desk,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = seconds_with_sleep,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.all: list[MainWindow] = []
        self._latest: MainWindow | None = None
        self.idle = IdleWatch(lambda: desk.preferences.value.lock_after_min, self, now=now)
        self.idle.expired.connect(self._lock_idle)
        self.idle.lock_asked.connect(self.ask_lock)
        self.desktop = DesktopWatch(self)
        self.desktop.locked.connect(self._lock_with_desktop)
        self._not_saved.connect(self._tell_not_saved, Qt.ConnectionType.QueuedConnection)
        desk.preferences.listen(self._not_saved.emit)
        desk.closings.idle.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def open_window(self, who: str = "") -> MainWindow:
        """Open a window; in a sandbox `who` (name or role) signs in at once."""
        window = MainWindow(self._desk, other=self.current)
        self.all.append(window)
        self._latest = window
        window.another_window_asked.connect(self.open_window)
        window.lock_asked.connect(self.ask_lock)
        window.reports_asked.connect(lambda: self.reports_asked.emit(window))
        window.activated.connect(lambda: self._now_in(window))
        window.closed.connect(lambda: self._closed(window))
        window.show()
        window.begin(who)
        return window

    @property
    def current(self) -> MainWindow | None:
        """The window that the person works in, or did last; None without any."""
        return self._latest or (self.all[-1] if self.all else None)

    def come_forward(self) -> None:
        """Raise the window that the person works in."""
        if self.current is not None:
            self.current.come_forward()

    def ask_lock(self) -> None:
        """Lock every window; where that loses what is kept nowhere, say so and ask first."""
        from lmchat_desktop.ui.shell.lock.model import Why

        window = self.current
        if window is None:
            return
        losing = [
            each.workspace.session
            for each in self.all
            if each.workspace is not None and not each.workspace.session.encrypted_on_disk
        ]
        if not losing:
            self.lock_all(Why.ASKED)
            return
        from lmchat_desktop.ui.shell.lock.dialog import LockDialog

        if window.findChild(LockDialog) is not None:
            return
        dialog = LockDialog(window)
        dialog.accepted.connect(lambda: self.lock_all(Why.ASKED))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def lock_all(self, why: Why) -> None:
        """Lock every window."""
        for window in list(self.all):
            window.lock(why)

    def close_all(self) -> None:
        """Hide every window at once, and begin to close what it holds."""
        for window in list(self.all):
            window.close()

    def _lock_idle(self) -> None:
        from lmchat_desktop.ui.shell.lock.model import Why

        self.lock_all(Why.IDLE)

    def _lock_with_desktop(self) -> None:
        from lmchat_desktop.ui.shell.lock.model import Why

        # Whoever wants no lock but their own word does not want the desktop's either.
        if self._desk.preferences.value.lock_after_min:
            self.lock_all(Why.DESKTOP)

    def _tell_not_saved(self, trouble: SettingsTrouble) -> None:
        if self.current is not None:
            self.current.tell(translated(trouble.message), "bad")

    def _now_in(self, window: MainWindow) -> None:
        if window in self.all:
            self._latest = window

    def _closed(self, window: MainWindow) -> None:
        self.all.remove(window)
        if self._latest is window:
            self._latest = None
        window.deleteLater()
        if not self.all:
            self.last_closed.emit()

    def _look(self) -> None:
        if self._desk.closings.busy:
            return
        if not self.all:
            self.ended.emit()
        elif any(window.locked for window in self.all):
            # What was locked is closed now: what it held in cycles goes too, not when it is due.
            QTimer.singleShot(0, self, gc.collect)
