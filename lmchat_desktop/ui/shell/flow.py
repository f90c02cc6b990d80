"""What happens in a window before and after work: starting, signing in, trouble, signing out."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lmchat_desktop.client.cancel import CancelToken
from lmchat_desktop.client.errors import ApiTrouble, Cancelled
from lmchat_desktop.settings.errors import KeyringIsLocked, KeyringMissing
from lmchat_desktop.settings.profiles import CacheKeeping
from lmchat_desktop.ui.shell import steps
from lmchat_desktop.ui.shell.backends import Backends
from lmchat_desktop.ui.shell.opener import Attempt, PassphraseWanted, SessionOpener
from lmchat_desktop.ui.shell.trouble.model import (
    Trouble,
    Way,
    locked_cache,
    trouble_of,
    trouble_of_ending,
    unread_sign_in,
)
from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.sandbox import SandboxPerson
    from lmchat_desktop.services.private_sandbox import PrivateSandbox, SandboxDoor
    from lmchat_desktop.services.session import Farewell, Session
    from lmchat_desktop.services.signin import Entrance
    from lmchat_desktop.settings.profiles import KnownPerson, Profile
    from lmchat_desktop.sync.states import SyncState
    from lmchat_desktop.ui.shell.desk import Desk
    from lmchat_desktop.ui.shell.first_picture.record import Picture

logger = logging.getLogger(__name__)

WORKERS = 2
STEP = "step"
"""The key of all steps: a later step makes an earlier one void."""


class WindowFlow(QObject):
    """The steps of one window. It decides what is shown; the window shows it.

    Attributes:
        backends: changes the list of backends.
        starting: title, detail, fraction or None.
        sign_in_wanted: profiles, the chosen one or None, kind and text of a message.
        pictured: a `Picture` of what the person saw last, while it is being opened again.
        waiting: title and words while a sign-in is under way.
        people_wanted: the people of a sandbox, kind and text of a message.
        troubled: a `Trouble`, and whether a passphrase would make a new cache.
        opened: a `Session`, which belongs to the receiver.
        quit_asked: the person chose to leave.
    """

    starting = Signal(str, str, object)
    sign_in_wanted = Signal(object, object, str, str)
    pictured = Signal(object)
    waiting = Signal(str, str)
    people_wanted = Signal(object, str, str)
    troubled = Signal(object, bool)
    opened = Signal(object)
    quit_asked = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="window-flow")
        self._tasks = TaskRunner(self._pool, self, new_token=CancelToken)
        self._door: SandboxDoor | None = None
        self._who = ""
        self._attempt: Attempt | None = None
        self._leaving: Session | None = None
        self._retry: Callable[[], None] = self.begin
        self._opener = SessionOpener(desk)
        self.backends = Backends(desk, self._tasks, STEP, self)
        self.backends.started.connect(lambda title: self.starting.emit(title, "", None))
        self.backends.changed.connect(self.ask_profile)
        self.backends.failed.connect(self._failed)

    def begin(self, who: str = "") -> None:
        """Open what was used last, or ask; in a sandbox `who` (name or role) signs in at once."""
        self._who = who
        if self._desk.sandbox is not None:
            self._start_sandbox(self._desk.sandbox)
            return
        last = self._desk.profiles.last()
        if last is None or last.last_person is None:
            self.ask_profile(last)
        else:
            self._resume(last)

    def ask_profile(self, chosen: Profile | None, kind: str = "info", text: str = "") -> None:
        """Show the backends and the ways to sign in, or the people of the sandbox."""
        self._attempt = None
        if self._door is not None:
            self.people_wanted.emit(self._door.people, kind, text)
            return
        trouble = self._desk.profiles.trouble
        if not text and trouble is not None:
            kind, text = "warn", translated(trouble.message)
        self.sign_in_wanted.emit(self._desk.profiles.list(), chosen, kind, text)

    def sign_in_with_browser(self, profile: Profile) -> None:
        """Sign in in the system's browser."""
        self.waiting.emit(
            self.tr("Waiting for your browser"),
            self.tr(
                "Your browser has opened the backend's sign-in page. Sign in there; this window "
                "goes on by itself when you are back."
            ),
        )
        self._sign_in(profile, steps.sign_in_with_browser, profile, self._desk.open_browser)

    def sign_in_with_token(self, profile: Profile, token: str) -> None:
        """Sign in with a personal token."""
        self.waiting.emit(self.tr("Signing in"), "")
        self._sign_in(profile, steps.sign_in_with_token, profile, token)

    def sign_in_as(self, person: SandboxPerson) -> None:
        """Sign in as a person of the sandbox."""
        door = self._door
        if door is None:
            return
        self.starting.emit(self.tr("Signing in"), person.person.name, None)
        self._retry = lambda: self.sign_in_as(person)
        self._tasks.run(
            door.enter,
            person.person.id,
            on_done=lambda entrance: self._open(Attempt.signed_in(door.profile, entrance)),
            on_failed=self._failed,
            key=STEP,
            owner=self,
        )

    def cancel(self) -> None:
        """Stop the step that is under way."""
        self._tasks.cancel_key(STEP)
        self._desk.closings.begin(self._opener.close_unclaimed)
        self._desk.closings.begin(self._finish_sign_out)
        sandbox = self._desk.sandbox
        if sandbox is not None and self._door is None:
            self.quit_asked.emit()
            return
        attempt = self._attempt
        self.ask_profile(attempt.profile if attempt else None, "info", self.tr("Cancelled."))

    def choose_way(self, way: Way, passphrase: str) -> None:
        """Go on from a trouble."""
        attempt = self._attempt
        match way:
            case Way.QUIT:
                self.quit_asked.emit()
            case Way.TRY_AGAIN:
                self._retry()
            case Way.SIGN_IN | Way.OTHER_PROFILE:
                self.ask_profile(attempt.profile if attempt else None)
            case Way.SET_ASIDE if attempt is not None:
                self._set_aside(attempt)
            case Way.IN_MEMORY if attempt is not None:
                self._open(attempt.in_memory())
            case Way.PASSPHRASE if attempt is not None:
                self._open(attempt.by_passphrase(passphrase))
            case _:
                self.ask_profile(None)

    @property
    def busy(self) -> bool:
        """Whether a step is under way."""
        return self._tasks.busy

    def let_go(self) -> Attempt | None:
        """Forget how the session was opened, its tokens too; answers that, for whoever locks."""
        attempt, self._attempt, self._retry = self._attempt, None, self.begin
        return attempt

    def come_back(self, profile: Profile, person: KnownPerson) -> None:
        """Open again what a person had open before a lock; nothing is shown until it is open."""
        self.starting.emit(self.tr("Opening {name}").replace("{name}", profile.name), "", None)
        self._retry = lambda: self.come_back(profile, person)
        self._recall(profile, person)

    def ended(self, session: Session, state: SyncState) -> None:
        """The session was ended, which is being closed already: say so."""
        self._attempt = None
        self._show(trouble_of_ending(state.code, state.detail))

    def sign_out(self, session: Session) -> None:
        """End the device's access, forget the tokens, close the session."""
        self.starting.emit(self.tr("Signing out"), "", None)
        profile = session.profile
        self._leaving = session
        self._tasks.run(
            session.sign_out,
            on_done=lambda farewell: self._signed_out(profile, farewell),
            on_failed=self._failed,
            key=STEP,
            owner=self,
        )

    def close(self) -> None:
        """Stop everything; what was being opened is closed on a thread."""
        self._tasks.shutdown(0.0)
        self._desk.closings.begin(self._close_all)

    def _close_all(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._opener.close_unclaimed()
        self._finish_sign_out()

    def _finish_sign_out(self) -> None:
        """Sign out without waiting for the backend, where that was stopped before it began."""
        session = self._leaving
        if session is not None and not session.closed:
            at_once = CancelToken()
            at_once.cancel()
            session.sign_out(at_once)

    def _start_sandbox(self, sandbox: PrivateSandbox) -> None:
        title = self.tr("Preparing the sandbox and its sample world")
        self.starting.emit(title, "", None)
        self._retry = lambda: self._start_sandbox(sandbox)
        self._tasks.run(
            sandbox.open,
            on_done=self._sandbox_open,
            on_failed=self._failed,
            on_progress=lambda fraction, detail: self.starting.emit(
                title, translated(detail), fraction
            ),
            key=STEP,
            owner=self,
        )

    def _sandbox_open(self, door: SandboxDoor) -> None:
        self._door = door
        who, self._who = self._who, ""
        if not who:
            self.ask_profile(None)
            return
        try:
            self.sign_in_as(door.person(who))
        except LookupError:
            self.ask_profile(None, "warn", self.tr("There is nobody of that name or role."))

    def _resume(self, profile: Profile) -> None:
        person = profile.last_person
        if person is None:
            self.ask_profile(profile)
            return
        self.starting.emit(self.tr("Opening {name}").replace("{name}", profile.name), "", None)
        self._retry = lambda: self._resume(profile)
        desk = self._desk
        self._tasks.run(
            steps.look,
            desk.caches,
            desk.secrets,
            profile,
            person,
            desk.preferences.value,
            on_done=lambda picture: self._looked(profile, person, picture),
            on_failed=lambda error: self._not_looked(profile, person, error),
            key=STEP,
            owner=self,
        )

    def _looked(self, profile: Profile, person: KnownPerson, picture: Picture | None) -> None:
        if picture is not None:
            self.pictured.emit(picture)
        self._recall(profile, person)

    def _not_looked(self, profile: Profile, person: KnownPerson, error: BaseException) -> None:
        if isinstance(error, KeyringIsLocked):
            # Whoever has just dismissed its prompt is not asked a second time at once.
            self._not_recalled(profile, person, error)
        elif not isinstance(error, Cancelled):
            logger.error("what was shown last could not be looked at", exc_info=error)
            self._recall(profile, person)

    def _recall(self, profile: Profile, person: KnownPerson) -> None:
        self._tasks.run(
            steps.recall,
            self._desk.secrets,
            profile,
            person,
            on_done=lambda entrance: self._recalled(profile, person, entrance),
            on_failed=lambda error: self._not_recalled(profile, person, error),
            key=STEP,
            owner=self,
        )

    def _recalled(self, profile: Profile, person: KnownPerson, entrance: Entrance | None) -> None:
        if entrance is not None:
            self._open(Attempt.signed_in(profile, entrance))
        elif not self._offered_what_is_kept(profile, person):
            self.ask_profile(profile)

    def _not_recalled(self, profile: Profile, person: KnownPerson, error: BaseException) -> None:
        if not isinstance(error, KeyringMissing):
            self._failed(error)
        elif self._offered_what_is_kept(profile, person):
            return
        elif isinstance(error, KeyringIsLocked):
            self._attempt = Attempt(profile, person.person_id)
            self._show(unread_sign_in(error))
        else:
            self.ask_profile(profile, "warn", translated(error.message))

    def _offered_what_is_kept(self, profile: Profile, person: KnownPerson) -> bool:
        """Without a sign-in, a cache that a passphrase opens can still be looked at."""
        if person.keeping is not CacheKeeping.PASSPHRASE:
            return False
        self._attempt = Attempt(profile, person.person_id)
        self._show(locked_cache(profile.name, signed_in=False))
        return True

    def _sign_in(self, profile: Profile, how: Callable[..., Entrance], *arguments: object) -> None:
        self._retry = lambda: self.ask_profile(profile)
        self._tasks.run(
            how,
            *arguments,
            on_done=lambda entrance: self._open(Attempt.signed_in(profile, entrance)),
            on_failed=lambda error: self._sign_in_failed(profile, error),
            key=STEP,
            owner=self,
        )

    def _sign_in_failed(self, profile: Profile, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            self.ask_profile(profile)
        elif isinstance(error, ApiTrouble):
            self.ask_profile(profile, "bad", translated(error.message))
        else:
            self._failed(error)

    def _open(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._retry = lambda: self._open(attempt)
        name = attempt.profile.name
        self.starting.emit(self.tr("Opening {name}").replace("{name}", name), "", None)
        self._tasks.run(
            self._opener.open,
            attempt,
            on_done=self._opened,
            on_failed=self._failed,
            key=STEP,
            owner=self,
        )

    def _opened(self, session: Session) -> None:
        if self._attempt is not None:
            attempt = self._attempt = self._attempt.without_passphrase()
            self._retry = lambda: self._open(attempt)
        self._opener.claim(session)
        self.opened.emit(session)

    def _set_aside(self, attempt: Attempt) -> None:
        self.starting.emit(self.tr("Setting the old cache aside"), "", None)
        self._tasks.run(
            steps.set_aside,
            self._desk.caches,
            attempt.profile,
            attempt.person_id,
            on_done=lambda _path: self._open(attempt),
            on_failed=self._failed,
            key=STEP,
            owner=self,
        )

    def _signed_out(self, profile: Profile, farewell: Farewell) -> None:
        kind, text = "good", self.tr("You are signed out.")
        if not farewell.tokens_forgotten:
            kind = "warn"
            text += " " + self.tr("The keyring could not be reached to remove the sign-in.")
        if not farewell.backend_told:
            kind = "warn"
            text += " " + self.tr(
                "The backend could not be told: this device's access ends with its lease, or when "
                "an operator ends it."
            )
        self.ask_profile(profile, kind, text)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        attempt = self._attempt
        if isinstance(error, PassphraseWanted) and attempt is not None:
            self._show(locked_cache(attempt.profile.name, signed_in=attempt.entrance is not None))
            return
        trouble = trouble_of(error, by_passphrase=attempt is not None and bool(attempt.passphrase))
        if trouble.code == "fault":
            logger.error("a step failed by a fault", exc_info=error)
        self._show(trouble)

    def _show(self, trouble: Trouble) -> None:
        attempt = self._attempt
        if attempt is None:
            self.troubled.emit(trouble, True)
            return
        self._tasks.run(
            self._opener.has_cache,
            attempt,
            on_done=lambda there: self.troubled.emit(trouble, not there),
            key=STEP,
            owner=self,
        )
