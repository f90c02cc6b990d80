"""Stacked bars over time as `TimeSeriesChart` shows them, painted without pyqtgraph and numpy.

For the first picture of a start, which waits for neither. It is only looked at: no crosshair.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts.axis_labels import even_labels
from lmchat_desktop.ui.charts.legend import Legend, LegendEntry
from lmchat_desktop.ui.charts.ticks import time_ticks, value_ticks
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from collections.abc import Sequence

_TICK_PX = 11
_TIME_AXIS_PX = 26
_ROOM_PER_TICK_PX = 66
_ROOM_PER_INTERVAL_PX = 34
_OVERHANG_PX = 26
_TEXT_GAP_PX = 7
_LABEL_ROOM_PX = 12
_OPEN_OPACITY = 0.5
_HEADROOM = 1.001


@dataclass(frozen=True, slots=True)
class Bars:
    """What is drawn.

    Attributes:
        edges: n + 1 ascending epoch seconds for n buckets.
        known: per bucket, whether anything is known of it.
        series: title, colour (#RRGGBB) and n values of each, the first at the bottom.
        kind: what the values are.
        zone: of all times.
        open_from_s: epoch seconds from which on figures still grow; None when all is settled.
    """

    edges: Sequence[int]
    known: Sequence[bool]
    series: Sequence[tuple[str, str, Sequence[float]]]
    kind: Kind
    zone: tzinfo = UTC
    open_from_s: float | None = None


class BarPicture(QWidget):
    """The bars with their axes, and the legend below.

    Attributes:
        plot: where the bars are painted.
        legend: the names.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = _Plot(self)
        self.legend = Legend(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.plot, 1)
        column.addWidget(self.legend)
        self.setMinimumSize(typography().px(220), typography().px(150))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, bars: Bars, name: str, description: str) -> None:
        """Show bars; name and description are for screen readers."""
        entries = [LegendEntry(title, title, colour) for title, colour, _values in bars.series]
        self.legend.set_entries(entries if len(entries) > 1 else [])
        self.plot.put(bars)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)


