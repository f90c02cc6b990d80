"""One message of the outbox: to whom, how far it came, and what it says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.outbox import MessageKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.content_scroll import ContentScroll
from lmchat_desktop.ui.widgets.fact_grid import FACT_GAP, LABEL_PX, Fact, FactGrid
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.long_text import LongText
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from lmchat_desktop.contract.outbox import OutboxMessage

LEAST_PX = 320
CODE = re.compile(r"\b[0-9]{6}\b|\blmc-inv-\S+")
"""What a person is asked for: a code of six digits, or that of an invitation."""

translate = QCoreApplication.translate


class MessageCard(Card):
    """Shows one message; its text is shown as it was written, never as markup.

    Attributes:
        title, to: its subject, and to whom it goes.
        facts: how, when, and how far it came.
        text: what it says.
        copy_code: copies the code in it; hidden where there is none.
        copied: what was put on the clipboard, in words.
    """

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=0)
        self.setObjectName("outbox-message")
        self.setMinimumWidth(typography().px(LEAST_PX))
        self._code = self._body = ""
        self.title = LongText(self.tr("Subject"), self, role="strong")
        self.to = LongText(self.tr("To"), self)
        self.facts = FactGrid(self)
        self.text = LongText(self.tr("What it says"), self)
        self.copy_code = Button(self.tr("Copy the code"), self, small=True, icon_name="copy")
        self.copy_code.setObjectName("outbox-copy-code")
        self.copy_text = Button(self.tr("Copy the text"), self, small=True)
        self.copy_code.clicked.connect(
            lambda: self._copy(self._code, self.tr("The code is on the clipboard."))
        )
        self.copy_text.clicked.connect(
            lambda: self._copy(self._body, self.tr("The text is on the clipboard."))
        )
        self._lay_out()

    def put(self, message: OutboxMessage, zone: tzinfo) -> None:
        """Show a message."""
        found = CODE.search(message.body)
        self._code = "" if found is None else found.group()
        self._body = message.body
        self.copy_code.setVisible(bool(self._code))
        self.title.put(message.subject or kind_words(message.kind))
        self.to.put(message.to)
        self.facts.put(
            [
                Fact(self.tr("As"), kind_words(message.kind)),
                Fact(self.tr("Written"), _moment(message.made_at, zone)),
                Fact(self.tr("Delivery"), *delivery_words(message, zone)),
            ]
        )
        self.text.put(message.body)
        self.setAccessibleName(message.subject or message.to)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(CARD_MARGIN, CARD_MARGIN, CARD_MARGIN, CARD_MARGIN)
        column.setSpacing(12)
        acts = QWidget(content)
        flow = FlowLayout(acts, gap=8)
        for button in (self.copy_code, self.copy_text):
            flow.addWidget(button)
        label = PlainLabel(self.tr("To"), content, tone="muted", wrap=True)
        label.setFixedWidth(typography().px(LABEL_PX))
        to = QHBoxLayout()
        to.setSpacing(FACT_GAP)
        to.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        to.addWidget(self.to, 1)
        facts = QVBoxLayout()
        facts.setSpacing(8)
        facts.addLayout(to)
        facts.addWidget(self.facts)
        column.addWidget(self.title)
        column.addLayout(facts)
        for widget in (Hairline(content), self.text, acts):
            column.addWidget(widget)
        column.addStretch(1)
        self.body.addWidget(ContentScroll(content, self))

    def _copy(self, text: str, words: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.copied.emit(words)


def kind_words(kind: MessageKind) -> str:
    """How a message is sent."""
    if kind is MessageKind.SMS:
        return translate("Outbox", "Text message")
    return translate("Outbox", "Mail")


def delivery_words(message: OutboxMessage, zone: tzinfo) -> tuple[str, str, str | None]:
    """How far it came: the words, what failed, and the tone."""
    if message.sent_at is not None:
        return (_moment(message.sent_at, zone), "", None)
    failure = message.failure or ""
    if message.gave_up:
        return (translate("Outbox", "Given up"), failure, "bad")
    return (translate("Outbox", "Waiting"), failure, "warn" if failure else None)


def _moment(at: datetime, zone: tzinfo) -> str:
    return translated(formatting.moment(at, zone, seconds=True))
