"""Locking: nothing of what was open is left on the screen or in memory, and all comes back."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)
from sqlalchemy import Engine

from lmchat_desktop.cache.store import Cache
from lmchat_desktop.client.api import ApiClient
from lmchat_desktop.client.credentials import OAuthTokens, StaticToken
from lmchat_desktop.domain.usage.cells import UsageBlock
from lmchat_desktop.services.session import Session
from lmchat_desktop.services.signin import Entrance, as_sandbox_person
from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.ui.pages.overview.model import OverviewModel
from lmchat_desktop.ui.pages.usage.model import UsageModel
from lmchat_desktop.ui.shell.context import Page
from lmchat_desktop.ui.shell.lock.dialog import LockDialog
from lmchat_desktop.ui.shell.lock.idle import IdleWatch
from lmchat_desktop.ui.shell.lock.model import Proof, Why
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.opener import Attempt
from lmchat_desktop.ui.shell.trouble.model import Way
from lmchat_desktop.ui.shell.windows import Windows
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

GONE = (
    Session,
    Cache,
    Engine,
    UsageBlock,
    ApiClient,
    OAuthTokens,
    StaticToken,
    Entrance,
    Attempt,
    Workspace,
    Page,
    OverviewModel,
    UsageModel,
)


def alive(kinds: tuple[type, ...]) -> Counter[str]:
    """How much of each of these kinds Python still holds."""
    gc.collect()
    return Counter(type(each).__name__ for each in gc.get_objects() if isinstance(each, kinds))


def texts_on_screen() -> Iterator[str]:
    """Every text of every visible widget and of every window's title."""
    for top in QApplication.topLevelWidgets():
        yield top.windowTitle()
        for widget in (top, *top.findChildren(QWidget)):
            if not widget.isVisible():
                continue
            yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
            if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
                yield widget.text()


def unlock(office: Office, window: MainWindow) -> Workspace:
    assert window.lock_view is not None
    window.lock_view.unlock.click()
    return office.workspace(window)


def test_after_a_lock_nothing_is_left_and_unlocking_brings_it_back(
    office: Office, sandbox: RunningSandbox
) -> None:
    before = alive(GONE)
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    workspace: Workspace | None = office.workspace(window)
    assert workspace is not None
    account = next(each for each in workspace.finder.choices if each.name == "Acme Robotics Inc.")
    workspace.context.scope.choose(account)
    workspace.navigate("usage")
    assert office.workspace(window) is workspace
    names = {account.name for account in workspace.session.accounts()}
    names |= {workspace.session.me.person.name, workspace.session.profile.name}
    assert names & set(texts_on_screen())
    assert {"Session", "Cache", "Engine", "UsageModel", "UsagePage"} <= set(alive(GONE))
    session = weakref.ref(workspace.session)
    workspace = None
    office.windows[-1].lock_all(Why.ASKED)
    assert window.stack.currentWidget() is window.lock_view
    assert window.lock_view is not None
    office.until(window.lock_view.unlock.hasFocus)
    office.until(lambda: session() is None)
    # What tests before this one have left may be gone by now.
    assert alive(GONE) <= before
    shown = "\n".join(texts_on_screen())
    assert "Locked" in window.windowTitle()
    assert not [name for name in names if name in shown]
    assert not [char for char in shown if char.isdigit()]
    again = unlock(office, window)
    assert again.page_id == "usage"
    assert again.context.scope.current == account
    assert window.windowTitle().startswith("Sandbox")


pages = pytest.mark.usefixtures("plain_pages")


@pages
def test_by_key_menu_and_palette(office: Office, admin_workspace: Workspace) -> None:
    window = admin_workspace.window()
    assert isinstance(window, MainWindow)
    window.activateWindow()
    office.until(lambda: QApplication.focusWidget() is not None)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    office.bot.keyClick(QApplication.focusWidget(), Qt.Key.Key_L, both)
    assert window.locked
    workspace = unlock(office, window)
    lock = next(a for a in workspace.top.person.drop_menu.actions() if "Lock now" in a.text())
    lock.trigger()
    assert window.locked
    workspace = unlock(office, window)
    workspace.finder.open_palette()
    field = workspace.finder.palette.panel.field
    field.setText("lock")
    office.bot.keyClick(field, Qt.Key.Key_Return)
    assert window.locked


