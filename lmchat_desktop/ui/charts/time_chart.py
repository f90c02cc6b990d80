"""What people do on all charts over time by keyboard, and what a screen reader is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from lmchat_desktop.ui.charts.pointed_chart import PointedChart
from lmchat_desktop.ui.widgets.spoken_role import speak_as

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_MOVES = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -10,
    Qt.Key.Key_PageDown: 10,
}
_ZOOMS = {
    Qt.Key.Key_Plus: 0.5,
    Qt.Key.Key_Equal: 0.5,
    Qt.Key.Key_Minus: 2.0,
}


class TimeChart(PointedChart):
    """A plot over time buckets that people explore with pointer and keyboard.

    Left, Right, Page Up, Page Down, Home and End move the crosshair; with Shift they choose a span.
    Up and Down choose a series at the crosshair. Enter takes the span, or does to the series or the
    bucket what a click does. Plus and minus zoom, Escape undoes step by step, Backspace goes back,
    the menu key and Shift+F10 open the menu.
    """

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent, name=name)
        self._anchor: int | None = None
        self._by_keyboard = True
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        speak_as(self, QAccessible.Role.Chart)

    def choose(self, name: str) -> None:
        """Do to a series what a click on it does."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and shifted):
            self._ask_for_menu()
        elif key == Qt.Key.Key_Backspace:
            self.reset_requested.emit()
        elif key == Qt.Key.Key_Escape:
            self._undo()
        elif not self._buckets.count or not self._explore(key, shifted):
            super().keyPressEvent(event)

    def _explore(self, key: Qt.Key, choosing: bool) -> bool:
        """Move, choose, zoom or activate; whether the key means one of these."""
        last = self._buckets.count - 1
        if key in _MOVES:
            start = last + 1 if _MOVES[key] < 0 else -1
            origin = self._bucket if self._bucket is not None else start
            self._step(max(0, min(last, origin + _MOVES[key])), choosing)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step(0 if key == Qt.Key.Key_Home else last, choosing)
        elif key in _ZOOMS:
            bounds = self._buckets.whole()
            if self._bucket is not None:
                bounds = self._buckets.bounds(self._bucket)
            self._zoom_view(sum(bounds) / 2, _ZOOMS[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return self._choose_row(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bucket is not None:
            self._activate(self._bucket)
        else:
            return False
        return True

    def _step(self, bucket: int, choosing: bool) -> None:
        before, row = self._bucket, self._row
        self.move_crosshair(bucket)
        if row is not None:
            self.mark_row(row)
        if choosing:
            if self._anchor is None:
                self._anchor = before if before is not None else bucket
            low, high = sorted((self._anchor, bucket))
            start, end = self._buckets.bounds(low)[0], self._buckets.bounds(high)[1]
            self._overlay.show_brush((start, end))
        else:
            self._anchor = None
            self._overlay.show_brush(None)
        self._say(self.readout_text())

    def _choose_row(self, by: int) -> bool:
        """Choose the next series of the read-out; whether there is any."""
        names = self.row_names()
        if not names:
            return False
        if self._row in names:
            place = max(0, min(len(names) - 1, names.index(self._row) + by))
        else:
            place = 0 if by > 0 else len(names) - 1
        self.mark_row(names[place])
        self._say(self.row_text())
        return True

    def _activate(self, bucket: int) -> None:
        brush = self._overlay.brush
        if brush is not None:
            self._cancel_brush()
            self._emit_span(*brush)
        elif self._row is not None:
            self.choose(self._row)
        else:
            start, end = self._buckets.bounds(bucket)
            self.bucket_activated.emit(int(start), int(end))

    def _undo(self) -> None:
        """Give up the span or the crosshair; without either, go back to the span before."""
        if self._bucket is None and self._overlay.brush is None:
            self.reset_requested.emit()
        self._cancel_brush()
        self._clear_crosshair()

    def _ask_for_menu(self) -> None:
        if QApplication.activePopupWidget() is not None:
            return
        area = self._surface.plot_rect()
        point = area.center()
        if self._bucket is not None:
            point = QPoint(self.point_of_bucket(self._bucket).x(), area.center().y())
        self.menu_asked.emit(self.mapToGlobal(point))

    def _cancel_brush(self) -> None:
        super()._cancel_brush()
        self._anchor = None

    def _say(self, text: str) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    # Focus

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.OtherFocusReason:
            self._by_keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        self._surface.show_ring(self._by_keyboard)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._surface.show_ring(False)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        self._cancel_brush()
        if not self.underMouse():
            self._clear_crosshair()
