"""What stands for data in a plot: bars, lines, the previous period's outline, a heat map."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from lmchat_desktop.ui.charts.layers import PixelItem, Pixels, runs
from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.charts.chart_data import Floats, Ints

_HEAT_LEVELS = 10
_HEAT_FLOOR = 0.45
_ROOMY_CELL_PX = 7
_OPEN_OPACITY = 0.5


class BarsItem(PixelItem):
    """Stacked bars, one layer for all series."""

    def __init__(self) -> None:
        super().__init__(0)
        self._edges: Ints = np.zeros(0, np.int64)
        self._stack: Floats = np.zeros((0, 0))
        self._colours: list[str] = []
        self._open_from = np.inf

    def set_bars(
        self, edges: Ints, values: Sequence[Floats], colours: list[str], open_from: float | None
    ) -> None:
        """Show these series, the first at the bottom; NaN counts as nothing."""
        self._edges = edges
        self._colours = colours
        self._open_from = np.inf if open_from is None else open_from
        shape = len(values), max(0, len(edges) - 1)
        heights = np.nan_to_num(np.array(values, np.float64).reshape(shape))
        floor = np.zeros((1, heights.shape[1]))
        self._stack = np.concatenate((floor, np.cumsum(np.clip(heights, 0, None), axis=0)))
        self.update()

    def series_at(self, bucket: int, value: float) -> int | None:
        """Which series' bar lies at a value of a bucket."""
        if not (0 <= bucket < self._stack.shape[1]) or value < 0:
            return None
        place = int(np.searchsorted(self._stack[1:, bucket], value, side="right"))
        return place if place < len(self._colours) else None

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        if len(self._edges) < 2 or not self._colours:
            return
        xs = pixels.snaps(pixels.xs(self._edges))
        widths = np.diff(xs)
        gap = np.where(widths >= 4, 1.0, np.where(widths >= 3, 1 / pixels.ratio, 0.0))
        ys = pixels.snaps(pixels.ys(self._stack))
        smallest = 1 / pixels.ratio
        painter.setPen(Qt.PenStyle.NoPen)
        is_open = self._edges[1:] > self._open_from
        for row, colour in enumerate(self._colours):
            bottoms, tops = ys[row], ys[row + 1]
            grows = self._stack[row + 1] > self._stack[row]
            alone = grows & (self._stack[row + 1] == self._stack[-1]) & (self._stack[row] == 0)
            tops = np.where(alone & (bottoms - tops < smallest), bottoms - smallest, tops)
            parted = (bottoms - tops >= 4) & (widths >= 6) & (row > 0)
            bottoms = np.where(parted, bottoms - smallest, bottoms)
            for part, opacity in ((~is_open, 1.0), (is_open, _OPEN_OPACITY)):
                chosen = np.flatnonzero(part & grows & (bottoms > tops))
                if not len(chosen):
                    continue
                fill = QColor(colour)
                fill.setAlphaF(opacity)
                painter.setBrush(fill)
                painter.drawRects(
                    [
                        QRectF(
                            xs[i], tops[i], max(smallest, widths[i] - gap[i]), bottoms[i] - tops[i]
                        )
                        for i in chosen.tolist()
                    ]
                )


@dataclass(frozen=True, slots=True)
class Line:
    """A line through values at places; NaN breaks it.

    Attributes:
        xs, ys: places and values.
        colour: #RRGGBB, or a token's name.
        dashed: drawn as dashes, for what is only compared with.
        width: of the pen in pixels; dashed lines are one pixel wide.
    """

    xs: Floats
    ys: Floats
    colour: str
    dashed: bool = False
    width: float = 1.6


