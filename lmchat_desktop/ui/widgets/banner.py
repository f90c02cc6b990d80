"""A strip across a page that says what is the matter and offers what to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.icons import draw_glyph
from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.paint import rounded
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, shown

_GLYPHS = {"info": "info", "good": "good", "warn": "warn", "bad": "bad"}
_TOKENS = {"info": "accent", "good": "good", "warn": "warn", "bad": "bad"}


class GlyphMark(QWidget):
    """An icon that only looks, in the colour of a token."""

    def __init__(
        self, name: str, token: str = "muted", side: int = 18, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._token = token
        pixels = typography().px(side)
        self.setFixedSize(QSize(pixels, pixels))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_glyph(self, name: str, token: str) -> None:
        """Show another icon or colour."""
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = QColor(tokens().colour(self._token))
        draw_glyph(painter, QRectF(self.rect()), self._name, colour)


class Banner(QFrame):
    """Information, success, a warning or a problem.

    Attributes:
        action_triggered: its button was pressed.
        dismissed: its cross was pressed; the banner has hidden itself.
    """

    action_triggered = Signal()
    dismissed = Signal()

    def __init__(
        self,
        kind: str = "info",
        text: str = "",
        parent: QWidget | None = None,
        *,
        detail: str = "",
        action: str = "",
        dismissible: bool = False,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 10, 9)
        row.setSpacing(10)
        self._mark = GlyphMark(_GLYPHS[kind], _TOKENS[kind], 18, self)
        row.addWidget(self._mark)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._text = PlainLabel(text, wrap=True)
        self._detail = PlainLabel(detail, role="label", tone="muted", wrap=True)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        row.addLayout(words, 1)
        self.action_button = Button(action or "…", self, small=True)
        self.action_button.clicked.connect(self.action_triggered)
        row.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.close_button = IconButton("close", self.tr("Dismiss"), self, small=True)
        self.close_button.clicked.connect(self._dismiss)
        self.close_button.setVisible(dismissible)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.set_message(kind, text, detail=detail, action=action)

    @property
    def kind(self) -> str:
        """info, good, warn or bad."""
        return self._kind

    def set_message(self, kind: str, text: str, *, detail: str = "", action: str = "") -> None:
        """Say something else."""
        self._kind = kind
        self._mark.set_glyph(_GLYPHS[kind], _TOKENS[kind])
        self._text.setText(text)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        middle, top = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignTop
        self._row.setAlignment(self._mark, top if detail else middle)
        self.action_button.set_caption(action or "…")
        self.action_button.setVisible(bool(action))
        self.setAccessibleName(f"{self._spoken(kind)}: {one_line(text)}")
        self.setAccessibleDescription(shown(detail))
        self.update()

    def _spoken(self, kind: str) -> str:
        return {
            "info": self.tr("Information"),
            "good": self.tr("Success"),
            "warn": self.tr("Warning"),
            "bad": self.tr("Problem"),
        }[kind]

    def text(self) -> str:
        """What it says."""
        return self._text.whole_text()

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        tone = colours.colour(_TOKENS[self._kind])
        rounded(
            QPainter(self),
            QRectF(self.rect()),
            7.5,
            fill=mix(colours.surface, tone, 0.08),
            border=mix(colours.surface, tone, 0.38),
        )
