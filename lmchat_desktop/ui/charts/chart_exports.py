"""The menu of charts: copy or save them as pictures, their figures as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from lmchat_desktop.ui.charts.export import picture_of, svg_of, write_file, write_png
from lmchat_desktop.ui.charts.figures_csv import csv_of
from lmchat_desktop.ui.tables.export import write_text
from lmchat_desktop.ui.widgets.save_path import AskPath, ask_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint

    from lmchat_desktop.ui.charts.latency import LatencyChart
    from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
    from lmchat_desktop.ui.tasks.runner import TaskRunner

    Chart = TimeSeriesChart | LatencyChart


class ChartExports(QObject):
    """Gives charts a menu, by mouse and keyboard, and does what it offers.

    Painting is done at once, on the interface thread; files are written on the pool.

    Attributes:
        done: what was exported, in words.
        failed: what was not, and why, in words.
        ask: asks where to save.
    """

    done = Signal(str)
    failed = Signal(str)

    def __init__(self, tasks: TaskRunner, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._window = window
        self.ask: AskPath = ask_path

    def add(self, chart: Chart, picture: QWidget, name: str) -> None:
        """Give a chart the menu.

        Args:
            chart: the chart.
            picture: what becomes a picture: the chart, or the card around it.
            name: what its files are called, without an ending.
        """
        chart.menu_asked.connect(
            lambda point: self._open(self.menu(chart, picture, name), chart, point)
        )

    def menu(self, chart: Chart, picture: QWidget, name: str) -> QMenu:
        """The menu of a chart."""
        menu = QMenu(chart)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.tr("Menu of the chart"))
        menu.addAction(self.tr("Zoom back"), chart.reset_requested.emit)
        menu.addSeparator()
        offers = (
            (self.tr("Copy as picture"), lambda: self.copy_picture(picture)),
            (self.tr("Copy as SVG"), lambda: self.copy_svg(picture, chart)),
            (self.tr("Save as PNG…"), lambda: self.save_png(picture, name)),
            (self.tr("Save as SVG…"), lambda: self.save_svg(picture, name, chart)),
            (self.tr("Save figures as CSV…"), lambda: self.save_figures(chart, name)),
        )
        for title, do in offers:
            menu.addAction(title, do).setEnabled(chart.data is not None)
        return menu

    def copy_picture(self, picture: QWidget) -> None:
        """Put a picture on the clipboard."""
        QGuiApplication.clipboard().setImage(picture_of(picture))
        self.done.emit(self.tr("The chart is on the clipboard."))

    def copy_svg(self, picture: QWidget, described: QWidget) -> None:
        """Put an SVG on the clipboard, and its source for programs that take text alone."""
        svg = self._svg(picture, described)
        data = QMimeData()
        data.setData("image/svg+xml", QByteArray(svg))
        data.setText(svg.decode())
        QGuiApplication.clipboard().setMimeData(data)
        self.done.emit(self.tr("The chart is on the clipboard, as SVG."))

    def save_png(self, picture: QWidget, name: str) -> None:
        """Save a picture as PNG."""
        path = self.path(self.tr("Save chart"), f"{name}.png", self.tr("PNG picture (*.png)"))
        if path is not None:
            self.write(path, write_png, picture_of(picture))

    def save_svg(self, picture: QWidget, name: str, described: QWidget) -> None:
        """Save a picture as SVG; its title and description are those of a widget."""
        path = self.path(self.tr("Save chart"), f"{name}.svg", self.tr("SVG drawing (*.svg)"))
        if path is not None:
            self.write(path, write_file, self._svg(picture, described))

    def save_figures(self, chart: Chart, name: str) -> None:
        """Save what a chart shows as CSV; what the legend hides is left out."""
        data = chart.data
        if data is None:
            return
        path = self.path(self.tr("Save figures"), f"{name}.csv", self.tr("CSV (*.csv)"))
        if path is not None:
            shown = tuple(chart.shown_series())
            self.write(path, lambda path, *_: write_text(path, csv_of(data, shown)))

    def path(self, title: str, name: str, kinds: str) -> Path | None:
        """Ask for a file; one without an ending gets the name's."""
        chosen = self.ask(self._window, title, name, kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(name).suffix)

    def write(self, path: Path, write: Callable[..., object], *arguments: object) -> None:
        """Write a file on the pool and tell how it went; `write` is given path and arguments."""
        self._tasks.run(
            write,
            path,
            *arguments,
            on_done=lambda _result: self.done.emit(
                self.tr("Saved as {name}.").format(name=path.name)
            ),
            on_failed=lambda error: self._tell_failure(path, error),
            title=self.tr("Saving {name}").format(name=path.name),
            owner=self,
        )

    def _tell_failure(self, path: Path, error: BaseException) -> None:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        self.failed.emit(
            self.tr("{name} was not saved: {reason}. A file that was there is unchanged.").format(
                name=path.name, reason=reason
            )
        )

    @staticmethod
    def _svg(picture: QWidget, described: QWidget) -> bytes:
        return svg_of(picture, described.accessibleName(), described.accessibleDescription())

    def _open(self, menu: QMenu, chart: Chart, point: QPoint) -> None:
        menu.aboutToHide.connect(lambda: chart.setFocus(Qt.FocusReason.PopupFocusReason))
        menu.popup(point)