class LinesItem(PixelItem):
    """Any number of lines in one layer.

    A line is painted as its pieces: Qt takes 0.5 ms for 120 of them, but 35 ms for one path that
    is wider than a pixel, since it clips the outline against itself.
    """

    def __init__(self, z: float = 1) -> None:
        super().__init__(z)
        self.lines: list[Line] = []

    def set_lines(self, lines: list[Line]) -> None:
        """Show these lines, the last on top."""
        self.lines = lines
        self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        few = sum(len(line.xs) for line in self.lines) < 20_000
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, few)
        for line in self.lines:
            colour = QColor(tokens().colour(line.colour))
            pen = QPen(colour, line.width if few and not line.dashed else 1.0)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            if line.dashed:
                pen.setDashPattern([3.5, 3])
            xs, ys = pixels.xs(line.xs).tolist(), pixels.ys(line.ys)
            finite, heights = np.isfinite(ys), ys.tolist()
            for start, end in runs(finite):
                points = [QPointF(xs[place], heights[place]) for place in range(start, end)]
                if len(points) == 1:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(colour)
                    painter.drawEllipse(points[0], 1.8, 1.8)
                    continue
                painter.setPen(pen)
                if line.dashed:
                    painter.drawPolyline(points)
                else:
                    painter.drawLines([QLineF(a, b) for a, b in itertools.pairwise(points)])


class OutlineItem(PixelItem):
    """The outline of the previous period's bars."""

    def __init__(self) -> None:
        super().__init__(2)
        self._edges: Ints = np.zeros(0, np.int64)
        self._values: Floats = np.zeros(0)

    def set_outline(self, edges: Ints, values: Floats | None) -> None:
        """Show the outline of bars of these heights, or none."""
        self._edges = edges
        self._values = np.zeros(0) if values is None else values
        self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        if len(self._values) != len(self._edges) - 1:
            return
        half = 0.5 / pixels.ratio
        xs = pixels.snaps(pixels.xs(self._edges)) - half
        ys = pixels.snaps(pixels.ys(self._values)) - half
        pieces: list[QLineF] = []
        for start, end in runs(np.isfinite(self._values)):
            for place in range(start, end):
                if place > start:
                    pieces.append(QLineF(xs[place], ys[place - 1], xs[place], ys[place]))
                pieces.append(QLineF(xs[place], ys[place], xs[place + 1], ys[place]))
        colours = tokens()
        halo = QColor(colours.surface)
        halo.setAlphaF(0.55)
        for pen in (QPen(halo, 3), QPen(QColor(mix(colours.muted, colours.text, 0.35)), 1)):
            painter.setPen(pen)
            painter.drawLines(pieces)


_LIGHT_SHADES, _DARK_SHADES = (0.07, 0.46), (0.08, 0.34)
"""The palest shade of the accent, and how far the fullest lies from it."""


class HeatItem(PixelItem):
    """A heat map in shades of the accent."""

    def __init__(self) -> None:
        super().__init__(-5)
        self._edges: Ints = np.zeros(0, np.int64)
        self._bounds: Floats = np.zeros(0)
        self._shade: Floats = np.zeros((0, 0))

    def set_heat(self, edges: Ints, bounds: Floats, counts: Floats) -> None:
        """Show [buckets, rows] counts between `bounds` (values of the axis).

        A cell's shade is the square root of its share in the fullest cell of its bucket, so that
        a quiet hour shows its shape as well as a busy one.
        """
        self._edges, self._bounds = edges, bounds
        fullest = counts.max(axis=1, initial=0.0, keepdims=True)
        self._shade = np.sqrt(np.divide(counts, fullest, where=fullest > 0, out=counts * 0.0))
        self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        if not self._shade.size:
            return
        colours = tokens()
        xs = pixels.snaps(pixels.xs(self._edges))
        ys = pixels.snaps(pixels.ys(self._bounds))
        levels = np.floor(self._shade * _HEAT_LEVELS + _HEAT_FLOOR).astype(np.int64)
        painter.setPen(Qt.PenStyle.NoPen)
        roomy = np.median(np.diff(xs)) >= _ROOMY_CELL_PX
        gap = 1 / pixels.ratio if roomy else 0.0
        least = 1 / pixels.ratio
        for level in range(1, _HEAT_LEVELS + 1):
            buckets, rows = np.nonzero(levels == level)
            if not len(buckets):
                continue
            palest, range_ = _DARK_SHADES if colours.dark else _LIGHT_SHADES
            share = palest + range_ * level / _HEAT_LEVELS
            painter.setBrush(QBrush(QColor(mix(colours.surface, colours.accent, share))))
            painter.drawRects(
                [
                    QRectF(
                        xs[b],
                        ys[r + 1],
                        max(least, xs[b + 1] - xs[b] - gap),
                        max(least, ys[r] - ys[r + 1] - gap),
                    )
                    for b, r in zip(buckets.tolist(), rows.tolist(), strict=True)
                ]
            )