@pages
def test_dialogs_menus_and_toasts_go_with_it(office: Office, admin_workspace: Workspace) -> None:
    window = admin_workspace.window()
    assert isinstance(window, MainWindow)
    admin_workspace.sign_out_asked.emit()
    menu = QMenu(admin_workspace)
    menu.addAction("Acme Robotics Inc.")
    menu.popup(QPoint(5, 5))
    window.tell("Acme Robotics Inc. was saved.")
    admin_workspace.tell("Acme Robotics Inc. was saved.")
    office.windows[-1].lock_all(Why.ASKED)
    office.until(lambda: not window.findChildren(Workspace))
    assert not [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert QApplication.activePopupWidget() is None
    assert "Acme" not in "\n".join(texts_on_screen())


@pages
def test_every_window_is_locked_and_each_is_unlocked_by_itself(
    office: Office, sandbox: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    first = office.window(desk, "admin")
    office.workspace(first)
    second = office.windows[-1].open_window("support")
    office.workspace(second)
    office.windows[-1].lock_all(Why.DESKTOP)
    assert first.locked
    assert second.locked
    assert office.workspace(second) if unlock(office, second) else False
    assert first.workspace is None


@pages
def test_what_is_being_opened_is_locked_when_it_is_there(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    assert window.workspace is None
    opened: list[object] = []
    window.workspace_opened.connect(opened.append)
    office.windows[-1].lock_all(Why.ASKED)
    office.until(lambda: window.stack.currentWidget() is window.lock_view)
    assert opened == []
    assert unlock(office, window).page_id == "overview"


@pages
def test_unlocking_can_be_cancelled(office: Office, admin_workspace: Workspace) -> None:
    window = admin_workspace.window()
    assert isinstance(window, MainWindow)
    office.windows[-1].lock_all(Why.ASKED)
    assert window.lock_view is not None
    window.lock_view.unlock.click()
    assert window.stack.currentWidget() is window.starting
    window.starting.cancel_button.click()
    assert window.stack.currentWidget() is window.lock_view
    assert window.locked
    unlock(office, window)
    assert not window.locked


def keep_nothing(office: Office, sandbox: RunningSandbox, attempt: Any) -> MainWindow:
    """A window of a profile, opened by a sign-in and what `attempt` makes of that."""
    desk = office.desk()
    profile = desk.profiles.add("Acme backend", sandbox.url)
    person = sandbox.person("admin")["person"]["id"]
    entrance = as_sandbox_person(sandbox.url, sandbox.token, person)
    window = office.window(desk)
    window.flow._open(attempt(Attempt.signed_in(profile, entrance)))
    office.workspace(window)
    return window


@pages
def test_where_nothing_is_kept_a_lock_says_so_and_leads_to_the_sign_in(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = keep_nothing(office, sandbox, Attempt.in_memory)
    windows = office.windows[-1]
    windows.ask_lock()
    dialog = window.findChild(LockDialog)
    assert dialog is not None
    assert not window.locked
    dialog.confirm.click()
    assert window.locked
    assert window.lock_view is not None
    assert "Nothing was kept" in window.lock_view.text()
    window.lock_view.unlock.click()
    office.until(lambda: window.stack.currentWidget() is window.sign_in)


@pages
def test_a_passphrase_is_asked_for_again(office: Office, sandbox: RunningSandbox) -> None:
    window = keep_nothing(office, sandbox, lambda attempt: attempt.by_passphrase("correct horse"))
    office.windows[-1].lock_all(Why.IDLE)
    assert window.lock_view is not None
    assert "passphrase" in window.lock_view.text()
    window.lock_view.unlock.click()
    office.until(lambda: window.stack.currentWidget() is window.trouble)
    window.trouble.way_chosen.emit(Way.PASSPHRASE, "correct horse")
    office.until(lambda: window.workspace is not None)
    assert window.workspace is not None
    assert not window.workspace.session.signed_in


@pages
def test_the_keyring_is_asked_again(office: Office, sandbox: RunningSandbox) -> None:
    window = keep_nothing(office, sandbox, lambda attempt: attempt)
    office.windows[-1].lock_all(Why.ASKED)
    assert window.lock_view is not None
    assert "keyring" in window.lock_view.text()
    assert unlock(office, window).session.signed_in


# Idle


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pages
def test_after_idle_time_all_windows_lock(office: Office, sandbox: RunningSandbox) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    clock = Watch()
    windows = Windows(desk, now=clock)
    office.windows.append(windows)
    window = windows.open_window("admin")
    workspace = office.workspace(window)
    clock.now = 14 * 60
    windows.idle.look()
    assert not window.locked
    handle = window.windowHandle()
    assert isinstance(handle, QWindow)
    QTest.mouseMove(handle, QPoint(30, 30))
    office.until(lambda: windows.idle._last == clock.now)
    clock.now += 14 * 60
    windows.idle.look()
    assert not window.locked
    workspace.show_lock_after(0)
    clock.now += 24 * 3600
    windows.idle.look()
    assert not window.locked
    workspace.show_lock_after(5)
    windows.idle.look()
    assert window.locked
    assert window.lock_view is not None
    assert "for a while" in window.lock_view.text()
    assert PreferenceStore(office.folder / "config").value.lock_after_min == 5


def test_the_first_touch_after_a_sleep_locks_before_it_counts(qapp: QApplication) -> None:
    clock = Watch()
    watch = IdleWatch(lambda: 15, now=clock)
    told: list[float] = []
    watch.expired.connect(lambda: told.append(clock.now))
    clock.now = 3600.0
    watch.act()
    clock.now += 60
    watch.act()
    assert told == [3600.0]


def test_it_is_told_once(qapp: QApplication) -> None:
    clock = Watch()
    watch = IdleWatch(lambda: 15, now=clock)
    told: list[bool] = []
    watch.expired.connect(lambda: told.append(True))
    for clock.now in (900.0, 910.0, 5000.0):
        watch.look()
    assert told == [True]


@pages
def test_windows_lock_with_the_desktop_unless_they_never_lock_by_themselves(
    office: Office, admin_workspace: Workspace
) -> None:
    window = admin_workspace.window()
    assert isinstance(window, MainWindow)
    admin_workspace.show_lock_after(0)
    office.windows[-1].desktop.locked.emit()
    assert not window.locked
    admin_workspace.show_lock_after(30)
    office.windows[-1].desktop.locked.emit()
    assert window.locked


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("proof", Proof)
def test_every_lock_says_what_unlocking_takes(why: Why, proof: Proof) -> None:
    from lmchat_desktop.ui.shell.lock.model import words_of

    assert all(words_of(proof, why))
