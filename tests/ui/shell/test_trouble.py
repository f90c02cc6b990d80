"""What keeps a session from opening or ends it: a clear screen, and ways on that work."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from lmchat_desktop.cache import schema
from lmchat_desktop.cache.secret import Passphrase, RawKey
from lmchat_desktop.cache.store import open_cache
from lmchat_desktop.client import identity
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import StaticToken
from lmchat_desktop.contract.identity import DeviceRevoke
from lmchat_desktop.domain.clock import SystemClock
from lmchat_desktop.settings.errors import KeyringMissing
from lmchat_desktop.settings.secrets import MemorySecrets, SecretKind
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.trouble.model import Way
from lmchat_desktop.ui.widgets.buttons import Button
from tests.support.browser import Browser
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import Office
from tests.ui.shell.test_sign_in import add_backend

pytestmark = pytest.mark.usefixtures("plain_pages")

PASSPHRASE = "correct horse battery"


class NoKeyring:
    """A secret store on a machine without a keyring."""

    def get(self, profile_id: str, person_id: str, kind: SecretKind) -> str | None:
        raise KeyringMissing("There is no keyring here. Nothing was kept.", "none")

    def set(self, profile_id: str, person_id: str, kind: SecretKind, secret: str) -> None:
        raise KeyringMissing("There is no keyring here. Nothing was kept.", "none")

    def delete(self, profile_id: str, person_id: str, kind: SecretKind) -> None:
        raise KeyringMissing("There is no keyring here. Nothing was removed.", "none")


def sign_in(office: Office, sandbox: RunningSandbox) -> MainWindow:
    """A window in which an owner has asked to be signed in by the browser."""
    browser = Browser(sandbox.person("owner")["person"]["id"])
    window = office.window(office.desk(open_browser=browser))
    if not window.sign_in.browser_button.isVisible():
        add_backend(office, window, sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    return window


def browse(office: Office, window: MainWindow, sandbox: RunningSandbox) -> None:
    """Ask to be signed in by the browser again, in a window of the newest desk."""
    browser = office.desks[-1].open_browser
    assert isinstance(browser, Browser)
    browser.choice = sandbox.person("owner")["person"]["id"]
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)


def used_cache(office: Office, sandbox: RunningSandbox) -> Path:
    """The cache file of a person who was here before, closed."""
    window = sign_in(office, sandbox)
    office.workspace(window)
    office.close_window(window)
    return next((office.folder / "caches").rglob("cache.db"))


def start_again(office: Office) -> MainWindow:
    """The next start of the application, which opens what was used last."""
    return office.window(office.desk())


def trouble_in(office: Office, window: MainWindow, code: str) -> None:
    """Wait for a screen of that code."""
    view = window.trouble
    office.until(lambda: window.stack.currentWidget() is view)
    assert view.trouble is not None
    assert view.trouble.code == code


def press(office: Office, window: MainWindow, way: Way) -> None:
    button = window.trouble.button(way)
    assert button is not None
    office.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def confirm(office: Office, window: MainWindow, name: str) -> None:
    button = window.trouble.findChild(Button, name)
    assert button is not None
    office.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def type_passphrase(office: Office, window: MainWindow, *typed: str) -> None:
    fields = [f for f in window.trouble.findChildren(QLineEdit) if f.isVisible()]
    assert len(fields) == len(typed)
    for field, text in zip(fields, typed, strict=True):
        assert field.echoMode() is QLineEdit.EchoMode.Password
        office.bot.keyClicks(field, text)
    confirm(office, window, "confirm-passphrase")


def press_named(office: Office, window: MainWindow, name: str) -> None:
    button = window.trouble.findChild(Button, name)
    assert button is not None
    assert button.isVisible()
    office.bot.mouseClick(button, Qt.MouseButton.LeftButton)


def key_of(office: Office) -> str | None:
    """The key of the cache that was used last."""
    profile = office.desk().profiles.last()
    assert profile is not None
    return office.secrets.get(profile.id, profile.last_person_id or "", SecretKind.CACHE_KEY)


def set_key(office: Office, sandbox: RunningSandbox, key: str | None) -> None:
    """Change the cache's key in the keyring, or take it away."""
    secrets = office.secrets
    assert isinstance(secrets, MemorySecrets)
    profile = office.desk().profiles.last()
    assert profile is not None
    assert profile.last_person_id is not None
    place = (profile.id, profile.last_person_id, SecretKind.CACHE_KEY)
    if key is None:
        secrets.delete(*place)
    else:
        secrets.set(*place, key)


def set_aside_by_hand(office: Office, window: MainWindow, cache: Path) -> None:
    """Go the way on that sets the cache aside, and see that it is all still there."""
    before = cache.read_bytes()
    press(office, window, Way.SET_ASIDE)
    assert cache.read_bytes() == before
    confirm(office, window, "confirm-set-aside")
    office.workspace(window)
    aside = [
        path
        for path in cache.parent.glob("cache.db.set-aside-*")
        if path.stat().st_size and not path.name.endswith(("-wal", "-shm"))
    ]
    assert aside[0].read_bytes() == before


