"""A tile with one figure, how it changed, and its trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import MINUS, NOTHING, Figure
from lmchat_desktop.ui.charts.sparkline import Sparkline
from lmchat_desktop.ui.theme.fonts import FIGURE_PX
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_SMALLEST_FIGURE_PX = 16
_SIDE_MARGIN = 16
_FOOT_PX = 30
_FOOT_GAP = 4
_UNIT_SHARE = 0.72
_GOOD_WHEN = ("higher", "lower", "neutral")


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


class FigureTile(QFrame):
    """A figure under its name, with its change against the previous period and its trend.

    Attributes:
        activated: it was clicked or Enter was pressed, where `set_selectable` allowed it.
        fit_changed: its texts or its width changed, and with them what fits in it.
        sparkline: the trend's widget.
    """

    activated = Signal()
    fit_changed = Signal()

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        *,
        good_when: str = "neutral",
        tooltip: str = "",
    ) -> None:
        super().__init__(parent)
        if good_when not in _GOOD_WHEN:
            raise ValueError(f"good when {good_when}?")
        self._good_when = good_when
        self._selectable = False
        self._selected = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE_MARGIN, 14, _SIDE_MARGIN, 12)
        column.setSpacing(2)
        elide = Qt.TextElideMode.ElideRight
        self._title = PlainLabel(title, role="label", tone="muted", elide=elide)
        self._figure = FigureLabel(self)
        self._figure.fit_changed.connect(self.fit_changed)
        self._change = PlainLabel("", role="label")
        self._against = PlainLabel("", role="label", tone="muted", elide=elide)
        self.sparkline = Sparkline(self)
        self.sparkline.setMaximumWidth(typography().px(96))
        self.sparkline.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(_FOOT_GAP)
        foot.addStrut(_FOOT_PX)
        foot.addWidget(self._change, 0)
        foot.addWidget(self._against, 1)
        foot.addWidget(self.sparkline, 1)
        column.addWidget(self._title)
        column.addWidget(self._figure)
        column.addStretch(1)
        column.addLayout(foot)
        if tooltip:
            self.setToolTip(plain_tooltip(tooltip))
        self._name()

    def set_title(self, title: str) -> None:
        """Rename it."""
        self._title.setText(title)
        self._name()

    def set_figures(self, *figures: Figure) -> None:
        """Show a figure, or two as in "1.08 G / 203 M"; none at all is shown as a dash."""
        self._figure.set_figures(*figures)
        self._name()

    def set_change(self, change: Figure | None, against: str | None = None) -> None:
        """Show the change (as `formatting.change` writes it), or nothing for None.

        Whether it is good or bad follows from its sign and from `good_when`.
        """
        shown = change if change is not None else Figure("")
        self._change.setText(str(shown))
        self._change.set_tone(self._tone(shown))
        self._change.setVisible(change is not None)
        words = self.tr("vs prev.") if against is None else against
        self._against.setText(words if change is not None else "")
        self._name()
        self.fit_changed.emit()

    def set_note(self, text: str) -> None:
        """Show a few muted words in the place of the change."""
        self.set_change(None)
        self._against.setText(text)
        self._name()
        self.fit_changed.emit()

    def set_trend(self, values: Sequence[float] | NDArray[np.float64]) -> None:
        """Show the course of the value; fewer than two known values show none."""
        self.sparkline.set_values(values)

    def least_width(self) -> int:
        """The width below which its figure, title or change would be cut."""
        foot = self._against.sizeHint().width()
        if self.change_text():
            foot += self._change.sizeHint().width() + _FOOT_GAP
        if not self.sparkline.isHidden():
            foot += min(self.sparkline.minimumSizeHint().width(), self.sparkline.maximumWidth())
            foot += _FOOT_GAP
        widest = max(self._figure.least_width(), self._title.sizeHint().width(), foot)
        return widest + 2 * _SIDE_MARGIN

    def fitting_figure_pixels(self) -> int:
        """The largest size of the figure in which nothing is cut, at text scale 1."""
        return self._figure.fitting_pixels()

    def limit_figure_pixels(self, pixels: int) -> None:
        """Let the figure be no larger than this."""
        self._figure.limit_pixels(pixels)

    def shown_figure_pixels(self) -> int:
        """The size the figure is painted in, at text scale 1."""
        return self._figure.shown_pixels()

    def set_selectable(self, selectable: bool) -> None:
        """Let people choose this tile by mouse and keyboard."""
        self._selectable = selectable
        policy = Qt.FocusPolicy.TabFocus if selectable else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if selectable else Qt.CursorShape.ArrowCursor
        )

    def set_selected(self, selected: bool) -> None:
        """Mark the tile as the chosen one."""
        self._selected = selected
        self._name()
        self.update()

    @property
    def selected(self) -> bool:
        """Whether it is the chosen one."""
        return self._selected

    def figure_text(self) -> str:
        """The figure as text."""
        return self._figure.text()

    def change_text(self) -> str:
        """The change as text, or empty."""
        return self._change.whole_text()

    def _tone(self, change: Figure) -> str:
        rising = change.number.startswith(("+", "×", "new"))
        falling = change.number.startswith(MINUS)
        if self._good_when == "neutral" or not (rising or falling):
            return "muted"
        return "good" if rising == (self._good_when == "higher") else "bad"

    def _name(self) -> None:
        words = [self._title.whole_text(), self.figure_text()]
        if self.figure_text() == str(NOTHING):
            words[1] = self.tr("no data")
        rest = f"{self.change_text()} {self._against.whole_text()}".strip()
        judged = {"good": self.tr("better"), "bad": self.tr("worse")}.get(
            str(self._change.property("tone"))
        )
        if rest:
            words.append(rest)
        if judged and self.change_text():
            words.append(judged)
        if self._selected:
            words.append(self.tr("selected"))
        self.setAccessibleName(", ".join(words))

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        hovered = self._selectable and self.underMouse()
        border = colours.accent if self._selected else colours.line
        if hovered and not self._selected:
            border = colours.border_strong
        rect = QRectF(self.rect())
        rounded(painter, rect, 7.5, fill=colours.surface, border=border)
        focus_ring(painter, self, colours, 7)

    def enterEvent(self, event: object) -> None:
        self.update()

    def leaveEvent(self, event: object) -> None:
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self._selectable and inside and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._selectable and event.key() in keys:
            self.activated.emit()
            return
        super().keyPressEvent(event)
