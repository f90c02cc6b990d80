"""Signing in through the real screens, in each way, and where it does not work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

from lmchat_desktop.services.session import Session
from lmchat_desktop.settings.profiles import Profile
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.signin.dialogs import RemoveBackendDialog
from tests.support.browser import Browser
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

pytestmark = pytest.mark.usefixtures("plain_pages")

NOBODY_LISTENS = "http://127.0.0.1:9"


def personal_token(sandbox: RunningSandbox, who: str) -> str:
    answer = sandbox.call(
        "POST",
        "/v1/tokens",
        sandbox.sign_in(who),
        json={"name": "window test"},
        headers={"Idempotency-Key": f"token-{who}-{id(object())}"},
    )
    answer.raise_for_status()
    return str(answer.json()["secret"])


def add_backend(office: Office, window: MainWindow, address: str, name: str = "") -> None:
    """Type an address into the form, as a person would."""
    view = window.sign_in
    office.until(lambda: window.stack.currentWidget() is view)
    office.bot.keyClicks(view.address, address)
    office.bot.keyClicks(view.name, name)
    assert view.save_button.isEnabled()
    office.bot.keyClick(view.name, Qt.Key.Key_Return)
    office.until(lambda: view.browser_button.isVisible())


def type_token(office: Office, window: MainWindow, token: str) -> None:
    office.bot.keyClicks(window.sign_in.token, token)
    office.bot.keyClick(window.sign_in.token, Qt.Key.Key_Return)


def message_of(window: MainWindow) -> str:
    banner = window.sign_in.findChild(object, "sign-in-message")
    return banner.text() if banner.isVisible() else ""


def test_with_the_browser_and_at_the_next_start_without(
    office: Office, sandbox: RunningSandbox
) -> None:
    person = sandbox.person("owner")["person"]
    browser = Browser(person["id"])
    desk = office.desk(open_browser=browser)
    window = office.window(desk)
    add_backend(office, window, sandbox.url, "Test bench")
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    workspace = office.workspace(window)
    assert workspace.session.person_id == person["id"]
    assert workspace.session.encrypted_on_disk
    assert window.windowTitle() == "Test bench – lmchat desktop"
    assert person["name"] not in window.windowTitle()
    office.close_window(window)
    browser.join()

    again = office.window(office.desk(open_browser=browser))
    assert office.workspace(again).session.person_id == person["id"]
    assert len(browser.opened) == 1


def test_the_last_data_are_shown_without_the_backend(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    browser = Browser(own_sandbox.person("owner")["person"]["id"])
    window = office.window(office.desk(open_browser=browser))
    add_backend(office, window, own_sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    first = office.workspace(window).session
    known = first.accounts()
    assert known
    office.close_window(window)
    browser.join()
    own_sandbox.stop()

    again = office.window(office.desk())
    office.until(lambda: again.workspace is not None)
    workspace = again.workspace
    assert workspace is not None
    office.until(lambda: workspace.top.dot.state == "offline")
    assert workspace.session.accounts() == known
    assert workspace.banner.isVisible()
    assert "last synced" in workspace.banner.text()


def test_declined_in_the_browser(office: Office, sandbox: RunningSandbox) -> None:
    browser = Browser("decline")
    window = office.window(office.desk(open_browser=browser))
    add_backend(office, window, sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    office.until(lambda: "declined" in message_of(window))
    assert window.sign_in.browser_button.isVisible()
    assert window.workspace is None
    browser.join()


def test_waiting_for_the_browser_says_so_and_can_be_cancelled(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk(open_browser=Browser(None)))
    add_backend(office, window, sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    office.until(lambda: window.sign_in.cancel_button.isVisible())
    office.until(window.sign_in.cancel_button.hasFocus)
    office.bot.keyClick(window.sign_in.cancel_button, Qt.Key.Key_Return)
    office.until(lambda: window.sign_in.browser_button.isVisible())
    assert not window.sign_in.cancel_button.isVisible()


def test_a_machine_without_a_browser_is_told_of_the_token(
    office: Office, sandbox: RunningSandbox
) -> None:
    browser = Browser(None, there_is_one=False)
    window = office.window(office.desk(open_browser=browser))
    add_backend(office, window, sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    office.until(lambda: "personal token" in message_of(window))


def test_with_a_personal_token(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk())
    add_backend(office, window, sandbox.url)
    field = window.sign_in.token
    assert field.echoMode() is QLineEdit.EchoMode.Password
    type_token(office, window, personal_token(sandbox, "support"))
    session: Session = office.workspace(window).session
    assert session.me.operator_roles
    assert field.text() == ""


def test_a_wrong_token_is_explained_and_not_kept(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk())
    add_backend(office, window, sandbox.url)
    for wrong in ("sk-lmc-abc", "nonsense", "lmc-pat-" + "0" * 40):
        type_token(office, window, wrong)
        office.until(lambda: message_of(window) and window.sign_in.token.isVisible())
        assert wrong not in message_of(window)
        assert window.sign_in.token.text() == ""
        window.sign_in.say("info", "")
    assert window.workspace is None


def test_a_backend_that_does_not_answer(office: Office) -> None:
    window = office.window(office.desk())
    add_backend(office, window, NOBODY_LISTENS)
    type_token(office, window, "lmc-pat-" + "0" * 40)
    office.until(lambda: message_of(window) and window.sign_in.token.isVisible())
    assert "127.0.0.1" in message_of(window)


def test_addresses_that_cannot_be_used_are_refused_as_typed(office: Office) -> None:
    window = office.window(office.desk())
    view = window.sign_in
    office.until(lambda: window.stack.currentWidget() is view)
    problem = view.findChild(object, "address-problem")
    for wrong in ("http://example.org", "ftp://example.org", "https://me:pw@example.org"):
        view.address.setText(wrong)
        assert not view.save_button.isEnabled()
        assert problem.isVisible()
        assert "Nothing was sent" in problem.whole_text()
    view.address.setText("https://admin.example.org/")
    assert view.save_button.isEnabled()
    assert not problem.isVisible()


def test_a_person_of_the_sandbox_by_keyboard(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    office.until(lambda: window.people.cards)
    first = next(iter(window.people.cards.values()))
    office.until(first.hasFocus)
    office.bot.keyClick(first, Qt.Key.Key_Return)
    assert office.workspace(window).session.person_id == first.person.person.id


def test_names_with_markup_are_text_everywhere(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "Maximilian <Max> Gruber")
    workspace = office.workspace(window)
    assert workspace.top.scope.text() == "Tom & <b>Jerry</b> GmbH"
    assert "<Max>" in workspace.top.person.accessibleName()


def test_profiles_keep_no_names_and_no_tokens(office: Office, sandbox: RunningSandbox) -> None:
    person = sandbox.person("owner")["person"]
    browser = Browser(person["id"])
    desk = office.desk(open_browser=browser)
    window = office.window(desk)
    add_backend(office, window, sandbox.url)
    office.bot.mouseClick(window.sign_in.browser_button, Qt.MouseButton.LeftButton)
    office.workspace(window)
    browser.join()
    profile: Profile | None = desk.profiles.last()
    assert profile is not None
    assert profile.last_person_id == person["id"]
    text = next((office.folder / "config").glob("profiles*")).read_text()
    for secret in (person["name"], person["email"], "lmc-"):
        assert secret not in text


def chosen(window: MainWindow) -> str:
    profile = window.sign_in.profile
    return "" if profile is None else profile.name


def remove_backend(office: Office, window: MainWindow, *, confirm: bool) -> None:
    office.bot.mouseClick(window.sign_in.remove_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(RemoveBackendDialog)
    assert dialog is not None
    button = dialog.confirm if confirm else dialog.findChild(QPushButton)
    office.bot.mouseClick(button, Qt.MouseButton.LeftButton)
    office.until(lambda: window.findChild(RemoveBackendDialog) is None)


def test_a_backend_that_nobody_used_is_removed_alone(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk())
    add_backend(office, window, sandbox.url, "Keep")
    window.flow.backends.add("Mistake", "https://mistake.example.org")
    office.until(lambda: chosen(window) == "Mistake")
    remove_backend(office, window, confirm=False)
    assert len(office.desk().profiles.list()) == 2
    remove_backend(office, window, confirm=True)
    office.until(lambda: "Mistake was removed" in message_of(window))
    assert [profile.name for profile in office.desk().profiles.list()] == ["Keep"]


def test_a_backend_is_removed_with_all_that_was_kept_of_it(
    office: Office, sandbox: RunningSandbox
) -> None:
    person = sandbox.person("owner")["person"]["id"]
    first = office.window(office.desk(open_browser=Browser(person)))
    add_backend(office, first, sandbox.url, "Work")
    office.bot.mouseClick(first.sign_in.browser_button, Qt.MouseButton.LeftButton)
    office.workspace(first)
    (profile,) = office.desk().profiles.list()
    folder = office.folder / "caches" / profile.id
    assert folder.exists()
    assert repr(office.secrets) != "MemorySecrets(0 kept)"

    second = office.window(office.desk())
    office.until(lambda: second.stack.currentWidget() is second.trouble)
    second.flow.ask_profile(profile)
    remove_backend(office, second, confirm=True)
    office.until(lambda: "open in another window" in message_of(second))
    assert office.desk().profiles.list() == (profile,)
    assert folder.exists()

    office.close_window(first)
    remove_backend(office, second, confirm=True)
    office.until(lambda: "Work was removed" in message_of(second))
    assert office.desk().profiles.list() == ()
    assert not folder.exists()
    assert repr(office.secrets) == "MemorySecrets(0 kept)"
