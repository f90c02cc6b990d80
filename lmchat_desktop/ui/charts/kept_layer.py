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
_MARGIN = 0.15
"""How much of the view's width a picture for a moving view has on either side of it: enough for
a step of a wheel outwards, and little enough to be painted within a frame.
"""
_COARSE_FROM, _COARSE = 1.5, 0.75
"""With so many real pixels a pixel, what is painted while the view moves has fewer: this many."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a picture lies, in pixels of which `ratio` make one of the screen's.

    Attributes:
        origin: column of the first mark's place in the view.
        first, end: the picture's columns, counted from there.
        rows: the view's rows that it has.
        length_px: from the first to the last place of a mark.
    """

    origin: int
    first: int
    end: int
    rows: range
    length_px: float
    ratio: float


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture and what it was painted for."""

    image: QImage
    place: _Place
    scale_y: float
    offset_y: float
    tokens: Tokens
    hurried: bool


class KeptItem(PixelItem):
    """Paints its marks directly while that is cheap, and else lays a kept picture of them down.

    The crosshair and panning leave the picture as it is. While a person zooms it is drawn out or
    pressed together, and painted anew once the view has come to rest. Where it does not reach far
    enough for a moving view, it is painted anew with a margin, so that not every frame has to,
    hurriedly, and coarsely where the screen is fine.

    Attributes:
        moving: whether a person is panning or zooming just now.
        hurried: whether the picture that is being painted is for a moving view, and is to be done
            in a few milliseconds rather than finely.
    """

    def __init__(self, z: float) -> None:
        super().__init__(z)
        self.moving = False
        self.hurried = False
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

    def hurried_ratio(self, first: float, last: float, pixels: Pixels) -> float:
        """How many pixels a pixel of the screen has in a picture for a moving view, which shows
        these places of the axis.
        """
        return _COARSE if pixels.ratio >= _COARSE_FROM else pixels.ratio

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
        kept = self._kept
        ratio = pixels.ratio if kept is None or not self.moving else kept.place.ratio
        place = self._place(span, pixels, ratio, 0.0)
        if kept is None or not self._suits(kept, place, pixels):
            if self.moving:
                ratio = self.hurried_ratio(*pixels.places(), pixels)
                place = self._place(span, pixels, ratio, _MARGIN)
            if place.end <= place.first or not len(place.rows):
                return
            kept = self._paint(place, span[0], pixels)
            self._kept, self._fits = kept, True
        stretch = place.length_px / kept.place.length_px if self.moving else 1.0
        left = place.origin + kept.place.first * stretch
        width = kept.image.width() * stretch
        target = QRectF(
            left / ratio, place.rows.start / ratio, width / ratio, len(place.rows) / ratio
        )
        painter.drawImage(target, kept.image, QRectF(kept.image.rect()))

    def _cheap(self, pixels: Pixels) -> bool:
        low, high = pixels.places()
        limit = _CHEAP_WHILE_MOVING_US if self.moving else _CHEAP_US
        return self.effort_us(low, high, pixels) <= limit

    def _place(
        self, span: tuple[float, float], pixels: Pixels, ratio: float, margin: float
    ) -> _Place:
        """Where a picture has to lie for the view and a margin of its width on either side."""
        origin = math.floor(pixels.x(span[0]) * ratio)
        length_px = (span[1] - span[0]) * pixels.transform.m11() * ratio
        more = pixels.area.width() * margin
        first = math.floor((pixels.area.left() - more) * ratio) - origin
        end = math.ceil((pixels.area.right() + more) * ratio) - origin
        if first <= 0:
            first = -_OVERHANG_PX
        if end >= length_px:
            end = math.ceil(length_px) + _OVERHANG_PX
        low, high = self.reach()
        top = max(pixels.area.top(), pixels.y(high) - _OVERHANG_PX)
        bottom = min(pixels.area.bottom(), pixels.y(low) + _OVERHANG_PX)
        rows = range(math.floor(top * ratio), math.ceil(bottom * ratio))
        return _Place(origin, first, end, rows, length_px, ratio)

    def _suits(self, kept: _Kept, place: _Place, pixels: Pixels) -> bool:
        has = kept.place
        stretch = has.length_px / place.length_px if self.moving else 1.0
        return (
            self._fits
            and has.first <= place.first * stretch + 1
            and place.end * stretch - 1 <= has.end
            and (self.moving or not kept.hurried)
            and (self.moving or abs(has.length_px - place.length_px) < _SAME_PX)
            and kept.scale_y == pixels.transform.m22()
            and kept.offset_y == pixels.transform.m32()
            and has.ratio == place.ratio
            and kept.tokens is tokens()
            and has.rows == place.rows
        )

    def _paint(self, place: _Place, start: float, pixels: Pixels) -> _Kept:
        ratio, within = place.ratio, pixels.transform
        width, height = place.end - place.first, len(place.rows)
        across = within.m31() - math.floor(pixels.x(start) * ratio) / ratio - place.first / ratio
        moved = QTransform(
            within.m11(), 0, 0, within.m22(), across, within.m32() - place.rows.start / ratio
        )
        area = QRectF(0, 0, width / ratio, height / ratio)
        image = None if self._kept is None else self._kept.image
        if image is None or (image.width(), image.height()) != (width, height):
            image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        self.hurried = self.moving
        self.paint_picture(image, Pixels(moved, ratio, area))
        self.hurried = False
        return _Kept(image, place, within.m22(), within.m32(), tokens(), self.moving)
