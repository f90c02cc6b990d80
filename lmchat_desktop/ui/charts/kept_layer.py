"""A layer of many marks whose picture is kept, so that a moving view need not paint them anew."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from lmchat_desktop.ui.charts.arrays import is_vector
from lmchat_desktop.ui.charts.layers import PixelItem, Pixels
from lmchat_desktop.ui.theme.manager import tokens

if TYPE_CHECKING:
    from lmchat_desktop.ui.theme.tokens import Tokens

_CHEAP_US = 1_000.0
_CHEAP_WHILE_MOVING_US = 2_500.0
_OVERHANG_PX = 4
"""How far a mark may reach beyond the first and the last place."""
_SAME_PX = 0.02


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture of real pixels and what it was painted for.

    Its columns, from `first` to `end`, count from the first place; `top` is its first row.
    """

    image: QImage
    first: int
    end: int
    top: int
    length_px: float
    scale_y: float
    offset_y: float
    ratio: float
    tokens: Tokens


class KeptItem(PixelItem):
    """Paints its marks directly while that is cheap, and else lays a kept picture of them down.

    The crosshair and panning leave the picture as it is. While a person zooms it is drawn out or
    pressed together, and painted anew once the view has come to rest.

    Attributes:
        moving: whether a person is panning or zooming just now.
    """

    def __init__(self, z: float) -> None:
        super().__init__(z)
        self.moving = False
        self._kept: _Kept | None = None
        self._fits = False

    def span(self) -> tuple[float, float] | None:
        """The first and the last place of a mark on the horizontal axis; None without any."""
        raise NotImplementedError

    def reach(self) -> tuple[float, float]:
        """The least and the greatest value of a mark on the vertical axis."""
        raise NotImplementedError

    def effort_us(self, first: float, last: float, pixels: Pixels) -> float:
        """About how many microseconds painting takes that shows these places of the axis."""
        raise NotImplementedError

    def draw_marks(self, painter: QPainter, pixels: Pixels) -> None:
        """Paint the marks."""
        raise NotImplementedError

    def paint_picture(self, image: QImage, pixels: Pixels) -> None:
        """Paint the marks on an image of real pixels, over all that it holds."""
        image.fill(0)
        painter = QPainter(image)
        painter.setClipRect(pixels.area)
        self.draw_marks(painter, pixels)
        painter.end()

    def changed(self) -> None:
        """The marks are others: paint."""
        self._fits = False
        self.update()

    def set_moving(self, moving: bool) -> None:
        """Say that a person begins to pan or zoom, or that the view has come to rest."""
        if moving != self.moving:
            self.moving = moving
            self.update()

    def forget(self) -> None:
        """Let the picture go."""
        self._kept = None

    def draw(self, painter: QPainter, pixels: Pixels) -> None:
        span = self.span()
        if span is None:
            self.forget()
            return
        if is_vector(painter) or self._cheap(pixels):
            if not self.moving:
                self.forget()
            self.draw_marks(painter, pixels)
            return
        ratio = pixels.ratio
        origin = math.floor(pixels.x(span[0]) * ratio)
        length_px = (span[1] - span[0]) * pixels.transform.m11() * ratio
        first = math.floor(pixels.area.left() * ratio) - origin
        end = math.ceil(pixels.area.right() * ratio) - origin
        if first <= 0:
            first = -_OVERHANG_PX
        if end >= length_px:
            end = math.ceil(length_px) + _OVERHANG_PX
        rows = self._rows(pixels)
        if end <= first or not len(rows):
            return
        kept = self._kept
        if kept is None or not self._suits(kept, first, end, rows, length_px, pixels):
            kept = self._paint(first, end, rows, length_px, span[0], pixels)
            self._kept, self._fits = kept, True
        stretch = length_px / kept.length_px if self.moving else 1.0
        left = origin + kept.first * stretch
        width = kept.image.width() * stretch
        target = QRectF(left / ratio, kept.top / ratio, width / ratio, len(rows) / ratio)
        painter.drawImage(target, kept.image, QRectF(kept.image.rect()))

    def _cheap(self, pixels: Pixels) -> bool:
        low, high = pixels.places()
        limit = _CHEAP_WHILE_MOVING_US if self.moving else _CHEAP_US
        return self.effort_us(low, high, pixels) <= limit

    def _rows(self, pixels: Pixels) -> range:
        """The rows of real pixels that marks can be in."""
        low, high = self.reach()
        top = max(pixels.area.top(), pixels.y(high) - _OVERHANG_PX)
        bottom = min(pixels.area.bottom(), pixels.y(low) + _OVERHANG_PX)
        return range(math.floor(top * pixels.ratio), math.ceil(bottom * pixels.ratio))

    def _suits(
        self, kept: _Kept, first: int, end: int, rows: range, length_px: float, pixels: Pixels
    ) -> bool:
        stretch = kept.length_px / length_px if self.moving else 1.0
        return (
            self._fits
            and kept.first <= first * stretch + 1
            and end * stretch - 1 <= kept.end
            and (self.moving or abs(kept.length_px - length_px) < _SAME_PX)
            and kept.scale_y == pixels.transform.m22()
            and kept.offset_y == pixels.transform.m32()
            and kept.ratio == pixels.ratio
            and kept.tokens is tokens()
            and (kept.top, kept.image.height()) == (rows.start, len(rows))
        )

    def _paint(
        self, first: int, end: int, rows: range, length_px: float, start: float, pixels: Pixels
    ) -> _Kept:
        ratio, within = pixels.ratio, pixels.transform
        width, height = end - first, len(rows)
        across = within.m31() - math.floor(pixels.x(start) * ratio) / ratio - first / ratio
        moved = QTransform(
            within.m11(), 0, 0, within.m22(), across, within.m32() - rows.start / ratio
        )
        area = QRectF(0, 0, width / ratio, height / ratio)
        image = None if self._kept is None else self._kept.image
        if image is None or (image.width(), image.height()) != (width, height):
            image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        self.paint_picture(image, Pixels(moved, ratio, area))
        scale, offset = within.m22(), within.m32()
        return _Kept(image, first, end, rows.start, length_px, scale, offset, ratio, tokens())
