"""The window: whatever a person has to see now, from the start to signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from lmchat_desktop.ui.shell.dialogs import PRODUCT, AboutDialog, SignOutDialog
from lmchat_desktop.ui.shell.first_picture.stage import FirstPictureStage
from lmchat_desktop.ui.shell.flow import WindowFlow
from lmchat_desktop.ui.shell.lock.window_lock import WindowLock
from lmchat_desktop.ui.shell.signin.people import PeopleView
from lmchat_desktop.ui.shell.signin.view import SignInView
from lmchat_desktop.ui.shell.starting import StartingView
from lmchat_desktop.ui.shell.trouble.view import TroubleView
from lmchat_desktop.ui.shell.window_place import beside, place_of, place_window
from lmchat_desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.first_picture.record import Picture
    from lmchat_desktop.ui.shell.lock.model import Why
    from lmchat_desktop.ui.shell.lock.view import LockView
    from lmchat_desktop.ui.shell.trouble.model import Trouble
    from lmchat_desktop.ui.shell.workspace import Workspace

SMALLEST = (760, 520)


class MainWindow(QMainWindow):
    """One window of one person at a time; several can be open.

    Attributes:
        flow: the steps before and after work.
        workspace: what a signed-in person sees, None before and while it is locked.
        starting, sign_in, people, trouble: the other screens.
        lock_asked: the person wants the windows locked.
        reports_asked: the person wants to see the crash reports.
        activated: it is the window that the person works in now.
    """

    workspace_opened = Signal(object)
    another_window_asked = Signal()
    lock_asked = Signal()
    reports_asked = Signal()
    activated = Signal()
    closed = Signal()

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, other: QWidget | None = None
    ) -> None:
        """Make a window where it was, or a step beside an `other` one."""
        super().__init__(parent)
        self._desk = desk
        self._closed = False
        self.workspace: Workspace | None = None
        self._toast: Toast | None = None
        self.flow = WindowFlow(desk, self)
        self.stack = QStackedWidget(self)
        self.starting = StartingView(self.stack)
        self.sign_in = SignInView(self.stack)
        self.people = PeopleView(self.stack)
        self.trouble = TroubleView(self.stack)
        for view in (self.starting, self.sign_in, self.people, self.trouble):
            self.stack.addWidget(view)
        self.first_stage = FirstPictureStage(self.stack, self)
        self.first_stage.cancelled.connect(self.flow.cancel)
        self.setCentralWidget(self.stack)
        self.setMinimumSize(*SMALLEST)
        self._lock = WindowLock(self, desk)
        self._put_title(None)
        self._restore_place(other)
        self._connect()

    def begin(self, who: str = "") -> None:
        """Open what was used last, or ask; in a sandbox `who` signs in at once."""
        self.flow.begin(who)

    @property
    def locked(self) -> bool:
        """Whether what was open here is locked."""
        return self._lock.locked

    @property
    def lock_view(self) -> LockView | None:
        """The lock's screen, None before the first lock."""
        return self._lock.view

    def lock(self, why: Why) -> None:
        """Close what is open here and show nothing of it, until its person unlocks it."""
        if not self._closed:
            self._lock.lock(why)

    def hush(self) -> None:
        """Take back what `tell` says."""
        if self._toast is not None:
            toast, self._toast = self._toast, None
            toast.hide()
            toast.deleteLater()

    def tell(self, text: str, kind: str = "info") -> None:
        """Say something over whatever is shown."""
        if self._toast is None:
            self._toast = Toast(self)
        self._toast.show_message(text, kind)

    def come_forward(self) -> None:
        """Show it above the windows of other applications, and give it the keyboard."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def _connect(self) -> None:
        flow = self.flow
        flow.starting.connect(self._show_starting)
        flow.sign_in_wanted.connect(self._show_sign_in)
        flow.pictured.connect(self._show_first_picture)
        flow.waiting.connect(self._show_waiting)
        flow.people_wanted.connect(self._show_people)
        flow.troubled.connect(self._show_trouble)
        flow.opened.connect(self._show_workspace)
        flow.quit_asked.connect(self.close)
        self.starting.cancelled.connect(self._lock.cancel)
        self.sign_in.profile_added.connect(flow.backends.add)
        self.sign_in.browser_asked.connect(flow.sign_in_with_browser)
        self.sign_in.token_asked.connect(flow.sign_in_with_token)
        self.sign_in.remove_asked.connect(flow.backends.remove)
        self.sign_in.cancelled.connect(flow.cancel)
        self.people.person_chosen.connect(flow.sign_in_as)
        self.trouble.way_chosen.connect(flow.choose_way)
        for keys, call in (
            ("Ctrl+Shift+N", self.another_window_asked.emit),
            ("Ctrl+Alt+L", self.lock_asked.emit),
            ("Ctrl+Q", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def _show_first_picture(self, picture: Picture) -> None:
        if self._closed or self.locked:
            return
        collapsed = self._desk.preferences.value.rail_collapsed
        self.first_stage.show_picture(picture, collapsed=collapsed)

    def _show_starting(self, title: str, detail: str, fraction: float | None) -> None:
        if self.first_stage.shown:
            self.first_stage.say(title)
            return
        self.starting.show_start(title, detail, fraction)
        self.stack.setCurrentWidget(self.starting)

    def _show_sign_in(
        self, profiles: list[Profile], chosen: Profile | None, kind: str, text: str
    ) -> None:
        self._lock.open()
        self._put_title(None)
        self.sign_in.show_profiles(profiles, chosen)
        self.sign_in.show_idle()
        self.sign_in.say(kind, text)
        self.stack.setCurrentWidget(self.sign_in)
        self.sign_in.focus_first()

    def _show_waiting(self, title: str, words: str) -> None:
        self.sign_in.show_waiting(title, words)
        self.stack.setCurrentWidget(self.sign_in)

    def _show_people(self, people: list[object], kind: str, text: str) -> None:
        self._lock.open()
        self._put_title(None)
        self.people.show_people(people)  # type: ignore[arg-type]
        self.people.say(kind, text)
        self.stack.setCurrentWidget(self.people)
        self.people.focus_first()

    def _show_trouble(self, trouble: Trouble, new_passphrase: bool) -> None:
        self._lock.open()
        self._put_title(None)
        self.trouble.show_trouble(trouble, new_passphrase=new_passphrase)
        self.stack.setCurrentWidget(self.trouble)

    def _show_workspace(self, session: Session) -> None:
        if self._closed:
            self._desk.closings.begin_session(session)
            return
        if self._lock.keeps(session):
            return
        self._lock.open()
        # Loaded by the step that opened the session, so that nothing waits for it here.
        from lmchat_desktop.ui.shell.workspace import Workspace

        workspace = Workspace(session, self._desk, self.stack)
        self.workspace = workspace
        self.stack.addWidget(workspace)
        self._put_title(session.profile)
        workspace.ended.connect(self._session_ended)
        workspace.sign_out_asked.connect(self._ask_sign_out)
        workspace.switch_asked.connect(self._switch)
        workspace.about_asked.connect(self._about)
        workspace.lock_asked.connect(self.lock_asked)
        workspace.reports_asked.connect(self.reports_asked)
        workspace.another_window_asked.connect(self.another_window_asked)
        workspace.begin()
        self.first_stage.give_way_to(workspace)
        self.workspace_opened.emit(workspace)

    def _leave_workspace(self) -> Session | None:
        workspace, self.workspace = self.workspace, None
        if workspace is None:
            return None
        session = workspace.session
        workspace.leave()
        self.stack.removeWidget(workspace)
        workspace.deleteLater()
        return session

    def _session_ended(self, state: SyncState) -> None:
        session = self._leave_workspace()
        if session is not None:
            self.flow.ended(session, state)

    def _ask_sign_out(self) -> None:
        workspace = self.workspace
        if workspace is None:
            return
        dialog = SignOutDialog(workspace.session.me.person.name, self)
        dialog.finished.connect(
            lambda result: self._sign_out() if result == QDialog.DialogCode.Accepted else None
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _sign_out(self) -> None:
        workspace, self.workspace = self.workspace, None
        if workspace is None:
            return
        session = workspace.release()
        self.stack.removeWidget(workspace)
        workspace.deleteLater()
        self.flow.sign_out(session)

    def _switch(self) -> None:
        session = self._leave_workspace()
        if session is not None:
            self.flow.ask_profile(session.profile)

    def _about(self) -> None:
        me = self.workspace.session.me if self.workspace is not None else None
        dialog = AboutDialog(me, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _put_title(self, profile: Profile | None) -> None:
        self.setWindowTitle(PRODUCT if profile is None else f"{profile.name} – {PRODUCT}")

    def _restore_place(self, other: QWidget | None) -> None:
        primary = QGuiApplication.primaryScreen()
        others = [screen for screen in QGuiApplication.screens() if screen is not primary]
        screens = [primary, *others]
        state = self._desk.preferences.value.window
        if other is None:
            place_window(self, state, screens)
        else:
            self.resize(state.width, state.height)
            beside(self, other, screens)

    def _remember_place(self) -> None:
        self._desk.prefer(window=place_of(self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed:
            self._closed = True
            self._remember_place()
            self.hide()
            self._leave_workspace()
            self.flow.close()
            self.closed.emit()
        event.accept()
