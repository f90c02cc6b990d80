"""How long a chart takes for a frame of panning or zooming, and for the first one of new data.

Each chart fills a window of 1,600 × 1,000 and is driven by the events of a mouse and a wheel; a
frame lasts from the event until all that it made dirty is painted. Beside it stands a bare
pyqtgraph plot of as many points, moved by itself. At one and at two device pixels a pixel, each
in a process of its own.
Run: python -m benchmarks.pan_zoom [--frames 60] [--platform offscreen]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.rows import Row, peak_mb, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

SIZE = (1600, 1000)
SERIES = 24
DAYS = 90
BY_HOUR, BY_QUARTER = DAYS * 24, DAYS * 96
FRAME_MS = 16.0
NEW_DATA_MS = 50.0
ERROR_BOUND = 0.011
START_S = 1_770_000_000 // 86_400 * 86_400


def usage(buckets: int, seed: int = 1) -> Any:
    """Invented tokens of 24 models with a gap and a period before."""
    import numpy as np

    from lmchat_desktop.domain.formatting import Kind
    from lmchat_desktop.ui.charts.chart_data import ChartData, Series
    from lmchat_desktop.ui.theme.tokens import SERIES as COLOURS

    chance = np.random.default_rng(seed)
    edges = START_S + np.arange(buckets + 1, dtype=np.int64) * (DAYS * 86_400 // buckets)
    wave = 1.3 + np.sin((edges[:-1] - START_S) / 86_400 * 2 * np.pi)
    known = np.ones(buckets, np.bool_)
    known[buckets // 3 : buckets // 3 + buckets // 60] = False
    series = tuple(
        Series(
            f"model-{place}",
            f"model-{place}",
            COLOURS[place % len(COLOURS)],
            np.round(wave * 1e6 / (place + 1) * chance.uniform(0.6, 1.4, buckets)),
        )
        for place in range(SERIES)
    )
    total = np.sum([each.values for each in series], axis=0)
    before = total * chance.uniform(0.7, 1.1, buckets)
    return ChartData(edges, series, Kind.TOKENS, covered=known, previous=before)


def latency(buckets: int, seed: int = 1) -> Any:
    """Invented percentiles over the histograms that they are taken from."""
    import numpy as np

    from lmchat_desktop.domain.usage.histogram import bucket_value
    from lmchat_desktop.ui.charts.chart_data import LatencyData, Series, heat_of
    from lmchat_desktop.ui.theme.tokens import SERIES as COLOURS

    chance = np.random.default_rng(seed)
    edges = START_S + np.arange(buckets + 1, dtype=np.int64) * (DAYS * 86_400 // buckets)
    indexes = range(150, 520)
    middle = bucket_value(np.arange(indexes.start, indexes.stop))
    centre = 1_200 * chance.uniform(0.8, 1.3, buckets) + 300 * np.sin(np.arange(buckets) / 9)
    spread = np.log(middle)[None, :] - np.log(centre)[:, None]
    counts = (np.exp(-((spread / 0.42) ** 2) / 2) * 1_000).astype(np.int64)
    shares = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    quantiles = tuple(
        Series(f"p{round(q * 100)}", f"p{round(q * 100)}", colour, middle[(shares < q).sum(axis=1)])
        for q, colour in zip((0.5, 0.95, 0.99), COLOURS, strict=False)
    )
    return LatencyData(
        edges,
        quantiles,
        heat_of(indexes, counts),
        measured=counts.sum(axis=1),
        error_bound=ERROR_BOUND,
    )


class Window:
    """A window that is watched until it has painted what was asked of it."""

    def __init__(self, widget: QWidget, viewport: QWidget) -> None:
        from PySide6.QtCore import QEvent, QObject
        from PySide6.QtWidgets import QApplication

        window = self

        class Watch(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    window.painted += 1
                return False

        self.painted = 0
        self.widget = widget
        self._watch = Watch(widget)
        viewport.installEventFilter(self._watch)
        widget.resize(*SIZE)
        widget.show()
        for _ in range(20):
            QApplication.processEvents()

    def frame(self, act: Callable[[], object]) -> float:
        """Milliseconds from an act until everything dirty is painted."""
        from PySide6.QtWidgets import QApplication

        self.painted = 0
        begun = time.perf_counter()
        act()
        while not self.painted:
            QApplication.processEvents()
        return (time.perf_counter() - begun) * 1e3

    def close(self) -> None:
        self.widget.close()


def drive(window: Window, frames: int) -> tuple[list[float], list[float]]:
    """Drag a chart with Shift held, zoom in by the wheel, drag that part, and zoom out; twice.

    It comes to rest after each.

    Returns:
        Milliseconds of each frame while it moves, and of those that paint it sharply at rest.
    """
    from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
    from PySide6.QtGui import QMouseEvent, QWheelEvent
    from PySide6.QtWidgets import QApplication

    chart: Any = window.widget
    middle = QPointF(chart.rect().center())
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

    def mouse(kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
        held = none if kind == QEvent.Type.MouseButtonRelease else left
        QApplication.sendEvent(chart, QMouseEvent(kind, place, place, button, held, shift))

    def wheel(notches: int) -> None:
        turned = QPoint(0, 120 * notches)
        QApplication.sendEvent(
            chart,
            QWheelEvent(
                middle, middle, QPoint(), turned, none, control, Qt.ScrollPhase.NoScrollPhase, False
            ),
        )

    spent, rests = [], []

    def drag(px: int) -> None:
        mouse(QEvent.Type.MouseButtonPress, middle, left)
        for step in range(frames // 8):
            place = middle + QPointF(px * (step + 1), 0)
            spent.append(
                window.frame(lambda place=place: mouse(QEvent.Type.MouseMove, place, none))
            )
        rests.append(window.frame(lambda: mouse(QEvent.Type.MouseButtonRelease, middle, left)))

    def zoom(notch: int) -> None:
        for _ in range(frames // 8):
            spent.append(window.frame(lambda: wheel(notch)))
        rests.append(window.frame(chart._come_to_rest))
        chart._settle.stop()

    for _ in range(2):
        drag(7)
        zoom(1)
        drag(-7)
        zoom(-1)
        chart.view.setXRange(*chart._buckets.whole(), padding=0)
        window.frame(window.widget.update)
    return spent, rests


def bare(data: Any, frames: int) -> list[float]:
    """The same movements of a bare pyqtgraph plot with the same points as lines."""
    import numpy as np
    import pyqtgraph

    plot = pyqtgraph.PlotWidget()
    edges = data.edges.astype(np.float64)
    middles = (edges[:-1] + edges[1:]) / 2
    for series in getattr(data, "series", None) or data.quantiles:
        plot.plot(middles, series.values, pen=series.colour)
    if getattr(data, "heat", None) is not None:
        plot.addItem(pyqtgraph.ImageItem(data.heat.counts[:, :370].astype(np.float32)))
    view = plot.getPlotItem().getViewBox()
    view.setRange(xRange=(edges[0], edges[-1]), padding=0)
    view.disableAutoRange()
    window = Window(plot, plot.viewport())
    spent = []
    for _ in range(2):
        for _step in range(frames // 4):
            spent.append(window.frame(lambda: view.translateBy(x=-3_600.0 * 8)))
        for factor in [0.8] * (frames // 8) + [1.25] * (frames // 8):
            spent.append(window.frame(lambda factor=factor: view.scaleBy((factor, 1))))
    window.close()
    return spent


def resident_mb() -> float:
    """Resident memory of this process now, in MB (2^20 bytes)."""
    import resource
    from pathlib import Path

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(what: str, frames: int) -> dict[str, Any]:
    """One chart: its frames, those of a bare plot, the first one of new data, its memory."""
    import gc

    from lmchat_desktop.bootstrap import make_application
    from lmchat_desktop.ui.charts.latency import LatencyChart
    from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
    from lmchat_desktop.ui.theme.manager import current_theme

    kind, style, buckets = what.split(":")
    app = make_application()
    current_theme().apply("light")
    make = usage if kind == "usage" else latency
    sets = [make(int(buckets), seed) for seed in (1, 2)]
    chart: Any = TimeSeriesChart() if kind == "usage" else LatencyChart()
    if kind == "usage":
        chart.set_style(style)
    else:
        chart.set_scale(style)
    window = Window(chart, chart._surface.viewport())
    gc.collect()
    before = resident_mb()
    chart.set_data(sets[0])
    for _ in range(20):
        app.processEvents()
    gc.collect()
    held = resident_mb() - before
    moved, rests = drive(window, frames)
    fresh = [window.frame(lambda at=at: chart.set_data(sets[at % 2])) for at in range(8)][2:]
    window.close()
    plain = bare(sets[0], frames)
    peak = peak_mb()
    print(json.dumps([moved, rests, plain, fresh, held, peak]), flush=True)
    os._exit(0)  # tearing down is not measured


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


CASES = {
    f"stacked, {SERIES} × {BY_HOUR:,} buckets": f"usage:stacked:{BY_HOUR}",
    f"stacked, {SERIES} × {BY_QUARTER:,} buckets": f"usage:stacked:{BY_QUARTER}",
    f"lines, {SERIES} × {BY_HOUR:,} buckets": f"usage:lines:{BY_HOUR}",
    f"lines, {SERIES} × {BY_QUARTER:,} buckets": f"usage:lines:{BY_QUARTER}",
    f"latency with heat map, {BY_HOUR:,} buckets": f"latency:log:{BY_HOUR}",
}


def _rows(title: str, scale: int, found: list[Any]) -> list[Row]:
    moved, rests, plain, fresh, held, peak = found
    median, slow = statistics.median(moved), _percentile(moved, 0.95)
    of = f"{title}, {scale}×"
    frames = f"95 of 100 of {len(moved)} frames take no longer; median {median:.1f} ms"
    rest = f"the sharp picture once it rests {max(rests):.1f} ms"
    return [
        Row(
            f"pan and zoom: {of}", slow, "ms", f"limit of {FRAME_MS:g} ms", FRAME_MS, goal=1.0,
            state="hot", peak_mb=peak, note=f"{frames}, worst {max(moved):.1f} ms; {rest}",
        ),
        Row(
            f"pan and zoom, median: {of}", median, "ms", "bare pyqtgraph plot",
            statistics.median(plain), state="hot",
            note=f"95 of 100 frames of the bare plot: {_percentile(plain, 0.95):.1f} ms",
        ),
        Row(
            f"new data painted: {of}", statistics.median(fresh), "ms",
            f"limit of {NEW_DATA_MS:g} ms", NEW_DATA_MS, goal=1.0, state="hot",
            note=f"worst {max(fresh):.1f} ms; {held:.0f} MB more with the chart shown",
        ),
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=64)
    parser.add_argument("--platform", default=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    parser.add_argument("--scales", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--only", default="", help="cases that contain these words")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        measure(options.case, options.frames)
    program = (sys.executable, "-m", "benchmarks.pan_zoom")
    for scale in options.scales:
        for title, case in CASES.items():
            if options.only not in title:
                continue
            done = subprocess.run(
                [*program, "--case", case, "--frames", str(options.frames)],
                stdout=subprocess.PIPE,
                check=True,
                env={
                    **os.environ,
                    "QT_QPA_PLATFORM": options.platform,
                    "QT_SCALE_FACTOR": str(scale),
                },
            )
            tell(*_rows(title, scale, json.loads(done.stdout)))


if __name__ == "__main__":
    main()
