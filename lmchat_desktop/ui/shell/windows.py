"""The windows of one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from lmchat_desktop.ui.shell.main_window import MainWindow

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.desk import Desk


class Windows(QObject):
    """Opens windows and keeps them until they are closed.

    Attributes:
        all: the open windows, oldest first.
        last_closed: the last one was closed, and what it held may still be closing.
        ended: no window is open, and everything that they held is closed.
    """

    last_closed = Signal()
    ended = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.all: list[MainWindow] = []
        desk.closings.idle.connect(self._look, Qt.ConnectionType.QueuedConnection)

    def open_window(self, who: str = "") -> MainWindow:
        """Open a window; in a sandbox `who` (name or role) signs in at once."""
        window = MainWindow(self._desk)
        self.all.append(window)
        window.another_window_asked.connect(self.open_window)
        window.closed.connect(lambda: self._closed(window))
        window.show()
        window.begin(who)
        return window

    def close_all(self) -> None:
        """Hide every window at once, and begin to close what it holds."""
        for window in list(self.all):
            window.close()

    def _closed(self, window: MainWindow) -> None:
        self.all.remove(window)
        window.deleteLater()
        if not self.all:
            self.last_closed.emit()

    def _look(self) -> None:
        if not self.all and not self._desk.closings.busy:
            self.ended.emit()
