"""The heat map below the lines of percentiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from lmchat_desktop.ui.charts.arrays import columns_of, draw_rects, is_vector, pixels_of
from lmchat_desktop.ui.charts.layers import PixelItem, Pixels
from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.chart_data import Floats, Ints

_LEVELS = 10
_FLOOR = 0.45
_ROOMY_CELL_PX = 7
_LIGHT_SHADES, _DARK_SHADES = (0.07, 0.46), (0.08, 0.34)
"""The palest shade of the accent, and how far the fullest lies from it."""


class HeatItem(PixelItem):
    """A heat map in shades of the accent."""

    def __init__(self) -> None:
        super().__init__(-5)
        self._edges: Ints = np.zeros(0, np.int64)
        self._bounds: Floats = np.zeros(0)
        self._levels = np.zeros((0, 0), np.uint8)

    def set_heat(self, edges: Ints, bounds: Floats, counts: Floats) -> None:
        """Show [buckets, rows] counts between `bounds` (values of the axis, evenly spaced).

        A cell's shade is the square root of its share in the fullest cell of its bucket, so that
        a quiet hour shows its shape as well as a busy one.
        """
        self._edges, self._bounds = edges, bounds
        fullest = counts.max(axis=1, initial=0.0, keepdims=True)
        shade = np.sqrt(np.divide(counts, fullest, where=fullest > 0, out=np.zeros(counts.shape)))
        self._levels = np.floor(shade * _LEVELS + _FLOOR).astype(np.uint8)
        self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        if not self._levels.size:
            return
        widths = np.diff(pixels.xs(self._edges))
        roomy = float(np.median(widths)) >= _ROOMY_CELL_PX
        if roomy or is_vector(painter):
            # A gap on all sides of low cells would show more of itself than of them.
            high = float(np.median(-np.diff(pixels.ys(self._bounds)))) >= _ROOMY_CELL_PX
            gap = 1 / pixels.ratio
            self._draw_cells(painter, pixels, gap if roomy else 0.0, gap if roomy and high else 0.0)
        else:
            self._draw_surface(painter, pixels)

    def _draw_cells(self, painter: QPainter, pixels: Pixels, beside: float, below: float) -> None:
        """Each cell for itself, set apart from its neighbours by so many pixels."""
        xs = pixels.snaps(pixels.xs(self._edges))
        ys = pixels.snaps(pixels.ys(self._bounds))
        painter.setPen(Qt.PenStyle.NoPen)
        least = 1 / pixels.ratio
        seen = (xs[1:] > pixels.area.left()) & (xs[:-1] < pixels.area.right())
        for level, colour in enumerate(_shades()[1:], start=1):
            buckets, rows = np.nonzero((self._levels == level) & seen[:, None])
            if not len(buckets):
                continue
            painter.setBrush(QColor(colour))
            draw_rects(
                painter,
                xs[buckets],
                ys[rows + 1],
                np.maximum(least, xs[buckets + 1] - xs[buckets] - beside),
                np.maximum(least, ys[rows] - ys[rows + 1] - below),
            )

    def _draw_surface(self, painter: QPainter, pixels: Pixels) -> None:
        """Cells too narrow to stand apart: one row of an image for each row, drawn out in height.

        Of several buckets within one column of pixels the fullest is seen.
        """
        ratio, area = pixels.ratio, pixels.area
        columns = round(area.width() * ratio)
        xs = (pixels.xs(self._edges) - area.left()) * ratio
        shown = columns_of(xs, columns)
        levels = np.where(shown[:, None] >= 0, self._levels[shown], np.uint8(0))
        start = int(np.searchsorted(xs[:-1], 0))
        end = int(np.searchsorted(xs[:-1], columns))
        if end - start > columns:
            column = np.floor(xs[start:end]).astype(np.int64)
            firsts = np.concatenate(([0], np.flatnonzero(np.diff(column)) + 1))
            levels[column[firsts]] = np.maximum.reduceat(self._levels[start:end], firsts)
        palette = np.array([0, *(QColor(colour).rgba() for colour in _shades()[1:])], np.uint32)
        image = QImage(columns, levels.shape[1], QImage.Format.Format_ARGB32_Premultiplied)
        pixels_of(image)[:] = palette[levels.T[::-1]]
        bottom, top = (
            pixels.snap(pixels.y(self._bounds[0])),
            pixels.snap(pixels.y(self._bounds[-1])),
        )
        target = QRectF(area.left(), top, area.width(), bottom - top)
        painter.drawImage(target, image, QRectF(image.rect()))


def _shades() -> list[str]:
    """The colour of each level; that of nothing is not used."""
    colours = tokens()
    palest, range_ = _DARK_SHADES if colours.dark else _LIGHT_SHADES
    return [
        mix(colours.surface, colours.accent, palest + range_ * level / _LEVELS)
        for level in range(_LEVELS + 1)
    ]
