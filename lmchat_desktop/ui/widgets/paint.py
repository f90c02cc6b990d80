"""Small pieces of painting that the custom controls share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.theme.tokens import Tokens


def rounded(
    painter: QPainter,
    rect: QRectF,
    radius: float,
    fill: str | None = None,
    border: str | None = None,
    width: float = 1.0,
) -> None:
    """A rounded rectangle whose border lies inside the rectangle."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = width / 2 if border else 0.0
    painter.setPen(QPen(QColor(border), width) if border else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def focus_ring(
    painter: QPainter, widget: QWidget, tokens: Tokens, radius: float, margin: float = 0.0
) -> None:
    """The ring of a widget that has the keyboard."""
    if widget.hasFocus():
        rect = QRectF(widget.rect()).adjusted(margin, margin, -margin, -margin)
        rounded(painter, rect, radius, border=tokens.accent, width=2.0)
