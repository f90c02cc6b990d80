"""A keyring that is slow, vanishes or lies: the window stays alive, and says what was not done."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import Qt, QTimer

from lmchat_desktop.cache.secret import RawKey
from lmchat_desktop.domain.wording import said
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.secrets import KeyringSecrets, MemorySecrets, SecretKind
from lmchat_desktop.ui.shell.dialogs import SignOutDialog
from lmchat_desktop.ui.shell.lock.model import Why
from lmchat_desktop.ui.shell.trouble.model import Way
from tests.support.canaries import leaks_below
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import Office
from tests.ui.shell.test_sign_in import message_of
from tests.ui.shell.test_trouble import press, sign_in, start_again, trouble_in, used_cache

pytestmark = pytest.mark.usefixtures("plain_pages")

TURNS = 20


class MoodyKeyring(MemorySecrets):
    """A keyring that a test can stop from answering, take away, or have lie.

    Attributes:
        answers: unset while every question is left waiting.
        asked: set once a question has been left waiting.
        there: whether it is there at all.
        lies: what it says in place of every cache's key.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.answers.set()
        self.asked = threading.Event()
        self.there = True
        self.lies: str | None = None

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        self._wait()
        if kind is SecretKind.CACHE_KEY and self.lies is not None:
            return self.lies
        return super().get(profile_id, person_id, kind)

    def set(self, profile_id: str, person_id: str, kind: SecretKind, secret: str) -> None:
        self._wait()
        super().set(profile_id, person_id, kind, secret)

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        self._wait()
        super().delete(profile_id, person_id, kind)

    def _wait(self) -> None:
        if not self.answers.is_set():
            self.asked.set()
            assert self.answers.wait(60)
        if not self.there:
            raise KeyringMissing(said("Settings", "The keyring is gone. Nothing was kept."), "gone")


class PromptingKeyring(KeyringBackend):
    """A keyring of the system that asks its person to unlock it.

    Attributes:
        locked: whether it asks.
        dismissals: how many of the next prompts the person dismisses; the one after unlocks it.
        prompts: how many were shown.
        kept: what it keeps.
    """

    priority = 5

    def __init__(self) -> None:
        self.locked = False
        self.dismissals = 0
        self.prompts = 0
        self.kept: dict[tuple[str, str], str] = {}

    def lock(self, dismissals: int) -> None:
        self.locked, self.dismissals, self.prompts = True, dismissals, 0

    def get_password(self, service: str, username: str) -> str | None:
        self._unlock()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlock()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._unlock()
        del self.kept[service, username]

    def _unlock(self) -> None:
        if not self.locked:
            return
        self.prompts += 1
        if self.dismissals:
            self.dismissals -= 1
            raise KeyringLocked("Failed to unlock the collection!")
        self.locked = False


@pytest.fixture
def prompting(office: Office) -> PromptingKeyring:
    made = PromptingKeyring()
    office.secrets = KeyringSecrets(made)
    return made


@pytest.fixture
def keyring(office: Office) -> Iterator[MoodyKeyring]:
    made = office.secrets = MoodyKeyring()
    yield made
    made.answers.set()


def turns_of_the_interface(office: Office) -> None:
    """Let the interface take some turns, as it does only while nobody blocks it."""
    taken = []
    timer = QTimer()
    timer.timeout.connect(lambda: taken.append(True))
    timer.start(0)
    office.until(lambda: len(taken) >= TURNS)
    timer.stop()


def test_one_that_takes_its_time_does_not_freeze_and_can_be_left(
    office: Office, sandbox: RunningSandbox, keyring: MoodyKeyring
) -> None:
    used_cache(office, sandbox)
    keyring.answers.clear()
    window = start_again(office)
    office.until(keyring.asked.is_set)
    assert window.stack.currentWidget() is window.starting
    turns_of_the_interface(office)
    office.until(window.starting.cancel_button.isVisible)
    office.bot.mouseClick(window.starting.cancel_button, Qt.MouseButton.LeftButton)
    office.until(lambda: window.stack.currentWidget() is window.sign_in)
    turns_of_the_interface(office)
    keyring.answers.set()
    office.until(lambda: window.sign_in.browser_button.isVisible())
    assert window.workspace is None


