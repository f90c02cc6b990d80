"""What people do on all charts over time: crosshair, brush, zoom and pan, by pointer and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)

from lmchat_desktop.domain.formatting import span
from lmchat_desktop.ui.charts.time_plot import TimePlot
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_CLICK_SLACK_PX = 4
_SETTLE_MS = 220
_SMALLEST_SPAN_S = 300.0


class TimeChart(TimePlot):
    """A plot over time buckets that people explore.

    Drag to choose a span, double-click or Backspace to go back. Left and Right move the crosshair,
    with Shift they choose a span that Enter takes. Shift+drag, the middle button or a sideways
    wheel moves through time, Ctrl+wheel zooms.

    Attributes:
        brush_selected: start and end (epoch seconds) of the span asked for.
        reset_requested: the span before, or the whole, is asked for.
        bucket_activated: start and end of a bucket that Enter was pressed on.
    """

    brush_selected = Signal(object, object)
    reset_requested = Signal()
    bucket_activated = Signal(object, object)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent, name=name)
        self._anchor: int | None = None
        self._pressed: QPoint | None = None
        self._brush_from: float | None = None
        self._pan_from: float | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._ask_for_view)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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

    # Focus

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._overlay.show_ring(event.reason() != Qt.FocusReason.MouseFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._overlay.show_ring(False)
        self._cancel_brush()
        if not self.underMouse():
            self._clear_crosshair()
