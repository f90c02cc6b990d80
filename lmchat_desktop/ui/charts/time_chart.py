"""What all charts over time share: axes, grid, gaps, crosshair with its values, brush, keyboard."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import span
from lmchat_desktop.ui.charts.buckets import Buckets
from lmchat_desktop.ui.charts.layers import Backdrop, Overlay
from lmchat_desktop.ui.charts.legend import Legend
from lmchat_desktop.ui.charts.readout import Readout, ReadoutRow
from lmchat_desktop.ui.charts.surface import PlotSurface
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    import pyqtgraph as pg

    from lmchat_desktop.ui.charts.chart_data import Flags, Ints
    from lmchat_desktop.ui.charts.zone_axis import ValueAxis

_CLICK_SLACK_PX = 4
_SETTLE_MS = 220
_TIME_AXIS_PX = 26
_ROOM_PER_INTERVAL_PX = 34
_SMALLEST_SPAN_S = 300.0


class TimeChart(QWidget):
    """A chart over time buckets; subclasses paint the data and tell the values.

    Drag to choose a span, double-click or Backspace to go back. Left and Right move the crosshair,
    with Shift they choose a span that Enter takes. Shift+drag, the middle button or a sideways
    wheel moves through time, Ctrl+wheel zooms.

    Attributes:
        brush_selected: start and end (epoch seconds) of the span asked for.
        reset_requested: the span before, or the whole, is asked for.
        bucket_activated: start and end of a bucket that Enter was pressed on.
        legend: the legend; below the plot, until a page puts it elsewhere.
    """

    brush_selected = Signal(object, object)
    reset_requested = Signal()
    bucket_activated = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self._name = name
        self._buckets = Buckets()
        self._known: Flags = np.zeros(0, np.bool_)
        self._zone: tzinfo = UTC
        self._bucket: int | None = None
        self._anchor: int | None = None
        self._pressed: QPoint | None = None
        self._brush_from: float | None = None
        self._pan_from: float | None = None
        self._intervals = 0
        self._top = 1.0
        self._bottom = 0.0
        self._surface = PlotSurface(self)
        self._backdrop = Backdrop()
        self._backdrop.caption = self.tr("no data")
        self._overlay = Overlay()
        for item in (self._backdrop, self._overlay):
            self._surface.view.addItem(item, ignoreBounds=True)
        self._readout = Readout(self)
        self.legend = Legend(self)
        self.legend.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._surface, 1)
        column.addWidget(self.legend)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_for_view)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
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

    def click(self, bucket: int, value: float) -> None:
        """A bucket was clicked at a value of the axis."""

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
        if self._bucket is None or not (self.underMouse() or self.hasFocus()):
            self._clear_crosshair()
        else:
            self.move_crosshair(self._bucket)

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
        self._bucket = bucket
        start, end = self._buckets.bounds(bucket)
        self._overlay.show_bucket((start, end))
        rows = self.readout_rows(bucket) if self._known[bucket] else []
        foot = self.readout_foot(bucket) if self._known[bucket] else self.tr("No data")
        self._readout.show_rows(span(start, end, self._zone), rows, foot)
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
        self._bucket = None
        self._overlay.show_bucket(None)
        self._readout.hide()

    def bucket_at(self, at_s: float) -> int | None:
        """The bucket that an instant (epoch seconds) lies in."""
        return self._buckets.at(at_s)

    # Places

    def point_of_bucket(self, bucket: int) -> QPoint:
        """The middle of a bucket in the chart's coordinates."""
        middle = sum(self._buckets.bounds(bucket)) / 2
        return self._surface.point_of(middle, (self._bottom + self._top) / 2)

    # Pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if not self._buckets.count:
            return
        at_s = self._surface.value_at(point).x()
        if self._pan_from is not None:
            self._move_view(self._pan_from - at_s)
            return
        dragged = self._pressed is not None and (
            abs(point.x() - self._pressed.x()) > _CLICK_SLACK_PX or self._overlay.brush is not None
        )
        if self._brush_from is not None and dragged:
            self._show_brush(self._brush_from, self._buckets.clamped(at_s))
            return
        inside = self._surface.plot_rect().contains(point)
        bucket = self._buckets.at(at_s) if inside else None
        if bucket is None:
            self._clear_crosshair()
        else:
            self.move_crosshair(bucket, point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if not self._buckets.count or not self._surface.plot_rect().contains(point):
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at_s = self._surface.value_at(point).x()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.MiddleButton or (
            shifted and event.button() == Qt.MouseButton.LeftButton
        ):
            self._pan_from = at_s
            self._clear_crosshair()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = point
            self._brush_from = self._buckets.clamped(at_s)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            self._pan_from = None
            self.unsetCursor()
            self._ask_for_view()
            return
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        point, self._pressed, self._brush_from = event.position().toPoint(), None, None
        brush = self._overlay.brush
        if brush is not None:
            self._overlay.show_brush(None)
            self._emit_span(*brush)
            return
        value = self._surface.value_at(point)
        bucket = self._buckets.at(value.x())
        if bucket is not None:
            self.click(bucket, value.y())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._cancel_brush()
            self.reset_requested.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Enter and watched is self.legend:
            self._clear_crosshair()
        return super().eventFilter(watched, event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._overlay.brush is None:
            self._clear_crosshair()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._buckets.count:
            return
        sideways = event.angleDelta().x() or event.pixelDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            centre = self._surface.value_at(event.position().toPoint()).x()
            self._zoom_view(centre, 0.8 ** (event.angleDelta().y() / 120))
        elif sideways and abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            low, high = self.view.viewRange()[0]
            self._move_view(-(high - low) * 0.1 * event.angleDelta().x() / 120)
            self._settle.start()
        else:
            event.ignore()
            return
        event.accept()

    # Spans

    def _show_brush(self, first: float, second: float) -> None:
        start, end = self._buckets.snapped(first, second)
        self._overlay.show_brush((start, end))
        self._readout.show_rows(span(start, end, self._zone), [], self.tr("Release to zoom"))
        middle = self._surface.point_of((start + end) / 2, self._top)
        area = self.rect().adjusted(2, 2, -2, -2)
        self._readout.place(QPoint(middle.x(), self._surface.plot_rect().top() + 4), area)
        self._readout.show()
        self._readout.raise_()

    def _emit_span(self, start: float, end: float) -> None:
        self._clear_crosshair()
        self.brush_selected.emit(int(start), int(end))

    def _cancel_brush(self) -> None:
        self._pressed = self._brush_from = self._anchor = None
        self._overlay.show_brush(None)

    def _move_view(self, by_s: float) -> None:
        low, high = self.view.viewRange()[0]
        self.view.setXRange(low + by_s, high + by_s, padding=0)

    def _zoom_view(self, centre: float, factor: float) -> None:
        low, high = self.view.viewRange()[0]
        if (high - low) * factor < _SMALLEST_SPAN_S:
            return
        self._clear_crosshair()
        self.view.setXRange(
            centre - (centre - low) * factor, centre + (high - centre) * factor, padding=0
        )
        self._settle.start()

    def _ask_for_view(self) -> None:
        low, high = self.view.viewRange()[0]
        if (low, high) != self._buckets.whole():
            self._emit_span(low, high)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, count = Qt.Key(event.key()), self._buckets.count
        choosing = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -10,
            Qt.Key.Key_PageDown: 10,
        }
        if count > 0 and key in moves:
            origin = self._bucket if self._bucket is not None else (count if moves[key] < 0 else -1)
            self._step(max(0, min(count - 1, origin + moves[key])), choosing)
        elif count > 0 and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step(0 if key == Qt.Key.Key_Home else count - 1, choosing)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bucket is not None:
            brush = self._overlay.brush
            if brush is not None:
                self._cancel_brush()
                self._emit_span(*brush)
            else:
                start, end = self._buckets.bounds(self._bucket)
                self.bucket_activated.emit(int(start), int(end))
        elif key == Qt.Key.Key_Escape and (self._bucket is not None or self._overlay.brush):
            self._cancel_brush()
            self._clear_crosshair()
        elif key == Qt.Key.Key_Backspace:
            self.reset_requested.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, bucket: int, choosing: bool) -> None:
        before = self._bucket
        self.move_crosshair(bucket)
        if choosing:
            if self._anchor is None:
                self._anchor = before if before is not None else bucket
            low, high = sorted((self._anchor, bucket))
            start, end = self._buckets.bounds(low)[0], self._buckets.bounds(high)[1]
            self._overlay.show_brush((start, end))
        else:
            self._anchor = None
            self._overlay.show_brush(None)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.readout_text()))

    # Looks

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._overlay.show_ring(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._overlay.show_ring(False)
        self._cancel_brush()
        if not self.underMouse():
            self._clear_crosshair()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clear_crosshair()
        if self.most_intervals() != self._intervals:
            self._intervals = self.most_intervals()
            self.rescale()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._surface.restyle()
