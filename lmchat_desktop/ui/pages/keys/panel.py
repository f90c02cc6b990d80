"""The panel beside the table: one key with its facts and acts, or what can be done with several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button, IconButton
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card, Hairline
from lmchat_desktop.ui.widgets.content_scroll import ContentScroll
from lmchat_desktop.ui.widgets.fact_grid import FactGrid
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.ui.tables.drawn_values import Status
    from lmchat_desktop.ui.widgets.fact_grid import Fact

WIDTH_PX = 340


class KeyPanel(Card):
    """One key: what it is, where it stands, and what can be done with it.

    Attributes:
        rotate, edit, revoke: the acts.
        usage: leads to the key's usage.
        below: where what belongs to the key's moment is put: its rotation, its use.
        closed: the panel was asked away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=0)
        self.setObjectName("key-panel")
        self.setFixedWidth(typography().px(WIDTH_PX))
        self.name = PlainLabel("", self, role="strong", wrap=True, selectable=True)
        self._dot = GlyphMark("check", "good", 14, self)
        self._state = PlainLabel("", self, tone="muted")
        self._hint = PlainLabel("", self, tone="muted", selectable=True)
        self._close = IconButton("close", self.tr("Close"), self, small=True)
        self._close.clicked.connect(self.closed)
        self.rotate = Button(self.tr("Rotate…"), self, small=True)
        self.edit = Button(self.tr("Edit…"), self, small=True)
        self.revoke = Button(self.tr("Revoke…"), self, look="danger", small=True)
        self.usage = Button(self.tr("Usage"), self, small=True, icon_name="usage")
        self.usage.setObjectName("key-usage")
        self.facts = FactGrid(self)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(CARD_MARGIN, 12, CARD_MARGIN, CARD_MARGIN)
        column.setSpacing(12)
        column.addLayout(self._head())
        acts = QWidget(content)
        flow = FlowLayout(acts, gap=8)
        for button in (self.rotate, self.edit, self.usage, self.revoke):
            flow.addWidget(button)
        column.addWidget(acts)
        column.addWidget(Hairline(content))
        self.below = QVBoxLayout()
        self.below.setSpacing(12)
        column.addLayout(self.below)
        column.addWidget(self.facts)
        column.addStretch(1)
        self.body.addWidget(ContentScroll(content, self))

    def sizeHint(self) -> QSize:
        return QSize(typography().px(WIDTH_PX), typography().px(400))

    def put(self, name: str, hint: str, status: Status, facts: Sequence[Fact]) -> None:
        """Show a key."""
        self.name.setText(name)
        self._hint.setText(hint)
        self._state.setText(status.text)
        glyph = {"good": "good", "warn": "clock", "accent": "refresh"}.get(status.tone, "close")
        self._dot.set_glyph(glyph, status.tone)
        self.facts.put(facts)
        self.setAccessibleName(self.tr("Key {name}").replace("{name}", name))

    def allow(self, button: Button, reason: str) -> None:
        """Grey an act out with a reason; an empty one allows it."""
        button.setEnabled(not reason)
        button.setToolTip(plain_tooltip(reason))
        button.setAccessibleDescription(reason)

    def _head(self) -> QVBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        under = QHBoxLayout()
        under.setSpacing(6)
        under.addWidget(self._dot)
        under.addWidget(self._state)
        under.addSpacing(8)
        under.addWidget(self._hint)
        under.addStretch(1)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addLayout(top)
        head.addLayout(under)
        return head


class SeveralPanel(Card):
    """What can be done with several keys at once.

    Attributes:
        revoke, expire: the acts.
        closed: the selection was asked away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setObjectName("several-panel")
        self.setFixedWidth(typography().px(WIDTH_PX))
        self._words = PlainLabel("", self, tone="muted", wrap=True)
        self.revoke = Button(self.tr("Revoke…"), self, look="danger")
        self.expire = Button(self.tr("Let expire…"), self)
        self._clear = Button(self.tr("Select none"), self, look="link")
        self._clear.clicked.connect(self.closed)
        self.body.addWidget(self._words)
        row = QWidget(self)
        flow = FlowLayout(row, gap=8)
        for button in (self.expire, self.revoke, self._clear):
            flow.addWidget(button)
        self.body.addWidget(row)
        self.body.addStretch(1)

    def put(self, count: int, most: int, reason: str) -> None:
        """Say how many keys are selected; `reason` is why nothing can be done with them."""
        self.set_title(self.tr("{count} keys selected").replace("{count}", f"{count:,}"))
        if count > most:
            reason = self.tr("At most {most} keys can be changed at once.").replace(
                "{most}", f"{most:,}"
            )
        self._words.setText(
            reason
            or self.tr("You see what becomes of each key, and nothing is done before you confirm.")
        )
        for button in (self.revoke, self.expire):
            button.setEnabled(not reason)
            button.setToolTip(plain_tooltip(reason))