def test_a_wrong_key(office: Office, sandbox: RunningSandbox) -> None:
    cache = used_cache(office, sandbox)
    set_key(office, sandbox, RawKey.random().value.hex())
    window = start_again(office)
    trouble_in(office, window, "wrong-key")
    set_aside_by_hand(office, window, cache)


def test_a_wrong_key_and_the_right_one_again(office: Office, sandbox: RunningSandbox) -> None:
    used_cache(office, sandbox)
    profile = office.desk().profiles.last()
    assert profile is not None
    right = office.secrets.get(profile.id, profile.last_person_id or "", SecretKind.CACHE_KEY)
    set_key(office, sandbox, RawKey.random().value.hex())
    window = start_again(office)
    trouble_in(office, window, "wrong-key")
    set_key(office, sandbox, right)
    press(office, window, Way.TRY_AGAIN)
    office.workspace(window)


def test_a_missing_key(office: Office, sandbox: RunningSandbox) -> None:
    cache = used_cache(office, sandbox)
    set_key(office, sandbox, None)
    window = start_again(office)
    trouble_in(office, window, "missing-key")
    set_aside_by_hand(office, window, cache)


def test_a_missing_key_and_work_in_memory(office: Office, sandbox: RunningSandbox) -> None:
    cache = used_cache(office, sandbox)
    before = cache.read_bytes()
    set_key(office, sandbox, None)
    window = start_again(office)
    trouble_in(office, window, "missing-key")
    press(office, window, Way.IN_MEMORY)
    workspace = office.workspace(window)
    assert not workspace.session.encrypted_on_disk
    office.until(lambda: "in memory" in workspace.status.text.whole_text())
    assert cache.read_bytes() == before


def test_a_cache_of_a_newer_version(
    office: Office, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = used_cache(office, sandbox)
    with monkeypatch.context() as older:
        older.setattr(schema, "REVISIONS", ("a-revision-that-is-older",))
        window = start_again(office)
        trouble_in(office, window, "newer-cache")
    set_aside_by_hand(office, window, cache)


def test_a_damaged_cache(office: Office, sandbox: RunningSandbox) -> None:
    cache = used_cache(office, sandbox)
    with cache.open("r+b") as file:
        file.truncate(cache.stat().st_size - 1000)
    window = start_again(office)
    trouble_in(office, window, "damaged-cache")
    set_aside_by_hand(office, window, cache)


def test_a_cache_that_another_window_has_open(office: Office, sandbox: RunningSandbox) -> None:
    first = sign_in(office, sandbox)
    office.workspace(first)
    second = start_again(office)
    trouble_in(office, second, "cache-in-use")
    office.close_window(first)
    press(office, second, Way.TRY_AGAIN)
    office.workspace(second)


def test_no_keyring_and_a_passphrase(office: Office, sandbox: RunningSandbox) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.PASSPHRASE)
    type_passphrase(office, window, PASSPHRASE, PASSPHRASE)
    assert office.workspace(window).session.encrypted_on_disk
    office.close_window(window)
    cache = next((office.folder / "caches").rglob("cache.db"))
    open_cache(cache, Passphrase(PASSPHRASE)).close()

    window = start_again(office)
    trouble_in(office, window, "locked")
    press_named(office, window, "other-ways")
    press(office, window, Way.SIGN_IN)
    office.until(lambda: window.sign_in.browser_button.isVisible())
    browse(office, window, sandbox)
    trouble_in(office, window, "locked")
    type_passphrase(office, window, "not that one")
    trouble_in(office, window, "wrong-key")
    press(office, window, Way.PASSPHRASE)
    type_passphrase(office, window, PASSPHRASE)
    office.workspace(window)


def test_without_a_keyring_and_a_backend_what_was_kept_can_be_looked_at(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, own_sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.PASSPHRASE)
    type_passphrase(office, window, PASSPHRASE, PASSPHRASE)
    known = {account.id for account in office.workspace(window).session.accounts()}
    assert known
    office.close_window(window)
    own_sandbox.stop()

    window = start_again(office)
    trouble_in(office, window, "locked")
    type_passphrase(office, window, PASSPHRASE)
    office.until(lambda: window.workspace is not None)
    workspace = window.workspace
    assert workspace is not None
    office.until(lambda: workspace.banner.isVisible())
    assert "Not signed in" in workspace.banner.text()
    assert workspace.top.dot.state == "offline"
    assert {account.id for account in workspace.session.accounts()} == known
    workspace.finder.open_palette()
    panel = workspace.finder.palette.panel
    panel.field.setText("Switch profile")
    assert panel.list.currentIndex().data() == "Switch profile…"
    for absent in ("Sync now", "Sign out"):
        panel.field.setText(absent)
        assert not str(panel.list.currentIndex().data() or "").startswith(absent)
    workspace.finder.palette.close_overlay()
    workspace.banner.action_triggered.emit()
    office.until(lambda: window.sign_in.browser_button.isVisible())


