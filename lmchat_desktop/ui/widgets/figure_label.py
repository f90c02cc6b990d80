"""Large figures with muted units that shrink their type before anything is cut."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lmchat_desktop.domain.formatting import NOTHING, Figure
from lmchat_desktop.ui.theme.fonts import FIGURE_PX
from lmchat_desktop.ui.theme.manager import tokens, typography

_SMALLEST_FIGURE_PX = 16
_UNIT_SHARE = 0.72


class FigureLabel(QWidget):
    """Large figures with muted units; shrinks its type before it cuts anything.

    Attributes:
        fit_changed: another size may fit now, because of other figures or another width.
    """

    fit_changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, pixels: int = FIGURE_PX) -> None:
        super().__init__(parent)
        self._pixels = pixels
        self._limit = pixels
        self._figures: tuple[Figure, ...] = (NOTHING,)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_figures(self, *figures: Figure) -> None:
        """Show one figure, or several divided by a stroke."""
        shown = figures or (NOTHING,)
        if shown == self._figures:
            return
        self._figures = shown
        self.updateGeometry()
        self.update()
        self.fit_changed.emit()

    def fitting_pixels(self) -> int:
        """The largest size, in pixels at text scale 1, in which nothing is cut."""
        pixels = self._pixels
        while pixels > _SMALLEST_FIGURE_PX and self._width(pixels) > self.width():
            pixels -= 1
        return pixels

    def limit_pixels(self, pixels: int) -> None:
        """Be no larger than this, so that it stands like its neighbours."""
        if pixels != self._limit:
            self._limit = pixels
            self.update()

    def shown_pixels(self) -> int:
        """The size it is painted in, in pixels at text scale 1."""
        return min(self._limit, self.fitting_pixels())

    def least_width(self) -> int:
        """The width below which something would be cut."""
        return self._width(_SMALLEST_FIGURE_PX) + 2

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_changed.emit()

    def text(self) -> str:
        """What it shows, as text."""
        return " / ".join(str(figure) for figure in self._figures)

    def _pieces(self, pixels: float) -> list[tuple[str, bool, QFontMetrics]]:
        type_ = typography()
        number = QFontMetrics(type_.font(pixels, type_.figure().weight(), tabular=True))
        unit = QFontMetrics(type_.font(pixels * _UNIT_SHARE, type_.figure().weight()))
        pieces: list[tuple[str, bool, QFontMetrics]] = []
        for place, figure in enumerate(self._figures):
            if place:
                pieces.append((" / ", True, unit))
            pieces.append((figure.number, not figure.known, number))
            if figure.unit:
                pieces.append((" " + figure.unit, True, unit))
        return pieces

    def _width(self, pixels: float) -> int:
        return sum(
            metrics.horizontalAdvance(text) for text, _muted, metrics in self._pieces(pixels)
        )

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(typography().font(self._pixels))
        return QSize(self._width(self._pixels) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.least_width(), 90), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        type_ = typography()
        pixels = self.shown_pixels()
        painter = QPainter(self)
        weight = type_.figure().weight()
        number = type_.font(pixels, weight, tabular=True)
        unit = type_.font(pixels * _UNIT_SHARE, weight)
        metrics = QFontMetrics(number)
        baseline = (self.height() - metrics.height()) / 2 + metrics.ascent()
        x = 0.0
        for text, muted, piece in self._pieces(pixels):
            small = text.startswith(" ")
            painter.setFont(unit if small else number)
            painter.setPen(QColor(colours.muted if muted else colours.text))
            painter.drawText(int(x), int(baseline), text)
            x += piece.horizontalAdvance(text)
