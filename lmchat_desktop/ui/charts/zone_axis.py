"""The axes: time in a zone, and values with their SI steps."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from lmchat_desktop.ui.charts.ticks import TimeTick, time_ticks
from lmchat_desktop.ui.theme.manager import tokens, typography

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

TICK_PX = 11
_TEXT_GAP_PX = 7
_ROOM_PER_TICK_PX = 66
_OVERHANG_PX = 26
"""How far a label may stand out over the axis's left end; at its right end the view itself ends."""


class _QuietAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that paints its labels and nothing else; the plot's backdrop draws the grid.

    It paints them directly: pyqtgraph measures and records all of an axis anew for every frame of
    a moving view.
    """

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._font = QFont()
        self._metrics = QFontMetricsF(self._font)
        self._ink = QColor()
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, autoExpandTextSpace=False, autoReduceTextSpace=False)
        self.restyle()

    def restyle(self) -> None:
        """Take colours and font from the theme."""
        self._font = typography().font(TICK_PX, tabular=True)
        self._metrics = QFontMetricsF(self._font)
        self._ink = QColor(tokens().muted)
        self.update()

    def labels(self) -> list[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """The labels in view, each with its place in the axis's coordinates."""
        raise NotImplementedError

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self._font)
        painter.setPen(self._ink)
        for box, flags, text in self.labels():
            painter.drawText(box, flags | Qt.TextFlag.TextDontClip, text)


class ZoneTimeAxis(_QuietAxis):
    """Time on the wall clock of a zone; values of the axis are epoch seconds."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._zone: tzinfo = UTC
        self._last: tuple[tuple[Any, ...], list[TimeTick]] = ((), [])
        self.setHeight(typography().px(26))

    def set_zone(self, zone: tzinfo) -> None:
        """Show times of this zone."""
        self._zone = zone
        self.update()

    def boundingRect(self) -> QRectF:
        """Room for a label that stands out over the left end."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-_OVERHANG_PX, 0, 0, 0)

    def ticks(self, start_s: float, end_s: float, width_px: float) -> list[TimeTick]:
        """The ticks of a span that is so many pixels wide."""
        most = max(2, int(width_px / typography().px(_ROOM_PER_TICK_PX)))
        asked = (start_s, end_s, most, self._zone)
        if self._last[0] != asked:
            self._last = (asked, time_ticks(start_s, end_s, self._zone, most))
        return self._last[1]

    def labels(self) -> list[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """The ticks' labels, without one that would be cut at an end."""
        low, high = self.range
        width = self.size().width()
        if high <= low or width <= 0:
            return []
        found = []
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for tick in self.ticks(low, high, width):
            room = self._metrics.horizontalAdvance(tick.label)
            at = (tick.at_s - low) / (high - low) * width
            if room / 2 - _OVERHANG_PX <= at <= width - room / 2:
                box = QRectF(at - room / 2, _TEXT_GAP_PX, room, self._metrics.height())
                found.append((box, flags, tick.label))
        return found


class ValueAxis(_QuietAxis):
    """Values; the chart decides where the ticks stand and what they are called."""

    def __init__(self) -> None:
        super().__init__("left")
        self._ticks: list[tuple[float, str]] = []

    def set_ticks(self, places: list[float], texts: list[str]) -> None:
        """Write these texts beside these places of the axis."""
        self._ticks = list(zip(places, texts, strict=True))
        widest = max((self._metrics.horizontalAdvance(text) for text in texts), default=0)
        self.setWidth(int(widest) + 12)
        self.update()

    def places(self) -> list[float]:
        """Where the ticks stand on the axis."""
        return [place for place, _text in self._ticks]

    def texts(self) -> list[str]:
        """What stands beside the ticks, from below."""
        return [text for _place, text in self._ticks]

    def labels(self) -> list[tuple[QRectF, Qt.AlignmentFlag, str]]:
        """The ticks' labels, right-aligned beside the plot."""
        low, high = self.range
        height, tall = self.size().height(), self._metrics.height()
        if high <= low:
            return []
        slack = (high - low) * 1e-6
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        room = self.size().width() - _TEXT_GAP_PX
        return [
            (QRectF(0, self._down(place, low, high) - tall / 2, room, tall), flags, text)
            for place, text in self._ticks
            if low - slack <= place <= high + slack and height > 0
        ]

    def _down(self, place: float, low: float, high: float) -> float:
        """How far below the axis's top a value stands."""
        down: float = (high - place) / (high - low) * self.size().height()
        return down
