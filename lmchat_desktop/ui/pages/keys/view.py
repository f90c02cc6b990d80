"""The keys page: a table of keys, and beside it the one that is looked at with what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import MAX_BULK
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.ui.pages.acting.act_words import report_fault, trouble_words
from lmchat_desktop.ui.pages.keys.dialogs import KeyDialogs
from lmchat_desktop.ui.pages.keys.facts import facts_of
from lmchat_desktop.ui.pages.keys.model import KeysModel
from lmchat_desktop.ui.pages.keys.panel import KeyPanel, SeveralPanel
from lmchat_desktop.ui.pages.keys.query import StateFilter
from lmchat_desktop.ui.pages.keys.rotation_panel import RotationPanel
from lmchat_desktop.ui.pages.keys.standings import StandingsFollower
from lmchat_desktop.ui.pages.keys.suggesting import Suggesting
from lmchat_desktop.ui.pages.keys.table_card import KeysTableCard
from lmchat_desktop.ui.pages.keys.table_menu import KeysTableMenu
from lmchat_desktop.ui.pages.keys.toolbar import KeysToolbar
from lmchat_desktop.ui.pages.keys.words import status_of
from lmchat_desktop.ui.shell.context import Page, PageContext, ScopeChoice
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set
    from datetime import datetime

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.ui.pages.keys.bulk_run import BulkAct


class KeysPage(Page):
    """The API keys of the chosen account, or of the whole service."""

    page_id: ClassVar[str] = "keys"
    title: ClassVar[str] = "API keys"
    icon: ClassVar[str] = "keys"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = KeysModel(context, self)
        self.standings = StandingsFollower(
            context.session.keys.standings, context.tasks, context.session.clock.now, self
        )
        self._stale = True
        self._entered = False
        # A key that was asked for by its id, whose row may not be among those that have come.
        self._asked_for: str | None = None
        self._make()
        self._lay_out()
        self._connect()
        self._put_query()

    # What the shell calls

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; `state` and `search` narrow it, `key_id` opens a key.

        `leaks` opens the dialog of leaked keys, for whoever may.
        """
        self._entered = True
        if "state" in arguments:
            self.model.choose_state(StateFilter(arguments["state"]))
        if "search" in arguments:
            self.toolbar.search.setText(arguments["search"])
        if "key_id" in arguments:
            self.look_at(arguments["key_id"])
        if self._stale:
            self.card.load()
            self.suggesting.model.refresh()
        self._stale = False
        if arguments.get("leaks") and self._may_look_for_leaks():
            self.dialogs.look_for_leaks()

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if changed_kinds & {"key", "account"}:
            if self._entered:
                self.card.table.refresh()
                self.standings.forget()
                self.suggesting.model.refresh()
            else:
                self._stale = True
        self.model.read_again(changed_kinds)

    # Building

    def _make(self) -> None:
        self.toolbar = KeysToolbar(self)
        self.busy = BusyStrip(self)
        self.banner = Banner("bad", parent=self)
        self.banner.setObjectName("keys-banner")
        self.banner.hide()
        self.card = KeysTableCard(self.context, self.model.query, self.standings, self)
        self.panel = KeyPanel(self)
        self.several = SeveralPanel(self)
        for side in (self.panel, self.several):
            side.hide()
        self.toast = Toast(self)
        self.menu = KeysTableMenu(self.toolbar.more, self.card.table, self)
        self.dialogs = KeyDialogs(self.context, self.context.session.keys, self)
        self._rotation: RotationPanel | None = None
        self.suggesting = Suggesting(
            self.context, self.dialogs, lambda: self.model.query.account_id, self
        )

    def _lay_out(self) -> None:
        keys = QWidget(self)
        panes = QHBoxLayout(keys)
        panes.setContentsMargins(0, 0, 0, 0)
        panes.setSpacing(CARD_GAP)
        panes.addWidget(self.card, 1)
        panes.addWidget(self.panel)
        panes.addWidget(self.several)
        self._parts = QStackedLayout()
        self._parts.addWidget(keys)
        self._parts.addWidget(self.suggesting.panel)
        column = QVBoxLayout()
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(self.toolbar)
        column.addWidget(self.banner)
        column.addLayout(self._parts, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.busy)
        outer.addLayout(column, 1)

    def _connect(self) -> None:
        bar, model, card = self.toolbar, self.model, self.card
        bar.state_chosen.connect(model.choose_state)
        bar.searched.connect(model.search)
        model.query_changed.connect(self._put_query)
        model.query_changed.connect(lambda: card.ask(model.query))
        self.context.scope.changed.connect(lambda _choice: self.suggesting.model.refresh())
        model.key_read.connect(self._put_key)
        model.key_missed.connect(self._say_missed)
        model.rights_changed.connect(self._put_rights)
        card.selected.connect(self._put_selection)
        card.counted.connect(self._put_count)
        card.model.busy_changed.connect(self.busy.set_busy)
        card.model.failed.connect(self._say_failure)
        self.menu.done.connect(lambda text: self.toast.show_message(text, "good"))
        self.menu.failed.connect(lambda text: self.toast.show_message(text, "bad"))
        card.empty.action_triggered.connect(self._empty_action)
        self.standings.arrived.connect(self._standings_arrived)
        self.panel.usage.clicked.connect(self._show_usage)
        self.toolbar.new_key.clicked.connect(self.dialogs.create)
        self.toolbar.leaks.clicked.connect(self.dialogs.look_for_leaks)
        for button, ask in (
            (self.panel.edit, self.dialogs.edit),
            (self.panel.rotate, self.dialogs.rotate),
            (self.panel.revoke, self.dialogs.revoke),
        ):
            button.clicked.connect(lambda _on=False, ask=ask: self._ask_about_key(ask))
        self.toolbar.suggestions.toggled.connect(self._show_suggestions)
        self.suggesting.open_asked.connect(self.look_at)
        self.suggesting.key_missed.connect(self._say_missed)
        self.suggesting.counted.connect(self.toolbar.put_suggestions)
        self.several.revoke.clicked.connect(lambda: self._ask_about_several("revoke"))
        self.several.expire.clicked.connect(lambda: self._ask_about_several("expire"))
        self.dialogs.changed.connect(self._key_changed)
        self.dialogs.made.connect(self.look_at)
        self.dialogs.said.connect(lambda text: self.toast.show_message(text, "good"))
        self.panel.closed.connect(self._close_panel)
        card.model.arrived.connect(lambda *_: self._select_asked_for())
        self.several.closed.connect(card.table.clearSelection)
        self.banner.action_triggered.connect(card.load)
        self.context.zone.changed.connect(lambda _zone: self._put_key())
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.toolbar.search.setFocus)

    # What people do

    def look_at(self, key_id: str) -> None:
        """Show a key beside the table, whether or not its row is to be seen."""
        self.toolbar.suggestions.setChecked(False)
        self._asked_for = key_id
        self.model.look_at(key_id)
        self._select_asked_for()

    def _ask_about_key(self, ask: Callable[[ApiKey], object]) -> None:
        if self.model.looked_at is not None:
            ask(self.model.looked_at.key)

    def _ask_about_several(self, act: BulkAct) -> None:
        self.card.read_selected(lambda keys: self.dialogs.act_on_many(act, keys))

    def _show_suggestions(self, shown: bool) -> None:
        self._parts.setCurrentIndex(int(shown))
        for control in (self.toolbar.states, self.toolbar.search, self.toolbar.more):
            control.setEnabled(not shown)

    def _key_changed(self, key: ApiKey) -> None:
        """Show what an act has answered at once; the cache follows with the next sync."""
        self.model.take_changed(key)

    def _close_panel(self) -> None:
        self._asked_for = None
        self.card.table.clearSelection()
        self.model.look_at(None)

    def _select_asked_for(self) -> None:
        wanted = self._asked_for
        if wanted is not None and self.card.model.row_of(wanted) is not None:
            self.card.table.select_key(wanted)

    def _show_usage(self) -> None:
        looked_at = self.model.looked_at
        if looked_at is None:
            return
        key = looked_at.key
        # The cube of the whole service has no keys.
        name = looked_at.names.get(key.account_id, key.account_id)
        self.context.scope.choose(ScopeChoice(key.account_id, name))
        self.context.navigate("usage", group_by="model", filters={"key": [key.id]})

    def _empty_action(self) -> None:
        if self.model.query.narrowed:
            self.toolbar.search.clear()
            self.model.show_all_of(self.model.query.account_id)

    # What is shown

    def _put_query(self) -> None:
        query = self.model.query
        self.toolbar.put(query)
        if query.search:
            title = self.tr("No key begins like that")
            text = self.tr("The name, the key's first characters and the id are looked at.")
        elif query.narrowed:
            title = self.tr("No such keys")
            text = self.tr("Keys of other states are hidden.")
        else:
            title = self.tr("No keys yet")
            text = self.tr("A key lets a program call models through lmchat.")
        action = self.tr("Show all keys") if query.narrowed else ""
        self.card.say_empty(title, text, action)
        self._put_rights()

    def _put_count(self, count: int) -> None:
        self.toolbar.put_count(count)
        self.banner.hide()

    def _put_selection(self, count: int) -> None:
        self.several.setVisible(count > 1)
        if count > 1:
            self.several.put(count, MAX_BULK, self.model.why_not_several())
        only = self.card.only_selected()
        if count and only != self._asked_for:
            self._asked_for = None
        if self._asked_for is None:
            self.model.look_at(only)

    def _put_key(self) -> None:
        looked_at = self.model.looked_at
        self.panel.setVisible(looked_at is not None)
        if looked_at is None:
            return
        key, around = looked_at.key, self.model.surroundings()
        status = status_of(key.state, key.expires_at, key.old_ends_at, around.now)
        facts = facts_of(key, self.standings.of(key.id), around)
        self.panel.put(key.name, key.hint, status, facts)
        self._put_rotation(key, around.now)
        self._put_rights()

    def _put_rotation(self, key: ApiKey, now: datetime) -> None:
        if key.old_ends_at is None or key.old_ends_at <= now:
            if self._rotation is not None:
                self._rotation.hide()
            return
        if self._rotation is None:
            self._rotation = RotationPanel(key, self.context.session.keys, self.context, self)
            self._rotation.key_changed.connect(self._rotation_moved)
            self._rotation.ended.connect(self.context.session.wake)
            self._rotation.take_frame_away()
            self.panel.below.addWidget(self._rotation)
        else:
            self._rotation.put_key(key)
        self._rotation.show()

    def _rotation_moved(self, key: ApiKey) -> None:
        self.context.session.wake()
        self.model.take_changed(key)

    def _standings_arrived(self, keys: Set[str]) -> None:
        looked_at = self.model.looked_at
        if looked_at is not None and looked_at.key.id in keys:
            self._put_key()

    def _put_rights(self) -> None:
        reason = self.model.why_not_create()
        self.toolbar.allow_create(not reason, reason)
        self.toolbar.offer_leaks(self._may_look_for_leaks())
        if self.model.looked_at is not None:
            change = self.model.why_not_change()
            self.panel.allow(self.panel.edit, change)
            self.panel.allow(self.panel.revoke, change)
            self.panel.allow(self.panel.rotate, self.model.why_not_rotate())

    def _may_look_for_leaks(self) -> bool:
        return Scope.KEYS_LEAKS.value in self.context.session.me.scopes

    def _say_missed(self, error: BaseException) -> None:
        self._asked_for = None
        report_fault(self.context.tasks, error)
        self.toast.show_message(trouble_words(error), "bad")

    def _say_failure(self, error: BaseException) -> None:
        text = translated(getattr(error, "message", "")) or self.tr("The keys could not be read.")
        self.banner.set_message("bad", text, action=self.tr("Try again"))
        self.banner.show()
