"""Charts on real mouse and keyboard events: crosshair, brush, legend, gaps, pictures."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts.chart_data import ChartData, Series
from lmchat_desktop.ui.charts.export import save_png
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_chart import TimeChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.theme.manager import ThemeManager
from lmchat_desktop.ui.theme.tokens import DARK, LIGHT
from lmchat_desktop.ui.widgets.sparkline import Sparkline
from tests.ui.kit.drawing import COUNT, EDGES, latency, usage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def chart(qtbot: QtBot) -> TimeSeriesChart:
    made = TimeSeriesChart(name="Output tokens")
    qtbot.addWidget(made)
    made.resize(900, 320)
    made.set_data(usage(previous=True))
    _shown(made, qtbot)
    return made


@pytest.fixture
def latencies(qtbot: QtBot) -> LatencyChart:
    made = LatencyChart(name="Total time")
    qtbot.addWidget(made)
    made.resize(700, 320)
    made.set_data(latency())
    _shown(made, qtbot)
    return made


def _shown(chart: QWidget, qtbot: QtBot) -> None:
    chart.show()
    chart.activateWindow()
    qtbot.waitUntil(chart.isActiveWindow)
    chart.grab()


def _drag(chart: TimeChart, first: int, last: int, *, release: bool = True) -> None:
    start, end = chart.point_of_bucket(first), chart.point_of_bucket(last)
    QTest.mousePress(chart, LEFT, pos=start)
    QTest.mouseMove(chart, QPoint((start.x() + end.x()) // 2, start.y()))
    QTest.mouseMove(chart, end)
    if release:
        QTest.mouseRelease(chart, LEFT, pos=end)


# Crosshair


def test_the_crosshair_tells_every_series(chart: TimeSeriesChart) -> None:
    QTest.mouseMove(chart, chart.point_of_bucket(20))
    assert chart.crosshair == 20
    text = chart.readout_text()
    assert text.startswith("11 Nov, 12:00–15:00, gpt-4o-mini 2.42 M, claude-3-haiku 1.83 M")
    assert "Total 7.85 M" in text
    assert "Previous" in text


def test_no_data_is_said_and_not_zero(chart: TimeSeriesChart) -> None:
    QTest.mouseMove(chart, chart.point_of_bucket(45))
    assert chart.readout_text().endswith("No data")
    assert "0" not in chart.readout_text().split(", ")[-1]


def test_an_open_bucket_is_said_to_be_open(chart: TimeSeriesChart) -> None:
    chart.move_crosshair(COUNT - 1)
    assert chart.readout_text().endswith("so far")
    chart.move_crosshair(COUNT - 2)
    assert "so far" not in chart.readout_text()


def test_the_crosshair_moves_by_keyboard(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    for key, place in (
        (Qt.Key.Key_Right, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_PageDown, 10),
        (Qt.Key.Key_End, COUNT - 1),
        (Qt.Key.Key_Right, COUNT - 1),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(chart, key)
        assert chart.crosshair == place
    with qtbot.waitSignal(chart.bucket_activated) as activated:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert activated.args == [int(EDGES[0]), int(EDGES[1])]
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.crosshair is None


def test_the_crosshair_stays_on_its_time_when_data_move_on(chart: TimeSeriesChart) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    chart.move_crosshair(20)
    data = usage()
    later = replace(
        data,
        edges=data.edges[1:],
        covered=data.covered[1:],
        series=tuple(replace(s, values=s.values[1:]) for s in data.series),
    )
    chart.set_data(later)
    assert chart.crosshair == 19
    assert chart.readout_text().startswith("11 Nov, 12:00–15:00")


def test_the_pointer_leaving_takes_the_crosshair_away(chart: TimeSeriesChart) -> None:
    QTest.mouseMove(chart, chart.point_of_bucket(20))
    QTest.mouseMove(chart, QPoint(3, 40))
    assert chart.crosshair is None
    QTest.mouseMove(chart, chart.point_of_bucket(20))
    QTest.mouseMove(chart.legend, QPoint(20, 8))
    assert chart.crosshair is None


# Brush


def test_a_drag_asks_for_whole_buckets(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.brush_selected) as selected:
        _drag(chart, 10, 24)
    assert selected.args == [int(EDGES[10]), int(EDGES[25])]
    with qtbot.waitSignal(chart.brush_selected) as selected:
        _drag(chart, 24, 10)
    assert selected.args == [int(EDGES[10]), int(EDGES[25])]


def test_a_drag_out_of_the_plot_ends_at_its_edge(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    start = chart.point_of_bucket(100)
    with qtbot.waitSignal(chart.brush_selected) as selected:
        QTest.mousePress(chart, LEFT, pos=start)
        QTest.mouseMove(chart, QPoint(start.x() + 30, start.y()))
        QTest.mouseMove(chart, QPoint(chart.width() + 400, start.y()))
        QTest.mouseRelease(chart, LEFT, pos=QPoint(chart.width() + 400, start.y()))
    assert selected.args == [int(EDGES[100]), int(EDGES[-1])]


def test_escape_gives_a_drag_up(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chart.brush_selected), qtbot.assertNotEmitted(chart.series_clicked):
        _drag(chart, 10, 24, release=False)
        QTest.keyClick(chart, Qt.Key.Key_Escape)
        QTest.mouseRelease(chart, LEFT, pos=chart.point_of_bucket(24))


def test_a_span_by_keyboard(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    chart.move_crosshair(30)
    for _ in range(3):
        QTest.keyClick(chart, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(chart.brush_selected) as selected:
        QTest.keyClick(chart, Qt.Key.Key_Return)
    assert selected.args == [int(EDGES[30]), int(EDGES[34])]


def test_a_double_click_or_backspace_asks_for_the_whole(
    chart: TimeSeriesChart, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(chart.reset_requested):
        QTest.mouseDClick(chart, LEFT, pos=chart.point_of_bucket(20))
    with qtbot.waitSignal(chart.reset_requested):
        QTest.keyClick(chart, Qt.Key.Key_Backspace)


def test_shift_and_drag_moves_through_time(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    start, end = chart.point_of_bucket(40), chart.point_of_bucket(20)
    with qtbot.waitSignal(chart.brush_selected) as selected:
        QTest.mousePress(chart, LEFT, Qt.KeyboardModifier.ShiftModifier, start)
        QTest.mouseMove(chart, end)
        QTest.mouseRelease(chart, LEFT, Qt.KeyboardModifier.ShiftModifier, end)
    low, high = selected.args
    assert high - low == pytest.approx(EDGES[-1] - EDGES[0], abs=2)
    assert low - EDGES[0] == pytest.approx(EDGES[40] - EDGES[20], rel=0.03)


def test_the_wheel_zooms_with_control_and_scrolls_without(
    chart: TimeSeriesChart, qtbot: QtBot
) -> None:
    def turn(modifiers: Qt.KeyboardModifier) -> bool:
        place = QPointF(chart.point_of_bucket(50))
        event = QWheelEvent(
            place,
            chart.mapToGlobal(place),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(chart, event)
        return event.isAccepted()

    assert not turn(Qt.KeyboardModifier.NoModifier)
    with qtbot.waitSignal(chart.brush_selected) as selected:
        assert turn(Qt.KeyboardModifier.ControlModifier)
    low, high = selected.args
    assert high - low == pytest.approx(0.8 * (EDGES[-1] - EDGES[0]), rel=0.01)


# Series


def test_a_click_on_a_bar_names_its_series(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    data = chart.data
    assert data is not None
    bottom = float(data.series[0].values[20])
    for value, name in ((bottom / 2, "gpt-4o-mini"), (bottom * 1.2, "claude-3-haiku")):
        middle = chart.point_of_bucket(20)
        y = chart._surface.point_of(float(EDGES[20]), value).y()
        with qtbot.waitSignal(chart.series_clicked) as clicked:
            QTest.mouseClick(chart, LEFT, pos=QPoint(middle.x(), y))
        assert clicked.args == [name]
    with qtbot.assertNotEmitted(chart.series_clicked):
        QTest.mouseClick(chart, LEFT, pos=QPoint(middle.x(), chart._surface.plot_rect().top() + 2))


def test_a_click_on_a_line_names_its_series(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    chart.set_style("lines")
    data = chart.data
    assert data is not None
    x = chart.point_of_bucket(20).x()
    y = chart._surface.point_of(float(EDGES[20]), float(data.series[3].values[20])).y()
    with qtbot.waitSignal(chart.series_clicked) as clicked:
        QTest.mouseClick(chart, LEFT, pos=QPoint(x, y))
    assert clicked.args == ["gpt-4-1106-preview"]


def test_the_legend_hides_shows_and_isolates(chart: TimeSeriesChart) -> None:
    legend = chart.legend
    items = {item.entry.title: item for item in legend.items()}
    QTest.mouseClick(items["gpt-4o-mini"], LEFT)
    assert legend.hidden() == {"gpt-4o-mini"}
    assert not items["gpt-4o-mini"].isChecked()
    chart.move_crosshair(20)
    assert "gpt-4o-mini" not in chart.readout_text()
    QTest.keyClick(items["gpt-4o-mini"], Qt.Key.Key_Space)
    assert legend.hidden() == frozenset()
    QTest.mouseClick(items["llama-3-70b"], LEFT, Qt.KeyboardModifier.ControlModifier)
    assert [series.name for series in chart.shown_series()] == ["llama-3-70b"]
    QTest.mouseClick(items["llama-3-70b"], LEFT)
    assert [series.name for series in chart.shown_series()] == ["llama-3-70b"]
    QTest.mouseClick(items["llama-3-70b"], LEFT, Qt.KeyboardModifier.ControlModifier)
    assert legend.hidden() == frozenset()


def test_what_is_hidden_stays_hidden_with_new_data(chart: TimeSeriesChart) -> None:
    chart.legend.toggle("llama-3-70b")
    chart.set_data(usage(previous=True))
    assert chart.legend.hidden() == {"llama-3-70b"}
    chart.set_data(usage(models=2))
    assert chart.legend.hidden() == frozenset()


def test_the_legends_menu_filters(chart: TimeSeriesChart, qtbot: QtBot) -> None:
    item = chart.legend.items()[1]
    menu = chart.legend._menu(item)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(chart.series_clicked) as clicked:
        actions["Filter by claude-3-haiku"].trigger()
    assert clicked.args == ["claude-3-haiku"]


def test_the_previous_period_is_in_the_legend_only_when_drawn(chart: TimeSeriesChart) -> None:
    def titles() -> list[str]:
        return [item.entry.title for item in chart.legend.items()]

    assert "Previous period" in titles()
    chart.set_style("lines")
    assert "Previous period" not in titles()
    chart.set_style("stacked")
    chart.set_data(usage())
    assert "Previous period" not in titles()


def test_no_such_style_or_scale(chart: TimeSeriesChart, latencies: LatencyChart) -> None:
    with pytest.raises(ValueError, match="no such chart style"):
        chart.set_style("pie")
    with pytest.raises(ValueError, match="no such scale"):
        latencies.set_scale("cubic")


# What is painted


def _colours_in(chart: TimeChart, bucket: int) -> set[str]:
    image = chart.grab().toImage()
    x = chart.point_of_bucket(bucket).x()
    area = chart._surface.plot_rect()
    return {image.pixelColor(x, y).name().upper() for y in range(area.top() + 2, area.bottom() - 3)}


def test_bars_have_the_colours_of_their_series(chart: TimeSeriesChart) -> None:
    data = chart.data
    assert data is not None
    assert {series.colour for series in data.series} <= _colours_in(chart, 20)


def test_a_gap_is_hatched_and_zero_is_not(qtbot: QtBot, chart: TimeSeriesChart) -> None:
    data = usage(gap=False)
    zero = tuple(
        replace(series, values=np.where(np.arange(COUNT) == 45, 0.0, series.values))
        for series in data.series
    )
    chart.set_data(replace(data, series=zero))
    empty = _colours_in(chart, 45)
    assert empty <= {LIGHT.canvas, LIGHT.line}
    chart.set_data(usage())
    assert len(_colours_in(chart, 45) - empty) >= 1
    series_colours = {series.colour for series in data.series}
    assert not series_colours & _colours_in(chart, 45)


def test_a_chart_follows_the_theme_live(
    chart: TimeSeriesChart, latencies: LatencyChart, theme: ThemeManager
) -> None:
    for each in (chart, latencies):
        each.setAutoFillBackground(True)
    assert LIGHT.surface.lower() not in {DARK.surface.lower()}
    before = chart.grab().toImage()
    theme.apply("dark")
    after = chart.grab().toImage()
    place = QPoint(4, chart.height() - 4)
    assert before.pixelColor(place) != after.pixelColor(place)
    assert "#FFFFFF" not in _colours_in(latencies, 20)


def test_the_axis_reaches_above_what_is_shown(chart: TimeSeriesChart) -> None:
    top = chart.value_axis.places()[-1]
    data = chart.data
    assert data is not None
    assert data.previous is not None
    assert top >= np.nanmax(data.previous)
    chart.legend.show_only("command-r-plus")
    assert chart.value_axis.places()[-1] < top


def test_a_chart_of_nothing_is_calm(chart: TimeSeriesChart, latencies: LatencyChart) -> None:
    chart.set_data(ChartData(EDGES, (), Kind.COUNT, UTC, np.zeros(COUNT, np.bool_)))
    assert chart.legend.isHidden()
    chart.grab()
    chart.move_crosshair(5)
    assert chart.readout_text().endswith("No data")
    empty = replace(latency(), quantiles=(), heat=None)
    latencies.set_data(empty)
    latencies.grab()
    chart.set_data(ChartData(np.zeros(0, np.int64), ()))
    chart.grab()
    QTest.mouseMove(chart, QPoint(200, 100))
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.crosshair is None


def test_one_lonely_bucket(chart: TimeSeriesChart) -> None:
    values = np.array([5.0])
    chart.set_data(ChartData(EDGES[:2], (Series("a", "a", "#4C78D8", values),)))
    for style in ("stacked", "lines"):
        chart.set_style(style)
        assert "#4C78D8" in _colours_in(chart, 0) or style == "lines"
    assert chart.legend.isHidden()


def test_a_chart_describes_itself(chart: TimeSeriesChart, latencies: LatencyChart) -> None:
    assert chart.accessibleName() == "Output tokens"
    said = chart.accessibleDescription()
    assert said.startswith("9 Nov, 00:00 – 22 Nov, 15:00, 109 buckets, 12 without data, total")
    assert "largest gpt-4o-mini" in said
    assert "p95 between" in latencies.accessibleDescription()


# Latency


def test_percentiles_at_the_crosshair_slowest_first(latencies: LatencyChart) -> None:
    QTest.mouseMove(latencies, latencies.point_of_bucket(20))
    parts = latencies.readout_text().split(", ")
    assert [part.split()[0] for part in parts[2:5]] == ["p99", "p95", "p50"]
    assert parts[-1].endswith("measured")


def test_the_bound_is_in_the_legend(latencies: LatencyChart) -> None:
    assert [item.entry.title for item in latencies.legend.items()] == [
        "p50",
        "p95",
        "p99",
        "±1.1 %",
    ]
    assert not latencies.legend.items()[-1].isCheckable()


def test_linear_and_logarithmic(latencies: LatencyChart) -> None:
    linear = latencies.value_axis.places()
    assert linear[0] == 0
    latencies.set_scale("log")
    latencies.grab()
    logs = latencies.value_axis.places()
    assert all(b > a for a, b in itertools.pairwise(logs))
    assert 10 ** logs[-1] <= linear[-1] * 10


# Pictures


def test_new_data_leave_the_values_where_the_pointer_is(chart: TimeSeriesChart) -> None:
    point = chart.point_of_bucket(20) + QPoint(0, 30)
    QTest.mouseMove(chart, point)
    before, place = chart.readout_text(), chart._readout.pos()
    assert chart.crosshair == 20
    data = chart.data
    assert data is not None
    chart.set_data(data)
    assert (chart.crosshair, chart.readout_text()) == (20, before)
    assert chart._readout.pos() == place
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    chart.set_data(data)
    assert chart.crosshair is None


def test_a_picture_is_twice_the_size(chart: TimeSeriesChart, tmp_path: Path) -> None:
    path = tmp_path / "chart.png"
    save_png(chart, path)
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1800, 640)
    assert image.pixelColor(2, 2).name().upper() == LIGHT.surface


def test_a_picture_that_cannot_be_saved_says_so(chart: TimeSeriesChart, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        save_png(chart, tmp_path / "nowhere" / "chart.png")


def test_a_sparkline_thins_and_breaks(qtbot: QtBot) -> None:
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(90, 28)
    line.set_values(np.linspace(0, 1, 10_000))
    assert 2 <= sum(len(run) for run in line._runs()) <= 32
    line.set_values([1, 2, float("nan"), 3, float("nan"), 2, 2])
    assert [len(run) for run in line._runs()] == [2, 1, 2]
    line.show()
    line.grab()