def later(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    """Let the machine's clock be that much ahead."""
    now = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda clock: now(clock) + span)


def test_a_device_that_was_away_for_too_long(
    office: Office, own_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = used_cache(office, own_sandbox)
    (known,) = office.desk().profiles.last().people  # type: ignore[union-attr]
    assert known.lease_until is not None
    own_sandbox.stop()
    later(monkeypatch, timedelta(days=15))
    window = start_again(office)
    trouble_in(office, window, "lease-ended")
    assert not cache.exists()
    assert key_of(office) is None
    press(office, window, Way.TRY_AGAIN)
    trouble_in(office, window, "unreachable")
    own_sandbox.start()
    press(office, window, Way.TRY_AGAIN)
    office.workspace(window)
    assert key_of(office) is not None


def test_a_device_whose_lease_ends_while_it_is_open_and_offline(
    office: Office, own_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = sign_in(office, own_sandbox)
    workspace = office.workspace(window)
    cache = next((office.folder / "caches").rglob("cache.db"))
    own_sandbox.stop()
    later(monkeypatch, timedelta(days=15))
    workspace.session.wake()
    trouble_in(office, window, "lease-ended")
    office.until(lambda: not cache.exists())
    assert key_of(office) is None


def test_a_new_passphrase_is_typed_twice_and_long_enough(
    office: Office, sandbox: RunningSandbox
) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.PASSPHRASE)
    button = window.trouble.findChild(Button, "confirm-passphrase")
    assert button is not None
    first, again = (f for f in window.trouble.findChildren(QLineEdit) if f.isVisible())
    for one, other, usable in (
        ("short", "short", False),
        (PASSPHRASE, "", False),
        (PASSPHRASE, PASSPHRASE + "!", False),
        (PASSPHRASE, PASSPHRASE, True),
    ):
        first.setText(one)
        again.setText(other)
        assert button.isEnabled() is usable
    assert not list(office.folder.rglob("*.db"))


def test_no_keyring_and_work_in_memory(office: Office, sandbox: RunningSandbox) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.IN_MEMORY)
    workspace = office.workspace(window)
    assert not workspace.session.encrypted_on_disk
    assert not list(office.folder.rglob("*.db"))


def test_a_device_that_was_revoked_meanwhile(office: Office, sandbox: RunningSandbox) -> None:
    window = sign_in(office, sandbox)
    session = office.workspace(window).session
    device = session.me.device
    assert device is not None
    with ApiClient(sandbox.url, StaticToken(sandbox.sign_in("admin"))) as admin:
        identity.revoke_device(admin, device.id, DeviceRevoke(reason="it was lost"))
    cache = session.cache.path
    assert cache is not None
    trouble_in(office, window, "device-revoked")
    assert session.closed
    office.until(lambda: not cache.exists())
    assert key_of(office) is None
    press(office, window, Way.SIGN_IN)
    office.until(lambda: window.sign_in.browser_button.isVisible())
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    fresh = office.workspace(window).session
    assert fresh.me.device is not None
    assert fresh.me.device.id != device.id


def test_a_sign_in_that_ended_elsewhere(office: Office, sandbox: RunningSandbox) -> None:
    used_cache(office, sandbox)
    profile = office.desk().profiles.last()
    assert profile is not None
    for kind in (SecretKind.TOKEN, SecretKind.REFRESH):
        office.secrets.set(profile.id, profile.last_person_id or "", kind, "lmc-at-ended")
    window = start_again(office)
    trouble_in(office, window, "signed-out")
    press(office, window, Way.OTHER_PROFILE)
    office.until(lambda: window.sign_in.browser_button.isVisible())


def test_a_backend_that_went_away_before_anything_was_read(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    cache = used_cache(office, own_sandbox)
    shutil.rmtree(cache.parent)
    set_key(office, own_sandbox, None)
    own_sandbox.stop()
    window = start_again(office)
    trouble_in(office, window, "unreachable")
    own_sandbox.start()
    press(office, window, Way.TRY_AGAIN)
    office.workspace(window)


def test_details_can_be_copied_and_quitting_is_a_way(
    office: Office, sandbox: RunningSandbox
) -> None:
    used_cache(office, sandbox)
    set_key(office, sandbox, None)
    window = start_again(office)
    trouble_in(office, window, "missing-key")
    toggle = window.trouble.findChild(Button, "details-toggle")
    details = window.trouble.findChild(QPlainTextEdit)
    assert toggle is not None
    assert details is not None
    assert not details.isVisible()
    office.bot.mouseClick(toggle, Qt.MouseButton.LeftButton)
    assert "missing-key" in details.toPlainText()
    copy = next(
        b for b in window.trouble.findChildren(Button) if b.accessibleName() == "Copy details"
    )
    office.bot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == details.toPlainText()
    press(office, window, Way.QUIT)
    office.until(lambda: not window.isVisible())
