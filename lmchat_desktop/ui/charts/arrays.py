"""Arrays of rectangles and lines handed to Qt as they lie in memory, without an object each.

Fifty thousand Python objects for one frame would take longer than painting them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QImage, QPaintEngine, QPainter, QPainterPath
from shiboken6 import wrapInstance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lmchat_desktop.ui.charts.chart_data import Floats, Ints


def is_vector(painter: QPainter) -> bool:
    """Whether shapes are written down, as in an SVG, and not turned into pixels."""
    return painter.paintEngine().type() is QPaintEngine.Type.SVG


def draw_rects(painter: QPainter, x: Floats, y: Floats, width: Floats, height: Floats) -> None:
    """Fill rectangles with the painter's brush; in an SVG they are one shape."""
    if not len(x):
        return
    rects = np.stack(np.broadcast_arrays(x, y, width, height), axis=1).astype(np.float64)
    if is_vector(painter):
        path = QPainterPath()
        for each in rects.tolist():
            path.addRect(*each)
        painter.drawPath(path)
        return
    first = cast("QRectF", wrapInstance(rects.ctypes.data, QRectF))
    painter.drawRects(first, len(rects))


def draw_lines(painter: QPainter, x1: Floats, y1: Floats, x2: Floats, y2: Floats) -> None:
    """Draw lines with the painter's pen; in an SVG they are one shape, joined where they meet."""
    if not len(x1):
        return
    lines = np.stack(np.broadcast_arrays(x1, y1, x2, y2), axis=1).astype(np.float64)
    if is_vector(painter):
        path = QPainterPath()
        end: list[float] = []
        for each in lines.tolist():
            if each[:2] != end:
                path.moveTo(*each[:2])
            end = each[2:]
            path.lineTo(*end)
        painter.drawPath(path)
        return
    first = cast("QLineF", wrapInstance(lines.ctypes.data, QLineF))
    painter.drawLines(first, len(lines))


def pixels_of(image: QImage) -> NDArray[np.uint32]:
    """The pixels of a 32-bit image, [rows, columns], to be written in place."""
    flat = np.frombuffer(image.bits(), np.uint32)
    return flat.reshape(image.height(), image.bytesPerLine() // 4)[:, : image.width()]


def columns_of(edges_px: Floats, columns: int) -> Ints:
    """The bucket under the middle of each column of pixels; -1 where there is none."""
    buckets = np.searchsorted(edges_px, np.arange(columns) + 0.5, side="right") - 1
    buckets[buckets >= len(edges_px) - 1] = -1
    return buckets.astype(np.int64)
