"""What leaves the usage page: the chart as a picture, its figures and the breakdown as CSV."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from lmchat_desktop.services.usage_export import write_csv
from lmchat_desktop.ui.charts.export import copy_picture, save_png
from lmchat_desktop.ui.tables.export import write_text

if TYPE_CHECKING:
    from lmchat_desktop.services.usage import UsageReport
    from lmchat_desktop.ui.tasks.runner import TaskRunner
    from lmchat_desktop.ui.widgets.buttons import MenuButton

AskPath = Callable[[QWidget, str, str, str], str]


def ask_path(parent: QWidget, title: str, name: str, kinds: str) -> str:
    """Ask where to save; empty if the person thinks better of it."""
    return QFileDialog.getSaveFileName(parent, title, name, kinds)[0]


class UsageExport(QObject):
    """Fills the Export menu and does what it offers.

    Attributes:
        done: what was exported, in words.
        failed: what was not, and why, in words.
        ask: asks where to save.
    """

    done = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        menu: MenuButton,
        tasks: TaskRunner,
        parent: QWidget,
        *,
        picture: Callable[[], QWidget],
        report: Callable[[], UsageReport | None],
        breakdown_csv: Callable[[], str],
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self._tasks = tasks
        self._picture = picture
        self._report = report
        self._breakdown_csv = breakdown_csv
        self.ask: AskPath = ask_path
        copying = menu.add_action(self.tr("Copy chart as picture"), icon_name="copy")
        copying.triggered.connect(self.copy_chart)
        saving = menu.add_action(self.tr("Save chart as PNG…"), icon_name="picture")
        saving.triggered.connect(self.save_chart)
        menu.drop_menu.addSeparator()
        course = menu.add_action(self.tr("Figures over time as CSV…"), icon_name="export")
        course.triggered.connect(self.save_figures)
        table = menu.add_action(self.tr("Breakdown table as CSV…"), icon_name="export")
        table.triggered.connect(self.save_breakdown)
        self._needing_figures = (copying, saving, course, table)
        self.set_available(False)

    def set_available(self, available: bool) -> None:
        """Whether there is anything to export."""
        for action in self._needing_figures:
            action.setEnabled(available)

    def copy_chart(self) -> None:
        """Put the main chart on the clipboard."""
        copy_picture(self._picture())
        self.done.emit(self.tr("The chart is on the clipboard."))

    def save_chart(self) -> None:
        """Save the main chart as a PNG."""
        path = self._path(self.tr("Save chart"), "usage.png", self.tr("PNG picture (*.png)"))
        if path is not None:
            try:
                save_png(self._picture(), path)
            except OSError as error:
                self._not_written(path, error)
            else:
                self._written(path)

    def save_figures(self) -> None:
        """Save every figure of every bucket and group."""
        report = self._report()
        if report is None:
            return
        path = self._path(self.tr("Save figures"), "usage.csv", self.tr("CSV (*.csv)"))
        if path is not None:
            self._tasks.run(
                write_figures,
                report,
                path,
                on_done=lambda _rows: self._written(path),
                on_failed=lambda error: self._not_written(path, error),
                title=self.tr("Saving figures"),
                owner=self,
            )

    def save_breakdown(self) -> None:
        """Save the table as it is shown: its columns, rows and order."""
        path = self._path(self.tr("Save breakdown"), "breakdown.csv", self.tr("CSV (*.csv)"))
        if path is not None:
            try:
                write_text(path, self._breakdown_csv())
            except OSError as error:
                self._not_written(path, error)
            else:
                self._written(path)

    def _path(self, title: str, name: str, kinds: str) -> Path | None:
        chosen = self.ask(self._window, title, name, kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(name).suffix)

    def _written(self, path: Path) -> None:
        self.done.emit(self.tr("Saved as {name}.").format(name=path.name))

    def _not_written(self, path: Path, error: BaseException) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self.failed.emit(
            self.tr("{name} was not saved: {reason}. A file that was there is unchanged.").format(
                name=path.name, reason=reason
            )
        )


def write_figures(report: UsageReport, path: Path) -> int:
    """Write the figures of a report, whole or not at all; answers the number of rows.

    Raises:
        OSError: they could not be written.
    """
    text = io.StringIO(newline="")
    rows = write_csv(report, text)
    write_text(path, text.getvalue())
    return rows
