"""What all charts over time show: axes, grid, gaps, a legend, a crosshair with its values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import span
from lmchat_desktop.ui.charts.buckets import Buckets
from lmchat_desktop.ui.charts.layers import Backdrop, Overlay
from lmchat_desktop.ui.charts.legend import Legend
from lmchat_desktop.ui.charts.readout import Readout, ReadoutRow
from lmchat_desktop.ui.charts.surface import PlotSurface
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    import pyqtgraph as pg
    from PySide6.QtGui import QHideEvent, QResizeEvent

    from lmchat_desktop.ui.charts.chart_data import Flags, Ints
    from lmchat_desktop.ui.charts.zone_axis import ValueAxis

_TIME_AXIS_PX = 26
_ROOM_PER_INTERVAL_PX = 34


class TimePlot(QWidget):
    """A plot over time buckets; subclasses paint the data and tell the values.

    Attributes:
        legend: the legend; below the plot, until a page puts it elsewhere.
    """

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self._name = name
        self._buckets = Buckets()
        self._known: Flags = np.zeros(0, np.bool_)
        self._zone: tzinfo = UTC
        self._bucket: int | None = None
        self._pointed: QPoint | None = None
        self._row: str | None = None
        self._intervals = 0
        self._top = 1.0
        self._bottom = 0.0
        self._surface = PlotSurface(self)
        self._backdrop = Backdrop()
        self._backdrop.caption = self.tr("no data")
        self._overlay = Overlay()
        for item in (self._backdrop, self._overlay):
            self._surface.add_layer(item)
        self._readout = Readout(self)
        self.legend = Legend(self)
        self.legend.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._surface, 1)
        column.addWidget(self.legend)
        self.setMinimumSize(typography().px(220), typography().px(150))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    # What subclasses give

    def readout_rows(self, bucket: int) -> list[ReadoutRow]:
        """The values of a bucket, in the order of the series."""
        raise NotImplementedError

    def readout_foot(self, bucket: int) -> str:
        """A remark below the values of a bucket."""
        return ""

    def rescale(self) -> None:
        """The plot's height changed so that it has room for more or fewer ticks."""
        raise NotImplementedError

    # What subclasses use

    @property
    def view(self) -> pg.ViewBox:
        """The plot's view, in epoch seconds and values."""
        return self._surface.view

    @property
    def value_axis(self) -> ValueAxis:
        """The vertical axis."""
        return self._surface.value_axis

    def set_name(self, name: str) -> None:
        """Change what a screen reader calls it."""
        self._name = name
        self.setAccessibleName(name)

    def show_time(self, edges: Ints, known: Flags, zone: tzinfo) -> None:
        """Show these buckets; the crosshair stays on its bucket where that is still there."""
        kept = None
        if self._bucket is not None and self._bucket < self._buckets.count:
            kept = self._buckets.bounds(self._bucket)[0]
        self._buckets, self._known, self._zone = Buckets(edges), known, zone
        self._surface.time_axis.set_zone(zone)
        self._backdrop.show_gaps(edges, known)
        if self._buckets.count:
            self.view.setXRange(*self._buckets.whole(), padding=0)
        self._bucket = None if kept is None else self._buckets.starting_at(kept)

    def most_intervals(self) -> int:
        """How many distances between ticks of the vertical axis have room."""
        room: int = self._surface.height() - typography().px(_TIME_AXIS_PX)
        return max(2, min(5, room // typography().px(_ROOM_PER_INTERVAL_PX)))

    def show_values(self, bottom: float, top: float, lines: list[float]) -> None:
        """Let the vertical axis reach from bottom to top, with grid lines at these values."""
        self._bottom, self._top = bottom, top
        self._backdrop.lines = lines
        self._backdrop.update()
        self.view.setYRange(bottom, top, padding=0)

    def refresh_readout(self) -> None:
        """Fill the panel anew, after the data changed."""
        if self._bucket is None:
            self._clear_crosshair()
        else:
            row = self._row
            self.move_crosshair(self._bucket, self._pointed)
            if row is not None:
                self.mark_row(row)

    # Crosshair

    @property
    def crosshair(self) -> int | None:
        """The bucket that the crosshair stands on."""
        return self._bucket

    def move_crosshair(self, bucket: int, at: QPoint | None = None) -> None:
        """Put the crosshair on a bucket and show its values, beside a point of the chart."""
        if not 0 <= bucket < self._buckets.count:
            self._clear_crosshair()
            return
        self._bucket, self._pointed, self._row = bucket, at, None
        self._show_readout(bucket, at)

    def row_names(self) -> list[str]:
        """The series at the crosshair that can be chosen, from above."""
        if self._bucket is None or not self._known[self._bucket]:
            return []
        return [row.name for row in self.readout_rows(self._bucket) if row.name]

    def mark_row(self, name: str) -> None:
        """Choose a series at the crosshair, if it is there."""
        if self._bucket is not None:
            self._row = name if name in self.row_names() else None
            self._show_readout(self._bucket, self._pointed)

    def row_text(self) -> str:
        """What the panel says of the chosen series."""
        return self._readout.chosen_text()

    def _show_readout(self, bucket: int, at: QPoint | None) -> None:
        start, end = self._buckets.bounds(bucket)
        self._overlay.show_bucket((start, end))
        rows = self.readout_rows(bucket) if self._known[bucket] else []
        if self._row is not None:
            rows = [replace(row, chosen=row.name == self._row) for row in rows]
        foot = self.readout_foot(bucket) if self._known[bucket] else self.tr("No data")
        self._readout.show_rows(translated(span(start, end, self._zone)), rows, foot)
        area = self._surface.plot_rect()
        if at is None:
            x = self._surface.point_of((start + end) / 2, self._bottom).x()
            at = QPoint(x, area.top() + area.height() // 3)
        self._readout.place(at, self.rect().adjusted(2, 2, -2, -2))
        self._readout.show()
        self._readout.raise_()

    def readout_text(self) -> str:
        """What the panel says."""
        return self._readout.text()

    def _clear_crosshair(self) -> None:
        self._bucket = self._row = None
        self._overlay.show_bucket(None)
        self._readout.hide()

    def bucket_at(self, at_s: float) -> int | None:
        """The bucket that an instant (epoch seconds) lies in."""
        return self._buckets.at(at_s)

    def period_text(self) -> str:
        """The time that is shown, in words."""
        return translated(span(*self._buckets.whole(), self._zone)) if self._buckets.count else ""

    # Places

    def point_of_bucket(self, bucket: int) -> QPoint:
        """The middle of a bucket in the chart's coordinates."""
        middle = sum(self._buckets.bounds(bucket)) / 2
        return self._surface.point_of(middle, (self._bottom + self._top) / 2)

    # Looks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter and watched is self.legend:
            self._clear_crosshair()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clear_crosshair()
        if self.most_intervals() != self._intervals:
            self._intervals = self.most_intervals()
            self.rescale()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._surface.forget_pictures()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._surface.restyle()
