"""What people do on all charts over time by pointer: crosshair, brush, zoom and pan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal

from lmchat_desktop.domain.formatting import span
from lmchat_desktop.ui.charts.time_plot import TimePlot
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QWidget

_CLICK_SLACK_PX = 4
_SETTLE_MS = 220
_SMALLEST_SPAN_S = 300.0


class PointedChart(TimePlot):
    """A plot over time buckets that people explore with a pointer.

    Drag to choose a span, double-click to go back. Shift+drag, the middle button or a sideways
    wheel moves through time, Ctrl+wheel zooms, the right button opens the menu.

    Attributes:
        brush_selected: start and end (epoch seconds) of the span asked for.
        reset_requested: the span before, or the whole, is asked for.
        bucket_activated: start and end of a bucket that Enter was pressed on.
        menu_asked: where on the screen the chart's menu is asked for.
    """

    brush_selected = Signal(object, object)
    reset_requested = Signal()
    bucket_activated = Signal(object, object)
    menu_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent, name=name)
        self._pressed: QPoint | None = None
        self._brush_from: float | None = None
        self._pan_from: float | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._come_to_rest)
        self.setMouseTracking(True)

    def click(self, bucket: int, value: float) -> None:
        """A bucket was clicked at a value of the axis."""

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
            self._come_to_rest()
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

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._cancel_brush()
        self.menu_asked.emit(event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        if self._overlay.brush is None:
            self._clear_crosshair()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._buckets.count:
            return
        sideways = event.angleDelta().x() or event.pixelDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._clear_crosshair()
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
        head = translated(span(start, end, self._zone))
        self._readout.show_rows(head, [], self.tr("Release to zoom"))
        middle = self._surface.point_of((start + end) / 2, self._top)
        area = self.rect().adjusted(2, 2, -2, -2)
        self._readout.place(QPoint(middle.x(), self._surface.plot_rect().top() + 4), area)
        self._readout.show()
        self._readout.raise_()

    def _emit_span(self, start: float, end: float) -> None:
        self._clear_crosshair()
        self.brush_selected.emit(int(start), int(end))

    def _cancel_brush(self) -> None:
        self._pressed = self._brush_from = None
        self._overlay.show_brush(None)

    def _move_view(self, by_s: float) -> None:
        self._surface.set_moving(True)
        low, high = self.view.viewRange()[0]
        self.view.setXRange(low + by_s, high + by_s, padding=0)

    def _zoom_view(self, centre: float, factor: float) -> None:
        low, high = self.view.viewRange()[0]
        if (high - low) * factor < _SMALLEST_SPAN_S:
            return
        self._surface.set_moving(True)
        self.view.setXRange(
            centre - (centre - low) * factor, centre + (high - centre) * factor, padding=0
        )
        self._settle.start()

    def _come_to_rest(self) -> None:
        """Paint the view sharply, and ask for what it shows."""
        self._surface.set_moving(False)
        low, high = self.view.viewRange()[0]
        if (low, high) != self._buckets.whole():
            self._emit_span(low, high)
