"""Many marks are painted out of kept pictures, and look like marks painted one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts import kept_layer
from lmchat_desktop.ui.charts.arrays import pixels_of
from lmchat_desktop.ui.charts.bars import BarsItem
from lmchat_desktop.ui.charts.chart_data import ChartData, Series
from lmchat_desktop.ui.charts.kept_layer import KeptItem
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.layers import Pixels
from lmchat_desktop.ui.charts.lines import Line, LinesItem
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from tests.ui.kit.drawing import latency, usage

COLOURS = ["#4C78D8", "#E39A2D", "#0F9D84", "#C44F8F"]
LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier


def _many(buckets: int, series: int = 6) -> ChartData:
    chance = np.random.default_rng(5)
    return ChartData(
        np.arange(buckets + 1, dtype=np.int64) * 3600,
        tuple(
            Series(str(n), str(n), COLOURS[n % 4], chance.uniform(0, 100, buckets))
            for n in range(series)
        ),
        Kind.COUNT,
    )


def _pixels(edges: np.ndarray, top: float, width: int, height: int, ratio: float) -> Pixels:
    scale = width / ratio / float(edges[-1] - edges[0])
    down = height / ratio
    transform = QTransform(scale, 0, 0, -down / top, -scale * float(edges[0]), down)
    return Pixels(transform, ratio, QRectF(0, 0, width / ratio, down))


def _image(width: int, height: int, ratio: float) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    return image


def _shown(chart: TimeSeriesChart | LatencyChart, qtbot: QtBot) -> QImage:
    qtbot.addWidget(chart)
    chart.resize(700, 300)
    chart.show()
    qtbot.waitExposed(chart)
    return chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


@pytest.fixture
def paintings(monkeypatch: pytest.MonkeyPatch) -> list[KeptItem]:
    """The layers that painted a picture, in order."""
    painted: list[KeptItem] = []
    paint = KeptItem._paint

    def watched(self: KeptItem, *arguments: object) -> object:
        painted.append(self)
        return paint(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(KeptItem, "_paint", watched)
    return painted


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_surface_of_bars_is_what_rectangles_would_be(ratio: float) -> None:
    width, height, series = 300, 120, 5
    chance = np.random.default_rng(3)
    values = list(chance.integers(0, 22, (series, width)).astype(np.float64))
    values[2][40:60] = np.nan
    for each in values:
        each[100:110] = 0
    edges = np.arange(width + 1, dtype=np.int64) * 900
    bars = BarsItem()
    bars.set_bars(edges, values, [*COLOURS, "#777777"], float(edges[280]))
    pixels = _pixels(edges, 120, width, height, ratio)
    surface, rects = _image(width, height, ratio), _image(width, height, ratio)
    bars.paint_picture(surface, pixels)
    KeptItem.paint_picture(bars, rects, pixels)
    gaps = np.abs(_channels(surface) - _channels(rects))
    assert gaps.max() <= 2
    assert QColor.fromRgba(surface.pixel(50, height - 1)).name().upper() in COLOURS


def test_no_peak_is_lost_where_buckets_are_narrower_than_pixels() -> None:
    buckets, width, height = 5_000, 150, 100
    values = np.ones(buckets)
    values[3_333] = 90.0
    edges = np.arange(buckets + 1, dtype=np.int64) * 900
    bars = BarsItem()
    bars.set_bars(edges, [values], COLOURS[:1], None)
    image = _image(width, height, 1.0)
    bars.paint_picture(image, _pixels(edges, 100, width, height, 1.0))
    high = np.flatnonzero(pixels_of(image)[20] >> 24)
    assert high.tolist() == [3_333 * width // buckets]


def test_lines_of_many_points_show_all_that_they_cover() -> None:
    points, width, height = 40_000, 200, 100
    xs = np.arange(points, dtype=np.float64)
    ys = np.where(xs % 2, 10.0, 24.0)
    ys[20_001] = 90.0
    ys[30_000:34_000] = np.nan
    lines = LinesItem()
    lines.set_lines([Line(xs, ys, "#4C78D8")])
    image = _image(width, height, 1.0)
    lines.paint_picture(image, _pixels(xs.astype(np.int64), 100, width, height, 1.0))
    inked = pixels_of(image) >> 24 > 100
    assert inked[15:70, 100].all()
    assert not inked[15:70, 103:].any()
    assert not inked[:, 152:168].any()
    assert inked[78:89, 20:90].all()


@pytest.mark.parametrize("style", ["stacked", "lines", "latency"])
def test_a_kept_picture_looks_as_if_painted_directly(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    found = []
    for cheap in (0.0, 1e12):
        monkeypatch.setattr(kept_layer, "_CHEAP_US", cheap)
        if style == "latency":
            chart: TimeSeriesChart | LatencyChart = LatencyChart()
            chart.set_data(latency())
        else:
            chart = TimeSeriesChart()
            chart.set_style(style)
            chart.set_data(usage(previous=True))
        found.append(_channels(_shown(chart, qtbot)))
    assert np.abs(found[0] - found[1]).max() <= 6


def test_panning_lays_the_same_picture_down(qtbot: QtBot, paintings: list[KeptItem]) -> None:
    chart = TimeSeriesChart()
    chart.set_data(_many(900))
    before = _shown(chart, qtbot)
    assert len(set(paintings)) == len(paintings) == 1
    start = chart.point_of_bucket(450)
    QTest.mousePress(chart, LEFT, SHIFT, start)
    for by in (3, 11, 40):
        QTest.mouseMove(chart, start + QPoint(by, 0))
        chart.grab()
    assert len(paintings) == 1
    moved = chart.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    assert np.abs(_channels(moved)[60:230, 200:500] - _channels(before)[60:230, 160:460]).max() == 0


def test_panning_within_a_part_paints_with_a_margin_and_not_at_every_step(
    qtbot: QtBot, paintings: list[KeptItem]
) -> None:
    chart = TimeSeriesChart()
    data = _many(900, 20)
    chart.set_data(replace(data, previous=data.series[0].values * 7))
    _shown(chart, qtbot)
    chart.view.setXRange(300 * 3600, 600 * 3600, padding=0)
    chart.grab()
    paintings.clear()
    start = chart.point_of_bucket(450)
    QTest.mousePress(chart, LEFT, SHIFT, start)
    for step in range(1, 21):
        QTest.mouseMove(chart, start + QPoint(4 * step, 0))
        chart.grab()
    assert len(paintings) == 1
    QTest.mouseMove(chart, start + QPoint(200, 0))
    chart.grab()
    assert len(paintings) == 2


def test_on_a_fine_screen_a_moving_view_is_coarse_and_one_at_rest_is_sharp() -> None:
    width, height = 400, 200
    edges = np.arange(2_001, dtype=np.int64) * 900
    bars = BarsItem()
    bars.set_bars(edges, [np.full(2_000, 10.0)] * 24, COLOURS * 6, None)
    ratios = []
    for moving in (False, True, False):
        # Each looks at another part, so that the picture before does not reach.
        part = edges[500 * len(ratios) : 500 * len(ratios) + 400]
        bars.set_moving(moving)
        image = _image(width, height, 2.0)
        painter = QPainter(image)
        bars.draw(painter, _pixels(part, 250, width, height, 2.0))
        painter.end()
        assert bars._kept is not None
        ratios.append(bars._kept.place.ratio)
        assert QColor.fromRgba(image.pixel(200, height - 5)).name().upper() == COLOURS[0]
    assert ratios == [2.0, 0.75, 2.0]


def test_zooming_stretches_the_picture_until_the_view_rests(
    qtbot: QtBot, paintings: list[KeptItem]
) -> None:
    chart = TimeSeriesChart()
    chart.set_data(_many(2_000, 20))
    _shown(chart, qtbot)
    middle = QPointF(chart.point_of_bucket(1_000))
    for notches in (1, 1, -1):
        turned = QWheelEvent(
            middle,
            QPointF(chart.mapToGlobal(middle.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(chart, turned)
        chart.grab()
    assert len(paintings) == 1
    with qtbot.waitSignal(chart.brush_selected):
        pass
    chart.grab()
    assert len(paintings) == 2


def test_new_figures_and_a_new_theme_are_painted_anew(
    qtbot: QtBot, paintings: list[KeptItem]
) -> None:
    chart = TimeSeriesChart()
    data = _many(900)
    chart.set_data(data)
    _shown(chart, qtbot)
    chart.set_data(replace(data, series=data.series[:4]))
    chart.grab()
    chart.move_crosshair(5)
    chart.grab()
    assert len(paintings) == 2


def test_a_hidden_chart_keeps_no_picture(qtbot: QtBot) -> None:
    chart = TimeSeriesChart()
    chart.set_data(_many(900))
    _shown(chart, qtbot)
    assert chart._bars._kept is not None
    chart.hide()
    assert chart._bars._kept is None


def _channels(image: QImage) -> np.ndarray:
    pixels = pixels_of(image)
    return np.stack([pixels >> shift & 255 for shift in (24, 16, 8, 0)], axis=2).astype(np.int64)
