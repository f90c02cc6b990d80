"""The outbox page: what a sandbox has written to people, newest first, and one message."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.client.sandbox import outbox
from lmchat_desktop.contract.outbox import MessageKind, OutboxMessage
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.outbox.message_card import (
    MessageCard,
    delivery_words,
    kind_words,
)
from lmchat_desktop.ui.pages.paged_list import PagedList
from lmchat_desktop.ui.shell.context import Page
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.drawn_values import Status
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.search_field import SearchField
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from lmchat_desktop.contract.base import Page as Answers
    from lmchat_desktop.ui.shell.context import PageContext

ALL = "all"
LONGEST_ADDRESS = 320
SEARCH_PX = 250
LEAST_PX = 190

translate = QCoreApplication.translate


class OutboxPage(Page):
    """Shows the messages that a sandbox has written: a developer's page.

    Attributes:
        to, kinds: what is asked for.
        list: what has come.
        table: it, as rows.
        message: the one that is chosen.
        older, again: read more, and read anew.
    """

    page_id: ClassVar[str] = "outbox"
    title: ClassVar[str] = str(QT_TRANSLATE_NOOP("Pages", "Outbox"))
    icon: ClassVar[str] = "inbox"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._entered = False
        self._chosen: OutboxMessage | None = None
        self.list: PagedList[OutboxMessage] = PagedList(context, self._question, self)
        self._make()
        self._lay_out()
        self._connect()

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the newest; `to` shows those to one address."""
        self._entered = True
        if "to" in arguments:
            self.to.put(str(arguments["to"]))
        self.load()

    def leave(self) -> None:
        """Another page is shown; this one reads anew when it is again."""
        self._entered = False

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Something happened, and a message may tell of it."""
        if self._entered and changed_kinds and not self.list.more:
            self.load()

    def load(self) -> None:
        """Read the newest messages."""
        self.busy.set_busy(True)
        self.list.load()

    def _load_older(self) -> None:
        self.busy.set_busy(True)
        self.list.load_more()

    def _question(self) -> Callable[..., Answers[OutboxMessage]]:
        kind = self.kinds.current
        return partial(
            outbox,
            self.context.session.client,
            to=self.to.sought or None,
            kind=None if kind == ALL else MessageKind(kind),
        )

    def _make(self) -> None:
        self.to = SearchField(self.tr("To this address or number"), self)
        self.to.setObjectName("outbox-to")
        self.to.setMaxLength(LONGEST_ADDRESS)
        self.to.setMinimumWidth(typography().px(SEARCH_PX))
        self.kinds = SegmentedControl(
            [
                (ALL, self.tr("Everything")),
                (MessageKind.MAIL.value, self.tr("Mails")),
                (MessageKind.SMS.value, self.tr("Text messages")),
            ],
            ALL,
            self,
            name=self.tr("Kind"),
        )
        self.again = Button(self.tr("Read again"), self, small=True, icon_name="refresh")
        self.older = Button(self.tr("Older messages"), self, small=True)
        self.older.setObjectName("outbox-older")
        self.older.hide()
        columns = (
            ColumnSpec("made", self.tr("Written"), Kind.TIME),
            ColumnSpec("kind", self.tr("As"), muted=True, width=128, yields=1),
            ColumnSpec("to", self.tr("To"), width=210),
            ColumnSpec("subject", self.tr("Subject"), stretch=True, whole=200, width=160, yields=3),
            ColumnSpec("delivery", self.tr("Delivery"), drawn=True, width=116, yields=2),
        )
        rows = RowsModel(columns, self, zone=self.context.zone.zone)
        self.table = DataTable(rows, self, name=self.tr("Messages"))
        self.table.setObjectName("outbox-table")
        self.table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self.empty = EmptyState(
            "inbox",
            self.tr("No such messages"),
            self.tr("Codes, invitations and notices to people appear here once they are written."),
            self,
        )
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.message = MessageCard(self)
        self.toast = Toast(self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel(self.tr("Outbox"), self, role="title"))
        head.addStretch(1)
        head.addWidget(self.again)
        what = PlainLabel(
            self.tr(
                "The mails and text messages that this sandbox has written. They lie as files in "
                "its folder, and go no further unless it was given a mail server."
            ),
            self,
            tone="muted",
            wrap=True,
        )
        bar = QWidget(self)
        flow = FlowLayout(bar, gap=10)
        for widget in (self.to, self.kinds, self.older):
            flow.addWidget(widget)
        card = Card("", self, margin=1)
        card.body.addWidget(self.table, 1)
        self.panes = Panes(((card, 3), (self.message, 2)), self, narrowest=700)
        self._nothing = Card("", self, margin=1)
        self._nothing.body.addWidget(self.empty)
        for pane in (card, self.message, self._nothing):
            # With large text the page scrolls, rather than leave them no room.
            pane.setMinimumHeight(typography().px(LEAST_PX))
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addLayout(head)
        column.addWidget(what)
        column.addWidget(bar)
        column.addWidget(self.banner)
        column.addWidget(self.panes, 1)
        column.addWidget(self._nothing, 1)
        self.panes.hide()
        self.busy = BusyStrip(self)
        self.scroller = scroll_page(self, self.busy, content, "outbox-scroll")

    def _connect(self) -> None:
        self.to.searched.connect(lambda _text: self.load())
        self.kinds.current_changed.connect(lambda _value: self.load())
        self.again.clicked.connect(self.load)
        self.older.clicked.connect(self._load_older)
        self.banner.action_triggered.connect(self.load)
        self.list.changed.connect(self._put)
        self.list.failed.connect(self._say_failure)
        self.table.row_clicked.connect(self._choose)
        self.table.row_activated.connect(self._choose)
        self.message.copied.connect(lambda words: self.toast.show_message(words))
        self.context.zone.changed.connect(self._take_zone)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.to.setFocus)

    def _put(self) -> None:
        self.busy.set_busy(False)
        self.banner.hide()
        zone = self.context.zone.zone
        messages = self.list.rows or []
        rows: Any = self.table.rows
        rows.set_rows(
            [
                (
                    one.made_at,
                    kind_words(one.kind),
                    one.to,
                    one.subject or one.body,
                    _status(one, delivery_words(one, zone)),
                )
                for one in messages
            ],
            keys=[one.id for one in messages],
        )
        self.panes.setVisible(bool(messages))
        self._nothing.setVisible(not messages)
        ids = [one.id for one in messages]
        if messages and (self._chosen is None or self._chosen.id not in ids):
            self.table.selectRow(0)
            self._choose(ids[0])
        elif self._chosen is not None:
            self._choose(self._chosen.id)
        self.older.setVisible(self.list.more)
        self.filled.emit()

    def _choose(self, key: object) -> None:
        found = next((one for one in self.list.rows or [] if one.id == key), None)
        if found is not None:
            self._chosen = found
            self.message.put(found, self.context.zone.zone)

    def _take_zone(self, zone: Any) -> None:
        rows: Any = self.table.rows
        rows.set_zone(zone)
        if self._chosen is not None:
            self.message.put(self._chosen, zone)

    def _say_failure(self, error: BaseException) -> None:
        self.busy.set_busy(False)
        self.banner.set_message("bad", trouble_words(error), action=self.tr("Try again"))
        self.banner.show()


def _status(message: OutboxMessage, words: tuple[str, str, str | None]) -> Status:
    if message.sent_at is not None:
        return Status(translate("Outbox", "Delivered"), "good")
    return Status(words[0], words[2] or "muted")
