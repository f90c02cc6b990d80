"""The card of the second chart: how long requests took, or why they failed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Latency
from lmchat_desktop.ui.charts.latency import LatencyChart
from lmchat_desktop.ui.charts.time_series import TimeSeriesChart
from lmchat_desktop.ui.pages.figures.chart_card import CHART_HEIGHT_PX
from lmchat_desktop.ui.pages.figures.names import tr
from lmchat_desktop.ui.pages.usage.state import LatencyScale
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.headline import Headline
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.title_choice import TitleChoice

if TYPE_CHECKING:
    from lmchat_desktop.ui.charts.chart_data import ChartData, LatencyData


class SideView(StrEnum):
    """What the second card shows."""

    TOTAL = "total"
    FIRST_TOKEN = "first"
    ERRORS = "errors"


VIEW_OF_LATENCY = {Latency.TOTAL: SideView.TOTAL, Latency.FIRST_TOKEN: SideView.FIRST_TOKEN}
LATENCY_OF_VIEW = {view: latency for latency, view in VIEW_OF_LATENCY.items()}


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
            small=True,
        )
        self.views.setObjectName("usage-side-view")
        self.views.current_changed.connect(lambda value: self.view_chosen.emit(SideView(value)))
        self.scales = TitleChoice(
            [
                (LatencyScale.LOG.value, tr("Log scale")),
                (LatencyScale.LINEAR.value, tr("Linear scale")),
            ],
            self,
            name=tr("Scale of the latency"),
            strong=False,
        )
        self.scales.setObjectName("usage-scale")
        self.latency_chart = LatencyChart(self, name=tr("Latency over time"))
        self.latency_chart.setObjectName("usage-latency-chart")
        self.errors_chart = TimeSeriesChart(self, name=tr("Errors over time by code"))
        self.errors_chart.setObjectName("usage-errors-chart")
        self.scales.current_changed.connect(
            lambda value: self.scale_chosen.emit(LatencyScale(value))
        )
        self._failed = PlainLabel("", self, role="label", tone="muted")
        far = QWidget(self)
        beside = QHBoxLayout(far)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.scales)
        beside.addWidget(self._failed)
        self._head = Headline([self.views], far, self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.latency_chart)
        self._stack.addWidget(self.errors_chart)
        self.body.addWidget(self._head)
        self.body.addLayout(self._stack, 1)
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
        self._failed.setVisible(view is SideView.ERRORS)
        self._head.fit()
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
        counted = {"failed": formatting.count(failed), "requests": formatting.count(requests)}
        self._failed.setText(tr("{failed} of {requests} failed").format(**counted))
        self._failed.setToolTip(
            tr(
                "{failed} of {requests} requests failed; those rerouted with success are not "
                "among them."
            ).format(**counted)
        )
        self._head.fit()
