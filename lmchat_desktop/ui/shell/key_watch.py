"""Watches the keys that are due: for the rail's badge, the overview, and the desktop's notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from lmchat_desktop.client.errors import ApiTrouble
from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services.key_watch import WatchedKeys, read_watched
from lmchat_desktop.sync.states import SyncPhase, SyncState

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import KeySuggestion
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.shell.notifications import DesktopNotifier

PAGE = "keys"
EVERY_MS = 5 * 60_000
AFTER_CHANGES_MS = 3_000
"""Changes of keys come in groups: so long after one the backend is asked."""
TOLD_APART = 3
"""More news than this are told as one."""


class KeyWatch(QObject):
    """Asks the backend every few minutes, and after keys have changed, while it can be reached.

    Args:
        context: its `watched_keys` and `attention` are fed.
        notifier: shows what is new.
        wanted: whether the person wants to be notified.
    """

    def __init__(
        self, context: PageContext, notifier: DesktopNotifier, wanted: Callable[[], bool]
    ) -> None:
        super().__init__(context.watched_keys)
        self._context = context
        self._notifier = notifier
        self._wanted = wanted
        self._known: WatchedKeys | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        context.connection.changed.connect(self._state_told)

    def _state_told(self, state: SyncState) -> None:
        if state.phase is not SyncPhase.LIVE:
            return
        if self._known is None and not self._timer.isActive():
            self._timer.start(0)
        elif "key" in state.outcome.changed_kinds:
            self._timer.start(AFTER_CHANGES_MS)

    def _ask(self) -> None:
        session = self._context.session
        if session.may(Scope.KEYS_READ) and session.signed_in:
            self._context.tasks.run(
                ask, session, on_done=self._take, key=(self, "watched"), owner=self
            )
        self._timer.start(EVERY_MS)

    def _take(self, watched: WatchedKeys | None) -> None:
        if watched is None:
            return
        before, self._known = self._known, watched
        self._context.watched_keys.put(watched)
        self._context.attention.put(PAGE, watched.due_count)
        if self._wanted():
            self._tell(before, watched)

    def _tell(self, before: WatchedKeys | None, watched: WatchedKeys) -> None:
        news = watched.news_since(before or WatchedKeys())
        if len(news) > TOLD_APART or (before is None and len(news) > 1):
            count = f"{max(watched.due_count, len(news)):,}"
            title = self.tr("{count} API keys are due").replace("{count}", count)
            self._notifier.tell(title, self._counted(watched))
            return
        for each in news:
            self._notifier.tell(*self._worded(each))

    def _counted(self, watched: WatchedKeys) -> str:
        words = {
            SuggestionKind.OVER_BUDGET: self.tr("over budget: {count}"),
            SuggestionKind.EXPIRING: self.tr("expiring: {count}"),
            SuggestionKind.FOREIGN_ADDRESS: self.tr("tried from elsewhere: {count}"),
        }
        return ", ".join(
            text.replace("{count}", f"{watched.counts[kind]:,}")
            for kind, text in words.items()
            if watched.counts.get(kind)
        )

    def _worded(self, each: KeySuggestion) -> tuple[str, str]:
        title = {
            SuggestionKind.OVER_BUDGET: self.tr("An API key is over its budget"),
            SuggestionKind.EXPIRING: self.tr("An API key expires soon"),
            SuggestionKind.FOREIGN_ADDRESS: self.tr("An API key was tried from elsewhere"),
        }[each.kind]
        return title, each.name


def ask(session: Session, cancel: CancelToken) -> WatchedKeys | None:
    """What is due; None while the backend cannot tell. For a pool's thread."""
    try:
        return read_watched(session.client, cancel)
    except ApiTrouble as trouble:
        if not trouble.transient:
            raise
        return None
