"""What leaves the usage page: its charts as pictures, its figures and the breakdown as CSV."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.services.usage_export import write_csv
from lmchat_desktop.ui.charts.chart_exports import ChartExports
from lmchat_desktop.ui.tables.export import write_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.services.usage import UsageReport
    from lmchat_desktop.ui.tasks.runner import TaskRunner
    from lmchat_desktop.ui.widgets.buttons import MenuButton
    from lmchat_desktop.ui.widgets.save_path import AskPath

    InDetail = Callable[[UsageReport, Cancellation], UsageReport]

NAME = "usage"


class UsageExport(QObject):
    """Fills the Export menu and does what it offers.

    Attributes:
        charts: gives the page's charts their menus.
        done: what was exported, in words.
        failed: what was not, and why, in words.
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
        in_detail: InDetail,
        breakdown_csv: Callable[[], str],
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._report = report
        self._in_detail = in_detail
        self._breakdown_csv = breakdown_csv
        self.charts = ChartExports(tasks, parent)
        self.charts.done.connect(self.done)
        self.charts.failed.connect(self.failed)
        copying = menu.add_action(self.tr("Copy chart as picture"), icon_name="copy")
        copying.triggered.connect(self.copy_chart)
        saving = menu.add_action(self.tr("Save chart as PNG…"), icon_name="picture")
        saving.triggered.connect(self.save_chart)
        drawing = menu.add_action(self.tr("Save chart as SVG…"), icon_name="picture")
        drawing.triggered.connect(self.save_drawing)
        menu.drop_menu.addSeparator()
        course = menu.add_action(self.tr("Figures over time as CSV…"), icon_name="export")
        course.triggered.connect(self.save_figures)
        table = menu.add_action(self.tr("Breakdown table as CSV…"), icon_name="export")
        table.triggered.connect(self.save_breakdown)
        self._needing_figures = (copying, saving, drawing, course, table)
        self.set_available(False)

    @property
    def ask(self) -> AskPath:
        """Asks where to save."""
        return self.charts.ask

    @ask.setter
    def ask(self, ask: AskPath) -> None:
        self.charts.ask = ask

    def set_available(self, available: bool) -> None:
        """Whether there is anything to export."""
        for action in self._needing_figures:
            action.setEnabled(available)

    def copy_chart(self) -> None:
        """Put the main chart on the clipboard."""
        self.charts.copy_picture(self._picture())

    def save_chart(self) -> None:
        """Save the main chart as a PNG."""
        self.charts.save_png(self._picture(), NAME)

    def save_drawing(self) -> None:
        """Save the main chart as an SVG."""
        self.charts.save_svg(self._picture(), NAME, self._picture())

    def save_figures(self) -> None:
        """Save every figure of every bucket and group."""
        report = self._report()
        if report is None:
            return
        path = self.charts.path(self.tr("Save figures"), f"{NAME}.csv", self.tr("CSV (*.csv)"))
        if path is not None:
            self.charts.write(path, write_figures, report, self._in_detail)

    def save_breakdown(self) -> None:
        """Save the table as it is shown: its columns, rows and order."""
        path = self.charts.path(self.tr("Save breakdown"), "breakdown.csv", self.tr("CSV (*.csv)"))
        if path is not None:
            self.charts.write(path, write_text, self._breakdown_csv())


def write_figures(
    path: Path, report: UsageReport, in_detail: InDetail, cancel: Cancellation
) -> None:
    """Write the figures of a report in all detail, whole or not at all; runs on the pool.

    Raises:
        OSError: they could not be written.
    """
    text = io.StringIO(newline="")
    write_csv(in_detail(report, cancel), text)
    write_text(path, text.getvalue())