@pytest.mark.full
def test_one_that_answers_late_opens_what_it_should(
    office: Office, sandbox: RunningSandbox, keyring: MoodyKeyring
) -> None:
    used_cache(office, sandbox)
    keyring.answers.clear()
    window = start_again(office)
    office.until(keyring.asked.is_set)
    turns_of_the_interface(office)
    keyring.answers.set()
    assert office.workspace(window).session.encrypted_on_disk


def test_one_that_vanishes_ends_no_session_and_a_sign_out_says_so(
    office: Office, sandbox: RunningSandbox, keyring: MoodyKeyring
) -> None:
    window = sign_in(office, sandbox)
    workspace = office.workspace(window)
    keyring.there = False
    workspace.session.wake()
    assert office.workspace(window) is workspace
    workspace.sign_out_asked.emit()
    window.findChild(SignOutDialog).accept()
    office.until(lambda: window.stack.currentWidget() is window.sign_in)
    assert "keyring could not be reached" in message_of(window)


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ("not a key at all", "missing-key"),
        pytest.param(RawKey(bytes(32)).value.hex(), "wrong-key", marks=pytest.mark.full),
        pytest.param("\0" * 64, "missing-key", marks=pytest.mark.full),
    ],
    ids=["words", "another-key", "zeros"],
)
def test_one_that_lies_opens_nothing_and_harms_nothing(
    office: Office, sandbox: RunningSandbox, keyring: MoodyKeyring, lie: str, code: str
) -> None:
    cache = used_cache(office, sandbox)
    before = cache.read_bytes()
    keyring.lies = lie
    window = start_again(office)
    trouble_in(office, window, code)
    assert lie not in window.trouble.trouble.details  # type: ignore[union-attr]
    assert cache.read_bytes() == before


def test_one_whose_prompt_is_dismissed_is_asked_again_when_the_person_says_so(
    office: Office, sandbox: RunningSandbox, prompting: PromptingKeyring
) -> None:
    cache = used_cache(office, sandbox)
    before = cache.read_bytes()
    kept = {name: secret for (_service, name), secret in prompting.kept.items()}
    assert {name.rpartition("/")[2] for name in kept} >= {"token", "refresh", "cache-key"}
    prompting.lock(dismissals=2)
    window = start_again(office)
    for prompts in (1, 2):
        trouble_in(office, window, "keyring-locked")
        office.until(lambda: not window.flow.busy)
        assert prompting.prompts == prompts
        trouble = window.trouble.trouble
        assert trouble is not None
        assert "locked" in trouble.title
        assert "was not read" in trouble.message
        assert window.trouble.button(Way.SIGN_IN) is not None
        assert cache.read_bytes() == before
        press(office, window, Way.TRY_AGAIN)
    assert office.workspace(window).session.encrypted_on_disk
    assert prompting.prompts == 3
    assert {name: secret for (_service, name), secret in prompting.kept.items()} == kept
    assert leaks_below([office.folder], kept) == []


def test_one_whose_prompt_is_dismissed_at_the_first_sign_in_keeps_nothing_elsewhere(
    office: Office, sandbox: RunningSandbox, prompting: PromptingKeyring
) -> None:
    prompting.lock(dismissals=1)
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-locked")
    assert prompting.kept == {}
    assert list((office.folder / "caches").rglob("cache.db")) == []
    press(office, window, Way.TRY_AGAIN)
    assert office.workspace(window).session.encrypted_on_disk
    kept = {name: secret for (_service, name), secret in prompting.kept.items()}
    assert {name.rpartition("/")[2] for name in kept} >= {"token", "refresh", "cache-key"}
    assert leaks_below([office.folder], kept) == []


@pytest.mark.full
def test_one_whose_prompt_is_dismissed_after_a_lock(
    office: Office, sandbox: RunningSandbox, prompting: PromptingKeyring
) -> None:
    window = sign_in(office, sandbox)
    office.workspace(window)
    office.windows[-1].lock_all(Why.ASKED)
    office.until(lambda: not office.desks[-1].closings.busy)
    prompting.lock(dismissals=1)
    assert window.lock_view is not None
    window.lock_view.unlock.click()
    trouble_in(office, window, "keyring-locked")
    press(office, window, Way.TRY_AGAIN)
    assert office.workspace(window).session.signed_in
