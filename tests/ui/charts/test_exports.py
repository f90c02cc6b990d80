"""Charts leave as SVG, PNG and CSV: right in both themes, harmless, whole or not at all."""

from __future__ import annotations

import csv
import errno
import io
import os
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts import export
from lmchat_desktop.ui.charts.arrays import pixels_of
from lmchat_desktop.ui.charts.chart_data import ChartData, Series
from lmchat_desktop.ui.charts.chart_exports import ChartExports
from lmchat_desktop.ui.charts.export import picture_of, svg_of, write_file
from lmchat_desktop.ui.charts.figures_csv import csv_of
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.tasks.runner import TaskRunner
from lmchat_desktop.ui.theme.manager import ThemeManager
from lmchat_desktop.ui.theme.tokens import DARK, LIGHT
from tests.ui.kit.drawing import EDGES, latency, usage

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script> & </text>",
    "invoice\u202egnp.exe \u2066hidden\u2069",
    "family 👩‍👩‍👧 emoji 😀",
    "controls \x01\x0b\x1f\ufffe end",
    "שלום ]]> \"quotes\" 'both'",
]


def _chart(qtbot: QtBot, style: str) -> TimeSeriesChart | LatencyChart:
    if style in ("linear", "log"):
        chart: Any = LatencyChart(name="Total time")
        chart.set_scale(style)
        chart.set_data(latency())
    else:
        chart = TimeSeriesChart(name="Output tokens")
        chart.set_style(style)
        chart.set_data(usage(previous=True))
    qtbot.addWidget(chart)
    chart.resize(640, 280)
    chart.show()
    qtbot.waitExposed(chart)
    return chart


def _texts(svg: bytes) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")]


def _drawn(svg: bytes, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg)).render(painter)
    painter.end()
    return image


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("style", ["stacked", "lines", "linear", "log"])
def test_an_svg_looks_like_the_chart(
    qtbot: QtBot, theme: ThemeManager, style: str, look: str
) -> None:
    theme.apply(look)
    chart = _chart(qtbot, style)
    svg = svg_of(chart, chart.accessibleName(), chart.accessibleDescription())
    root = ET.fromstring(svg)
    assert root.findtext(f"{SVG}title") == chart.accessibleName()
    assert root.findtext(f"{SVG}desc") == chart.accessibleDescription()
    assert not list(root.iter(f"{SVG}image"))
    assert len(list(root.iter(f"{SVG}path"))) < 60
    texts = _texts(svg)
    assert "no data" in texts
    assert "11 Nov" in texts
    assert ("p95" if style in ("linear", "log") else "claude-3-haiku") in texts
    window = picture_of(chart, 1.0).convertToFormat(QImage.Format.Format_RGB32)
    drawn = _drawn(svg, window.width(), window.height())
    surface = (DARK if look == "dark" else LIGHT).surface
    assert drawn.pixelColor(3, 3).name().upper() == surface.upper()
    apart = np.abs(_bytes(window) - _bytes(drawn))
    assert apart.mean() < 4
    assert (apart.max(axis=2) > 90).mean() < 0.03


def test_names_in_an_svg_are_text_and_nothing_else(qtbot: QtBot) -> None:
    chart = _chart(qtbot, "stacked")
    assert isinstance(chart, TimeSeriesChart)
    data = chart.data
    assert data is not None
    named = zip(data.series, HOSTILE, strict=True)
    chart.set_data(replace(data, series=tuple(replace(s, title=name) for s, name in named)))
    chart.set_name(HOSTILE[0] + HOSTILE[3])
    chart.resize(1_600, 300)
    chart.grab()
    svg = svg_of(chart, chart.accessibleName(), chart.accessibleDescription())
    root = ET.fromstring(svg)
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "defs", "clipPath", "g", "path", "rect", "text",
                     "polyline", "ellipse", "circle"}  # fmt: skip
    said = "".join(_texts(svg))
    assert "<script>alert(1)</script> & </text>" in said
    assert "😀" in said
    assert "]]>" in said
    assert not set(svg.decode()) & set("\u202e\u2066\u2069\x01\x0b\x1f\ufffe")


def test_a_picture_has_no_ring_and_gives_the_keyboard_back(qtbot: QtBot) -> None:
    chart = _chart(qtbot, "stacked")
    chart.activateWindow()
    qtbot.waitUntil(chart.isActiveWindow)
    without = picture_of(chart, 1.0)
    chart.legend.items()[0].setFocus()
    assert picture_of(chart, 1.0) == without
    assert chart.legend.items()[0].hasFocus()
    chart.setFocus()
    assert picture_of(chart, 1.0) == without
    assert chart.hasFocus()


# Files


