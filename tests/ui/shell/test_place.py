"""Where windows come up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.settings.preferences import PersonPlace, Preferences, WindowState
from lmchat_desktop.ui.shell.window_place import CASCADE_PX, beside, fitting, place_of, place_window
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

LAPTOP = QRect(0, 0, 1440, 900)
BESIDE = QRect(1440, -200, 2560, 1440)


@pytest.mark.parametrize(
    ("wanted", "screens", "expected"),
    [
        (QRect(100, 100, 800, 600), [LAPTOP], QRect(100, 100, 800, 600)),
        (QRect(1500, 0, 2000, 1200), [LAPTOP, BESIDE], QRect(1500, 0, 2000, 1200)),
        (QRect(1500, 0, 2000, 1200), [LAPTOP], QRect(0, 0, 1440, 900)),
        (QRect(5000, 5000, 800, 600), [LAPTOP], QRect(640, 300, 800, 600)),
        (QRect(-700, -500, 800, 600), [LAPTOP], QRect(0, 0, 800, 600)),
        (QRect(1400, 50, 800, 600), [LAPTOP, BESIDE], QRect(1440, 50, 800, 600)),
    ],
)
def test_a_window_comes_back_whole(wanted: QRect, screens: list[QRect], expected: QRect) -> None:
    assert fitting(wanted, screens) == expected


def test_a_size_that_its_own_screen_had_is_kept() -> None:
    wanted = QRect(10, 10, 2000, 700)
    assert fitting(wanted, [LAPTOP], at_home=0) == QRect(0, 10, 2000, 700)


@given(
    st.integers(-20_000, 20_000),
    st.integers(-20_000, 20_000),
    st.integers(200, 20_000),
    st.integers(150, 20_000),
)
def test_it_is_always_within_a_screen(x: int, y: int, width: int, height: int) -> None:
    place = fitting(QRect(x, y, width, height), [LAPTOP, BESIDE])
    assert LAPTOP.contains(place) or BESIDE.contains(place)


def test_what_is_maximised_keeps_its_ordinary_place(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    screens = [QGuiApplication.primaryScreen()]
    place_window(window, WindowState(x=20, y=30, width=400, height=300), screens)
    window.show()
    window.showMaximized()
    state = place_of(window)
    assert state.maximised
    assert (state.width, state.height) == (400, 300)
    assert state.screen == screens[0].name()
    again = QWidget()
    qtbot.addWidget(again)
    place_window(again, state, screens)
    assert again.isMaximized()


def test_a_further_window_lies_beside(qtbot: QtBot) -> None:
    windows = [QWidget(), QWidget()]
    for window in windows:
        qtbot.addWidget(window)
    windows[0].setGeometry(10, 20, 400, 300)
    beside(windows[1], windows[0], [QGuiApplication.primaryScreen()])
    assert windows[1].pos() == windows[0].pos() + type(windows[0].pos())(CASCADE_PX, CASCADE_PX)
    assert windows[1].size() == windows[0].size()


@pytest.mark.usefixtures("plain_pages")
def test_each_person_comes_back_to_their_page_and_scope(
    office: Office, sandbox: RunningSandbox
) -> None:
    desk = office.desk(sandbox=AttachedSandbox(sandbox))
    admin = office.window(desk, "admin")
    workspace = office.workspace(admin)
    acme = next(each for each in workspace.finder.choices if each.name == "Acme Robotics Inc.")
    workspace.context.scope.choose(acme)
    workspace.navigate("usage")
    office.close_window(admin)
    support = office.window(desk, "support")
    assert office.workspace(support).context.scope.id == "service"
    office.workspace(support).navigate("overview")
    office.close_window(support)
    again = office.workspace(office.window(desk, "admin"))
    assert again.page_id == "usage"
    assert again.context.scope.current == acme


def test_places_are_bounded_and_the_latest_stay() -> None:
    value = Preferences()
    for number in range(80):
        value = value.placed(f"p/{number}", page="usage")
    value = value.placed("p/79", scope="acct_1")
    assert len(value.places) == 50
    assert value.places["p/79"] == PersonPlace("usage", "acct_1")
    assert "p/0" not in value.places


def test_what_was_chosen_last_is_first() -> None:
    value = Preferences()
    for name in ("a", "b", "a", *map(str, range(17)), "b"):
        value = value.recently(name)
    assert value.recent[:2] == ("b", "16")
    assert len(value.recent) == 19
