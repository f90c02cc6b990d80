"""A tile with one figure, how it changed, and its trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import MINUS, NOTHING, Figure
from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.widgets.figure_label import FigureLabel
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.widgets.sparkline import Sparkline
from lmchat_desktop.ui.widgets.spoken_role import speak_as
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Iterable

SIDE_MARGIN = 16
FOOT_GAP = 4
_FOOT_PX = 30
_TREND_PX = 72
_GOOD_WHEN = ("higher", "lower", "neutral")


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
        self._terse = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE_MARGIN, 14, SIDE_MARGIN, 12)
        column.setSpacing(2)
        elide = Qt.TextElideMode.ElideRight
        self._title = PlainLabel(title, role="label", tone="muted", elide=elide)
        self._figure = FigureLabel(self)
        self._figure.fit_changed.connect(self.fit_changed)
        self._change = PlainLabel("", role="label")
        self._against = PlainLabel("", role="label", tone="muted", elide=elide)
        self.sparkline = Sparkline(self)
        self.sparkline.setFixedWidth(_TREND_PX)
        self.sparkline.hide()
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(FOOT_GAP)
        foot.addStrut(_FOOT_PX)
        foot.addWidget(self._change, 0)
        foot.addWidget(self._against, 1)
        foot.addStretch(0)
        foot.addWidget(self.sparkline, 0)
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
        self._change.setText(translated(str(shown)))
        self._change.set_tone(self._tone(shown))
        self._change.setVisible(change is not None)
        words = self.tr("vs prev.") if against is None else against
        self._against.setText(words if change is not None else "")
        self.set_terse(self._terse)
        self._name()
        self.fit_changed.emit()

    def set_note(self, text: str) -> None:
        """Show a few muted words in the place of the change."""
        self.set_change(None)
        self._against.setText(text)
        self._name()
        self.fit_changed.emit()

    def set_trend(self, values: Iterable[float]) -> None:
        """Show the course of the value; fewer than two known values show none."""
        self.sparkline.set_values(values)

    def set_trend_width(self, pixels: int) -> None:
        """How wide the course is drawn; 0 leaves it out."""
        self.sparkline.setFixedWidth(pixels)

    def set_terse(self, terse: bool) -> None:
        """Leave out what the change is against, which the tooltip tells too."""
        self._terse = terse
        self._against.setVisible(not (terse and self.change_text()))

    def foot_width(self, *, terse: bool) -> int:
        """The width of the words in its foot."""
        words = self._against.sizeHint().width()
        if self.change_text():
            change = self._change.sizeHint().width()
            return change if terse else change + FOOT_GAP + words
        return words

    def least_width(self) -> int:
        """The width below which its figure, title or change would be cut; its trend can go."""
        title = self._title.sizeHint().width()
        widest = max(self._figure.least_width(), title, self.foot_width(terse=True))
        return widest + 2 * SIDE_MARGIN

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
        speak_as(self, QAccessible.Role.Button if selectable else QAccessible.Role.Border)
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
