"""Percentiles of a latency over time, above a heat map of the requests they are taken from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.formatting import Kind, count, latency
from lmchat_desktop.ui.charts.axis_labels import even_labels, log_labels
from lmchat_desktop.ui.charts.chart_data import Floats, LatencyData, Series, spread_heat
from lmchat_desktop.ui.charts.heat import HeatItem
from lmchat_desktop.ui.charts.legend import LegendEntry
from lmchat_desktop.ui.charts.lines import Line, LinesItem
from lmchat_desktop.ui.charts.readout import ReadoutRow
from lmchat_desktop.ui.charts.ticks import log_ticks, value_ticks
from lmchat_desktop.ui.charts.time_chart import TimeChart

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SCALES = ("linear", "log")
_ROWS = 34
_BOUND = "\0bound"
_HEADROOM = {"linear": 1.06, "log": 1.35}


class LatencyChart(TimeChart):
    """Lines of percentiles over the histogram's heat map; linear or logarithmic time."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent, name=name)
        self._data: LatencyData | None = None
        self._scale = "linear"
        self._heat = HeatItem()
        self._lines = LinesItem()
        for item in (self._heat, self._lines):
            self._surface.add_layer(item)
        self.legend.filterable = False
        self.legend.hidden_changed.connect(self._show)

    @property
    def data(self) -> LatencyData | None:
        """What is shown."""
        return self._data

    @property
    def scale(self) -> str:
        """The axis: linear or log."""
        return self._scale

    def set_scale(self, scale: str) -> None:
        """Draw on a linear or a logarithmic axis.

        Raises:
            ValueError: the scale is neither.
        """
        if scale not in SCALES:
            raise ValueError(f"no such scale: {scale}")
        if scale != self._scale:
            self._scale = scale
            self._show()

    def set_data(self, data: LatencyData) -> None:
        """Show other data, in place."""
        self._data = data
        entries = [
            LegendEntry(series.name, series.title, series.colour) for series in data.quantiles
        ]
        bound = f"±{data.error_bound * 100:.1f} %"
        entries.append(LegendEntry(_BOUND, bound, "muted", "none", fixed=True))
        self.legend.set_entries(entries)
        self.show_time(data.edges, data.known(), data.zone)
        self._show()

    def shown_series(self) -> list[Series]:
        """The lines that are not hidden by the legend."""
        hidden = self.legend.hidden()
        return (
            []
            if self._data is None
            else [series for series in self._data.quantiles if series.name not in hidden]
        )

    def rescale(self) -> None:
        self._show()

    def _show(self) -> None:
        data = self._data
        if data is None:
            return
        known = data.known()
        shown = self.shown_series()
        values = [np.where(known, series.values, np.nan) for series in shown]
        low, high = self._reach(values)
        if self._scale == "log":
            ticks = log_ticks(low, high)
            places = [float(np.log10(tick)) for tick in ticks]
            bottom, top = float(np.log10(low)), float(np.log10(high))
            self.value_axis.set_ticks(places, log_labels(Kind.LATENCY, ticks))
            self.show_values(bottom, top, places)
        else:
            step, ticks = value_ticks(high, Kind.LATENCY, self.most_intervals())
            bottom, top = 0.0, ticks[-1]
            self.value_axis.set_ticks(ticks, even_labels(Kind.LATENCY, ticks, step))
            self.show_values(bottom, top * 1.001, ticks)
        self._show_heat(bottom, top)
        edges = data.edges.astype(np.float64)
        middles = (edges[:-1] + edges[1:]) / 2
        self._lines.set_lines(
            [
                Line(middles, self._on_axis(ys), series.colour)
                for series, ys in zip(shown, values, strict=True)
            ]
        )
        self.refresh_readout()
        self.setAccessibleDescription(self.describe())

    def _on_axis(self, values: Floats) -> Floats:
        if self._scale == "linear":
            return values
        with np.errstate(invalid="ignore", divide="ignore"):
            logs: Floats = np.log10(values)
        return logs

    def _reach(self, values: list[Floats]) -> tuple[float, float]:
        """The least and the greatest latency worth showing, in milliseconds."""
        finite = np.concatenate([v[np.isfinite(v)] for v in values] or [np.zeros(0)])
        if not len(finite):
            return 100.0, 1000.0
        high = float(finite.max()) * _HEADROOM[self._scale]
        low = float(finite[finite > 0].min()) if (finite > 0).any() else high / 100
        data = self._data
        if self._scale == "log" and data is not None and data.heat is not None:
            mass = data.heat.counts.sum(axis=0).astype(np.float64)
            if mass.sum() > 0:
                share = np.cumsum(mass) / mass.sum()
                low = min(low, float(data.heat.bounds_ms[int(np.searchsorted(share, 0.005))]))
                upper = int(np.searchsorted(share, 0.999))
                high = max(high, float(data.heat.bounds_ms[min(upper + 1, len(mass))]))
        return low * 0.9, max(high, low * 2)

    def _show_heat(self, bottom: float, top: float) -> None:
        data = self._data
        if data is None or data.heat is None:
            self._heat.set_heat(np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 0)))
            return
        bounds = np.linspace(bottom, top, _ROWS + 1)
        in_ms = 10.0**bounds if self._scale == "log" else bounds
        counts = spread_heat(data.heat, in_ms)
        counts[~data.known()] = 0
        self._heat.set_heat(data.edges, bounds, counts)

    # Values at the crosshair

    def readout_rows(self, bucket: int) -> list[ReadoutRow]:
        return [
            ReadoutRow(series.title, latency(series.values[bucket]), series.colour)
            for series in reversed(self.shown_series())
        ]

    def readout_foot(self, bucket: int) -> str:
        data = self._data
        if data is None or len(data.measured) != data.buckets:
            return ""
        measured = int(data.measured[bucket])
        if not measured:
            return self.tr("nothing measured")
        words = self.tr("{n} measured").format(n=count(measured))
        if data.open_from_s is not None and float(data.edges[bucket + 1]) > data.open_from_s:
            words += ", " + self.tr("so far")
        return words

    def describe(self) -> str:
        """The chart in a sentence, for screen readers."""
        data = self._data
        if data is None or not data.buckets:
            return ""
        words = [self.period_text(), self.tr("{n} buckets").format(n=data.buckets)]
        missing = int((~data.known()).sum())
        if missing:
            words.append(self.tr("{n} without data").format(n=missing))
        for series in data.quantiles:
            finite = series.values[np.isfinite(series.values)]
            if len(finite):
                low, high = latency(float(finite.min())), latency(float(finite.max()))
                words.append(
                    self.tr("{name} between {low} and {high}").format(
                        name=series.title, low=low, high=high
                    )
                )
        return ", ".join(words)
