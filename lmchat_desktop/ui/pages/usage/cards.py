"""The two cards of charts: what is counted, over time; and how long it took or why it failed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.timebasis import Step
from lmchat_desktop.domain.usage.cells import Latency
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.pages.usage.arrangement import Headline
from lmchat_desktop.ui.pages.usage.names import measure_name, tr
from lmchat_desktop.ui.pages.usage.state import ChartMeasure, LatencyScale
from lmchat_desktop.ui.theme.icons import icon
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.buttons import ChoiceButton
from lmchat_desktop.ui.widgets.cards import CARD_MARGIN, Card
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from lmchat_desktop.ui.charts.chart_data import ChartData, LatencyData

CHART_HEIGHT_PX = 344
HEAD_GAP_PX = 2
HINT_GAP_PX = 16


class SideView(StrEnum):
    """What the second card shows."""

    TOTAL = "total"
    FIRST_TOKEN = "first"
    ERRORS = "errors"


VIEW_OF_LATENCY = {Latency.TOTAL: SideView.TOTAL, Latency.FIRST_TOKEN: SideView.FIRST_TOKEN}
LATENCY_OF_VIEW = {view: latency for latency, view in VIEW_OF_LATENCY.items()}


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
        self.measures = ChoiceButton(
            [(measure.value, measure_name(measure)) for measure in ChartMeasure],
            parent=self,
            name=tr("What the chart counts"),
        )
        self.measures.setObjectName("usage-measure")
        as_title(self.measures)
        self.measures.setFont(typography().text(strong=True))
        self.measures.current_changed.connect(
            lambda value: self.measure_chosen.emit(ChartMeasure(value))
        )
        elide = Qt.TextElideMode.ElideRight
        self._per = PlainLabel("", self, tone="muted", elide=elide)
        self._hint = PlainLabel(tr("drag to zoom"), self, role="label", tone="muted")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(HEAD_GAP_PX)
        head.addWidget(self.measures)
        head.addWidget(self._per, 1)
        head.addWidget(self._hint, 0, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(head)
        self.body.addWidget(self.chart, 1)
        self.setMinimumHeight(typography().px(CHART_HEIGHT_PX))

    def put(
        self, data: ChartData, measure: ChartMeasure, style: str, step: Step, period: str
    ) -> None:
        """Show data in place; `period` says in words what time they are of."""
        name = measure_name(measure)
        self.measures.set_current(measure.value)
        self._per.setText(f"{step_text(step)} · {period}")
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
        parts = [widget.sizeHint().width() for widget in (self.measures, self._per, self._hint)]
        room = self.contentsRect().width() - 2 * CARD_MARGIN
        self._hint.setVisible(sum(parts) + HEAD_GAP_PX + HINT_GAP_PX <= room)


class SideCard(Card):
    """Latency of either kind, or errors by code.

    Attributes:
        latency_chart, errors_chart: the charts, one of which is seen.
        view_chosen: the `SideView` a person chose.
        scale_chosen: the `LatencyScale` a person chose.
    """

    view_chosen = Signal(object)
    scale_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.views = SegmentedControl(
            [
                (SideView.TOTAL.value, tr("Total time")),
                (SideView.FIRST_TOKEN.value, tr("First token")),
                (SideView.ERRORS.value, tr("Errors")),
            ],
            parent=self,
            name=tr("What the second chart shows"),
        )
        self.views.setObjectName("usage-side-view")
        self.views.current_changed.connect(lambda value: self.view_chosen.emit(SideView(value)))
        self.scales = ChoiceButton(
            [
                (LatencyScale.LOG.value, tr("Log scale")),
                (LatencyScale.LINEAR.value, tr("Linear scale")),
            ],
            parent=self,
            name=tr("Scale of the latency"),
        )
        self.scales.setObjectName("usage-scale")
        as_title(self.scales)
        self.latency_chart = LatencyChart(self, name=tr("Latency over time"))
        self.latency_chart.setObjectName("usage-latency-chart")
        self.errors_chart = TimeSeriesChart(self, name=tr("Errors over time by code"))
        self.errors_chart.setObjectName("usage-errors-chart")
        self.scales.current_changed.connect(
            lambda value: self.scale_chosen.emit(LatencyScale(value))
        )
        self._head = Headline([self.views], self.scales, self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.latency_chart)
        self._stack.addWidget(self.errors_chart)
        self._note = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.body.addWidget(self._head)
        self.body.addLayout(self._stack, 1)
        self.body.addWidget(self._note)
        self.setMinimumHeight(typography().px(CHART_HEIGHT_PX))

    @property
    def view(self) -> SideView:
        """What is shown."""
        return SideView(self.views.current)

    @property
    def chart(self) -> LatencyChart | TimeSeriesChart:
        """The chart that is seen."""
        return self.errors_chart if self.view is SideView.ERRORS else self.latency_chart

    def set_view(self, view: SideView) -> None:
        """Show latency or errors."""
        self.views.set_current(view.value)
        self._stack.setCurrentWidget(self.chart)
        self.scales.setVisible(view is not SideView.ERRORS)
        self._head.fit()
        self._note.setVisible(view is SideView.ERRORS)
        self.setAccessibleName(
            tr("Errors by code") if view is SideView.ERRORS else self.chart.accessibleName()
        )

    def put_latency(self, data: LatencyData, latency: Latency, scale: LatencyScale) -> None:
        """Show percentiles in place."""
        names = {Latency.TOTAL: tr("Total time"), Latency.FIRST_TOKEN: tr("Time to first token")}
        self.latency_chart.set_name(tr("{what}: p50, p95 and p99").format(what=names[latency]))
        self.scales.set_current(scale.value)
        self.latency_chart.set_scale(scale.value)
        self.latency_chart.set_data(data)

    def put_errors(self, data: ChartData, failed: int, requests: int) -> None:
        """Show failed requests by error code in place."""
        self.errors_chart.set_data(data)
        self._note.setText(
            tr(
                "{failed} of {requests} requests failed; those rerouted with success are not "
                "among them."
            ).format(failed=formatting.count(failed), requests=formatting.count(requests))
        )


def as_title(button: ChoiceButton) -> None:
    """Let a choice look like words with a chevron behind them, so that it can stand in a title."""
    button.setProperty("look", "quiet")
    button.setIcon(icon("down"))
    side = typography().px(12)
    button.setIconSize(QSize(side, side))
    button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    button.setStyleSheet(
        "padding-left: 0; padding-right: 4px; text-align: right; color: palette(window-text);"
    )


def step_text(step: Step) -> str:
    """How much time a bar stands for."""
    return {
        Step.MINUTE: tr("per minute"),
        Step.FIVE_MINUTES: tr("per 5 minutes"),
        Step.QUARTER: tr("per quarter hour"),
        Step.HOUR: tr("per hour"),
        Step.THREE_HOURS: tr("per 3 hours"),
        Step.SIX_HOURS: tr("per 6 hours"),
        Step.DAY: tr("per day"),
    }[step]
