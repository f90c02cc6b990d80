"""Faults of the program: logged, reported into a file, and shown without secrets or content."""

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

    from PySide6.QtWidgets import QDialog, QWidget

    from lmchat_desktop.services.crash_reports import CrashReport, CrashReports

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger("qt")

MOST_KNOWN = 100
"""How many different faults of one run are told apart; later ones count as known."""

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class FaultReporter(QObject):
    """Takes exceptions that nobody caught, on any thread.

    The same fault again, as one in a paint event comes with every frame, is counted in the log and
    neither reported nor shown again.

    Args:
        parent: the owner.
        reports: where reports are written; None writes none.

    Attributes:
        reported: the details of a fault, on the interface thread.
        dialog: the dialog that is open, None without one. Further faults meanwhile are only logged
            and reported.
    """

    reported = Signal(str)
    _arrived = Signal(str, object)

    def __init__(self, parent: QObject | None = None, reports: CrashReports | None = None) -> None:
        super().__init__(parent)
        self.dialog: QDialog | None = None
        self._reports = reports
        self._known: dict[str, int] = {}
        self._lock = threading.Lock()
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take faults from now on, and Qt's own messages into the log."""
        sys.excepthook = self.take
        threading.excepthook = self._take_of_thread
        sys.unraisablehook = self._take_unraisable
        qInstallMessageHandler(log_qt_message)

    def take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log a fault, write its report, and have it shown."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._take(kind, error, trace, threading.current_thread().name)

    def _take(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
        thread: str,
    ) -> None:
        details = redacted_traceback(kind, error, trace)
        times = self._times(details)
        if times > 1:
            logger.critical("the same fault for the %d. time: %s", times, kind.__name__)
            return
        logger.critical("fault on thread %s:\n%s", thread, details)
        self._arrived.emit(details, self._write(details, thread))

    def _write(self, details: str, thread: str) -> CrashReport | None:
        if self._reports is None:
            return None
        try:
            return self._reports.write(
                "A fault that nobody caught; the application went on.", details, thread=thread
            )
        except OSError as trouble:
            logger.warning("a crash report was not written: %s", trouble.strerror)
            return None

    def _times(self, details: str) -> int:
        with self._lock:
            if details not in self._known and len(self._known) >= MOST_KNOWN:
                details = ""
            self._known[details] = self._known.get(details, 0) + 1
            return self._known[details]

    def _take_of_thread(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            thread = arguments.thread.name if arguments.thread is not None else ""
            self._take(arguments.exc_type, error, arguments.exc_traceback, thread)

    def _take_unraisable(self, arguments: sys.UnraisableHookArgs) -> None:
        error = arguments.exc_value
        if error is not None:
            thread = threading.current_thread().name
            self._take(arguments.exc_type, error, arguments.exc_traceback, thread)

    def _show(self, details: str, report: CrashReport | None) -> None:
        self.reported.emit(details)
        if self.dialog is not None:
            return
        window = QApplication.activeWindow()
        self.dialog = self._dialog(details, report, window)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _dialog(self, details: str, report: CrashReport | None, window: QWidget | None) -> QDialog:
        if report is None or self._reports is None:
            return FaultDialog(details, window)
        from lmchat_desktop.ui.shell.crash.dialog import fault_dialog

        return fault_dialog(self._reports, report, window)

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


def tell_fault(error: BaseException) -> None:
    """Treat an error as one that nobody caught: whoever got it knows nothing to do about it."""
    sys.excepthook(type(error), error, error.__traceback__)


def log_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """Qt's message handler: into the log under the name `qt`."""
    qt_logger.log(_LEVELS.get(kind, logging.WARNING), "%s", message)
