"""The dialog that shows a crash report and leaves its use to the person."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.shell.dialogs import DETAILS_PX, ShellDialog
from lmchat_desktop.ui.shell.zones import local_zone
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.services.crash_reports import CrashReport, CrashReports

translate = QCoreApplication.translate
logger = logging.getLogger(__name__)

TEXT_PX = 220


def open_folder(address: str) -> bool:
    """Show a folder in the system's file manager; False where there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(address))


class CrashDialog(ShellDialog):
    """Shows reports one after the other, the newest first: to read, copy, keep or delete.

    Args:
        title: what happened.
        words: what that means.
        reports: where they are kept.
        shown: which ones, at least one.
        parent: the window.
        show_folder: shows a folder in the system's file manager.

    Attributes:
        details: the text of the report that is shown.
        all_deleted: none is left.
    """

    all_deleted = Signal()

    def __init__(
        self,
        title: str,
        words: str,
        reports: CrashReports,
        shown: Sequence[CrashReport],
        parent: QWidget | None = None,
        *,
        show_folder: Callable[[str], bool] = open_folder,
    ) -> None:
        super().__init__(title, parent, width=660)
        self.setObjectName("crash")
        self._reports = reports
        self._shown = list(shown)
        self._place = 0
        self._read: set[CrashReport] = set()
        self._show_folder = show_folder
        self.add_text(words)
        self._when = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.column.addWidget(self._when)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setFont(typography().label())
        self.details.setAccessibleName(self.tr("Report"))
        self.details.setFixedHeight(min(typography().px(TEXT_PX), DETAILS_PX))
        self.column.addWidget(self.details)
        self.delete_button = self.add_button(self.tr("Delete"), look="danger")
        self.delete_button.clicked.connect(self._delete)
        self.folder_button = self.add_button(self.tr("Open folder"))
        self.folder_button.clicked.connect(self._open_folder)
        self.copy_button = self.add_button(self.tr("Copy"))
        self.copy_button.clicked.connect(self._copy)
        self.next_button = self.add_button(self.tr("Next"))
        self.next_button.clicked.connect(self._next)
        close = self.add_button(self.tr("Close"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        close.setFocus(Qt.FocusReason.OtherFocusReason)
        self._put()

    def _put(self) -> None:
        report = self._shown[self._place]
        try:
            text = report.text()
        except OSError as error:
            text = self.tr("The report cannot be read: {reason}").replace(
                "{reason}", error.strerror or type(error).__name__
            )
        self.details.setPlainText(text)
        at = translated(formatting.moment(report.at, local_zone(), seconds=True))
        several = len(self._shown) > 1
        words = (
            self.tr("{time} · report {number} of {count}, kept on this device alone")
            if several
            else self.tr("{time} · kept on this device alone")
        )
        said = (
            words.replace("{time}", at)
            .replace("{number}", f"{self._place + 1}")
            .replace("{count}", f"{len(self._shown)}")
        )
        self._when.setText(said)
        self.details.setAccessibleDescription(said)
        self.next_button.setVisible(several)
        self._read.add(report)

    def done(self, result: int) -> None:
        """Note what was read, so that it is not offered again, and close."""
        try:
            for report in self._read.intersection(self._shown):
                self._reports.mark_seen(report)
        except OSError as error:
            logger.warning("that a crash report was shown could not be noted: %s", error.strerror)
        super().done(result)

    def _next(self) -> None:
        self._place = (self._place + 1) % len(self._shown)
        self._put()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())

    def _open_folder(self) -> None:
        if not self._show_folder(str(self._reports.folder)):
            self._when.setText(
                self.tr("No file manager answered. The reports are in {folder}.").replace(
                    "{folder}", str(self._reports.folder)
                )
            )

    def _delete(self) -> None:
        try:
            self._reports.delete(self._shown[self._place])
        except OSError as error:
            self._when.setText(
                self.tr("The report was not deleted: {reason}").replace(
                    "{reason}", error.strerror or type(error).__name__
                )
            )
            return
        del self._shown[self._place]
        if not self._shown:
            self.all_deleted.emit()
            self.accept()
            return
        self._place = min(self._place, len(self._shown) - 1)
        self._put()


class NoReportsDialog(ShellDialog):
    """There is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(translate("CrashDialog", "Crash reports"), parent)
        self.setObjectName("no-reports")
        self.add_text(self.tr("There are none: nothing has gone wrong that was noticed."))
        close = self.add_button(self.tr("Close"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        close.setFocus(Qt.FocusReason.OtherFocusReason)


def fault_dialog(
    reports: CrashReports, report: CrashReport, parent: QWidget | None = None
) -> CrashDialog:
    """A fault that just happened and that the application survived."""
    return CrashDialog(
        translate("CrashDialog", "Something went wrong in this application"),
        translate(
            "CrashDialog",
            "What you were doing may not have been finished; nothing was changed on the backend "
            "beyond what was already shown. You can go on. This report says where it happened; it "
            "holds no secrets, names or content, and is sent nowhere unless you send it.",
        ),
        reports,
        [report],
        parent,
    )


def crash_offer(
    reports: CrashReports, shown: Sequence[CrashReport], parent: QWidget | None = None
) -> CrashDialog:
    """What an earlier run left."""
    return CrashDialog(
        translate("CrashDialog", "Something went wrong the last time"),
        translate(
            "CrashDialog",
            "What was being done at that moment may not have been finished; look at the backend "
            "before you do it again. This report says where it happened; it holds no secrets, "
            "names or content, and is sent nowhere unless you send it.",
        ),
        reports,
        shown,
        parent,
    )


def kept_reports(
    reports: CrashReports, shown: Sequence[CrashReport], parent: QWidget | None = None
) -> CrashDialog:
    """Everything that is kept, at a person's wish."""
    return CrashDialog(
        translate("CrashDialog", "Crash reports"),
        translate(
            "CrashDialog",
            "The last reports of faults and crashes on this device. They hold no secrets, names "
            "or content, and are sent nowhere unless you send them.",
        ),
        reports,
        shown,
        parent,
    )
