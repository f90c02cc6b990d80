"""The card on top: how the log's history stands, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import tokens, typography
from lmchat_desktop.ui.theme.tokens import mix
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.paint import rounded
from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line, plain_tooltip, shown

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from lmchat_desktop.ui.pages.audit.standing_words import StandingWords

GLYPHS = {"good": "privacy", "warn": "warn", "bad": "bad", "muted": "clock"}
LEAST_TEXT_PX = 400
"""The width that the words have at least beside the buttons."""


class StandingCard(QFrame):
    """Says how the history stands; what is not well has its colour around it.

    Attributes:
        verify: looks at the log's head now.
        copy_details: copies what is known.
        accept: asks to accept another history.
        words: what is said.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("audit-standing")
        self.words: StandingWords | None = None
        self._mark = GlyphMark("clock", "muted", 20, self)
        self._title = PlainLabel("", self, role="strong", wrap=True)
        self._title.setObjectName("audit-standing-title")
        self._facts = PlainLabel("", self, tone="muted", wrap=True, selectable=True)
        self._found = PlainLabel("", self, wrap=True, selectable=True)
        self._found.setObjectName("audit-standing-found")
        self.verify = Button(self.tr("Verify now"), self, small=True)
        self.verify.setObjectName("audit-verify-now")
        self.copy_details = Button(self.tr("Copy details"), self, small=True)
        self.accept = Button(self.tr("Accept this history…"), self, look="danger", small=True)
        self.accept.setObjectName("audit-accept")
        self._lay_out()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(3)
        for label in (self._title, self._facts):
            texts.addWidget(label)
        self._acts = QWidget(self)
        flow = FlowLayout(self._acts, gap=8)
        for button in (self.accept, self.copy_details, self.verify):
            flow.addWidget(button)
        self._top = QHBoxLayout()
        self._top.setSpacing(12)
        self._top.addLayout(texts, 1)
        self._column = column = QVBoxLayout()
        column.setSpacing(6)
        column.addLayout(self._top)
        column.addWidget(self._found)
        self._beside: bool | None = None
        self._arrange()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 14, 12)
        row.setSpacing(12)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)

    def put(self, words: StandingWords, *, acceptable: bool) -> None:
        """Say how it stands."""
        self.accept.setVisible(acceptable)
        self._arrange()
        if words == self.words:
            return
        self.words = words
        self._mark.set_glyph(GLYPHS[words.tone], words.tone)
        self._title.setText(words.title)
        self._title.set_tone("bad" if words.tone == "bad" else None)
        self._facts.setText(words.facts)
        self._facts.setVisible(bool(words.facts))
        self._found.setText(words.found)
        self._found.setVisible(bool(words.found))
        self.setAccessibleName(one_line(words.title))
        self.setAccessibleDescription(shown(f"{words.facts} {words.found}".strip()))
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the buttons stand below the words where there is no room beside them."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        room = self.width() - self._acts.sizeHint().width()
        beside = room >= typography().px(LEAST_TEXT_PX)
        if beside == self._beside:
            return
        self._beside = beside
        self._top.removeWidget(self._acts)
        self._column.removeWidget(self._acts)
        if beside:
            self._top.addWidget(self._acts, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self._column.addWidget(self._acts)
        self.updateGeometry()

    def allow(self, button: Button, reason: str) -> None:
        """Grey an act out with a reason; an empty one allows it."""
        button.setEnabled(not reason)
        button.setToolTip(plain_tooltip(reason))
        button.setAccessibleDescription(reason)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens()
        tone = "muted" if self.words is None else self.words.tone
        fill, border = colours.surface, colours.line
        if tone in ("warn", "bad"):
            ink = colours.colour(tone)
            fill = mix(colours.surface, ink, 0.08)
            border = mix(colours.surface, ink, 0.38)
        rounded(QPainter(self), QRectF(self.rect()), 7.5, fill=fill, border=border)
