"""The panel beside the table: one entry with all that is known of it, and whether it is proved."""

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

    from lmchat_desktop.ui.widgets.fact_grid import Fact

WIDTH_PX = 360
WIDEST = 16_777_215
"""Qt's own for "any width"."""
GLYPHS = {"good": "good", "warn": "warn", "bad": "bad", "muted": "clock"}


class EntryPanel(Card):
    """One entry.

    Attributes:
        verify: verifies that the entry is in the log.
        copy_json: copies it.
        only_actor, only_object: narrow the table to what it names.
        facts: what is known of it.
        go_asked: a page was asked for; emitted with what `put_ways` named it.
        closed: the panel was asked away.
    """

    closed = Signal()
    go_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent, margin=0)
        self.setObjectName("audit-entry")
        self.set_alone(False)
        self.title = PlainLabel("", self, role="strong", wrap=True, selectable=True)
        self._thing = PlainLabel("", self, tone="muted", wrap=True)
        self._close = IconButton("close", self.tr("Close"), self, small=True)
        self._close.clicked.connect(self.closed)
        self.verify = Button(self.tr("Verify inclusion"), self, small=True)
        self.verify.setObjectName("audit-verify-entry")
        self.copy_json = Button(self.tr("Copy as JSON"), self, small=True)
        self.copy_json.setObjectName("audit-copy-json")
        self.only_actor = Button(self.tr("Only this person"), self, look="link", small=True)
        self.only_object = Button(self.tr("Only this object"), self, look="link", small=True)
        self._mark = GlyphMark("clock", "muted", 16, self)
        self._proof = PlainLabel("", self, wrap=True, selectable=True)
        self._proof.setObjectName("audit-proof")
        self.facts = FactGrid(self)
        self._ways = QWidget(self)
        self._ways_flow = FlowLayout(self._ways, gap=8)
        self._way_buttons: list[Button] = []
        self._lay_out()
        self.say_proof("", "muted")

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(CARD_MARGIN, 12, CARD_MARGIN, CARD_MARGIN)
        column.setSpacing(12)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.title, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addLayout(top)
        head.addWidget(self._thing)
        column.addLayout(head)
        acts = QWidget(content)
        flow = FlowLayout(acts, gap=8)
        for button in (self.verify, self.copy_json):
            flow.addWidget(button)
        column.addWidget(acts)
        self._proof_row = QWidget(content)
        row = QHBoxLayout(self._proof_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._proof, 1)
        column.addWidget(self._proof_row)
        column.addWidget(Hairline(content))
        column.addWidget(self.facts)
        column.addWidget(Hairline(content))
        narrowing = QWidget(content)
        links = FlowLayout(narrowing, gap=12)
        for button in (self.only_actor, self.only_object):
            links.addWidget(button)
        column.addWidget(narrowing)
        column.addWidget(self._ways)
        column.addStretch(1)
        self.body.addWidget(ContentScroll(content, self))

    def sizeHint(self) -> QSize:
        return QSize(typography().px(WIDTH_PX), typography().px(400))

    def set_alone(self, alone: bool) -> None:
        """Take all the room there is, or the panel's own width beside the table."""
        width = typography().px(WIDTH_PX)
        self.setMinimumWidth(0 if alone else width)
        self.setMaximumWidth(WIDEST if alone else width)

    def put(self, title: str, thing: str, facts: Sequence[Fact]) -> None:
        """Show an entry: what was done, to what, and all facts."""
        self.title.setText(title)
        self._thing.setText(thing)
        self.facts.put(facts)
        self.setAccessibleName(title)

    def put_ways(self, ways: Sequence[tuple[str, str]]) -> None:
        """Offer pages to go to: the name of each way, and what its button says."""
        for button in self._way_buttons:
            self._ways_flow.removeWidget(button)
            button.hide()
            button.setParent(None)
        self._way_buttons = []
        for way, caption in ways:
            button = Button(caption, self._ways, small=True, icon_name="external")
            button.setObjectName(f"audit-go-{way}")
            button.clicked.connect(lambda _checked=False, way=way: self.go_asked.emit(way))
            self._ways_flow.addWidget(button)
            button.show()
            self._way_buttons.append(button)
        self._ways.setVisible(bool(ways))

    def say_proof(self, text: str, tone: str) -> None:
        """Say what came of verifying; "" takes it away."""
        self._mark.set_glyph(GLYPHS[tone], tone)
        self._proof.setText(text)
        self._proof.set_tone("bad" if tone == "bad" else None)
        self._proof_row.setVisible(bool(text))

    def proof_text(self) -> str:
        """What came of verifying."""
        return self._proof.whole_text()

    def allow(self, button: Button, reason: str) -> None:
        """Grey an act out with a reason; an empty one allows it."""
        button.setEnabled(not reason)
        button.setToolTip(plain_tooltip(reason))
        button.setAccessibleDescription(reason)
