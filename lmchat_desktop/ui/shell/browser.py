"""Opens an address in the system's browser, from any thread."""

from __future__ import annotations

from concurrent.futures import Future

from PySide6.QtCore import QObject, Qt, QThread, QUrl, Signal
from PySide6.QtGui import QDesktopServices

PATIENCE_S = 5.0


class BrowserOpener(QObject):
    """Asks the desktop on the interface thread, and answers whether it knew a browser."""

    _asked = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked.connect(self._open, Qt.ConnectionType.QueuedConnection)

    def __call__(self, address: str) -> bool:
        """Open an address; False where no browser could be opened."""
        if QThread.currentThread() is self.thread():
            return QDesktopServices.openUrl(QUrl(address))
        answer: Future[bool] = Future()
        self._asked.emit(address, answer)
        try:
            return answer.result(PATIENCE_S)
        except TimeoutError:
            return False

    def _open(self, address: str, answer: Future[bool]) -> None:
        answer.set_result(QDesktopServices.openUrl(QUrl(address)))
