"""Stacked bars, with the outline of the bars of the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from lmchat_desktop.ui.charts.arrays import columns_of, draw_rects, pixels_of
from lmchat_desktop.ui.charts.kept_layer import KeptItem
from lmchat_desktop.ui.charts.outline import PARTED_PX, Outline, buckets_seen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.charts.chart_data import Flags, Floats, Ints
    from lmchat_desktop.ui.charts.layers import Pixels

_OPEN_OPACITY = 0.5
_PARTED_IN_A_HURRY_PX = 12
"""While a view moves, bars narrower than this make one surface: it takes a fraction of the time."""
_RECT_US, _OUTLINE_US = 0.5, 5.0
"""What painting takes: a bar of one series, and the outline of a bucket."""
_COLUMNS_AT_ONCE = 64
"""So many columns of pixels fit into a processor's cache while they are turned into rows."""


class BarsItem(KeptItem):
    """Stacked bars and the outline around those of the period before: one layer for all."""

    def __init__(self) -> None:
        super().__init__(0)
        self._edges: Ints = np.zeros(0, np.int64)
        self._stack: Floats = np.zeros((1, 0))
        self._colours: list[str] = []
        self._open_from = np.inf
        self._outline: Outline | None = None

    def set_bars(
        self,
        edges: Ints,
        values: Sequence[Floats],
        colours: list[str],
        open_from: float | None,
        before: Floats | None = None,
    ) -> None:
        """Show these series, the first at the bottom, and how high the period before was.

        NaN counts as nothing; where the period before is NaN, its outline is parted.
        """
        self._edges = edges
        self._colours = colours
        self._open_from = np.inf if open_from is None else open_from
        stack = np.zeros((len(values) + 1, max(0, len(edges) - 1)))
        for row, heights in enumerate(values):
            np.fmax(heights, 0.0, out=stack[row + 1])
            stack[row + 1] += stack[row]
        self._stack = stack
        self._outline = None if before is None else Outline(edges, before)
        self.changed()

    def series_at(self, bucket: int, value: float) -> int | None:
        """Which series' bar lies at a value of a bucket."""
        if not (0 <= bucket < self._stack.shape[1]) or value < 0:
            return None
        place = int(np.searchsorted(self._stack[1:, bucket], value, side="right"))
        return place if place < len(self._colours) else None

    def span(self) -> tuple[float, float] | None:
        if len(self._edges) < 2 or not self._colours:
            return None
        return float(self._edges[0]), float(self._edges[-1])

    def reach(self) -> tuple[float, float]:
        highest = 0.0 if self._outline is None else self._outline.highest()
        return 0.0, max(highest, float(self._stack[-1].max(initial=0.0)))

    def effort_us(self, first: float, last: float, pixels: Pixels) -> float:
        start, end = np.searchsorted(self._edges, (first, last))
        cost = _RECT_US * len(self._colours) + (0.0 if self._outline is None else _OUTLINE_US)
        return cost * float(end - start + 1)

    def draw_marks(self, painter: QPainter, pixels: Pixels) -> None:
        self._draw_bars(painter, pixels)
        if self._outline is not None:
            self._outline.draw(painter, pixels, plain=self.hurried)

    def _draw_bars(self, painter: QPainter, pixels: Pixels) -> None:
        xs = pixels.snaps(pixels.xs(self._edges))
        seen = buckets_seen(xs, pixels)
        xs = xs[seen.start : seen.stop + 1]
        if len(xs) < 2:
            return
        stack = self._stack[:, seen]
        widths = np.diff(xs)
        smallest = 1 / pixels.ratio
        gap = np.where(widths >= 4, 1.0, np.where(widths >= PARTED_PX, smallest, 0.0))
        drawn = np.maximum(smallest, widths - gap)
        ys = pixels.snaps(pixels.ys(stack))
        painter.setPen(Qt.PenStyle.NoPen)
        is_open = self._is_open(seen)
        for row, colour in enumerate(self._colours):
            bottoms, tops = ys[row], ys[row + 1]
            grows = stack[row + 1] > stack[row]
            alone = grows & (stack[row + 1] == stack[-1]) & (stack[row] == 0)
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
                top = tops[chosen]
                draw_rects(painter, xs[chosen], top, drawn[chosen], bottoms[chosen] - top)

    def paint_picture(self, image: QImage, pixels: Pixels) -> None:
        xs = pixels.xs(self._edges) * pixels.ratio
        parted = _PARTED_IN_A_HURRY_PX if self.hurried else PARTED_PX
        if float(np.median(np.diff(xs))) / pixels.ratio >= parted:
            super().paint_picture(image, pixels)
            return
        self._paint_surface(image, pixels, xs)
        if self._outline is not None:
            painter = QPainter(image)
            painter.setClipRect(pixels.area)
            self._outline.draw(painter, pixels, plain=self.hurried)
            painter.end()

    def _paint_surface(self, image: QImage, pixels: Pixels, xs: Floats) -> None:
        """Bars too narrow to stand apart, as columns of pixels.

        Of several buckets within one column the highest is seen, so that no peak is lost. Each
        column is made of as many pixels of each colour as its bar is high, from above, which is
        several times faster than filling a rectangle for each.
        """
        width, height = image.width(), image.height()
        shown = columns_of(np.round(xs), width)
        start = max(0, int(np.searchsorted(xs, 0)) - 1)
        end = min(len(xs) - 1, int(np.searchsorted(xs, width, side="right")))
        if end - start > width:
            ascending = start + np.argsort(self._stack[-1, start:end], kind="stable")
            columns = np.clip(np.floor(xs[ascending]), 0, width - 1).astype(np.int64)
            shown[columns] = ascending
        inside = shown >= 0
        stack = np.where(inside, self._stack[:, shown], 0.0)
        ys = np.round(pixels.ys(stack) * pixels.ratio)
        whole = (stack == stack[-1]) & (stack > 0)
        np.minimum(ys, np.where(whole, ys[0] - 1, height), out=ys)
        np.clip(ys, 0, height, out=ys)
        places = np.concatenate(
            (np.zeros((width, 1)), ys.T[:, ::-1], np.full((width, 1), height)), axis=1
        ).astype(np.int64)
        lengths = np.diff(places, axis=1)
        palette = np.array([0, *(_premultiplied(c, 1.0) for c in self._colours[::-1]), 0])
        paler = np.array([0, *(_premultiplied(c, _OPEN_OPACITY) for c in self._colours[::-1]), 0])
        is_open = self._is_open(slice(None))[shown] & inside
        colours = np.where(is_open[:, None], paler[None, :], palette[None, :]).astype(np.uint32)
        rows = pixels_of(image)
        for left in range(0, width, _COLUMNS_AT_ONCE):
            part = slice(left, min(width, left + _COLUMNS_AT_ONCE))
            turned = np.repeat(colours[part].ravel(), lengths[part].ravel())
            rows[:, part] = turned.reshape(-1, height).T

    def _is_open(self, buckets: slice) -> Flags:
        found: Flags = self._edges[1:][buckets] > self._open_from
        return found


def _premultiplied(colour: str, opacity: float) -> int:
    """A colour as the pixels of an image have it."""
    ink, alpha = QColor(colour), round(opacity * 255)
    red, green, blue = (round(part * alpha / 255) for part in (ink.red(), ink.green(), ink.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue
