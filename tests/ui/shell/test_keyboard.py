"""By the keyboard alone: every control is reached, seen and named, and Escape leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.dialogs import AboutDialog, SignOutDialog
from lmchat_desktop.ui.shell.lock.model import Why
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.trouble.model import Way
from lmchat_desktop.ui.widgets.buttons import Button, MenuButton
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import (
    check_cards,
    check_keyboard,
    check_reading,
    check_speech,
    focus_in,
    focused,
    press_escape,
)
from tests.ui.shell.conftest import AttachedSandbox, Office
from tests.ui.shell.test_trouble import (
    NoKeyring,
    press,
    set_key,
    sign_in,
    start_again,
    trouble_in,
    used_cache,
)

if TYPE_CHECKING:
    from lmchat_desktop.ui.shell.workspace import Workspace
    from tests.support.sandbox import RunningSandbox

plain = pytest.mark.usefixtures("plain_pages")


def window_of(workspace: Workspace) -> MainWindow:
    window = workspace.window()
    assert isinstance(window, MainWindow)
    return window


def usage_page(office: Office, workspace: Workspace) -> UsagePage:
    """The usage page, entered and filled."""
    workspace.navigate("usage")
    page = workspace.page("usage")
    assert isinstance(page, UsagePage)
    office.until(lambda: page.model.details is not None and not page.model.busy)
    office.workspace(window_of(workspace))
    return page


# Before and after work


@plain
def test_sign_in(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk())
    view = window.sign_in
    office.until(lambda: window.stack.currentWidget() is view)
    check_keyboard(office.bot, window)
    view.address.setText(sandbox.url)
    assert view.save_button in check_keyboard(office.bot, window)
    view.save_button.click()
    office.until(view.browser_button.isVisible)
    window.flow.backends.add("Second", "https://second.example.org")
    office.until(lambda: view.profile is not None and view.profile.name == "Second")
    view.token.setText("lmc-pat-")
    way = check_keyboard(office.bot, window)
    check_reading(way)
    assert {view.browser_button, view.token, view.token_button, view.add_button} <= set(way)
    view.remove_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.remove_button, Qt.Key.Key_Return)
    dialog = window.findChild(QDialog)
    assert dialog is not None
    check_keyboard(office.bot, dialog)
    press_escape()
    assert not dialog.isVisible()
    assert focus_in(office.bot, window) is view.remove_button


@plain
def test_people(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    office.until(lambda: window.people.cards)
    way = check_keyboard(office.bot, window)
    check_reading(way)
    assert set(window.people.cards.values()) <= set(way)


@plain
def test_trouble(office: Office, sandbox: RunningSandbox) -> None:
    used_cache(office, sandbox)
    set_key(office, sandbox, None)
    window = start_again(office)
    trouble_in(office, window, "missing-key")
    check_keyboard(office.bot, window)
    toggle = window.trouble.findChild(Button, "details-toggle")
    assert toggle is not None
    toggle.click()
    check_reading(check_keyboard(office.bot, window))


@plain
def test_trouble_with_a_passphrase(office: Office, sandbox: RunningSandbox) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.PASSPHRASE)
    fields = [each for each in window.trouble.findChildren(QLineEdit) if each.isVisible()]
    assert set(fields) <= set(check_keyboard(office.bot, window))


@plain
def test_lock_and_the_shells_dialogs(office: Office, admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    window.activateWindow()
    person = admin_workspace.top.person
    for signal, kind in (
        (admin_workspace.about_asked, AboutDialog),
        (admin_workspace.sign_out_asked, SignOutDialog),
    ):
        person.setFocus(Qt.FocusReason.TabFocusReason)
        office.until(person.hasFocus)
        signal.emit()
        dialog = window.findChild(kind)
        assert dialog is not None
        check_keyboard(office.bot, dialog)
        press_escape()
        assert not dialog.isVisible()
        assert focus_in(office.bot, window) is person
    office.windows[-1].lock_all(Why.ASKED)
    assert window.lock_view is not None
    assert focus_in(office.bot, window) is window.lock_view.unlock
    assert window.lock_view.other in check_keyboard(office.bot, window)


# At work


def check_menu(office: Office, button: MenuButton) -> None:
    """The menu opens by the keyboard, and Escape gives the focus back to its button."""
    button.setFocus(Qt.FocusReason.TabFocusReason)
    office.until(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Down)
    office.until(lambda: QApplication.activePopupWidget() is button.drop_menu)
    press_escape()
    assert not button.drop_menu.isVisible()
    office.until(button.hasFocus)


@plain
def test_the_shell_and_what_opens_over_it(office: Office, admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    top = admin_workspace.top
    check_keyboard(office.bot, window)
    check_menu(office, top.person)
    for opener, overlay in (
        (top.search, admin_workspace.finder.palette),
        (top.scope, admin_workspace.finder.picker),
    ):
        opener.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(opener, Qt.Key.Key_Return)
        assert overlay.isVisible()
        assert overlay.panel.field.hasFocus()
        check_speech(overlay.panel.field)
        check_speech(overlay.panel.list)
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert overlay.panel.field.hasFocus()
        press_escape()
        assert not overlay.isVisible()
        assert opener.hasFocus()


@pytest.mark.full
def test_overview(office: Office, admin_workspace: Workspace) -> None:
    check_cards(check_keyboard(office.bot, window_of(admin_workspace)))


@pytest.mark.full
def test_usage(office: Office, admin_workspace: Workspace) -> None:
    page = usage_page(office, admin_workspace)
    window = window_of(admin_workspace)
    way = check_keyboard(office.bot, window)
    check_cards(way)
    shown = page.model.shown
    assert shown is not None
    page.enter({"filters": {"model": [row.value for row in shown.picture.rows[:2]]}})
    office.until(lambda: not page.model.busy)
    office.workspace(window)
    assert page.toolbar.chips
    more = check_keyboard(office.bot, window)
    check_cards(more)
    chips = [each for each in more if isinstance(each, Chip)]
    assert len(chips) == 1
    chips[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert not page.toolbar.chips
    assert focus_in(office.bot, window) is page.toolbar.filter_button
    for button in (page.toolbar.filter_button, page.toolbar.export_menu):
        check_menu(office, button)


@pytest.mark.full
def test_what_opens_over_usage(office: Office, admin_workspace: Workspace) -> None:
    page = usage_page(office, admin_workspace)
    window = window_of(admin_workspace)
    window.activateWindow()
    ranges = page.toolbar.findChild(SegmentedControl, "usage-range")
    assert ranges is not None
    chosen = next(each for each in ranges.findChildren(Button) if each.isChecked())
    chosen.setFocus(Qt.FocusReason.TabFocusReason)
    office.until(chosen.hasFocus)
    QTest.keyClick(chosen, Qt.Key.Key_End)
    opener = window.focusWidget()
    assert page.findChild(RangeDialog) is None
    QTest.keyClick(opener, Qt.Key.Key_Return)
    dialog = page.findChild(RangeDialog)
    assert dialog is not None
    check_keyboard(office.bot, dialog)
    press_escape()
    assert not dialog.isVisible()
    assert focus_in(office.bot, window) is opener

    button = page.toolbar.filter_button
    button.setFocus(Qt.FocusReason.TabFocusReason)
    page.toolbar.filter_asked.emit(Dimension.MODEL)
    panel = page.filter_panel
    office.until(lambda: not page.context.tasks.busy)
    assert panel.isVisible()
    check_keyboard(office.bot, panel)
    press_escape()
    assert not panel.isVisible()
    office.until(button.hasFocus)
