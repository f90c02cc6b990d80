"""Series over time as stacked bars or lines, compared with the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from lmchat_desktop.domain.formatting import NOTHING, change, figure
from lmchat_desktop.ui.charts.axis_labels import even_labels
from lmchat_desktop.ui.charts.bars import BarsItem
from lmchat_desktop.ui.charts.legend import LegendEntry
from lmchat_desktop.ui.charts.lines import Line, LinesItem
from lmchat_desktop.ui.charts.readout import ReadoutRow
from lmchat_desktop.ui.charts.ticks import value_ticks
from lmchat_desktop.ui.charts.time_chart import TimeChart
from lmchat_desktop.ui.theme.manager import tokens
from lmchat_desktop.ui.widgets.plain import one_line
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.formatting import Figure
    from lmchat_desktop.ui.charts.chart_data import ChartData, Floats, Series

STYLES = ("stacked", "lines")
_MOST_ROWS = 12
SPOKEN_NAME = 100
"""So many characters of a name are part of what is said of a chart."""
_PREVIOUS = "\0previous"


class TimeSeriesChart(TimeChart):
    """Bars that stack, or lines, of any number of series.

    Attributes:
        series_clicked: name of the series whose bar was clicked, or that the legend's menu wants
            to filter by.
    """

    series_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent, name=name)
        self._data: ChartData | None = None
        self._style = "stacked"
        self._highest = 0.0
        self._bars = BarsItem()
        self._lines = LinesItem()
        for item in (self._bars, self._lines):
            self._surface.add_layer(item)
        self.legend.hidden_changed.connect(self._show)
        self.legend.filter_requested.connect(self.series_clicked)

    @property
    def data(self) -> ChartData | None:
        """What is shown."""
        return self._data

    @property
    def style_name(self) -> str:
        """How it is drawn: stacked or lines."""
        return self._style

    def set_style(self, style: str) -> None:
        """Draw stacked bars or lines.

        Raises:
            ValueError: the style is neither.
        """
        if style not in STYLES:
            raise ValueError(f"no such chart style: {style}")
        if style != self._style:
            self._style = style
            self._show_legend()
            self._show()

    def set_data(self, data: ChartData) -> None:
        """Show other data, in place."""
        self._data = data
        self._show_legend()
        self.show_time(data.edges, data.known(), data.zone)
        self._show()

    def shown_series(self) -> list[Series]:
        """The series that are not hidden by the legend."""
        hidden = self.legend.hidden()
        return (
            []
            if self._data is None
            else [series for series in self._data.series if series.name not in hidden]
        )

    def _show_legend(self) -> None:
        data = self._data
        if data is None:
            return
        entries = [LegendEntry(each.name, each.title, each.colour) for each in data.series]
        if self._compared():
            mark = "outline" if self._stacked() else "dashes"
            title = self.tr("Previous period")
            entries.append(LegendEntry(_PREVIOUS, title, "muted", mark, fixed=True))
        self.legend.set_entries(entries if len(entries) > 1 else [])

    def _stacked(self) -> bool:
        return self._style == "stacked" and self._data is not None and self._data.additive

    def _compared(self) -> bool:
        """Whether anything of the period before is drawn."""
        data = self._data
        if data is None:
            return False
        one_by_one = any(series.previous is not None for series in data.series)
        alone = self._stacked() or len(data.series) == 1
        return one_by_one or (data.previous is not None and alone)

    def _previous_total(self) -> Floats | None:
        """What the stack is compared with: of the series shown, where each tells its own."""
        data, shown = self._data, self.shown_series()
        if data is None or not shown:
            return None
        if len(shown) == len(data.series) and data.previous is not None:
            return data.previous
        parts = [series.previous for series in shown if series.previous is not None]
        if len(parts) != len(shown) or not data.additive:
            return None
        total: Floats = np.sum(parts, axis=0, dtype=np.float64)
        return total

    def _show(self) -> None:
        data = self._data
        if data is None:
            return
        known = data.known()
        shown = self.shown_series()
        values = [np.where(known, series.values, np.nan) for series in shown]
        colours = [series.colour for series in shown]
        if self._stacked():
            ghost = self._previous_total()
            self._bars.set_bars(data.edges, values, colours, data.open_from_s, ghost)
            self._lines.set_lines([])
            total = np.nansum(values, axis=0) if values else np.zeros(data.buckets)
            tops = [total] if ghost is None else [total, ghost]
        else:
            self._bars.set_bars(data.edges, [], [], None)
            ghosts = self._ghost_lines(shown)
            middles = _middles(data)
            lines = [Line(middles, ys, colour) for ys, colour in zip(values, colours, strict=True)]
            self._lines.set_lines([*ghosts, *reversed(lines)])
            tops = [*values, *(line.ys for line in ghosts)]
        finite = [float(np.nanmax(top)) for top in tops if np.isfinite(top).any()]
        self._highest = max(finite, default=0.0)
        self.rescale()
        self.refresh_readout()
        self.setAccessibleDescription(self.describe())

    def _ghost_lines(self, shown: list[Series]) -> list[Line]:
        data = self._data
        if data is None:
            return []
        middles = _middles(data)
        if len(shown) == 1 and len(data.series) == 1 and data.previous is not None:
            return [Line(middles, data.previous, "muted", dashed=True)]
        return [
            Line(middles, series.previous, series.colour, dashed=True)
            for series in shown
            if series.previous is not None
        ]

    def rescale(self) -> None:
        if self._data is None:
            return
        kind = self._data.kind
        step, ticks = value_ticks(self._highest, kind, self.most_intervals())
        self.value_axis.set_ticks(ticks, even_labels(kind, ticks, step))
        self.show_values(0.0, ticks[-1] * 1.001, ticks)

    # Values at the crosshair

    def readout_rows(self, bucket: int) -> list[ReadoutRow]:
        data, shown = self._data, self.shown_series()
        if data is None:
            return []
        rows = []
        for series in shown[:_MOST_ROWS]:
            note = ""
            if not self._stacked() and series.previous is not None:
                note = _in_words(change(series.values[bucket], series.previous[bucket]))
            value = series.values[bucket]
            shown_value = figure(data.kind, value)
            rows.append(
                ReadoutRow(series.title, shown_value, series.colour, note=note, name=series.name)
            )
        rest = shown[_MOST_ROWS:]
        if rest and data.additive:
            left = sum(float(np.nan_to_num(series.values[bucket])) for series in rest)
            title = self.tr("{n} more").format(n=len(rest))
            rows.append(ReadoutRow(title, figure(data.kind, left), tokens().muted))
        total = self._total(bucket, shown)
        if data.additive and len(shown) > 1:
            rows.append(ReadoutRow(self.tr("Total"), figure(data.kind, total), strong=True))
        ghost = self._previous_total() if data.additive else None
        if ghost is not None:
            before = float(ghost[bucket])
            note = _in_words(change(total, before)) if np.isfinite(before) else ""
            before_figure = figure(data.kind, before) if np.isfinite(before) else NOTHING
            rows.append(
                ReadoutRow(
                    self.tr("Previous"), before_figure, tokens().muted, dashed=True, note=note
                )
            )
        return rows

    def readout_foot(self, bucket: int) -> str:
        data = self._data
        if data is None or data.open_from_s is None:
            return ""
        return self.tr("so far") if float(data.edges[bucket + 1]) > data.open_from_s else ""

    @staticmethod
    def _total(bucket: int, shown: list[Series]) -> float:
        values = np.array([series.values[bucket] for series in shown], np.float64)
        return float(np.nansum(values)) if np.isfinite(values).any() else float("nan")

    def choose(self, name: str) -> None:
        self.series_clicked.emit(name)

    def click(self, bucket: int, value: float) -> None:
        shown = self.shown_series()
        if self._stacked():
            place = self._bars.series_at(bucket, value)
        else:
            place = self._nearest(bucket, value, shown)
        if place is not None:
            self.series_clicked.emit(shown[place].name)

    def _nearest(self, bucket: int, value: float, shown: list[Series]) -> int | None:
        """The line within a few pixels of a value."""
        if not shown:
            return None
        distances = np.abs(np.array([series.values[bucket] for series in shown]) - value)
        if not np.isfinite(distances).any():
            return None
        place = int(np.nanargmin(distances))
        pixel = abs(self.view.viewPixelSize()[1])
        return place if distances[place] <= 8 * pixel else None

    def describe(self) -> str:
        """The chart in a sentence, for screen readers."""
        data = self._data
        if data is None or not data.buckets:
            return ""
        known = data.known()
        shown = self.shown_series()
        words = [self.period_text(), self.tr("{n} buckets").format(n=data.buckets)]
        missing = int((~known).sum())
        if missing:
            words.append(self.tr("{n} without data").format(n=missing))
        if data.additive and shown:
            total = np.nansum([np.where(known, s.values, 0) for s in shown])
            words.append(self.tr("total {total}").format(total=figure(data.kind, float(total))))
        sums = [float(np.nansum(np.where(known, series.values, 0))) for series in shown]
        order = list(range(len(shown)))
        if data.additive:
            order = sorted(order, key=lambda place: -sums[place])[:_MOST_ROWS]
        for rank, place in enumerate(order):
            said = one_line(shown[place].title, SPOKEN_NAME)
            if data.additive:
                said = f"{said} {figure(data.kind, sums[place])}"
            if data.additive and rank == 0 and len(shown) > 1:
                said = self.tr("largest {series}").format(series=said)
            words.append(said)
        return ", ".join(words)


def _in_words(changed: Figure) -> str:
    return translated(str(changed))


def _middles(data: ChartData) -> Floats:
    edges = data.edges.astype(np.float64)
    middles: Floats = (edges[:-1] + edges[1:]) / 2
    return middles
