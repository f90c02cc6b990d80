"""The window around the pages: keyboard, palette, scope, theme, zone, place, people."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from lmchat_desktop.settings.preferences import PreferenceStore
from lmchat_desktop.ui.shell.context import ScopeChoice
from lmchat_desktop.ui.shell.dialogs import AboutDialog, SignOutDialog
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import OURS, AttachedSandbox, Office, PlainPage

pytestmark = pytest.mark.usefixtures("plain_pages")

CTRL = Qt.KeyboardModifier.ControlModifier


def window_of(workspace: Workspace) -> MainWindow:
    window = workspace.window()
    assert isinstance(window, MainWindow)
    return window


def focus_in(office: Office, window: QWidget) -> QWidget:
    """The widget that has the keyboard, once the window is active."""
    window.activateWindow()
    office.until(lambda: QApplication.focusWidget() is not None)
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def type_keys(
    office: Office, window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = CTRL
) -> None:
    office.bot.keyClick(focus_in(office, window), key, modifier)


# Keyboard


def test_pages_by_number(office: Office, admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    type_keys(office, window, Qt.Key.Key_2)
    assert admin_workspace.page_id == "usage"
    assert admin_workspace.rail.items["usage"].isChecked()
    type_keys(office, window, Qt.Key.Key_1)
    assert admin_workspace.page_id == "overview"


def test_the_rail_by_arrows(office: Office, admin_workspace: Workspace) -> None:
    items = admin_workspace.rail.items
    focus_in(office, window_of(admin_workspace))
    items["overview"].setFocus()
    office.bot.keyClick(items["overview"], Qt.Key.Key_Down)
    assert admin_workspace.page_id == "usage"
    office.until(items["usage"].hasFocus)
    office.bot.keyClick(items["usage"], Qt.Key.Key_Up)
    assert admin_workspace.page_id == "overview"
    office.bot.keyClick(items["overview"], Qt.Key.Key_Up)
    assert admin_workspace.page_id == list(items)[-1]


def test_tab_reaches_every_control_of_the_bar(office: Office, admin_workspace: Workspace) -> None:
    focus_in(office, window_of(admin_workspace))
    top = admin_workspace.top
    wanted = {top.scope, top.search, top.dot, top.person}
    top.scope.setFocus()
    reached = set()
    for _ in range(4):
        focused = QApplication.focusWidget()
        assert focused is not None
        reached.add(focused)
        office.bot.keyClick(focused, Qt.Key.Key_Tab)
    assert wanted == reached


def test_everything_that_can_be_reached_has_a_name(admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    unnamed = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
    ]
    assert unnamed == []


def test_the_rail_folds_and_stays_so(office: Office, admin_workspace: Workspace) -> None:
    wide = admin_workspace.rail.width()
    type_keys(office, window_of(admin_workspace), Qt.Key.Key_B)
    assert admin_workspace.rail.collapsed
    assert admin_workspace.rail.width() < wide / 2
    assert admin_workspace.rail.items["usage"].toolTip() == "Usage"
    assert PreferenceStore(office.folder / "config").value.rail_collapsed


def test_the_rail_folds_by_itself_in_a_small_window(
    office: Office, admin_workspace: Workspace
) -> None:
    window = window_of(admin_workspace)
    window.resize(760, 600)
    assert admin_workspace.rail.collapsed
    window.resize(1280, 800)
    assert not admin_workspace.rail.collapsed
    assert not PreferenceStore(office.folder / "config").value.rail_collapsed


def test_the_sandbox_says_what_it_is(office: Office, admin_workspace: Workspace) -> None:
    about = admin_workspace.rail.about
    assert about.isVisible()
    office.bot.mouseClick(about, Qt.MouseButton.LeftButton)
    dialog = window_of(admin_workspace).findChild(AboutDialog)
    assert dialog is not None
    notice = admin_workspace.session.me.notice
    assert notice
    assert notice in [label.whole_text() for label in dialog.findChildren(PlainLabel)]
    dialog.accept()


# Palette


def test_the_palette_by_keyboard(office: Office, admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    before = focus_in(office, window)
    type_keys(office, window, Qt.Key.Key_K)
    overlay = admin_workspace.finder.palette
    assert overlay.isVisible()
    office.until(overlay.panel.field.hasFocus)
    office.bot.keyClicks(overlay.panel.field, "usag")
    office.bot.keyClick(overlay.panel.field, Qt.Key.Key_Return)
    assert admin_workspace.page_id == "usage"
    assert not overlay.isVisible()
    assert QApplication.focusWidget() is before


def test_escape_and_a_click_beside_it_close_the_palette(
    office: Office, admin_workspace: Workspace
) -> None:
    overlay = admin_workspace.finder.palette
    focus_in(office, window_of(admin_workspace))
    for close in (
        lambda: office.bot.keyClick(overlay.panel.field, Qt.Key.Key_Escape),
        lambda: office.bot.mouseClick(
            overlay, Qt.MouseButton.LeftButton, pos=overlay.rect().bottomLeft()
        ),
    ):
        admin_workspace.finder.open_palette()
        assert overlay.isVisible()
        close()
        assert not overlay.isVisible()


def test_the_palette_finds_accounts_keys_and_actions(
    office: Office, admin_workspace: Workspace
) -> None:
    admin_workspace.finder.open_palette()
    panel = admin_workspace.finder.palette.panel
    for typed, title in (
        ("acme", "Acme Robotics Inc."),
        ("cafe acai", "Café Açaí Entregas Ltda."),
        ("ticket tri", "Ticket triage"),
        ("theme dark", "Theme: dark"),
        ("utc", "Times in UTC"),
        ("ovreview", "Overview"),
    ):
        panel.field.setText(typed)
        assert panel.list.currentIndex().data() == title
    panel.field.setText("no such thing at all 123")
    assert panel.list.isHidden()
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    assert admin_workspace.finder.palette.isVisible()


def test_a_key_is_opened_in_its_account(office: Office, admin_workspace: Workspace) -> None:
    admin_workspace.finder.open_palette()
    panel = admin_workspace.finder.palette.panel
    panel.field.setText("ticket triage")
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    assert admin_workspace.context.scope.current.name == "Acme Robotics Inc."
    page = admin_workspace.page("keys")
    assert isinstance(page, PlainPage)
    assert page.entered is not None
    assert page.entered["key_id"].startswith("key_")


def test_arrows_go_round(office: Office, admin_workspace: Workspace) -> None:
    admin_workspace.finder.open_palette()
    panel = admin_workspace.finder.palette.panel
    rows = panel.list.model().rowCount()
    office.bot.keyClick(panel.field, Qt.Key.Key_Up)
    assert panel.list.currentIndex().row() == rows - 1
    office.bot.keyClick(panel.field, Qt.Key.Key_Down)
    assert panel.list.currentIndex().row() == 0
    office.bot.keyClick(panel.field, Qt.Key.Key_PageDown)
    assert panel.list.currentIndex().row() > 1


# Scope


def test_staff_choose_an_account_and_its_usage_is_synced(
    office: Office, admin_workspace: Workspace
) -> None:
    told: list[ScopeChoice] = []
    admin_workspace.context.scope.changed.connect(told.append)
    office.bot.mouseClick(admin_workspace.top.scope, Qt.MouseButton.LeftButton)
    picker = admin_workspace.finder.picker
    assert picker.isVisible()
    assert picker.panel.list.currentIndex().data() == "Whole service"
    office.bot.keyClicks(picker.panel.field, "nordlicht")
    office.bot.keyClick(picker.panel.field, Qt.Key.Key_Return)
    (choice,) = told
    assert choice.name == "Nordlicht Versicherung AG"
    assert admin_workspace.top.scope.text() == choice.name
    office.until(lambda: choice.id in admin_workspace.session.usage_scopes())
    admin_workspace.finder.open_picker()
    assert picker.panel.list.currentIndex().data() == choice.name


def test_an_owner_of_one_account_has_nothing_to_choose(
    office: Office, sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "Dana Whitfield")
    workspace = office.workspace(window)
    assert workspace.top.scope.text() == "Acme Robotics Inc."
    assert not workspace.top.scope.isEnabled()
    workspace.finder.open_picker()
    assert not workspace.finder.picker.isVisible()
    workspace.finder.open_palette()
    panel = workspace.finder.palette.panel
    panel.field.setText("nordlicht")
    assert panel.list.isHidden()


# Theme, zone, place, title


def test_the_theme_switches_live_and_is_remembered(
    office: Office, admin_workspace: Workspace
) -> None:
    person = admin_workspace.top.person
    theme_menu = next(a.menu() for a in person.drop_menu.actions() if a.text() == "Theme")
    light = admin_workspace.grab().toImage().pixelColor(5, 5)
    dark_action = next(a for a in theme_menu.actions() if a.text() == "Dark")  # type: ignore[attr-defined]
    dark_action.trigger()
    assert dark_action.isChecked()
    dark = admin_workspace.grab().toImage().pixelColor(5, 5)
    assert light.lightness() > 200
    assert dark.lightness() < 60
    assert PreferenceStore(office.folder / "config").value.theme == "dark"


def test_times_switch_to_utc_everywhere(office: Office, admin_workspace: Workspace) -> None:
    told: list[object] = []
    admin_workspace.context.zone.changed.connect(told.append)
    admin_workspace.show_zone("Asia/Kathmandu")
    assert "times in Asia/Kathmandu" in admin_workspace.status.text.whole_text()
    admin_workspace.finder.open_palette()
    panel = admin_workspace.finder.palette.panel
    panel.field.setText("times utc")
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    assert "times in UTC" in admin_workspace.status.text.whole_text()
    assert [getattr(zone, "key", "") for zone in told] == ["Asia/Kathmandu", "UTC"]


def test_the_window_comes_back_where_it_was(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    window.resize(1111, 777)
    window.close()
    again = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    assert (again.width(), again.height()) == (1111, 777)


def test_the_page_that_was_shown_last_is_shown_first(
    office: Office, sandbox: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    first = office.window(desk, "admin")
    office.workspace(first).navigate("usage")
    first.close()
    assert office.workspace(office.window(desk, "admin")).page_id == "usage"


def test_the_status_tells_age_size_and_zone(office: Office, admin_workspace: Workspace) -> None:
    status = admin_workspace.status.text
    office.until(lambda: "encrypted" in status.whole_text())
    age, cache, zone = status.whole_text().split(" · ")
    assert age.startswith("Synced ")
    assert cache.startswith("cache ")
    assert zone.startswith("times in ")


def test_a_page_that_there_is_not_is_an_error(admin_workspace: Workspace) -> None:
    with pytest.raises(KeyError):
        admin_workspace.navigate("weather")


# People


def test_two_people_in_one_process(office: Office, sandbox: RunningSandbox) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    admin = office.workspace(office.window(desk, "admin"))
    owner = office.workspace(office.window(desk, "Dana Whitfield"))
    assert admin.session.person_id != owner.session.person_id
    assert admin.session.cache.path != owner.session.cache.path
    assert len(admin.session.accounts()) > 1
    assert [account.name for account in owner.session.accounts()] == ["Acme Robotics Inc."]
    window_of(owner).close()
    assert owner.session.closed
    assert not admin.session.closed
    admin.session.wake()
    assert admin.session.accounts()


def test_signing_out_says_what_it_does_and_ends_the_device(
    office: Office, sandbox: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    window = office.window(desk, "support")
    session = office.workspace(window).session
    device = session.me.device
    assert device is not None
    assert window.workspace is not None
    window.workspace.sign_out_asked.emit()
    dialog = window.findChild(SignOutDialog)
    assert dialog is not None
    dialog.reject()
    assert not session.closed
    window.workspace.sign_out_asked.emit()
    dialog = next(d for d in window.findChildren(SignOutDialog) if d.isVisible())
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: window.stack.currentWidget() is window.people)
    assert session.closed
    answer = sandbox.call("GET", f"/v1/devices/{device.id}", sandbox.sign_in("admin"))
    assert answer.json()["revoked_at"] is not None


def test_switching_the_person(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    before = office.workspace(window).session
    assert window.workspace is not None
    window.workspace.switch_asked.emit()
    office.until(lambda: window.stack.currentWidget() is window.people)
    assert before.closed
    owner = sandbox.person("owner")["person"]["id"]
    window.people.cards[owner].click()
    assert office.workspace(window).session.person_id == owner


def test_about_tells_where_the_data_are_from(office: Office, admin_workspace: Workspace) -> None:
    admin_workspace.about_asked.emit()
    dialog: QDialog | None = window_of(admin_workspace).findChild(AboutDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.accept()


# The end


@pytest.mark.parametrize("moment", ["at once", "while it opens", "while it syncs"])
def test_closing_at_any_moment_leaves_nothing_behind(
    office: Office, sandbox: RunningSandbox, moment: str
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    if moment == "while it opens":
        office.until(lambda: window.stack.currentWidget() is window.starting)
    elif moment == "while it syncs":
        office.until(lambda: window.workspace is not None)
    office.close_window(window)
    assert [t.name for t in threading.enumerate() if t.name.startswith(OURS)] == []


def test_what_was_on_its_way_is_not_told_after_leaving(
    office: Office, admin_workspace: Workspace
) -> None:
    told: list[object] = []
    admin_workspace.context.connection.changed.connect(told.append)
    admin_workspace.session.wake()
    admin_workspace.leave()
    told.clear()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    assert told == []
    assert admin_workspace.session.closed


def test_a_focus_ring_is_drawn_on_the_rail(office: Office, admin_workspace: Workspace) -> None:
    item = admin_workspace.rail.items["usage"]
    plain = item.grab().toImage()
    QApplication.sendEvent(item, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    focus_in(office, window_of(admin_workspace))
    item.setFocus(Qt.FocusReason.TabFocusReason)
    office.until(item.hasFocus)
    assert item.grab().toImage() != plain
