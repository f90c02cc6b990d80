"""What happened in an account: when, what, who, from where and with what."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from lmchat_desktop.client.account_records import list_events
from lmchat_desktop.contract.account_events import AccountEvent, EventKind
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.accounts.part_layout import scrolled_column
from lmchat_desktop.ui.pages.accounts.words import event_words, tr
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.paged_list import PagedList
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.drawn_values import Status
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

LEAST_TABLE_PX = 150
K = EventKind
GROUPS: dict[str, tuple[EventKind, ...]] = {
    "all": (),
    "sign-ins": (
        *(K.SIGN_IN, K.SIGN_OUT, K.TOKEN_CREATED, K.TOKEN_REVOKED),
        *(K.DEVICE_REGISTERED, K.DEVICE_REVOKED),
    ),
    "keys": (K.KEY_CREATED, K.KEY_CHANGED, K.KEY_ROTATED, K.KEY_REVOKED),
    "members": (
        *(K.MEMBER_INVITED, K.INVITATION_WITHDRAWN, K.MEMBER_JOINED),
        *(K.MEMBER_CHANGED, K.MEMBER_REMOVED),
    ),
    "addresses": (K.CODE_SENT, K.CODE_REFUSED, K.CONTACT_CHANGED, K.RECOVERY),
    "account": (
        *(K.ACCOUNT_CHANGED, K.POLICY_CHANGED, K.SUSPENDED, K.REINSTATED),
        *(K.EXPORT_STARTED, K.EXPORT_FETCHED),
    ),
}
"""Kinds that are asked for together."""


class EventsPart(QWidget):
    """The events of the account, newest first.

    Attributes:
        kinds, days: what is asked for.
        list: what has come.
        table: it, as rows.
        older: reads more.
    """

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.list: PagedList[AccountEvent] = PagedList(model.context, self._question, self)
        titles = {
            "all": tr("Everything"),
            "sign-ins": tr("Sign-ins and devices"),
            "keys": tr("Keys"),
            "members": tr("Members"),
            "addresses": tr("Addresses and codes"),
            "account": tr("The account"),
        }
        self.kinds = ChoiceButton(
            list(titles.items()), parent=self, name=tr("Kinds"), icon_name="filter"
        )
        self.kinds.setObjectName("event-kinds")
        spans = (("1", tr("24 h")), ("7", tr("7 days")), ("30", tr("30 days")))
        self.days = SegmentedControl(
            [*spans, ("90", tr("90 days"))], "90", self, name=tr("Time span")
        )
        self.table = events_table(self, model)
        self.older = Button(tr("Older events"), self, small=True)
        self.older.setObjectName("older-events")
        self.older.hide()
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.empty = EmptyState("audit", tr("No such events"), "", self)
        self.empty.hide()
        self._lay_out()
        self.kinds.current_changed.connect(lambda _value: self.load())
        self.days.current_changed.connect(lambda _value: self.load())
        self.older.clicked.connect(self.list.load_more)
        self.banner.action_triggered.connect(self.load)
        self.list.changed.connect(self._put)
        self.list.failed.connect(self._say_failure)
        model.context.zone.changed.connect(self.table.rows.set_zone)

    def load(self) -> None:
        """Ask for the newest events."""
        self.list.load()

    def clear(self) -> None:
        """Another account is shown."""
        self.list.clear()
        rows: Any = self.table.rows
        rows.set_rows([])

    def _question(self) -> Callable[..., Page[AccountEvent]]:
        session = self._model.context.session
        return partial(
            list_events,
            session.client,
            self._model.account_id,
            kinds=GROUPS[self.kinds.current],
            start=session.clock.now() - timedelta(days=int(self.days.current)),
        )

    def _put(self) -> None:
        self.banner.hide()
        events = self.list.rows or []
        names = self._model.picture.names if self._model.picture is not None else {}
        rows = [event_row(one, dict(names)) for one in events]
        model: Any = self.table.rows
        model.set_rows(rows, keys=[one.id for one in events])
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.older.setVisible(self.list.more)

    def _say_failure(self, error: BaseException) -> None:
        self.banner.set_message("bad", trouble_words(error), action=tr("Try again"))
        self.banner.show()

    def _lay_out(self) -> None:
        bar = QWidget(self)
        flow = FlowLayout(bar, gap=10)
        for widget in (self.kinds, self.days, self.older):
            flow.addWidget(widget)
        card = Card("", self, margin=1)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty)
        self.table.setMinimumHeight(typography().px(LEAST_TABLE_PX))
        # Large text in a small window leaves the table no room: then the part scrolls.
        column = scrolled_column(self, "events-scroll")
        column.addWidget(bar)
        column.addWidget(self.banner)
        column.addWidget(card, 1)


def events_table(parent: QWidget, model: AccountModel) -> DataTable:
    """The table of events."""
    columns = (
        ColumnSpec("at", tr("When"), Kind.TIME),
        ColumnSpec("kind", tr("What"), width=130),
        ColumnSpec("new", tr("Device"), drawn=True, width=116, yields=4),
        ColumnSpec("person", tr("Who"), stretch=True, whole=130, width=110),
        ColumnSpec("ip", tr("Address"), width=130, yields=3),
        ColumnSpec("agent", tr("User agent"), muted=True, stretch=True, width=140, yields=2),
        ColumnSpec("detail", tr("About"), muted=True, width=150, yields=1),
    )
    rows = RowsModel(columns, parent, zone=model.context.zone.zone)
    table = DataTable(rows, parent, name=tr("Events"))
    table.setObjectName("events-table")
    return table


def event_row(event: AccountEvent, names: dict[str, str]) -> tuple[Any, ...]:
    """An event as a row."""
    who = None if event.person_id is None else names.get(event.person_id, event.person_id)
    new = Status(tr("New device"), "warn") if event.new_device else None
    return (
        event.at,
        event_words(event.kind),
        new,
        who,
        event.ip or None,
        event.user_agent or None,
        event.detail or None,
    )
