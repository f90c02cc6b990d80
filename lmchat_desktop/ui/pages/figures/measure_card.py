"""The card of the main chart: what is counted, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.pages.figures.chart_card import ChartCard
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.names import measure_name, tr
from lmchat_desktop.ui.pages.figures.times import step_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.timebasis import Step
    from lmchat_desktop.ui.charts.chart_data import ChartData


class MeasureCard(ChartCard):
    """The main chart, its measure chosen in its title.

    Attributes:
        chart: the chart.
        measure_chosen: the `ChartMeasure` a person chose.
    """

    measure_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self.chart = TimeSeriesChart(name=tr("Usage over time"))
        self.chart.setObjectName("usage-chart")
        measures = [(measure.value, measure_name(measure)) for measure in ChartMeasure]
        super().__init__(self.chart, measures, parent)
        self.measures.current_changed.connect(
            lambda value: self.measure_chosen.emit(ChartMeasure(value))
        )

    def put(
        self, data: ChartData, measure: ChartMeasure, style: str, step: Step, period: str
    ) -> None:
        """Show data in place; `period` says in words what time they are of."""
        name = f"{measure_name(measure)} {step_text(step)}"
        self.measures.set_current(measure.value)
        self.put_head(f"{step_text(step)} · {period}", name)
        self.chart.set_name(name)
        self.chart.set_style(style)
        self.chart.set_data(data)
