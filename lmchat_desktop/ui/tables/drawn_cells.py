"""Draws the values of `drawn_values` into the cells of a table."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lmchat_desktop.ui.tables.drawn_values import Course, Drawn, Meter, Status, Tick
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix

_DOT_PX = 8
_TRACK_PX = (52, 6)
_BAR_PX = 4
_BAR_GAP_PX = 1
_COURSE_PX = 18
_BOX_PX = 16
_CHECK = ((2.5, 6.4), (5.0, 8.8), (9.6, 3.6))
"""As in the theme's image of a check, which is 12 wide and high."""
_GAP = 8


def draw(painter: QPainter, room: QRect, value: Drawn) -> None:
    """Draw a value into a cell's inner rectangle; the painter has the font of its text."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    match value:
        case Status():
            _draw_status(painter, room, value)
        case Meter():
            _draw_meter(painter, room, value)
        case Course():
            _draw_course(painter, room, value)
        case Tick():
            _draw_tick(painter, room, value)


def drawn_width(value: Drawn, text_width: int) -> int:
    """Pixels that a value needs besides its cell's padding; its text is so wide."""
    px = typography().px
    match value:
        case Status():
            return px(_DOT_PX) + _GAP + text_width
        case Meter():
            return px(_TRACK_PX[0]) + _GAP + text_width
        case Course():
            return len(value.counts) * (px(_BAR_PX) + _BAR_GAP_PX)
        case Tick():
            return px(_BOX_PX)


def _draw_status(painter: QPainter, room: QRect, value: Status) -> None:
    side = typography().px(_DOT_PX)
    dot = QRectF(room.left(), room.center().y() - side / 2 + 0.5, side, side)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens().colour(value.tone)))
    painter.drawEllipse(dot)
    ink = tokens().muted if value.tone == "muted" else tokens().text
    _write(painter, room.adjusted(side + _GAP, 0, 0, 0), value.text, ink)


def _draw_meter(painter: QPainter, room: QRect, value: Meter) -> None:
    colours = tokens()
    if value.share is None:
        _write(painter, room, value.text, colours.muted)
        return
    width, height = (typography().px(side) for side in _TRACK_PX)
    track = QRectF(room.left(), room.center().y() - height / 2 + 0.5, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(mix(colours.surface, colours.muted, 0.28)))
    painter.drawRoundedRect(track, height / 2, height / 2)
    part = min(1.0, max(0.0, value.share))
    if part > 0:
        # A trace is still to be seen, and what is not full does not look full.
        filled = max(height, min(width * part, width if part >= 1 else width - 2))
        painter.setBrush(QColor(colours.colour(value.tone)))
        painter.drawRoundedRect(
            QRectF(track.left(), track.top(), filled, height), height / 2, height / 2
        )
    _write(painter, room.adjusted(width + _GAP, 0, 0, 0), value.text, colours.text)


def _draw_course(painter: QPainter, room: QRect, value: Course) -> None:
    colours = tokens()
    width, height = typography().px(_BAR_PX), typography().px(_COURSE_PX)
    most = max(value.counts, default=0)
    bottom = room.center().y() + height / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    for place, count in enumerate(value.counts):
        high = max(2, round(height * count / most)) if count else 1
        painter.setBrush(QColor(colours.accent if count else colours.border_strong))
        left = room.left() + place * (width + _BAR_GAP_PX)
        painter.drawRect(QRectF(left, round(bottom) - high, width, high))


def _draw_tick(painter: QPainter, room: QRect, value: Tick) -> None:
    """As the theme draws the boxes of forms."""
    colours, side = tokens(), typography().px(_BOX_PX)
    box = QRectF(room.left() + 0.5, room.center().y() - side // 2 + 0.5, side - 1, side - 1)
    edge = colours.accent if value.on else mix(colours.border_strong, colours.muted, 0.4)
    painter.setPen(QColor(edge))
    painter.setBrush(QColor(colours.accent if value.on else colours.raised))
    painter.drawRoundedRect(box, 4, 4)
    if value.on:
        unit = side / 16
        corner = box.center() - QPointF(6 * unit, 6 * unit)
        pen = QPen(QColor(colours.on_accent), 1.7 * unit)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([corner + QPointF(x, y) * unit for x, y in _CHECK])


def _write(painter: QPainter, room: QRect, text: str, ink: str) -> None:
    painter.setPen(QColor(ink))
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, max(0, room.width())
    )
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
