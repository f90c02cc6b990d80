"""Lines over time: any number of them in one layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lmchat_desktop.ui.charts.arrays import draw_lines, is_vector
from lmchat_desktop.ui.charts.kept_layer import KeptItem
from lmchat_desktop.ui.charts.layers import runs
from lmchat_desktop.ui.theme.manager import tokens

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.chart_data import Floats
    from lmchat_desktop.ui.charts.layers import Pixels

_WIDE_PX, _SMOOTH_PX = 150_000, 400_000
"""Up to such a length on the screen lines are smooth and wide; up to the second they are smooth."""
_WIDE_US, _SMOOTH_US, _RAW_US = 0.045, 0.011, 0.005
"""What a pixel of length takes, at one real pixel a pixel."""
_DASH_COSTS = 4
_CROWDED = 2.0
"""So many points in one column of pixels are drawn as the stretch that they cover."""
_FAINT = 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A line through values at places; NaN breaks it.

    Attributes:
        xs, ys: ascending places, and values.
        colour: #RRGGBB, or a token's name.
        dashed: drawn as dashes, for what is only compared with; among very many, paler instead.
        width: of the pen in pixels; dashed lines are one pixel wide.
    """

    xs: Floats
    ys: Floats
    colour: str
    dashed: bool = False
    width: float = 1.6


class LinesItem(KeptItem):
    """Any number of lines in one layer.

    A line is painted as its pieces: Qt takes 0.2 ms for 120 of them, but 35 ms for one path that
    is wider than a pixel, since it clips the outline against itself.
    """

    def __init__(self, z: float = 1) -> None:
        super().__init__(z)
        self.lines: list[Line] = []
        self._climbs: list[float] = []
        self._reach = (0.0, 0.0)

    def set_lines(self, lines: list[Line]) -> None:
        """Show these lines, the last on top."""
        self.lines = lines
        self._climbs = [_climb(line.ys) * (_DASH_COSTS if line.dashed else 1) for line in lines]
        ends = [(np.nanmin(ys), np.nanmax(ys)) for ys in _values(lines)]
        self._reach = (
            float(min((low for low, _ in ends), default=0.0)),
            float(max((high for _, high in ends), default=0.0)),
        )
        self.changed()

    def span(self) -> tuple[float, float] | None:
        ends = [(line.xs[0], line.xs[-1]) for line in self.lines if len(line.xs)]
        if not ends:
            return None
        return float(min(first for first, _ in ends)), float(max(last for _, last in ends))

    def reach(self) -> tuple[float, float]:
        return self._reach

    def length_px(self, first: float, last: float, pixels: Pixels) -> float:
        """About how long the lines between two places are on the screen, put end to end."""
        scale = abs(pixels.transform.m22())
        length = 0.0
        for line, climb in zip(self.lines, self._climbs, strict=True):
            start, end = np.searchsorted(line.xs, (first, last))
            length += climb * scale * float(end - start) / max(1, len(line.xs))
        return length + pixels.area.width() * len(self.lines)

    def effort_us(self, first: float, last: float, pixels: Pixels) -> float:
        length = self.length_px(first, last, pixels)
        cost = (
            _WIDE_US
            if length <= _WIDE_PX
            else _SMOOTH_US
            if length <= _most_px(pixels)
            else _RAW_US
        )
        return float(cost * length * pixels.ratio**1.5)

    def hurried_ratio(self, first: float, last: float, pixels: Pixels) -> float:
        """Very many lines cover the view many times over: half as fine is four times as fast."""
        ratio = super().hurried_ratio(first, last, pixels)
        return ratio / 2 if self.length_px(first, last, pixels) > _SMOOTH_PX else ratio

    def draw_marks(self, painter: QPainter, pixels: Pixels) -> None:
        low, high = pixels.places()
        length = 0.0 if is_vector(painter) else self.length_px(low, high, pixels)
        if self.hurried:
            length = max(length, 2 * _SMOOTH_PX)
        smooth = length <= _WIDE_PX or (length <= _most_px(pixels) and pixels.ratio == 1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        slack = 2 / pixels.transform.m11()
        for line in self.lines:
            start = max(0, int(np.searchsorted(line.xs, low - slack)) - 1)
            end = int(np.searchsorted(line.xs, high + slack)) + 1
            xs, ys = pixels.xs(line.xs[start:end]), pixels.ys(line.ys[start:end])
            self._draw_line(painter, pixels, line, xs, ys, length)

    def _draw_line(
        self, painter: QPainter, pixels: Pixels, line: Line, xs: Floats, ys: Floats, length: float
    ) -> None:
        colour = QColor(tokens().colour(line.colour))
        wide = length <= _WIDE_PX
        if line.dashed and not wide:
            colour.setAlphaF(_FAINT)
        width = line.width if wide and not line.dashed else 1.0
        pen = QPen(colour, width if wide or length <= _most_px(pixels) else 1 / pixels.ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        finite = np.isfinite(ys)
        _draw_lonely(painter, colour, xs, ys, finite)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if line.dashed and wide:
            pen.setDashPattern([3.5, 3])
            painter.setPen(pen)
            for start, end in runs(finite):
                places = zip(xs[start:end].tolist(), ys[start:end].tolist(), strict=True)
                painter.drawPolyline([QPointF(x, y) for x, y in places])
            return
        painter.setPen(pen)
        columns = pixels.area.width() * pixels.ratio
        if length > _most_px(pixels) and len(xs) > _CROWDED * columns:
            draw_lines(painter, *_stretches(xs * pixels.ratio, ys, pixels.ratio))
            return
        joined = np.flatnonzero(finite[:-1] & finite[1:])
        draw_lines(painter, xs[joined], ys[joined], xs[joined + 1], ys[joined + 1])


def _most_px(pixels: Pixels) -> float:
    """Up to which length lines are a pixel wide, and not one real pixel."""
    return _SMOOTH_PX / float(pixels.ratio**1.5)


def _values(lines: list[Line]) -> list[Floats]:
    """The values of the lines that have any."""
    return [line.ys for line in lines if np.isfinite(line.ys).any()]


def _climb(values: Floats) -> float:
    """How far a line goes up and down in all, in values of the axis."""
    steps = np.abs(np.diff(values))
    return float(np.nansum(steps))


def _draw_lonely(
    painter: QPainter, colour: QColor, xs: Floats, ys: Floats, finite: np.ndarray
) -> None:
    """Dots for values without a neighbour."""
    padded = np.concatenate(([False], finite, [False]))
    lonely = np.flatnonzero(finite & ~padded[:-2] & ~padded[2:])
    if not len(lonely):
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for place in lonely.tolist():
        painter.drawEllipse(QPointF(xs[place], ys[place]), 1.8, 1.8)


def _stretches(columns: Floats, ys: Floats, ratio: float) -> tuple[Floats, Floats, Floats, Floats]:
    """One upright line for each column of real pixels, over all that a line passes in it.

    Neighbouring stretches are made to touch, as the line between them would.
    """
    column = np.floor(columns)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(column)) + 1))
    low = np.fmin.reduceat(ys, starts)
    high = np.fmax.reduceat(ys, starts)
    before_low, before_high = np.roll(low, 1), np.roll(high, 1)
    before_low[0] = before_high[0] = np.nan
    joined_low = np.where(before_high < low, before_high, low)
    joined_high = np.where(before_low > high, before_low, high)
    known = np.isfinite(low)
    x = (column[starts] + 0.5)[known] / ratio
    low, high = joined_low[known], joined_high[known]
    return x, low, x, np.maximum(high, low + 1 / ratio)