class _Plot(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars = Bars((), (), (), Kind.COUNT)
        self._stack: list[list[float]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, bars: Bars) -> None:
        self._bars = bars
        floor = [0.0] * len(bars.known)
        self._stack = [floor]
        for _title, _colour, values in bars.series:
            floor = [
                below + max(0.0, value) if known else below
                for below, value, known in zip(floor, values, bars.known, strict=True)
            ]
            self._stack.append(floor)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        bars = self._bars
        if len(bars.edges) < 2:
            return
        painter = QPainter(self)
        painter.setFont(typography().font(_TICK_PX, tabular=True))
        room = self.height() - typography().px(_TIME_AXIS_PX)
        intervals = max(2, min(5, room // typography().px(_ROOM_PER_INTERVAL_PX)))
        step, ticks = value_ticks(max(self._stack[-1], default=0.0), bars.kind, intervals)
        labels = even_labels(bars.kind, ticks, step)
        metrics = QFontMetricsF(painter.font())
        widest = max(metrics.horizontalAdvance(label) for label in labels)
        left, top = int(widest) + _LABEL_ROOM_PX + 1, typography().px(_TEXT_GAP_PX) + 1
        area = QRectF(
            left,
            top,
            self.width() - left - 3,
            self.height() - top - typography().px(_TIME_AXIS_PX) - 1,
        )
        place = _Places(self, bars, ticks[-1] * _HEADROOM, area)
        painter.save()
        painter.setClipRect(area)
        self._paint_back(painter, place, ticks)
        self._paint_bars(painter, place)
        painter.restore()
        painter.setPen(QColor(tokens().muted))
        self._paint_values(painter, place, list(zip(ticks, labels, strict=True)))
        self._paint_times(painter, place, metrics)

    def _paint_back(self, painter: QPainter, place: _Places, ticks: list[float]) -> None:
        colours, area = tokens(), place.area
        for start, end in _gaps(self._bars.known):
            x, after = place.xs[start], place.xs[end]
            _hatch(painter, QRectF(x, area.top(), after - x, area.height()), self.tr("no data"))
        for value in ticks:
            y = place.y(value) - 0.5 / place.ratio
            ink = colours.border_strong if area.bottom() - y < 1.5 else colours.line
            painter.setPen(QPen(QColor(ink), 1 / place.ratio))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))

    def _paint_bars(self, painter: QPainter, place: _Places) -> None:
        bars, smallest = self._bars, 1 / place.ratio
        open_from = float("inf") if bars.open_from_s is None else bars.open_from_s
        painter.setPen(Qt.PenStyle.NoPen)
        for row, (_title, colour, _values) in enumerate(bars.series):
            fills = {False: QColor(colour), True: QColor(colour)}
            fills[True].setAlphaF(_OPEN_OPACITY)
            rects: dict[bool, list[QRectF]] = {False: [], True: []}
            for i, (low, high) in enumerate(
                zip(self._stack[row], self._stack[row + 1], strict=True)
            ):
                width = place.xs[i + 1] - place.xs[i]
                bottom, top = place.y(low), place.y(high)
                if high > low == 0 and high == self._stack[-1][i] and bottom - top < smallest:
                    top = bottom - smallest
                if row > 0 and bottom - top >= 4 and width >= 6:
                    bottom -= smallest
                if high <= low or bottom <= top:
                    continue
                gap = 1.0 if width >= 4 else smallest if width >= 3 else 0.0
                rect = QRectF(place.xs[i], top, max(smallest, width - gap), bottom - top)
                rects[bars.edges[i + 1] > open_from].append(rect)
            for still_open, found in rects.items():
                painter.setBrush(fills[still_open])
                painter.drawRects(found)

    def _paint_values(
        self, painter: QPainter, place: _Places, labels: list[tuple[float, str]]
    ) -> None:
        height = painter.fontMetrics().height()
        for value, label in labels:
            y = place.area.bottom() - value / place.top * place.area.height()
            box = QRectF(0, y - height / 2, place.area.left() - _TEXT_GAP_PX, height)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label
            )

    def _paint_times(self, painter: QPainter, place: _Places, metrics: QFontMetricsF) -> None:
        area, edges = place.area, self._bars.edges
        most = max(2, int(area.width() / typography().px(_ROOM_PER_TICK_PX)))
        for tick in time_ticks(edges[0], edges[-1], self._bars.zone, most):
            width = metrics.horizontalAdvance(tick.label)
            at = (tick.at_s - edges[0]) / (edges[-1] - edges[0]) * area.width()
            if not width / 2 - _OVERHANG_PX <= at <= area.width() - width / 2:
                continue
            box = QRectF(
                area.left() + at - width / 2, area.bottom() + _TEXT_GAP_PX, width, metrics.height()
            )
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(box, flags | Qt.TextFlag.TextDontClip, tick.label)


class _Places:
    """Where instants and values lie, on edges of real pixels."""

    def __init__(self, plot: QWidget, bars: Bars, top: float, area: QRectF) -> None:
        self.area, self.top = area, top
        self.ratio = plot.devicePixelRatioF()
        first, last = bars.edges[0], bars.edges[-1]
        self.xs = [
            self._snap(area.left() + (edge - first) / (last - first) * area.width())
            for edge in bars.edges
        ]

    def y(self, value: float) -> float:
        return self._snap(self.area.bottom() - value / self.top * self.area.height())

    def _snap(self, pixels: float) -> float:
        return round(pixels * self.ratio) / self.ratio


def _gaps(known: Sequence[bool]) -> list[tuple[int, int]]:
    """The stretches of buckets of which nothing is known, as (first, one past the last)."""
    found: list[tuple[int, int]] = []
    for bucket, is_known in enumerate(known):
        if is_known:
            continue
        if found and found[-1][1] == bucket:
            found[-1] = (found[-1][0], bucket + 1)
        else:
            found.append((bucket, bucket + 1))
    return found


def _hatch(painter: QPainter, rect: QRectF, caption: str) -> None:
    colours = tokens()
    ground = QColor(mix(colours.surface, colours.canvas, 0.7))
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.fillRect(rect, ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(mix(colours.line, colours.muted, 0.16)), 1))
    first = int((rect.left() - rect.height()) // 8) * 8
    painter.drawLines(
        [
            QLineF(x, rect.bottom(), x + rect.height(), rect.top())
            for x in range(first, int(rect.right()) + 8, 8)
        ]
    )
    painter.setFont(typography().font(11))
    metrics = painter.fontMetrics()
    width, tall = metrics.horizontalAdvance(caption) + 12, metrics.height() + 4
    if rect.width() > width + 8:
        box = QRect(0, 0, width, tall)
        box.moveCenter(rect.center().toPoint())
        box.moveTop(int(rect.top()) + 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(QColor(colours.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, caption)
    painter.restore()
