"""The window: whatever a person has to see now, from the start to signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from lmchat_desktop.settings.preferences import WindowState
from lmchat_desktop.ui.shell.dialogs import PRODUCT, AboutDialog, SignOutDialog
from lmchat_desktop.ui.shell.flow import WindowFlow
from lmchat_desktop.ui.shell.signin.people import PeopleView
from lmchat_desktop.ui.shell.signin.view import SignInView
from lmchat_desktop.ui.shell.starting import StartingView
from lmchat_desktop.ui.shell.trouble.view import TroubleView

if TYPE_CHECKING:
    from lmchat_desktop.services.session import Session
    from lmchat_desktop.settings.profiles import Profile
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.trouble.model import Trouble
    from lmchat_desktop.ui.shell.workspace import Workspace

SMALLEST = (760, 520)


class MainWindow(QMainWindow):
    """One window of one person at a time; several can be open.

    Attributes:
        flow: the steps before and after work.
        workspace: what a signed-in person sees, None before.
        starting, sign_in, people, trouble: the other screens.
    """

    workspace_opened = Signal(object)
    another_window_asked = Signal()
    closed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._closed = False
        self.workspace: Workspace | None = None
        self.flow = WindowFlow(desk, self)
        self.stack = QStackedWidget(self)
        self.starting = StartingView(self.stack)
        self.sign_in = SignInView(self.stack)
        self.people = PeopleView(self.stack)
        self.trouble = TroubleView(self.stack)
        for view in (self.starting, self.sign_in, self.people, self.trouble):
            self.stack.addWidget(view)
        self.setCentralWidget(self.stack)
        self.setMinimumSize(*SMALLEST)
        self._put_title(None)
        self._restore_place()
        self._connect()

    def begin(self, who: str = "") -> None:
        """Open what was used last, or ask; in a sandbox `who` signs in at once."""
        self.flow.begin(who)

    def _connect(self) -> None:
        flow = self.flow
        flow.starting.connect(self._show_starting)
        flow.sign_in_wanted.connect(self._show_sign_in)
        flow.waiting.connect(self._show_waiting)
        flow.people_wanted.connect(self._show_people)
        flow.troubled.connect(self._show_trouble)
        flow.opened.connect(self._show_workspace)
        flow.quit_asked.connect(self.close)
        self.starting.cancelled.connect(flow.cancel)
        self.sign_in.profile_added.connect(flow.backends.add)
        self.sign_in.browser_asked.connect(flow.sign_in_with_browser)
        self.sign_in.token_asked.connect(flow.sign_in_with_token)
        self.sign_in.remove_asked.connect(flow.backends.remove)
        self.sign_in.cancelled.connect(flow.cancel)
        self.people.person_chosen.connect(flow.sign_in_as)
        self.trouble.way_chosen.connect(flow.choose_way)
        for keys, call in (
            ("Ctrl+Shift+N", self.another_window_asked.emit),
            ("Ctrl+Q", self.close),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(call)

    def _show_starting(self, title: str, detail: str, fraction: float | None) -> None:
        self.starting.show_start(title, detail, fraction)
        self.stack.setCurrentWidget(self.starting)

    def _show_sign_in(
        self, profiles: list[Profile], chosen: Profile | None, kind: str, text: str
    ) -> None:
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
        self._put_title(None)
        self.people.show_people(people)  # type: ignore[arg-type]
        self.people.say(kind, text)
        self.stack.setCurrentWidget(self.people)
        self.people.focus_first()

    def _show_trouble(self, trouble: Trouble, new_passphrase: bool) -> None:
        self._put_title(None)
        self.trouble.show_trouble(trouble, new_passphrase=new_passphrase)
        self.stack.setCurrentWidget(self.trouble)

    def _show_workspace(self, session: Session) -> None:
        if self._closed:
            self._desk.closings.begin_session(session)
            return
        # Loaded by the step that opened the session, so that nothing waits for it here.
        from lmchat_desktop.ui.shell.workspace import Workspace

        workspace = Workspace(session, self._desk, self.stack)
        self.workspace = workspace
        self.stack.addWidget(workspace)
        self.stack.setCurrentWidget(workspace)
        self._put_title(session.profile)
        workspace.ended.connect(self._session_ended)
        workspace.sign_out_asked.connect(self._ask_sign_out)
        workspace.switch_asked.connect(self._switch)
        workspace.about_asked.connect(self._about)
        workspace.begin()
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

    def _restore_place(self) -> None:
        state = self._desk.preferences.value.window
        self.resize(state.width, state.height)
        if state.x is not None and state.y is not None:
            wanted = QRect(state.x, state.y, state.width, state.height)
            screens = QGuiApplication.screens()
            if any(screen.availableGeometry().intersects(wanted) for screen in screens):
                self.move(state.x, state.y)
        if state.maximised:
            self.showMaximized()

    def _remember_place(self) -> None:
        place = self.normalGeometry() if self.isMaximized() else self.geometry()
        self._desk.prefer(
            window=WindowState(
                x=self.pos().x(),
                y=self.pos().y(),
                width=max(200, place.width()),
                height=max(150, place.height()),
                maximised=self.isMaximized(),
            )
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closed:
            self._closed = True
            self._remember_place()
            self.hide()
            self._leave_workspace()
            self.flow.close()
            self.closed.emit()
        event.accept()
