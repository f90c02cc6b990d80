"""Shows how the connection stands, where a workspace has room for it: dot, status bar, banner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from lmchat_desktop.ui.shell.connection import connection_words

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.shell.connection import ConnectionWords
    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.shell.status import StatusStrip
    from lmchat_desktop.ui.shell.topbar import TopBar
    from lmchat_desktop.ui.widgets.banner import Banner

translate = QCoreApplication.translate


class ConnectionDisplay(QObject):
    """Tells a state of sync in all the places of a window.

    Args:
        context: holds the state, the session and the zone of times.
        top, status, banner: the places.
        banner_room: what is hidden with the banner.
        parent: whose they are.

    Attributes:
        told: what a click on the dot says.
        sign_in_asked: without a sign-in, trying again begins with one.
    """

    told = Signal(str)
    sign_in_asked = Signal()

    def __init__(
        self,
        context: PageContext,
        top: TopBar,
        status: StatusStrip,
        banner: Banner,
        banner_room: QWidget,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._session = context.session
        self._top, self._status = top, status
        self._banner, self._room = banner, banner_room
        top.dot.set_state("stopped", translate("Workspace", "Connecting"))
        status.put_zone(context.zone.name)
        top.dot_clicked.connect(self.try_now)
        banner.action_triggered.connect(self._banner_acted)
        context.zone.changed.connect(self._zone_changed)

    def put_age(self, last_sync_at: datetime | None) -> None:
        """Say how old the cache is, until sync says more."""
        if self._context.connection.state is None:
            self._status.put_synced(last_sync_at, self._session.clock.now())

    def put(self, state: SyncState) -> None:
        """Say how sync stands."""
        self._status.put_synced(state.last_sync_at, self._session.clock.now())
        self._show(state)

    def sync_now(self) -> None:
        """Sync at once; without a sign-in, say why not."""
        if self._session.signed_in:
            self._session.wake()
        else:
            self.try_now()

    def try_now(self) -> None:
        """Sync at once, and say how the connection stands."""
        self._session.wake()
        state = self._context.connection.state
        if state is not None:
            words = self._words(state)
            self.told.emit(words.detail or words.caption)

    def _show(self, state: SyncState) -> None:
        words = self._words(state)
        self._top.dot.set_state(words.dot, words.caption, detail=words.detail)
        self._status.put_phase(words.status)
        if words.banner:
            again, sign_in = translate("Workspace", "Try now"), translate("Workspace", "Sign in")
            action = again if self._session.signed_in else sign_in
            detail = words.banner_detail
            self._banner.set_message("warn", words.banner, detail=detail, action=action)
        self._banner.setVisible(bool(words.banner))
        self._room.setVisible(bool(words.banner))

    def _words(self, state: SyncState) -> ConnectionWords:
        return connection_words(
            state,
            self._session.clock.now(),
            self._context.zone.zone,
            self._status.synced_age_s,
        )

    def _banner_acted(self) -> None:
        if self._session.signed_in:
            self._session.wake()
        else:
            self.sign_in_asked.emit()

    def _zone_changed(self) -> None:
        self._status.put_zone(self._context.zone.zone.key)
        state = self._context.connection.state
        if state is not None:
            self._show(state)
