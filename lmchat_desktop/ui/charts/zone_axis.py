"""The axes: time in a zone, and values with their SI steps."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg

from lmchat_desktop.domain.formatting import Kind, axis_text
from lmchat_desktop.ui.charts.ticks import TimeTick, time_ticks
from lmchat_desktop.ui.theme.manager import tokens, typography

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

TICK_PX = 11
_ROOM_PER_TICK_PX = 66
_OVERHANG_PX = 26
"""How far a label may stand out over the axis's left end; at its right end the view itself ends."""


class _QuietAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that draws its labels and nothing else; the plot's backdrop draws the grid."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.enableAutoSIPrefix(False)
        self.setStyle(
            tickLength=0,
            tickTextOffset=7,
            autoExpandTextSpace=False,
            autoReduceTextSpace=False,
            hideOverlappingLabels=False,
        )
        self.restyle()

    def restyle(self) -> None:
        """Take colours and font from the theme."""
        self.setPen(pg.mkPen(None))
        self.setTextPen(pg.mkPen(tokens().muted))
        font = typography().font(TICK_PX, tabular=True)
        self.setStyle(tickFont=font)
        self.picture = None
        self.update()

    def generateDrawSpecs(self, p: Any) -> Any:
        """Labels alone: ticks of no length would still leave dots."""
        specs = super().generateDrawSpecs(p)
        return None if specs is None else (specs[0], [], specs[2])


class ZoneTimeAxis(_QuietAxis):
    """Time on the wall clock of a zone; values of the axis are epoch seconds."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._zone: tzinfo = UTC
        self.setHeight(typography().px(26))

    def set_zone(self, zone: tzinfo) -> None:
        """Show times of this zone."""
        self._zone = zone
        self.picture = None
        self.update()

    def boundingRect(self) -> QRectF:
        """Room for a label that stands out over the left end."""
        rect: QRectF = super().boundingRect()
        return rect.adjusted(-_OVERHANG_PX, 0, 0, 0)

    def ticks(self, start_s: float, end_s: float, width_px: float) -> list[TimeTick]:
        """The ticks of a span that is so many pixels wide."""
        most = max(2, int(width_px / typography().px(_ROOM_PER_TICK_PX)))
        return time_ticks(start_s, end_s, self._zone, most)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[Any]:
        return [(0, [tick.at_s for tick in self.ticks(minVal, maxVal, size)])]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        if not values:
            return []
        low, high = self.range
        width = self.size().width()
        labels = {tick.at_s: tick.label for tick in self.ticks(low, high, width)}
        metrics = pg.QtGui.QFontMetricsF(typography().font(TICK_PX, tabular=True))

        def whole(value: float) -> str:
            label = labels.get(value, "")
            at = (value - low) / (high - low) * width
            half = metrics.horizontalAdvance(label) / 2
            fits = half - _OVERHANG_PX <= at <= width - half
            return label if fits else ""

        return [whole(value) for value in values]


class ValueAxis(_QuietAxis):
    """Values of one kind; the chart decides where the ticks stand."""

    def __init__(self) -> None:
        super().__init__("left")
        self._kind = Kind.COUNT
        self._places: list[tuple[float, str]] = []

    def set_ticks(
        self, kind: Kind, ticks: list[float], step: float, places: list[float] | None = None
    ) -> None:
        """Label these values.

        Args:
            kind: what they are.
            ticks: the values.
            step: the distance that decides decimals; 0 labels each tick for itself.
            places: where on the axis they stand, when that is not the value itself.
        """
        self._kind = kind
        where = places if places is not None else ticks
        self._places = [
            (place, _label(kind, tick, step)) for place, tick in zip(where, ticks, strict=True)
        ]
        metrics = pg.QtGui.QFontMetricsF(typography().font(TICK_PX, tabular=True))
        widest = max((metrics.horizontalAdvance(text) for _, text in self._places), default=0)
        self.setWidth(int(widest) + 12)
        self.picture = None
        self.update()

    def places(self) -> list[float]:
        """Where the ticks stand on the axis."""
        return [place for place, _text in self._places]

    def tickValues(self, minVal: float, maxVal: float, _size: float) -> list[Any]:
        slack = (maxVal - minVal) * 1e-6
        inside = [p for p in self.places() if minVal - slack <= p <= maxVal + slack]
        return [(0, inside)]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        labels = dict(self._places)
        return [labels.get(value, "") for value in values]


def _label(kind: Kind, tick: float, step: float) -> str:
    """A tick's text; the foot of what is counted has no unit."""
    if tick == 0 and kind in (Kind.COUNT, Kind.TOKENS):
        return "0"
    return axis_text(kind, tick, step or tick)
