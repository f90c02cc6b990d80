"""Segments are a radio group: to the keyboard, and to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import check_sights, check_speech, focused

OPTIONS = [("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d"), ("custom", "Custom…")]


class Row(QWidget):
    """A control between two buttons."""

    def __init__(self, current: str = "7d") -> None:
        super().__init__()
        self.before = Button("Before", self)
        self.control = SegmentedControl(OPTIONS, current, self, name="Range", asking=("custom",))
        self.after = Button("After", self)
        column = QVBoxLayout(self)
        for widget in (self.before, self.control, self.after):
            column.addWidget(widget)
        self.segments = self.control.findChildren(QPushButton)


def make(qtbot: QtBot, current: str = "7d") -> Row:
    row = Row(current)
    qtbot.addWidget(row)
    row.show()
    row.activateWindow()
    qtbot.waitUntil(row.isActiveWindow)
    row.before.setFocus(Qt.FocusReason.TabFocusReason)
    return row


def press(*keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(focused(), key)


def test_they_are_said_as_radio_buttons_in_a_named_group(qtbot: QtBot) -> None:
    row = make(qtbot)
    for segment, (value, title) in zip(row.segments, OPTIONS, strict=True):
        check_speech(segment)
        spoken = QAccessible.queryAccessibleInterface(segment)
        assert spoken.role() == QAccessible.Role.RadioButton
        assert spoken.text(QAccessible.Text.Name) == title
        assert (spoken.state().checkable, spoken.state().checked) == (True, value == "7d")
    group = QAccessible.queryAccessibleInterface(row.control)
    assert group.role() == QAccessible.Role.Grouping
    assert group.text(QAccessible.Text.Name) == "Range"
    assert group.childCount() == len(OPTIONS)
    row.control.set_current("30d")
    states = [QAccessible.queryAccessibleInterface(each).state() for each in row.segments]
    assert [state.checked for state in states] == [False, False, True, False]


def test_a_screen_reader_presses_them(qtbot: QtBot) -> None:
    row = make(qtbot)
    spoken = QAccessible.queryAccessibleInterface(row.segments[0])
    with qtbot.waitSignal(row.control.current_changed) as changed:
        spoken.actionInterface().doAction("Press")
    assert changed.args == ["24h"]


@pytest.mark.parametrize(("current", "entered"), [("7d", 1), ("30d", 2), ("none", 0)])
def test_tab_enters_at_the_chosen_one_and_leaves_at_once(
    qtbot: QtBot, current: str, entered: int
) -> None:
    row = make(qtbot, current)
    press(Qt.Key.Key_Tab)
    assert focused() is row.segments[entered]
    press(Qt.Key.Key_Tab)
    assert focused() is row.after
    press(Qt.Key.Key_Backtab)
    assert focused() is row.segments[entered]
    press(Qt.Key.Key_Backtab)
    assert focused() is row.before
    assert row.control.current == ("" if current == "none" else current)


def test_arrows_choose_and_go_round(qtbot: QtBot) -> None:
    control = SegmentedControl(OPTIONS[:3], "7d", name="Range")
    qtbot.addWidget(control)
    control.show()
    control.activateWindow()
    qtbot.waitUntil(control.isActiveWindow)
    control.findChildren(QPushButton)[1].setFocus(Qt.FocusReason.TabFocusReason)
    for key, value in (
        (Qt.Key.Key_Right, "30d"),
        (Qt.Key.Key_Down, "24h"),
        (Qt.Key.Key_Left, "30d"),
        (Qt.Key.Key_Up, "7d"),
        (Qt.Key.Key_End, "30d"),
        (Qt.Key.Key_Home, "24h"),
    ):
        with qtbot.waitSignal(control.current_changed) as changed:
            press(key)
        assert changed.args == [value]
        assert control.current == value


def test_arrows_only_pass_what_asks_for_more(qtbot: QtBot) -> None:
    row = make(qtbot, "30d")
    press(Qt.Key.Key_Tab)
    with qtbot.assertNotEmitted(row.control.activated):
        press(Qt.Key.Key_Right)
        assert focused() is row.segments[3]
        press(Qt.Key.Key_Backtab)
    assert focused() is row.before, "the group is one stop, wherever its focus is"
    press(Qt.Key.Key_Tab)
    assert focused() is row.segments[2]
    assert row.control.current == "30d"
    press(Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert (focused(), row.control.current) == (row.segments[0], "24h")
    press(Qt.Key.Key_Left)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        with qtbot.waitSignal(row.control.activated) as activated:
            press(key)
        assert activated.args == ["custom"]
    press(Qt.Key.Key_Tab)
    assert focused() is row.after


def test_what_is_greyed_out_is_passed(qtbot: QtBot) -> None:
    row = make(qtbot)
    row.control.set_option_enabled("30d", False, "no data")
    press(Qt.Key.Key_Tab, Qt.Key.Key_Right)
    assert focused() is row.segments[3]
    row.before.setFocus(Qt.FocusReason.TabFocusReason)
    row.control.set_option_enabled("7d", False, "no data")
    press(Qt.Key.Key_Tab)
    assert focused() is row.segments[0], "the chosen one cannot be reached, so the first is"


def test_the_focus_is_seen(qtbot: QtBot) -> None:
    row = make(qtbot)
    small = SegmentedControl(OPTIONS, "7d", row, name="Small", small=True)
    layout = row.layout()
    assert layout is not None
    layout.addWidget(small)
    check_sights(lambda: [*row.segments, *small.findChildren(QPushButton)])
