"""By the keyboard alone: every control is reached, seen and named, and Escape leads back."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QLineEdit,
    QWidget,
)

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.usage.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.shell.dialogs import AboutDialog, SignOutDialog
from lmchat_desktop.ui.shell.lock.model import Why
from lmchat_desktop.ui.shell.main_window import MainWindow
from lmchat_desktop.ui.shell.trouble.model import Way
from lmchat_desktop.ui.widgets.buttons import Button, MenuButton
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
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

MOST_STOPS = 120
NO_ROLES = (
    QAccessible.Role.NoRole,
    QAccessible.Role.Client,
    QAccessible.Role.Border,
    QAccessible.Role.Pane,
)

plain = pytest.mark.usefixtures("plain_pages")


def named(widget: QWidget) -> str:
    """What a failure calls a widget."""
    return f"{type(widget).__name__}({widget.objectName()!r}, {widget.accessibleName()!r})"


def is_part(widget: QWidget) -> bool:
    """Whether a control without a tab stop belongs to one that has it: arrows lead to it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is not None and group.exclusive():
        return any(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in group.buttons())
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if parent.focusPolicy() & Qt.FocusPolicy.TabFocus:
            return True
        parent = parent.parentWidget()
    return False


def stops_of(root: QWidget) -> set[QWidget]:
    """The controls of a window that Tab has to reach; one that it cannot reach is an error."""
    stops: set[QWidget] = set()
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled() or widget.window() is not root:
            continue
        if widget.focusProxy() is not None:
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            stops.add(widget)
        elif isinstance(widget, QAbstractButton | QLineEdit | QComboBox):
            assert is_part(widget), f"Tab cannot reach {named(widget)}"
    return stops


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def leave(widget: QWidget, key: Qt.Key) -> None:
    """Press a key; in a field of date and time it goes through day, month, year and so on first."""
    sections = widget.sectionCount() if isinstance(widget, QDateTimeEdit) else 1
    for _ in range(sections):
        QTest.keyClick(widget, key)
        if focused() is not widget:
            return


def round_from(start: QWidget, key: Qt.Key) -> list[QWidget]:
    """Where a key leads, from a widget until it comes round to it."""
    way = [start]
    for _ in range(MOST_STOPS):
        leave(focused(), key)
        if focused() is start:
            return way
        assert focused() not in way, (
            f"{named(focused())} keeps the focus after {[named(each) for each in way]}"
        )
        way.append(focused())
    raise AssertionError(f"it never came round: {[named(each) for each in way]}")


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def check_speech(widget: QWidget) -> None:
    """A screen reader has a name and a role to say."""
    spoken = QAccessible.queryAccessibleInterface(widget)
    assert spoken is not None, named(widget)
    assert spoken.text(QAccessible.Text.Name).strip(), f"{named(widget)} has no name"
    assert spoken.role() not in NO_ROLES, f"{named(widget)} is said as {spoken.role()}"


