"""Charts by keyboard alone, and what assistive technology is told of them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.theme.manager import tokens
from tests.ui.kit.drawing import COUNT, EDGES, latency, usage

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def chart(qtbot: QtBot) -> TimeSeriesChart:
    made = TimeSeriesChart(name="Output tokens per 3 hours")
    qtbot.addWidget(made)
    made.resize(900, 320)
    made.set_data(usage())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus(Qt.FocusReason.TabFocusReason)
    made.grab()
    return made


def _press(chart: TimeSeriesChart | LatencyChart, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(chart, key)


def test_the_ring_is_seen_and_only_by_keyboard(chart: TimeSeriesChart) -> None:
    def ringed() -> bool:
        area = chart._surface.plot_rect()
        picture = chart.grab().toImage()
        return (
            picture.pixelColor(area.center().x(), area.top() - 1).name().upper() == tokens().accent
        )

    assert ringed()
    chart.clearFocus()
    assert not ringed()
    chart.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ringed()


def test_up_and_down_choose_a_series_that_enter_clicks(
    chart: TimeSeriesChart, qtbot: QtBot
) -> None:
    _press(chart, KEY.Key_Home, KEY.Key_Right, KEY.Key_Down, KEY.Key_Down)
    assert chart.row_text().startswith("claude-3-haiku ")
    _press(chart, KEY.Key_Right)
    assert chart.row_text().startswith("claude-3-haiku ")
    with qtbot.waitSignal(chart.series_clicked) as clicked:
        _press(chart, KEY.Key_Return)
    assert clicked.args == ["claude-3-haiku"]
    _press(chart, KEY.Key_Up, KEY.Key_Up, KEY.Key_Up)
    assert chart.row_text().startswith("gpt-4o-mini ")
    chart.set_data(usage())
    assert chart.row_text().startswith("gpt-4o-mini ")


def test_without_a_chosen_series_enter_takes_the_bucket(
    chart: TimeSeriesChart, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(chart.bucket_activated) as activated:
        _press(chart, KEY.Key_End, KEY.Key_Return)
    assert activated.args == [int(EDGES[COUNT - 1]), int(EDGES[COUNT])]


@pytest.mark.parametrize("bucket", [20, 45])
def test_where_nothing_can_be_chosen_the_arrows_are_left_to_the_page(
    chart: TimeSeriesChart, qtbot: QtBot, bucket: int
) -> None:
    chart.move_crosshair(45)
    _press(chart, KEY.Key_Down)
    assert chart.row_text() == ""
    other = LatencyChart()
    qtbot.addWidget(other)
    other.set_data(latency())
    other.move_crosshair(bucket)
    assert other.row_names() == []


def test_plus_and_minus_zoom_about_the_crosshair(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    whole = float(EDGES[-1] - EDGES[0])
    chart.move_crosshair(40)
    with qtbot.waitSignal(chart.brush_selected) as asked:
        _press(chart, KEY.Key_Plus)
    start, end = asked.args
    assert end - start == pytest.approx(whole / 2, abs=2)
    assert start < EDGES[40] < end
    chart.set_data(usage())
    with qtbot.waitSignal(chart.brush_selected) as asked:
        _press(chart, KEY.Key_Minus)
    assert asked.args[1] - asked.args[0] == pytest.approx(whole * 2, abs=2)


def test_shift_and_arrows_choose_a_span(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    chart.move_crosshair(10)
    for _ in range(3):
        QTest.keyClick(chart, KEY.Key_Right, SHIFT)
    with qtbot.waitSignal(chart.brush_selected) as chosen:
        _press(chart, KEY.Key_Return)
    assert chosen.args == [int(EDGES[10]), int(EDGES[14])]


def test_escape_goes_back_step_by_step(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    chart.move_crosshair(10)
    QTest.keyClick(chart, KEY.Key_Right, SHIFT)
    _press(chart, KEY.Key_Escape)
    assert chart.crosshair is None
    with qtbot.waitSignal(chart.reset_requested):
        _press(chart, KEY.Key_Escape)


@pytest.mark.parametrize(
    ("key", "held"), [(KEY.Key_Menu, Qt.KeyboardModifier.NoModifier), (KEY.Key_F10, SHIFT)]
)
def test_the_menu_opens_by_keyboard_at_the_crosshair(
    chart: TimeSeriesChart, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier
) -> None:
    chart.move_crosshair(30)
    with qtbot.waitSignal(chart.menu_asked) as asked:
        QTest.keyClick(chart, key, held)
    inside = chart.mapFromGlobal(asked.args[0])
    assert inside.x() == chart.point_of_bucket(30).x()
    name = chart.legend.items()[1]
    with qtbot.waitSignal(name.menu_asked):
        QTest.keyClick(name, key, held)


def test_the_menu_opens_by_the_right_button(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    place = QPoint(200, 100)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, chart.mapToGlobal(place))
    with qtbot.waitSignal(chart.menu_asked) as asked:
        QApplication.sendEvent(chart, event)
    assert asked.args == [chart.mapToGlobal(place)]


def test_a_screen_reader_is_told_that_it_is_a_chart_and_what_it_shows(
    chart: TimeSeriesChart, qtbot: QtBot
) -> None:
    told = QAccessible.queryAccessibleInterface(chart)
    assert told.role() == QAccessible.Role.Chart
    assert told.text(QAccessible.Text.Name) == "Output tokens per 3 hours"
    said = told.text(QAccessible.Text.Description)
    assert "9 Nov" in said
    assert "109 buckets, 12 without data" in said
    assert "largest gpt-4o-mini" in said
    assert said.index("gpt-4o-mini") < said.index("claude-3-haiku") < said.index("command-r-plus")


def test_names_of_the_legend_are_reached_and_toggled_by_keyboard(
    chart: TimeSeriesChart,
) -> None:
    reached = []
    for _ in range(len(chart.legend.items())):
        QTest.keyClick(QApplication.focusWidget(), KEY.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == chart.legend.items()
    name = chart.legend.items()[2]
    name.setFocus()
    told = QAccessible.queryAccessibleInterface(name)
    assert told.text(QAccessible.Text.Name) == "llama-3-70b"
    assert told.state().checkable
    assert told.state().checked
    QTest.keyClick(name, KEY.Key_Space)
    assert chart.legend.hidden() == {"llama-3-70b"}
    assert not QAccessible.queryAccessibleInterface(name).state().checked
    assert "llama-3-70b" not in chart.accessibleDescription()
