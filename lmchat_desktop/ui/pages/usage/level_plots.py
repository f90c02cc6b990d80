"""Plots side by side that end at one height, whatever their legends need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.time_chart import TimeChart
    from lmchat_desktop.ui.widgets.panes import Panes

_TELLING = (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide)


class LevelPlots(QObject):
    """Keeps the legends of a pane's charts equally high while the panes stand side by side."""

    def __init__(self, panes: Panes, *charts: TimeChart) -> None:
        super().__init__(panes)
        self._panes = panes
        self._charts = charts
        panes.installEventFilter(self)
        for chart in charts:
            chart.installEventFilter(self)
            chart.legend.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TELLING:
            self.level()
        return super().eventFilter(watched, event)

    def level(self) -> None:
        """Let every legend be as high as the highest that is seen."""
        seen = [chart.legend.natural_height() for chart in self._charts if chart.isVisible()]
        height = max(seen, default=0) if self._panes.abreast else 0
        for chart in self._charts:
            chart.legend.reserve(height)
