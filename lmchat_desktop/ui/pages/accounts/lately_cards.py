"""What happened in an account lately, and which of its keys are in use: the first few of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.client.account_records import list_events
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services.rights import may_in
from lmchat_desktop.ui.pages.accounts.part_layout import fill, rows_table
from lmchat_desktop.ui.pages.accounts.words import event_words, tr
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.paged_list import PagedList
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.drawn_values import Status
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lmchat_desktop.contract.account_events import AccountEvent
    from lmchat_desktop.contract.base import Page
    from lmchat_desktop.ui.pages.accounts.model import AccountModel
    from lmchat_desktop.ui.tables.data_table import DataTable

SHOWN = 6


class LatelyCards(QWidget):
    """The latest events beside the keys that were used last.

    Attributes:
        events, keys: the tables.
        all_events, all_keys: lead to all of them.
        list: the events that have come.
        events_asked, keys_asked: all of them are wanted.
    """

    events_asked = Signal()
    keys_asked = Signal()

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.list: PagedList[AccountEvent] = PagedList(model.context, self._question, self)
        self.events = rows_table(
            model,
            self,
            tr("Latest events"),
            "latest-events",
            ColumnSpec("at", tr("When"), Kind.TIME),
            ColumnSpec("kind", tr("What"), stretch=True, whole=170, width=130),
            ColumnSpec("new", tr("Device"), drawn=True, width=116, yields=2),
            ColumnSpec("person", tr("Who"), muted=True, width=150, yields=1),
        )
        self.keys = rows_table(
            model,
            self,
            tr("Keys in use"),
            "keys-in-use",
            ColumnSpec("name", tr("Name"), stretch=True, whole=150, width=110),
            ColumnSpec("used", tr("Last used"), Kind.TIME, muted=True),
        )
        self.all_events = Button(tr("All events"), self, small=True)
        self.all_events.setObjectName("all-events")
        self.all_keys = Button(tr("All keys"), self, small=True)
        self.all_keys.setObjectName("all-its-keys")
        self._no_events = PlainLabel("", self, tone="muted", wrap=True)
        self._no_keys = PlainLabel(tr("No key works here."), self, tone="muted")
        self._events_card = self._card(
            tr("Latest events"), self.all_events, self.events, self._no_events
        )
        self._keys_card = self._card(tr("Keys in use"), self.all_keys, self.keys, self._no_keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(
            Panes([(self._events_card, 8), (self._keys_card, 5)], self, narrowest=1100)
        )
        self.all_events.clicked.connect(self.events_asked)
        self.all_keys.clicked.connect(self.keys_asked)
        self.list.changed.connect(self._put_events)
        self.list.failed.connect(self._say_failure)
        model.picture_changed.connect(self._put_keys)
        self._put_events()

    def load(self) -> None:
        """Ask for the latest events, where one may see them."""
        me, account_id = self._model.me, self._model.account_id
        sees_events = may_in(me, Scope.EVENTS_READ, account_id)
        sees_keys = may_in(me, Scope.KEYS_READ, account_id)
        self._events_card.setVisible(sees_events)
        self._keys_card.setVisible(sees_keys)
        self.setVisible(sees_events or sees_keys)
        if sees_events:
            self.list.load()

    def clear(self) -> None:
        """Another account is shown."""
        self.list.clear()
        self._put_events()

    def _question(self) -> Callable[..., Page[AccountEvent]]:
        api = self._model.context.session.client
        return partial(list_events, api, self._model.account_id, limit=SHOWN)

    def _put_events(self) -> None:
        found = self.list.rows or []
        names: Mapping[str, str] = {}
        if self._model.picture is not None:
            names = self._model.picture.names
        rows = [_row(one, names) for one in found]
        fill(self.events, rows, [one.id for one in found])
        self.events.setVisible(bool(rows))
        self._no_events.setText("" if self.list.rows is None else tr("Nothing happened lately."))
        self._no_events.setVisible(self.list.rows == [])

    def _put_keys(self) -> None:
        picture = self._model.picture
        keys = () if picture is None else picture.keys
        rows = [(one.name, one.last_used_at) for one in keys]
        fill(self.keys, rows, [one.id for one in keys])
        self.keys.setVisible(bool(rows))
        self._no_keys.setVisible(picture is not None and not keys)
        # Names may come after the events that they are in.
        self._put_events()

    def _say_failure(self, error: BaseException) -> None:
        self._no_events.setText(trouble_words(error))
        self._no_events.show()

    def _card(self, title: str, way: Button, table: DataTable, none: PlainLabel) -> Card:
        card = Card(title, self)
        card.add_trailing(way)
        card.body.addWidget(table)
        card.body.addWidget(none)
        card.body.addStretch(1)
        return card


def _row(event: AccountEvent, names: Mapping[str, str]) -> tuple[Any, ...]:
    who = None if event.person_id is None else names.get(event.person_id, event.person_id)
    new = Status(tr("New device"), "warn") if event.new_device else None
    return (event.at, event_words(event.kind), new, who)
