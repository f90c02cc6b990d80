"""A line without axes, for the trend beside a figure. Painted directly: needs no chart library."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lmchat_desktop.ui.theme.manager import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_POINTS = 32
"""More would be a scribble in so little room: neighbours are taken together."""


class Sparkline(QWidget):
    """The course of a value; gaps stay gaps.

    Args:
        token: the token of its colour, or a #RRGGBB.
        filled: whether the area below the line is tinted.
    """

    def __init__(
        self, parent: QWidget | None = None, *, token: str = "accent", filled: bool = True
    ) -> None:
        super().__init__(parent)
        self._token = token
        self._filled = filled
        self._values: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_values(self, values: Iterable[float]) -> None:
        """Show these values, evenly spaced; NaN is a gap."""
        points = [float(value) for value in values]
        together = math.ceil(len(points) / _MOST_POINTS)
        if together > 1:
            starts = range(0, len(points), together)
            points = [_mean(points[start : start + together]) for start in starts]
        self._values = points
        self.setVisible(sum(map(math.isfinite, points)) > 1)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(72, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(36, 20)

    def _runs(self) -> list[list[QPointF]]:
        values = self._values
        finite = [value for value in values if math.isfinite(value)]
        if len(finite) < 2:
            return []
        low, high = min(finite), max(finite)
        height, width = self.height() - 4.0, self.width() - 3.0
        span = high - low
        runs: list[list[QPointF]] = [[]]
        for place, value in enumerate(values):
            if not math.isfinite(value):
                runs.append([])
                continue
            share = (value - low) / span if span > 0 else 0.5
            x = 1.5 + width * place / (len(values) - 1)
            runs[-1].append(QPointF(x, 2 + height * (1 - share)))
        return [run for run in runs if run]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(tokens().colour(self._token))
        for run in self._runs():
            if len(run) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(QRectF(run[0].x() - 1, run[0].y() - 1, 2, 2))
                continue
            if self._filled:
                area = QPainterPath(run[0])
                for point in run[1:]:
                    area.lineTo(point)
                area.lineTo(run[-1].x(), self.height())
                area.lineTo(run[0].x(), self.height())
                area.closeSubpath()
                shade = QLinearGradient(0, 0, 0, self.height())
                top, bottom = QColor(colour), QColor(colour)
                top.setAlphaF(0.20)
                bottom.setAlphaF(0.0)
                shade.setColorAt(0, top)
                shade.setColorAt(1, bottom)
                painter.fillPath(area, shade)
            pen = QPen(colour, 1.4)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLines([QLineF(a, b) for a, b in itertools.pairwise(run)])


def _mean(part: Sequence[float]) -> float:
    finite = [value for value in part if math.isfinite(value)]
    return math.fsum(finite) / len(finite) if finite else math.nan