def check_sight(widget: QWidget) -> None:
    """It looks different while it has the keyboard."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.hasFocus(), named(widget)
    with_focus = picture(widget)
    widget.clearFocus()
    assert picture(widget) != with_focus, f"{named(widget)} does not show its focus"


def check_enter(widget: QWidget) -> None:
    """Enter presses a button of ours; menus are opened by `check_menu`."""
    if (
        not isinstance(widget, QAbstractButton)
        or isinstance(widget, MenuButton)
        or widget.isCheckable()
        or type(widget).__module__.startswith("PySide6")
    ):
        return
    enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    widget.blockSignals(True)
    widget.event(enter)
    widget.blockSignals(False)
    assert enter.isAccepted(), f"Enter does not press {named(widget)}"


def focus_in(office: Office, window: QWidget) -> QWidget:
    """The widget that has the keyboard once the window is active.

    Without a window manager no window becomes active by itself when another closes.
    """
    window.activateWindow()
    office.until(lambda: window.isActiveWindow() and QApplication.focusWidget() is not None)
    assert focused().window() is window, named(focused())
    assert focused().isVisible(), named(focused())
    return focused()


def check_keyboard(office: Office, window: QWidget) -> list[QWidget]:
    """Check a window as it stands, beginning where its focus is; answers the way of Tab."""
    start = focus_in(office, window)
    check_speech(start)
    if not start.focusPolicy() & Qt.FocusPolicy.TabFocus:
        # A page as a whole has the focus until the first key.
        QTest.keyClick(start, Qt.Key.Key_Tab)
        start = focused()
    wanted = stops_of(window)
    office.until(lambda: not any(each.size().isEmpty() for each in wanted))
    way = round_from(start, Qt.Key.Key_Tab)
    missed = [named(each) for each in wanted - set(way)]
    assert not missed, f"Tab never reaches {missed}"
    beyond = [named(each) for each in set(way) - wanted]
    assert not beyond, f"Tab also reaches {beyond}"
    back = round_from(start, Qt.Key.Key_Backtab)
    assert [named(each) for each in back[1:]] == [named(each) for each in reversed(way[1:])]
    for widget in way:
        check_speech(widget)
        check_sight(widget)
        check_enter(widget)
    start.setFocus(Qt.FocusReason.TabFocusReason)
    return way


def check_reading(way: list[QWidget]) -> None:
    """Tab goes as one reads, line by line, and wraps round once at most."""
    places = [(at.y(), at.x()) for at in (each.mapToGlobal(QPoint()) for each in way)]
    wraps = [
        named(after)
        for (_before, after), (first, second) in zip(pairwise(way), pairwise(places), strict=True)
        if second < first
    ]
    assert len(wraps) <= 1, f"Tab jumps back at {wraps}"


def check_cards(way: list[QWidget]) -> None:
    """Tab goes through one card after the other, row by row."""
    cards = [card_of(widget) for widget in way]
    in_turn = [card for card, _ in groupby(card for card in cards if card is not None)]
    titles = [card.accessibleName() for card in in_turn]
    assert len(set(in_turn)) == len(in_turn), f"Tab comes back to a card: {titles}"
    places = [(at.y(), at.x()) for at in (card.mapToGlobal(QPoint()) for card in in_turn)]
    assert places == sorted(places), f"Tab goes through cards in this order: {titles}"


def card_of(widget: QWidget) -> Card | None:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, Card):
        parent = parent.parentWidget()
    return parent


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


def escape() -> None:
    QTest.keyClick(QApplication.activePopupWidget() or focused(), Qt.Key.Key_Escape)


# Before and after work


@plain
def test_sign_in(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk())
    view = window.sign_in
    office.until(lambda: window.stack.currentWidget() is view)
    check_keyboard(office, window)
    view.address.setText(sandbox.url)
    assert view.save_button in check_keyboard(office, window)
    view.save_button.click()
    office.until(view.browser_button.isVisible)
    window.flow.backends.add("Second", "https://second.example.org")
    office.until(lambda: view.profile is not None and view.profile.name == "Second")
    view.token.setText("lmc-pat-")
    way = check_keyboard(office, window)
    check_reading(way)
    assert {view.browser_button, view.token, view.token_button, view.add_button} <= set(way)
    view.remove_button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view.remove_button, Qt.Key.Key_Return)
    dialog = window.findChild(QDialog)
    assert dialog is not None
    check_keyboard(office, dialog)
    escape()
    assert not dialog.isVisible()
    assert focus_in(office, window) is view.remove_button


@plain
def test_people(office: Office, sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)))
    office.until(lambda: window.people.cards)
    way = check_keyboard(office, window)
    check_reading(way)
    assert set(window.people.cards.values()) <= set(way)


@plain
def test_trouble(office: Office, sandbox: RunningSandbox) -> None:
    used_cache(office, sandbox)
    set_key(office, sandbox, None)
    window = start_again(office)
    trouble_in(office, window, "missing-key")
    check_keyboard(office, window)
    toggle = window.trouble.findChild(Button, "details-toggle")
    assert toggle is not None
    toggle.click()
    check_reading(check_keyboard(office, window))


@plain
def test_trouble_with_a_passphrase(office: Office, sandbox: RunningSandbox) -> None:
    office.secrets = NoKeyring()
    window = sign_in(office, sandbox)
    trouble_in(office, window, "keyring-missing")
    press(office, window, Way.PASSPHRASE)
    fields = [each for each in window.trouble.findChildren(QLineEdit) if each.isVisible()]
    assert set(fields) <= set(check_keyboard(office, window))


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
        check_keyboard(office, dialog)
        escape()
        assert not dialog.isVisible()
        assert focus_in(office, window) is person
    office.windows[-1].lock_all(Why.ASKED)
    assert window.lock_view is not None
    assert focus_in(office, window) is window.lock_view.unlock
    assert window.lock_view.other in check_keyboard(office, window)


# At work


def check_menu(office: Office, button: MenuButton) -> None:
    """The menu opens by the keyboard, and Escape gives the focus back to its button."""
    button.setFocus(Qt.FocusReason.TabFocusReason)
    office.until(button.hasFocus)
    QTest.keyClick(button, Qt.Key.Key_Down)
    office.until(lambda: QApplication.activePopupWidget() is button.drop_menu)
    escape()
    assert not button.drop_menu.isVisible()
    office.until(button.hasFocus)


@plain
def test_the_shell_and_what_opens_over_it(office: Office, admin_workspace: Workspace) -> None:
    window = window_of(admin_workspace)
    top = admin_workspace.top
    check_keyboard(office, window)
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
        escape()
        assert not overlay.isVisible()
        assert opener.hasFocus()


@pytest.mark.full
def test_overview(office: Office, admin_workspace: Workspace) -> None:
    check_cards(check_keyboard(office, window_of(admin_workspace)))


@pytest.mark.full
def test_usage(office: Office, admin_workspace: Workspace) -> None:
    page = usage_page(office, admin_workspace)
    window = window_of(admin_workspace)
    way = check_keyboard(office, window)
    check_cards(way)
    shown = page.model.shown
    assert shown is not None
    page.enter({"filters": {"model": [row.value for row in shown.picture.rows[:2]]}})
    office.until(lambda: not page.model.busy)
    office.workspace(window)
    assert page.toolbar.chips
    more = check_keyboard(office, window)
    check_cards(more)
    chips = [each for each in more if isinstance(each, Chip)]
    assert len(chips) == 1
    chips[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(focused(), Qt.Key.Key_Delete)
    assert not page.toolbar.chips
    assert focus_in(office, window) is page.toolbar.filter_button
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
    dialog = page.findChild(RangeDialog)
    assert dialog is not None
    check_keyboard(office, dialog)
    escape()
    assert not dialog.isVisible()
    assert focus_in(office, window) is opener

    button = page.toolbar.filter_button
    button.setFocus(Qt.FocusReason.TabFocusReason)
    page.toolbar.filter_asked.emit(Dimension.MODEL)
    panel = page.filter_panel
    office.until(lambda: not page.context.tasks.busy)
    assert panel.isVisible()
    check_keyboard(office, panel)
    escape()
    assert not panel.isVisible()
    office.until(button.hasFocus)
