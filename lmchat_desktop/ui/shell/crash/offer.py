"""At a start: what an earlier run left behind is made into reports, and offered once."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from lmchat_desktop.services.crash_reports import now_utc
from lmchat_desktop.services.running import RunningMark, report_crashes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QDialog, QWidget

    from lmchat_desktop.services.crash_reports import CrashReport, CrashReports

logger = logging.getLogger(__name__)


def mark_run(folder: Path) -> RunningMark | None:
    """Mark this run as going on; None where the folder cannot be written, which is logged."""
    try:
        return RunningMark(folder)
    except OSError as error:
        logger.warning("a crash of this run will not be known: %s", error.strerror)
        return None


class CrashOffer(QObject):
    """Looks for what nobody has seen on a thread, and shows it over a window.

    Args:
        reports: where they are kept.
        window: answers the window to show it over, None where there is none any more.
        parent: the owner.

    Attributes:
        dialog: the dialog that is open, None without one.
        looked: whether anything was found, on the interface thread.
    """

    looked = Signal(bool)
    _found = Signal(object)

    def __init__(
        self,
        reports: CrashReports,
        window: Callable[[], QWidget | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.dialog: QDialog | None = None
        self._reports = reports
        self._window = window
        self._begun = now_utc()
        self._found.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Look."""
        threading.Thread(target=self._look, name="crash-offer", daemon=True).start()

    def show_kept(self, window: QWidget) -> None:
        """Show everything that is kept, over a window."""
        if self.dialog is not None:
            return
        kept = self._reports.all()
        if not kept:
            from lmchat_desktop.ui.shell.crash.dialog import NoReportsDialog

            self._open(NoReportsDialog(window))
            return
        from lmchat_desktop.ui.shell.crash.dialog import kept_reports

        self._open(kept_reports(self._reports, kept, window))

    def _look(self) -> None:
        try:
            report_crashes(self._reports)
            # What happens in this run is shown as it happens.
            unseen = [each for each in self._reports.unseen() if each.at < self._begun]
        except OSError as error:
            logger.warning("earlier crashes could not be looked for: %s", error.strerror)
            unseen = []
        self._found.emit(unseen)

    def _show(self, unseen: list[CrashReport]) -> None:
        self.looked.emit(bool(unseen))
        window = self._window()
        if not unseen or window is None or self.dialog is not None:
            return
        from lmchat_desktop.ui.shell.crash.dialog import crash_offer

        self._open(crash_offer(self._reports, unseen, window))

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()
