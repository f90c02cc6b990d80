"""Layers of a plot that paint in pixels: their base, the backdrop, and the pointer's overlay.

Each maps values to device pixels by itself, so that grid, bars and hatching stay crisp at every
scale; one item paints a whole layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

    from lmchat_desktop.ui.charts.chart_data import Flags, Floats, Ints


_HATCH_PX = 8


@dataclass(frozen=True, slots=True)
class Pixels:
    """The way from values to device-independent pixels, snapped to real ones where asked."""

    transform: QTransform
    ratio: float
    area: QRectF

    def x(self, value: float) -> float:
        """Horizontal place of a value."""
        return self.transform.m11() * value + self.transform.m31()

    def y(self, value: float) -> float:
        """Vertical place of a value."""
        return self.transform.m22() * value + self.transform.m32()

    def xs(self, values: Floats | Ints) -> Floats:
        """Horizontal places of values."""
        return np.asarray(values, np.float64) * self.transform.m11() + self.transform.m31()

    def ys(self, values: Floats) -> Floats:
        """Vertical places of values."""
        return np.asarray(values, np.float64) * self.transform.m22() + self.transform.m32()

    def places(self) -> tuple[float, float]:
        """The values at the left and the right end of the area."""
        scale, shift = self.transform.m11(), self.transform.m31()
        return (self.area.left() - shift) / scale, (self.area.right() - shift) / scale

    def snap(self, pixels: float) -> float:
        """The nearest edge of real pixels."""
        return round(pixels * self.ratio) / self.ratio

    def snaps(self, pixels: Floats) -> Floats:
        """The nearest edges of real pixels."""
        return np.round(pixels * self.ratio) / self.ratio


class PixelItem(pg.GraphicsObject):  # type: ignore[misc]
    """A layer that fills the view and paints in pixels."""

    def __init__(self, z: float) -> None:
        super().__init__()
        self.setZValue(z)

    def boundingRect(self) -> QRectF:
        return self.viewRect() or QRectF()

    def viewTransformChanged(self) -> None:
        """The view moved: everything is elsewhere."""
        super().viewTransformChanged()
        self.prepareGeometryChange()
        self.update()

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        transform = painter.worldTransform()
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        area = transform.mapRect(self.boundingRect())
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self.draw(painter, Pixels(transform, ratio, area))
        painter.restore()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        """Paint the layer."""
        raise NotImplementedError


class Backdrop(PixelItem):
    """Grid lines, and hatching where nothing is known."""

    def __init__(self) -> None:
        super().__init__(-10)
        self.lines: list[float] = []
        self.gaps: list[tuple[float, float]] = []
        self.caption = ""

    def show_gaps(self, edges: Ints, known: Flags) -> None:
        """Hatch the spans of buckets that are not known."""
        self.gaps = [(float(edges[a]), float(edges[b])) for a, b in runs(~known)]
        self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        colours = tokens()
        for start, end in self.gaps:
            left, right = pixels.snap(pixels.x(start)), pixels.snap(pixels.x(end))
            rect = QRectF(left, pixels.area.top(), right - left, pixels.area.height())
            self._hatch(painter, rect.intersected(pixels.area))
        half = 0.5 / pixels.ratio
        for value in self.lines:
            y = pixels.snap(pixels.y(value)) - half
            floor = pixels.area.bottom() - y < 1.5
            ink = colours.border_strong if floor else colours.line
            painter.setPen(QPen(QColor(ink), 1 / pixels.ratio))
            painter.drawLine(QLineF(pixels.area.left(), y, pixels.area.right(), y))

    def _hatch(self, painter: QPainter, rect: QRectF) -> None:
        colours = tokens()
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, QColor(mix(colours.surface, colours.canvas, 0.7)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(mix(colours.line, colours.muted, 0.16)), 1))
        painter.drawLines(_slanted(rect))
        painter.setFont(typography().font(11))
        words = self.caption
        metrics = painter.fontMetrics()
        width, tall = metrics.horizontalAdvance(words) + 12, metrics.height() + 4
        if words and rect.width() > width + 8:
            box = QRectF(0, 0, width, tall)
            box.moveCenter(rect.center())
            box.moveTop(rect.top() + 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mix(colours.surface, colours.canvas, 0.7)))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(colours.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


def _slanted(rect: QRectF) -> list[QLineF]:
    """Lines that hatch a rectangle, ending at its sides: not every program clips a drawing."""
    lines = []
    first = int((rect.left() - rect.height()) // _HATCH_PX) * _HATCH_PX
    for foot in range(first, int(rect.right()) + _HATCH_PX, _HATCH_PX):
        left, right = max(rect.left(), foot), min(rect.right(), foot + rect.height())
        if left < right:
            bottom, top = rect.bottom() - (left - foot), rect.bottom() - (right - foot)
            lines.append(QLineF(left, bottom, right, top))
    return lines


class Overlay(PixelItem):
    """The crosshair's bucket and the brush."""

    def __init__(self) -> None:
        super().__init__(10)
        self.bucket: tuple[float, float] | None = None
        self.brush: tuple[float, float] | None = None

    def show_bucket(self, bucket: tuple[float, float] | None) -> None:
        """Mark a bucket from start to end."""
        if bucket != self.bucket:
            self.bucket = bucket
            self.update()

    def show_brush(self, brush: tuple[float, float] | None) -> None:
        """Mark the span being chosen."""
        if brush != self.brush:
            self.brush = brush
            self.update()

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        colours = tokens()
        area = pixels.area
        thin = 1 / pixels.ratio
        if self.bucket is not None and self.brush is None:
            left, right = (pixels.snap(pixels.x(value)) for value in self.bucket)
            if right - left >= 5:
                tint = QColor(colours.text)
                tint.setAlphaF(0.07)
                painter.fillRect(QRectF(left, area.top(), right - left, area.height()), tint)
            painter.setPen(QPen(QColor(mix(colours.muted, colours.surface, 0.25)), thin))
            middle = pixels.snap((left + right) / 2) - thin / 2
            painter.drawLine(QLineF(middle, area.top(), middle, area.bottom()))
        if self.brush is not None:
            left, right = (pixels.snap(pixels.x(value)) for value in self.brush)
            tint = QColor(colours.accent)
            tint.setAlphaF(0.16)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), tint)
            painter.setPen(QPen(QColor(colours.accent), thin))
            for x in (left, right):
                painter.drawLine(QLineF(x - thin / 2, area.top(), x - thin / 2, area.bottom()))


def runs(flags: Flags) -> list[tuple[int, int]]:
    """The stretches of true flags, as (first, one past the last)."""
    padded = np.concatenate(([False], flags, [False])).astype(np.int8)
    change = np.diff(padded)
    starts, ends = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
