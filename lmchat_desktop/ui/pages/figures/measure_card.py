"""The card of the main chart: what is counted, over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.names import measure_name, tr
from lmchat_desktop.ui.pages.figures.times import step_text
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, HEAD_GAP, Card
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.title_choice import TitleChoice

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.domain.timebasis import Step
    from lmchat_desktop.ui.charts.chart_data import ChartData

CHART_HEIGHT_PX = 344
DRAG_GAP_PX = 16


class MeasureCard(Card):
    """The main chart, its measure chosen in its title.

    Attributes:
        chart: the chart.
        measure_chosen: the `ChartMeasure` a person chose.
    """

    measure_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.chart = TimeSeriesChart(self, name=tr("Usage over time"))
        self.chart.setObjectName("usage-chart")
        self.measures = TitleChoice(
            [(measure.value, measure_name(measure)) for measure in ChartMeasure],
            self,
            name=tr("What the chart counts"),
        )
        self.measures.setObjectName("usage-measure")
        self.measures.current_changed.connect(
            lambda value: self.measure_chosen.emit(ChartMeasure(value))
        )
        self._drag = PlainLabel(tr("drag to zoom"), self, role="label", tone="muted")
        self.add_leading(self.measures)
        self.add_trailing(self._drag)
        self.body.addWidget(self.chart, 1)
        self.setMinimumHeight(typography().px(CHART_HEIGHT_PX))

    def put(
        self, data: ChartData, measure: ChartMeasure, style: str, step: Step, period: str
    ) -> None:
        """Show data in place; `period` says in words what time they are of."""
        name = measure_name(measure)
        self.measures.set_current(measure.value)
        self.hint.setText(f"{step_text(step)} · {period}")
        self.hint.show()
        self._make_room()
        self.setAccessibleName(f"{name} {step_text(step)}")
        self.chart.set_name(f"{name} {step_text(step)}")
        self.chart.set_style(style)
        self.chart.set_data(data)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hint out where it would cut what the chart is of."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        parts = [widget.sizeHint().width() for widget in (self.measures, self.hint, self._drag)]
        room = self.contentsRect().width() - 2 * CARD_MARGIN
        self._drag.setVisible(sum(parts) + 2 * HEAD_GAP + DRAG_GAP_PX <= room)
