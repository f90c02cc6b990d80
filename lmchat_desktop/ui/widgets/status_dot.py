"""The connection dot: live, syncing or offline, by colour, shape and word."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.widgets.paint import focus_ring, rounded
from lmchat_desktop.ui.widgets.plain import one_line, plain_tooltip, shown

_TOKENS = {"live": "good", "syncing": "accent", "offline": "warn", "stopped": "muted"}
_SIDE_PX = 8
_PADDING = 8


class StatusDot(QAbstractButton):
    """Says how the connection stands; a click asks for more.

    Live is a full dot, syncing a half one, offline and stopped are rings.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(typography().text(tabular=True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._state = "stopped"
        self._text = ""
        self.set_state("stopped")

    @property
    def state(self) -> str:
        """live, syncing, offline or stopped."""
        return self._state

    def caption(self) -> str:
        """The words beside the dot."""
        return self._text

    def set_state(self, state: str, text: str = "", *, detail: str = "") -> None:
        """Show a state.

        Args:
            state: live, syncing, offline or stopped.
            text: words beside the dot, such as "Offline since 14:05"; the state's own by default.
            detail: more, as tooltip.
        """
        if state not in _TOKENS:
            raise ValueError(f"no such state: {state}")
        self._state = state
        self._text = one_line(text) or self._word(state)
        self.setAccessibleName(self.tr("Connection: {text}").format(text=self._text))
        self.setAccessibleDescription(shown(detail))
        self.setToolTip(plain_tooltip(detail))
        self.updateGeometry()
        self.update()

    def _word(self, state: str) -> str:
        return {
            "live": self.tr("Live"),
            "syncing": self.tr("Syncing"),
            "offline": self.tr("Offline"),
            "stopped": self.tr("Stopped"),
        }[state]

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._text)
        side = typography().px(_SIDE_PX)
        return QSize(width + side + 8 + 2 * _PADDING, typography().px(34))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            rounded(painter, rect, 6, fill=colours.hover)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(colours.colour(_TOKENS[self._state]))
        side = typography().px(_SIDE_PX)
        dot = QRectF(_PADDING, (rect.height() - side) / 2, side, side)
        if self._state == "live":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(dot)
        else:
            painter.setPen(QPen(colour, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot.adjusted(0.8, 0.8, -0.8, -0.8))
            if self._state == "syncing":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawPie(dot, 90 * 16, -180 * 16)
        painter.setPen(QColor(colours.text))
        painter.drawText(
            rect.adjusted(_PADDING + side + 8, 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            self._text,
        )
        focus_ring(painter, self, colours, 6)
