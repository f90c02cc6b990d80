"""Faults of the program: logged, and shown with details that can be copied and hold no secrets."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from lmchat_desktop.services.redaction import redacted_traceback
from lmchat_desktop.ui.shell.dialogs import FaultDialog

if TYPE_CHECKING:
    from types import TracebackType

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class FaultReporter(QObject):
    """Takes exceptions that nobody caught, on any thread.

    Attributes:
        reported: the details of a fault, on the interface thread.
        dialog: the dialog that is open, None without one. Further faults meanwhile are only logged.
    """

    reported = Signal(str)
    _arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.dialog: FaultDialog | None = None
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take faults from now on, and Qt's own messages into the log."""
        sys.excepthook = self.take
        threading.excepthook = self._take_of_thread
        qInstallMessageHandler(log_qt_message)

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log a fault and have it shown."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = redacted_traceback(kind, error, trace)
        logger.critical("fault:\n%s", details)
        self._arrived.emit(details)

    def _take_of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.take(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _show(self, details: str) -> None:
        self.reported.emit(details)
        if self.dialog is not None:
            return
        self.dialog = FaultDialog(details, QApplication.activeWindow())
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


def log_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's message handler: into the log under the name `qt`."""
    qt_logger.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