def test_what_cannot_be_written_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chart.svg"
    write_file(path, b"before")

    class Full(io.BytesIO):
        def write(self, _data: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full(handle: int, *_: object) -> Full:
        os.close(handle)
        return Full()

    monkeypatch.setattr(export.os, "fdopen", full)
    with pytest.raises(OSError, match="No space left"):
        write_file(path, b"after")
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == ["chart.svg"]


def test_a_full_disk_is_told_plainly(
    qtbot: QtBot, runner: TaskRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = _chart(qtbot, "lines")
    exports = ChartExports(runner, chart)
    exports.ask = lambda *_: str(tmp_path / "chart")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(export.os, "replace", full)
    for save in (
        lambda: exports.save_svg(chart, "chart", chart),
        lambda: exports.save_png(chart, "chart"),
        lambda: exports.save_figures(chart, "chart"),
    ):
        with qtbot.waitSignal(exports.failed) as failed:
            save()
        assert "was not saved: No space left on device" in failed.args[0]
    assert list(tmp_path.iterdir()) == []


def test_the_menu_saves_and_copies(qtbot: QtBot, runner: TaskRunner, tmp_path: Path) -> None:
    chart = _chart(qtbot, "stacked")
    exports = ChartExports(runner, chart)
    asked: list[str] = []

    def ask(_window: QWidget, _title: str, name: str, _kinds: str) -> str:
        asked.append(name)
        return str(tmp_path / name)

    exports.ask = ask
    menu = exports.menu(chart, chart, "tokens")
    actions = {action.text(): action for action in menu.actions() if action.text()}
    for title in ("Save as SVG…", "Save as PNG…", "Save figures as CSV…"):
        with qtbot.waitSignal(exports.done):
            actions[title].trigger()
    assert asked == ["tokens.svg", "tokens.png", "tokens.csv"]
    assert ET.fromstring((tmp_path / "tokens.svg").read_bytes()).tag == f"{SVG}svg"
    assert QImage(str(tmp_path / "tokens.png")).width() == 2 * chart.width()
    actions["Copy as SVG"].trigger()
    held = QGuiApplication.clipboard().mimeData()
    assert bytes(held.data("image/svg+xml").data()).startswith(b"<?xml")
    actions["Copy as picture"].trigger()
    assert QGuiApplication.clipboard().image().width() == 2 * chart.width()
    with qtbot.waitSignal(chart.reset_requested):
        actions["Zoom back"].trigger()
    exports.ask = lambda *_: ""
    exports.save_png(chart, "nothing")
    assert not runner.busy


def test_a_chart_without_figures_offers_none(qtbot: QtBot, runner: TaskRunner) -> None:
    chart = TimeSeriesChart()
    qtbot.addWidget(chart)
    menu = ChartExports(runner, chart).menu(chart, chart, "x")
    offered = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
    assert offered == ["Zoom back"]


# Figures


def test_figures_are_exact_and_harmless_to_spreadsheets() -> None:
    edges = np.array([0, 3600, 7200, 10_800], np.int64)
    series = (
        Series("a", '=HYPERLINK("x")', "#000000", np.array([1_500_000_001.0, np.nan, 3.0])),
        Series("b", "plain, with comma", "#000000", np.array([2e9, 4e9, 5.0])),
    )
    data = ChartData(
        edges, series, Kind.MONEY, UTC, np.array([True, True, False]), np.array([1e9, 0.0, np.nan])
    )
    rows = list(csv.reader(io.StringIO(csv_of(data, series))))
    assert rows[0][:3] == ["from", "until", "data"]
    assert rows[0][3].startswith("'=HYPERLINK")
    assert rows[0][4:] == ["plain, with comma (USD)", "previous period (USD)"]
    assert rows[1][:3] == ["1970-01-01T00:00:00+00:00", "1970-01-01T01:00:00+00:00", "yes"]
    assert rows[1][3:] == ["1.500000001", "2.000000000", "1.000000000"]
    assert rows[2][3:] == ["", "4.000000000", "0.000000000"]
    assert rows[3][2:] == ["no", "", "", ""]


def test_latencies_have_their_times_and_unit() -> None:
    data = latency()
    rows = list(csv.DictReader(io.StringIO(csv_of(data, data.quantiles[:1]))))
    assert list(rows[0]) == ["from", "until", "data", "p50 (ms)"]
    assert datetime.fromisoformat(rows[0]["from"]).timestamp() == EDGES[0]
    assert float(rows[0]["p50 (ms)"]) == data.quantiles[0].values[0]


def _bytes(image: QImage) -> np.ndarray:
    pixels = pixels_of(image)
    return np.stack([pixels >> shift & 255 for shift in (16, 8, 0)], axis=2).astype(np.int64)
