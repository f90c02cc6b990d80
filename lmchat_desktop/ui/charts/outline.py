"""The outline of the bars of the period before, laid over the bars of this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lmchat_desktop.ui.charts.arrays import draw_lines
from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.chart_data import Floats, Ints
    from lmchat_desktop.ui.charts.layers import Pixels

PARTED_PX = 3
"""Bars as wide as this stand apart; narrower ones make one surface."""


@dataclass(frozen=True, slots=True)
class Outline:
    """An outline level over each bucket and steep between two.

    Attributes:
        edges: n + 1 ascending places of n buckets.
        values: n heights; NaN parts the outline.
    """

    edges: Ints
    values: Floats

    def highest(self) -> float:
        """The greatest height; 0 without any."""
        return float(np.fmax.reduce(self.values, initial=0.0))

    def draw(self, painter: QPainter, pixels: Pixels, *, plain: bool = False) -> None:
        """Paint it: fine over narrow bars, wider and with a pale seam over those standing apart.

        A plain one has no seam, which takes most of the time.
        """
        thinnest = 1 / pixels.ratio
        xs = pixels.snaps(pixels.xs(self.edges)) - thinnest / 2
        seen = buckets_seen(xs, pixels)
        xs = xs[seen.start : seen.stop + 1]
        if len(xs) < 2:
            return
        colours = tokens()
        ink = QColor(mix(colours.muted, colours.text, 0.35))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if float(np.median(np.diff(xs))) < PARTED_PX:
            columns, ys = _highest_in_columns(xs * pixels.ratio, self.values[seen])
            xs = np.append(columns / pixels.ratio, xs[-1])
            pens = [QPen(ink, thinnest)]
        else:
            ys = self.values[seen]
            halo = QColor(colours.surface)
            halo.setAlphaF(0.55)
            pens = [QPen(ink, 1)] if plain else [QPen(halo, 3), QPen(ink, 1)]
        ys = pixels.snaps(pixels.ys(ys)) - thinnest / 2
        flat = np.flatnonzero(np.isfinite(ys))
        steep = np.flatnonzero(np.isfinite(ys[:-1]) & np.isfinite(ys[1:])) + 1
        x1, x2 = np.concatenate((xs[flat], xs[steep])), np.concatenate((xs[flat + 1], xs[steep]))
        y1, y2 = np.concatenate((ys[flat], ys[steep - 1])), np.concatenate((ys[flat], ys[steep]))
        order = np.argsort(np.concatenate((flat + 0.5, steep)), kind="stable")
        for pen in pens:
            painter.setPen(pen)
            draw_lines(painter, x1[order], y1[order], x2[order], y2[order])


def _highest_in_columns(xs: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Of the values that start in one column of real pixels, the highest; and their columns."""
    columns = np.floor(xs[:-1])
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(columns)) + 1))
    return xs[firsts], np.fmax.reduceat(values, firsts)


def buckets_seen(xs: Floats, pixels: Pixels) -> slice:
    """The buckets that reach into the view."""
    start = max(0, int(np.searchsorted(xs, pixels.area.left(), side="right")) - 1)
    end = min(len(xs) - 1, int(np.searchsorted(xs, pixels.area.right())))
    return slice(start, max(start, end))
