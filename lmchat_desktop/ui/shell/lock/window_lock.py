"""Locks one window and lets its person in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from lmchat_desktop.ui.shell.dialogs import PRODUCT

if TYPE_CHECKING:
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.lock.model import Locked, Why
    from lmchat_desktop.ui.shell.lock.view import LockView
    from lmchat_desktop.ui.shell.main_window import MainWindow


class WindowLock(QObject):
    """The lock of a window; `lock.model` tells what it means.

    Args:
        window: the window.
        desk: what the windows share.

    Attributes:
        view: the lock's screen, None before the first lock.
    """

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._held: Locked | None = None
        self._pending: Why | None = None
        self.view: LockView | None = None

    @property
    def locked(self) -> bool:
        """Whether what was open is locked, or will be as soon as it is there."""
        return self._held is not None or self._pending is not None

    def lock(self, why: Why) -> None:
        """Close what is open and show nothing of it; what is being opened follows once it is."""
        window = self._window
        workspace = window.workspace
        if self.locked or (workspace is None and not window.flow.busy):
            return
        from lmchat_desktop.ui.shell.lock.blanking import (
            delete_when_unused,
            take_away_what_lies_over,
        )

        if workspace is None:
            self._pending = why
            if window.first_stage.shown:
                window.starting.show_start(self.tr("Locking"))
                window.stack.setCurrentWidget(window.starting)
            return
        self._hold(workspace.session, why)
        take_away_what_lies_over(window)
        window.hush()
        window.workspace = None
        workspace.leave()
        workspace.hide()
        window.stack.removeWidget(workspace)
        delete_when_unused(workspace)

    def keeps(self, session: Session) -> bool:
        """Whether a session that has just been opened is locked at once; it is closed then."""
        if self._pending is None:
            return False
        self._hold(session, self._pending)
        self._desk.closings.begin_session(session)
        return True

    def open(self) -> None:
        """Something else is shown: the lock is over."""
        self._held = self._pending = None

    def cancel(self) -> None:
        """Stop the step that is under way; one that unlocks leads back to the lock."""
        held = self._held
        self._window.flow.cancel()
        if held is not None:
            self._held = held
            self._show(held)

    def _hold(self, session: Session, why: Why) -> None:
        from lmchat_desktop.ui.shell.lock.model import locked

        in_sandbox = self._desk.sandbox is not None
        self._held = locked(session, self._window.flow.let_go(), why, in_sandbox=in_sandbox)
        self._pending = None
        self._show(self._held)

    def _show(self, held: Locked) -> None:
        window = self._window
        if self.view is None:
            from lmchat_desktop.ui.shell.lock.view import LockView

            self.view = LockView(self._desk.sandbox is not None, window.stack)
            self.view.unlock_asked.connect(self._unlock)
            self.view.other_asked.connect(self._choose_other)
            self.view.close_asked.connect(window.close)
            window.stack.addWidget(self.view)
        # It can have named whoever signed in.
        window.starting.show_start("")
        self.view.show_locked(held)
        window.stack.setCurrentWidget(self.view)
        window.setWindowTitle(self.tr("Locked – {product}").replace("{product}", PRODUCT))
        self.view.focus_first()

    def _unlock(self) -> None:
        held = self._held
        if held is None:
            return
        if held.person is None:
            self._choose_other()
        else:
            self._window.flow.come_back(held.profile, held.person)

    def _choose_other(self) -> None:
        if self._held is not None:
            self._window.flow.ask_profile(self._held.profile)
