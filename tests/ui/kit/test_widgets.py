"""Controls: plain text, names, keyboard, and what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Figure, change
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton, IconButton, MenuButton
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.chips import Chip
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.figure_tile import FigureTile
from lmchat_desktop.ui.widgets.flow import FlowLayout
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_caption, plain_tooltip
from lmchat_desktop.ui.widgets.search_button import SearchButton
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.status_dot import StatusDot
from lmchat_desktop.ui.widgets.toast import Toast

HOSTILE = '<img src="file:///etc/hostname"><b>bold</b> &amp; more'
TABLE = "a\nb\u202ec" + "x" * 5_000


def _pictures_differ(one: QImage, other: QImage) -> bool:
    return one != other


# Plain text


def test_markup_is_shown_literally(qtbot: QtBot, tmp_path: Path) -> None:
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    path = tmp_path / "spy.png"
    assert picture.save(str(path))
    label = PlainLabel(f'<img src="{path.as_posix()}">')
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == f'<img src="{path.as_posix()}">'
    shown = label.grab().toImage()
    red = sum(
        shown.pixelColor(x, y).name() == "#ff0000"
        for x in range(shown.width())
        for y in range(shown.height())
    )
    assert red == 0
    assert shown.height() < 40


def test_a_label_elides_and_tells_the_rest(qtbot: QtBot) -> None:
    label = PlainLabel("first", elide=Qt.TextElideMode.ElideRight)
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.setText(TABLE)
    label.show()
    assert label.whole_text() == TABLE
    assert label.text().endswith("…")
    assert "\n" not in label.text()
    assert label.fontMetrics().horizontalAdvance(label.text()) <= 120
    assert label.minimumSizeHint().width() < 60
    assert len(label.toolTip()) <= 2_000
    label.resize(900, 20)
    label.setText("short")
    assert (label.text(), label.toolTip()) == ("short", "")


def test_a_megabyte_of_text_does_not_hold_up(qtbot: QtBot) -> None:
    label = PlainLabel("x" * 1_000_000, elide=Qt.TextElideMode.ElideMiddle)
    qtbot.addWidget(label)
    label.resize(200, 20)
    assert len(label.text()) < 100


@pytest.mark.parametrize("text", [HOSTILE, "a < b", "<u>"])
def test_tooltips_show_markup_literally(text: str) -> None:
    written = plain_tooltip(text)
    assert "<img" not in written
    assert "&lt;" in written


def test_tooltips_leave_plain_text_alone() -> None:
    assert plain_tooltip("R&D costs") == "R&D costs"


def test_an_ampersand_is_no_mnemonic(qtbot: QtBot) -> None:
    assert plain_caption("R&D\nteam") == "R&&D team"
    button = Button("R&D")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "R&D"


# Buttons


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_buttons_answer_the_keyboard(qtbot: QtBot, key: Qt.Key) -> None:
    for button in (Button("Save", look="primary"), IconButton("close", "Close")):
        qtbot.addWidget(button)
        button.show()
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button, key)


def test_an_icon_button_has_a_name(qtbot: QtBot) -> None:
    button = IconButton("close", "Close the panel")
    qtbot.addWidget(button)
    assert button.accessibleName() == button.toolTip() == "Close the panel"


def test_a_choice_tells_what_was_chosen(qtbot: QtBot) -> None:
    choice = ChoiceButton(
        [("model", "Model"), ("key", "API key <b>")], "model", prefix="By", name="Group by"
    )
    qtbot.addWidget(choice)
    assert choice.text() == "By model"
    assert choice.accessibleName() == "Group by: Model"
    with qtbot.waitSignal(choice.current_changed) as changed:
        choice.drop_menu.actions()[1].trigger()
    assert changed.args == ["key"]
    assert choice.current == "key"
    with qtbot.assertNotEmitted(choice.current_changed):
        choice.set_current("model")
    assert [action.isChecked() for action in choice.drop_menu.actions()] == [True, False]


def test_a_menu_button_opens_by_keyboard(qtbot: QtBot) -> None:
    button = MenuButton("Export")
    qtbot.addWidget(button)
    action = button.add_action("As CSV")
    button.show()
    opened: list[bool] = []

    def choose() -> None:
        opened.append(True)
        button.drop_menu.setActiveAction(action)
        QTest.keyClick(button.drop_menu, Qt.Key.Key_Return)

    button.drop_menu.aboutToShow.connect(choose, Qt.ConnectionType.QueuedConnection)
    with qtbot.waitSignal(action.triggered):
        QTest.keyClick(button, Qt.Key.Key_Down)
    assert opened == [True]


# Choosing


def test_segments_move_with_the_arrows(qtbot: QtBot) -> None:
    control = SegmentedControl(
        [("24h", "24 h"), ("7d", "7 d"), ("30d", "30 d")], "7d", name="Range"
    )
    qtbot.addWidget(control)
    control.show()
    control.activateWindow()
    qtbot.waitUntil(control.isActiveWindow)
    buttons = control.findChildren(QPushButton)
    assert [button.isChecked() for button in buttons] == [False, True, False]
    buttons[1].setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(control.current_changed) as changed:
        QTest.keyClick(buttons[1], Qt.Key.Key_Right)
    assert changed.args == ["30d"]
    assert buttons[2].hasFocus()
    with qtbot.assertNotEmitted(control.current_changed):
        control.set_current("24h")
    assert control.current == "24h"
    control.set_current("custom")
    assert (control.current, any(button.isChecked() for button in buttons)) == ("", False)
    with qtbot.waitSignal(control.activated) as activated:
        buttons[0].click()
    assert activated.args == ["24h"]


def test_segments_do_not_jump_when_chosen(qtbot: QtBot) -> None:
    control = SegmentedControl([("a", "Stacked"), ("b", "Lines")])
    qtbot.addWidget(control)
    width = control.sizeHint().width()
    control.set_current("b")
    assert control.sizeHint().width() == width


def test_a_chip_goes_by_cross_and_key(qtbot: QtBot) -> None:
    chip = Chip("region is EU")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    chip.show()
    assert "Delete" in chip.accessibleDescription()
    middle = chip.height() // 2
    with qtbot.waitSignal(chip.removed), qtbot.assertNotEmitted(chip.clicked):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(chip.width() - 14, middle))
    with qtbot.waitSignal(chip.clicked), qtbot.assertNotEmitted(chip.removed):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(20, middle))
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        with qtbot.waitSignal(chip.removed):
            QTest.keyClick(chip, key)


def test_chips_wrap(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    flow = FlowLayout(window)
    chips = [Chip(f"region is number {n}") for n in range(6)]
    for chip in chips:
        flow.addWidget(chip)
    window.resize(320, 300)
    window.show()
    rows = {chip.y() for chip in chips}
    assert len(rows) > 1
    assert all(chip.geometry().right() <= 320 for chip in chips)
    assert flow.heightForWidth(2_000) == chips[0].height()


# Tiles and messages


def test_a_tile_says_all_in_its_name(qtbot: QtBot) -> None:
    tile = FigureTile("Requests", good_when="higher")
    qtbot.addWidget(tile)
    assert tile.figure_text() == "–"
    assert "no data" in tile.accessibleName()
    tile.set_figures(Figure("1.08", "G"), Figure("203", "M"))
    tile.set_change(change(104.1, 100))
    assert tile.accessibleName() == "Requests, 1.08 G / 203 M, +4.1 % vs prev., better"


@pytest.mark.parametrize(
    ("good_when", "now", "tone"),
    [
        ("higher", 110, "good"),
        ("higher", 90, "bad"),
        ("lower", 110, "bad"),
        ("lower", 90, "good"),
        ("neutral", 110, "muted"),
        ("higher", 100, "muted"),
    ],
)
def test_a_change_is_judged_by_what_it_means(
    qtbot: QtBot, good_when: str, now: float, tone: str
) -> None:
    tile = FigureTile("x", good_when=good_when)
    qtbot.addWidget(tile)
    tile.set_change(change(now, 100))
    label = next(each for each in tile.findChildren(PlainLabel) if "%" in each.text())
    assert label.property("tone") == tone


def test_a_tile_shrinks_its_figure_rather_than_cut_it(qtbot: QtBot) -> None:
    tile = FigureTile("Cost")
    qtbot.addWidget(tile)
    tile.set_figures(Figure("$9,999,999.00"))
    tile.resize(150, 106)
    tile.show()
    picture = tile.grab().toImage()
    edge = [picture.pixelColor(146, y).name() for y in range(30, 70)]
    assert len(set(edge)) == 1


def test_a_tile_keeps_to_the_size_of_its_neighbours(qtbot: QtBot) -> None:
    tile = FigureTile("Cost")
    qtbot.addWidget(tile)
    tile.set_figures(Figure("$1.00"))
    tile.resize(200, 106)
    tile.show()
    assert tile.shown_figure_pixels() == tile.fitting_figure_pixels() == 26
    tile.limit_figure_pixels(20)
    assert tile.shown_figure_pixels() == 20
    with qtbot.waitSignal(tile.fit_changed):
        tile.set_figures(Figure("$9,999,999,999.00"))
    assert tile.shown_figure_pixels() == tile.fitting_figure_pixels() < 20
    assert tile.least_width() > 106


def test_an_empty_state_wraps_where_it_is_narrow(qtbot: QtBot) -> None:
    state = EmptyState("chart", "Nothing yet", "What appears here is told in words. " * 4)
    qtbot.addWidget(state)
    assert state.minimumSizeHint().width() < 200
    state.resize(240, 400)
    state.show()
    label = next(each for each in state.findChildren(PlainLabel) if "told" in each.text())
    assert label.width() <= 240 - 48
    state.resize(900, 400)
    QTest.qWait(0)
    assert label.width() == label.maximumWidth()
    assert abs(label.geometry().center().x() - 450) <= 1


def test_a_tile_can_be_chosen_by_keyboard(qtbot: QtBot) -> None:
    tile = FigureTile("Cost")
    qtbot.addWidget(tile)
    tile.show()
    with qtbot.assertNotEmitted(tile.activated):
        QTest.keyClick(tile, Qt.Key.Key_Return)
    tile.set_selectable(True)
    for act in (
        lambda: QTest.keyClick(tile, Qt.Key.Key_Return),
        lambda: QTest.mouseClick(tile, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(tile.activated):
            act()
    tile.set_selected(True)
    assert tile.accessibleName().endswith("selected")


def test_a_trend_needs_two_values(qtbot: QtBot) -> None:
    tile = FigureTile("Cost")
    qtbot.addWidget(tile)
    tile.show()
    tile.set_trend([1.0, float("nan")])
    assert tile.sparkline.isHidden()
    tile.set_trend([1.0, float("nan"), 2.0, 3.0])
    assert tile.sparkline.isVisible()
    tile.grab()


def test_the_dot_tells_states_apart_without_colour(qtbot: QtBot) -> None:
    dot = StatusDot()
    qtbot.addWidget(dot)
    dot.resize(140, 34)
    shapes = []
    for state in ("live", "syncing", "offline"):
        dot.set_state(state, "x")
        grey = dot.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        shapes.append([grey.pixelColor(x, 17).lightness() < 230 for x in range(6, 18)])
    assert shapes[0] != shapes[1] != shapes[2] != shapes[0]
    dot.set_state("offline", "Offline since 14:05")
    assert dot.accessibleName() == "Connection: Offline since 14:05"
    with pytest.raises(ValueError, match="no such state"):
        dot.set_state("asleep")


def test_a_banner_offers_what_to_do(qtbot: QtBot) -> None:
    banner = Banner("warn", HOSTILE, action="Retry", dismissible=True)
    qtbot.addWidget(banner)
    banner.show()
    assert banner.text() == HOSTILE
    assert banner.accessibleName().startswith("Warning: <img")
    with qtbot.waitSignal(banner.action_triggered):
        banner.action_button.click()
    with qtbot.waitSignal(banner.dismissed):
        banner.close_button.click()
    assert banner.isHidden()
    banner.set_message("bad", "No connection")
    assert banner.action_button.isHidden()


def test_an_empty_state_offers_the_next_step(qtbot: QtBot) -> None:
    empty = EmptyState("keys", "No keys yet", "Keys will appear here.", action="Create a key")
    qtbot.addWidget(empty)
    empty.show()
    with qtbot.waitSignal(empty.action_triggered):
        empty.action_button.click()
    assert (empty.accessibleName(), empty.accessibleDescription()) == (
        "No keys yet",
        "Keys will appear here.",
    )


def test_a_toast_is_within_the_window_and_leaves(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    toast = Toast(window)
    toast.show_message("Saved " * 60, "good")
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    acted: list[bool] = []
    toast.show_message("Deleted", action="Undo", on_action=lambda: acted.append(True))
    toast.action_button.click()
    assert acted == [True]
    assert toast.isHidden()
    toast.show_message("Gone")
    QTest.keyClick(toast, Qt.Key.Key_Escape)
    assert toast.isHidden()


def test_the_search_button_is_a_button(qtbot: QtBot) -> None:
    button = SearchButton()
    qtbot.addWidget(button)
    button.show()
    assert "Ctrl K" in button.accessibleDescription()
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_card_hides_an_empty_title_row(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    card.show()
    assert not card.heading.isVisible()
    card.set_title("Tokens", "per hour")
    assert card.heading.isVisible()
    assert card.accessibleName() == "Tokens per hour"


# Focus


def _controls() -> list[QWidget]:
    tile = FigureTile("Requests")
    tile.set_selectable(True)
    return [
        Button("Save", look="primary"),
        Button("Cancel"),
        Button("Why?", look="link"),
        IconButton("close", "Close"),
        ChoiceButton([("a", "A")], name="Choice"),
        Chip("region is EU"),
        StatusDot(),
        SearchButton(),
        tile,
    ]


def test_every_control_shows_its_focus_and_has_a_name(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    elsewhere = QPushButton("elsewhere")
    column.addWidget(elsewhere)
    controls = _controls()
    for control in controls:
        row = QHBoxLayout()
        row.addWidget(control)
        row.addStretch(1)
        column.addLayout(row)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for control in controls:
        elsewhere.setFocus()
        before = control.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        assert control.hasFocus(), control
        assert _pictures_differ(before, control.grab().toImage()), control
        assert control.accessibleName(), control


def test_tab_goes_through_in_order(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    controls = _controls()
    for control in controls:
        column.addWidget(control)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    controls[0].setFocus(Qt.FocusReason.TabFocusReason)
    for control in controls[1:]:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert window.focusWidget() is control


def test_a_flow_layout_makes_room_as_soon_as_something_comes_or_goes(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder, gap=8)
    first, second = Button("one"), Button("two")
    flow.addWidget(first)
    narrow = holder.sizeHint().width()
    flow.addWidget(second)
    assert holder.sizeHint().width() == narrow + 8 + second.sizeHint().width()
    flow.removeWidget(second)
    assert holder.sizeHint().width() == narrow
    flow.addWidget(second)
    flow.takeAt(1)
    assert holder.sizeHint().width() == narrow
    assert flow.takeAt(5) is None
    second.setParent(None)
    qtbot.addWidget(second)
