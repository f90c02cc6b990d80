"""What a signed-in person sees: rail, top bar, pages and status bar, joined to a session."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QWidget

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sync.loop import LIVE_INTERVAL_S
from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.ui.pages.registry import pages_for
from lmchat_desktop.ui.shell.bridge import SyncBridge
from lmchat_desktop.ui.shell.commands import Action, ShellDeeds, page_actions, shell_actions
from lmchat_desktop.ui.shell.connection_display import ConnectionDisplay
from lmchat_desktop.ui.shell.context import (
    AttentionHolder,
    ConnectionHolder,
    Page,
    PageContext,
    ScopeChoice,
    ScopeHolder,
    WatchedKeysHolder,
    ZoneHolder,
)
from lmchat_desktop.ui.shell.diagnostics import diagnostics
from lmchat_desktop.ui.shell.faults import tell_fault
from lmchat_desktop.ui.shell.finder import ACCOUNTS_PAGE, Finder
from lmchat_desktop.ui.shell.first_picture.keeper import FirstPictureKeeper
from lmchat_desktop.ui.shell.frame import is_roomy, lay_out
from lmchat_desktop.ui.shell.grant_watch import GrantWatch
from lmchat_desktop.ui.shell.key_watch import KeyWatch
from lmchat_desktop.ui.shell.known import Known, read_known
from lmchat_desktop.ui.shell.memory import PersonMemory
from lmchat_desktop.ui.shell.notifications import DesktopNotifier
from lmchat_desktop.ui.shell.page_host import PageHost
from lmchat_desktop.ui.shell.person_menu import PersonMenu
from lmchat_desktop.ui.shell.rail import Rail
from lmchat_desktop.ui.shell.scope_picker import scope_choices
from lmchat_desktop.ui.shell.status import StatusStrip
from lmchat_desktop.ui.shell.topbar import TopBar
from lmchat_desktop.ui.shell.zones import local_zone, preferred_zone
from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.known import KeyName

logger = logging.getLogger(__name__)

SYNC_AT_LATEST_MS = 1000
"""Sync begins when the first page is filled from the cache, which it would only slow; or then."""

ENDING_CODES = frozenset({"signed-out", "device-revoked", "lease-ended"})


class Workspace(QWidget):
    """One person's work at one backend. It owns its session and has it closed in `leave`.

    Attributes:
        session: the session.
        context: what pages are given.
        rail, top, status: the parts around the pages.
        stack: the pages that were entered so far.
        finder: command palette and scope picker.
    """

    ended = Signal(object)
    """The backend or the lease has ended the session: emitted with the last `SyncState`."""
    sign_out_asked = Signal()
    switch_asked = Signal()
    about_asked = Signal()
    lock_asked = Signal()
    reports_asked = Signal()
    another_window_asked = Signal()

    def __init__(self, session: Session, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self.session = session
        self._desk = desk
        self._memory = PersonMemory(desk.preferences, session)
        self._left = False
        self._syncing = False
        self._roomy = True
        self.stack = PageHost(pages_for(session.me.scopes, session.me.capabilities), self)
        self._tasks = TaskRunner(session.work, self, new_token=CancelToken)
        self._tasks.task_failed.connect(self._task_failed)
        self._bridge = SyncBridge(self)
        first = scope_choices(session.me, ())
        preference = desk.preferences.value.zone
        self.context = PageContext(
            session=session,
            tasks=self._tasks,
            theme=desk.theme,
            preferences=desk.preferences,
            scope=ScopeHolder(first[0] if first else ScopeChoice("", self.tr("No account")), self),
            zone=ZoneHolder(preferred_zone(preference), self),
            connection=ConnectionHolder(self),
            attention=AttentionHolder(self),
            watched_keys=WatchedKeysHolder(self),
            navigate=self.stack.navigate,
        )
        self.stack.context = self.context
        self._build(first)
        self._person = PersonMenu(
            self.top.person, local_zone().key, in_sandbox=desk.sandbox is not None
        )
        self.finder = Finder(self, self.top.scope, self.context, self.stack, self._actions)
        self._connect()
        self._shortcuts()
        self.rail.collapse(desk.preferences.value.rail_collapsed, by_hand=False)
        self._put_me(session.me)
        self._person.sign_out.setVisible(session.signed_in)
        self._person.put_theme(desk.preferences.value.theme.value)
        self._person.put_zone(preference)
        self._person.put_lock_after(desk.preferences.value.lock_after_min)
        self._person.notify.setChecked(desk.preferences.value.notify)
        self._take_known(Known())
        self._keeper = FirstPictureKeeper(self)
        self._grant_watch = GrantWatch(self.context)
        self._key_watch = KeyWatch(
            self.context,
            DesktopNotifier(self, self._tasks),
            lambda: desk.preferences.value.notify,
        )

    def begin(self) -> None:
        """Show the page that was shown last, and begin to sync once it has its figures."""
        self._bridge.state_told.connect(self._take_state)
        self._tasks.idle.connect(self._start_sync, Qt.ConnectionType.SingleShotConnection)
        QTimer.singleShot(SYNC_AT_LATEST_MS, self._start_sync)
        if self._memory.scope in ("", self.context.scope.id):
            self._show_page()
            return
        self._tasks.run(
            self.session.entities.get,
            Account,
            self._memory.scope,
            on_done=self._come_back_to,
            on_failed=self._not_back,
            key="scope",
            owner=self,
        )

    def _show_page(self) -> None:
        self._tasks.run(read_known, self.session, on_done=self._take_known, key="known")
        self._measure_cache()
        put_age = self._connection.put_age
        self._tasks.run(self.session.last_sync_at, on_done=put_age, key="age", owner=self)
        self.stack.show_one(self._memory.page)
        self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def _come_back_to(self, account: Account | None) -> None:
        if account is not None:
            self.context.scope.choose(ScopeChoice(account.id, account.name))
        self._show_page()

    def _not_back(self, error: BaseException) -> None:
        logger.warning("the account shown last could not be read: %s", type(error).__name__)
        self._show_page()

    def _start_sync(self) -> None:
        if self._left or self._syncing:
            return
        self._syncing = True
        interval_s = self._desk.sync_interval_s
        self.session.start(
            self._bridge, interval_s=LIVE_INTERVAL_S if interval_s is None else interval_s
        )
        self._tasks.run(self.stack.load, key="pages", owner=self)

    def release(self) -> Session:
        """Stop using the session and answer it, open; whoever takes it closes it."""
        if self.stack.page_id and not self._left:
            self.stack.page(self.stack.page_id).leave()
        self._left = True
        self._bridge.close()
        self._tasks.shutdown(0.0)
        return self.session

    def leave(self) -> None:
        """Stop everything of this workspace; the session is closed on a thread."""
        if not self._left:
            self._desk.closings.begin_session(self.release())

    @property
    def page_id(self) -> str:
        """The page that is shown."""
        return self.stack.page_id

    def page(self, page_id: str) -> Page:
        """A page; `KeyError` where there is no such page for this person."""
        return self.stack.page(page_id)

    def navigate(self, page_id: str, **arguments: Any) -> None:
        """Show a page; as `context.Navigate`."""
        self.stack.navigate(page_id, **arguments)

    def show_theme(self, mode: str) -> None:
        """Switch the theme at once and remember it."""
        self._desk.theme.apply(mode)
        self._person.put_theme(mode)
        self._desk.prefer(theme=mode)

    def show_zone(self, preference: str) -> None:
        """Show all times in another zone and remember it."""
        self._desk.prefer(zone=preference)
        self._person.put_zone(preference)
        self.context.zone.choose(preferred_zone(preference))

    def show_lock_after(self, minutes: int) -> None:
        """Lock after so many minutes without key or mouse, 0 for never, and remember it."""
        self._desk.prefer(lock_after_min=minutes)
        self._person.put_lock_after(minutes)

    def copy_diagnostics(self) -> None:
        """Put how things stand on the clipboard, without names, figures or secrets."""
        text = diagnostics(
            self.window(),
            self.session,
            self.context.connection.state,
            self.page_id,
            self._desk.theme.mode,
        )
        QGuiApplication.clipboard().setText(text)
        self.tell(self.tr("The diagnostics are on the clipboard."), "good")

    def tell(self, text: str, kind: str = "info") -> None:
        """Say something in passing."""
        self._toast.show_message(text, kind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = is_roomy(self.width())
        if roomy != self._roomy:
            self._roomy = roomy
            wanted = self._desk.preferences.value.rail_collapsed
            self.rail.collapse(wanted or not roomy, by_hand=False)

    def _build(self, choices: list[ScopeChoice]) -> None:
        self.rail = Rail(self.stack.entries, self)
        self.top = TopBar(self)
        self.status = StatusStrip(self._tasks.tasks, self)
        self.banner = Banner("warn", "", self, action=self.tr("Try now"))
        self.banner.setObjectName("connection-banner")
        self._toast = Toast(self)
        self.top.scope.put(self.context.scope.current, len(choices) > 1)
        room = lay_out(self, self.rail, self.top, self.banner, self.stack, self.status)
        self._connection = ConnectionDisplay(
            self.context, self.top, self.status, self.banner, room, self
        )

    def _connect(self) -> None:
        self.rail.page_chosen.connect(self.navigate)
        self.stack.page_shown.connect(self._page_shown)
        self.finder.page_asked.connect(self.navigate)
        self.finder.account_asked.connect(
            lambda account_id: self.navigate(ACCOUNTS_PAGE, account_id=account_id)
        )
        self.finder.key_asked.connect(self._show_key)
        self.finder.remembered.connect(self._memory.entry_chosen)
        self.rail.about_asked.connect(self.about_asked)
        self.rail.collapsed_changed.connect(lambda on: self._desk.prefer(rail_collapsed=on))
        self.top.scope.clicked.connect(self.finder.open_picker)
        self.top.search.clicked.connect(self.finder.open_palette)
        self._connection.told.connect(self.tell)
        self._connection.sign_in_asked.connect(self.switch_asked)
        self._person.on_theme(self.show_theme)
        self._person.on_zone(self.show_zone)
        self._person.on_lock_after(self.show_lock_after)
        self._person.notify.toggled.connect(lambda on: self._desk.prefer(notify=on))
        self._person.lock.triggered.connect(self.lock_asked)
        self._person.switch.triggered.connect(self.switch_asked)
        self._person.sign_out.triggered.connect(self.sign_out_asked)
        self._person.about.triggered.connect(self.about_asked)
        self.context.scope.changed.connect(self._scope_changed)
        self.context.attention.changed.connect(
            lambda: self.rail.put_badges(self.context.attention.counts)
        )

    def _shortcuts(self) -> None:
        def on(keys: str, call: Any) -> None:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(call)

        for place in range(9):
            on(f"Ctrl+{place + 1}", lambda place=place: self._go_to_place(place))
        on("Ctrl+K", self.finder.open_palette)
        on("Ctrl+L", self.finder.open_picker)
        on("Ctrl+B", self._fold_rail)
        on("F5", self._connection.sync_now)

    def _go_to_place(self, place: int) -> None:
        entries = self.stack.entries
        if place < len(entries):
            self.navigate(entries[place].page_id)

    def _page_shown(self, page_id: str) -> None:
        self.rail.choose(page_id)
        self._memory.page_shown(page_id)

    def _actions(self) -> list[Action]:
        deeds = ShellDeeds(
            sync=self._connection.sync_now,
            show_theme=self.show_theme,
            show_zone=self.show_zone,
            fold_rail=self._fold_rail,
            lock=self.lock_asked.emit,
            another_window=self.another_window_asked.emit,
            copy_diagnostics=self.copy_diagnostics,
            show_reports=self.reports_asked.emit,
            look_for_leaks=self._look_for_leaks if self._may_look_for_leaks() else None,
            switch=(self._person.switch.text().replace("&&", "&"), self.switch_asked.emit),
            sign_out=self.sign_out_asked.emit,
            about=self.about_asked.emit,
        )
        actions = shell_actions(deeds, signed_in=self.session.signed_in)
        if self.page_id:
            actions = [*page_actions(self.page(self.page_id), self.page_id), *actions]
        return actions

    def _show_key(self, key: KeyName) -> None:
        self.navigate("keys", key_id=key.id)

    def _may_look_for_leaks(self) -> bool:
        return self.session.may(Scope.KEYS_LEAKS) and any(
            entry.page_id == "keys" for entry in self.stack.entries
        )

    def _look_for_leaks(self) -> None:
        self.navigate("keys", leaks=True)

    def _fold_rail(self) -> None:
        self.rail.collapse(not self.rail.collapsed)

    def _take_known(self, known: Known) -> None:
        self.finder.take(self.session.me, known)
        self.top.scope.put(self.context.scope.current, len(self.finder.choices) > 1)

    def _take_state(self, state: SyncState) -> None:
        self.context.connection.tell(state)
        outcome = state.outcome
        self._connection.put(state)
        if outcome.me_changed:
            self._tasks.run(self.session.read_me, on_done=self._take_me, key="me", owner=self)
        elif outcome.changed_kinds & {"account", "key"}:
            self._tasks.run(read_known, self.session, on_done=self._take_known, key="known")
        if outcome:
            self._measure_cache()
            self.stack.refresh(outcome.changed_kinds, outcome.changed_scopes)
        if state.phase is SyncPhase.STOPPED and state.code in ENDING_CODES:
            self.ended.emit(state)

    def _take_me(self, me: Me) -> None:
        self._put_me(me)
        entries = pages_for(me.scopes, me.capabilities)
        if entries != self.stack.entries:
            self.rail.put_entries(entries)
            self.stack.put_entries(entries)
        self._tasks.run(read_known, self.session, on_done=self._take_known, key="known")

    def _put_me(self, me: Me) -> None:
        self._person.put_person(me)
        self.rail.put_backend(me.backend, me.notice)

    def _measure_cache(self) -> None:
        self._tasks.run(
            self.session.cache.size_bytes, on_done=self._take_size, key="cache-size", owner=self
        )

    def _take_size(self, size: int) -> None:
        self.status.put_cache(size, self.session.encrypted_on_disk)

    def _scope_changed(self, choice: ScopeChoice) -> None:
        self.top.scope.put(choice, len(self.finder.choices) > 1)
        if choice.id:
            self.session.watch_scope(choice.id)
            self._memory.scope_chosen(choice.id)

    def _task_failed(self, _task: object, error: BaseException) -> None:
        message = translated(getattr(error, "message", ""))
        if message:
            self.tell(message, "bad")
        elif not isinstance(error, CancelledError):
            tell_fault(error)
