"""The usage page: toolbar, figures, charts and breakdown over one report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.figures.chart_data import OTHERS
from lmchat_desktop.ui.pages.figures.measure_card import MeasureCard
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.range_dialog import RangeDialog
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.pages.figures.tiles import FigureTiles, Tile
from lmchat_desktop.ui.pages.usage.arguments import state_with
from lmchat_desktop.ui.pages.usage.breakdown import BreakdownCard
from lmchat_desktop.ui.pages.usage.export import UsageExport
from lmchat_desktop.ui.pages.usage.filters import FilterPanel
from lmchat_desktop.ui.pages.usage.level_plots import LevelPlots
from lmchat_desktop.ui.pages.usage.model import UsageModel
from lmchat_desktop.ui.pages.usage.report_panels import ReportPanels
from lmchat_desktop.ui.pages.usage.side_card import (
    LATENCY_OF_VIEW,
    VIEW_OF_LATENCY,
    SideCard,
    SideView,
)
from lmchat_desktop.ui.pages.usage.toolbar import UsageToolbar
from lmchat_desktop.ui.shell.context import Page, PageContext
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


TILE_MEASURES = {
    Tile.REQUESTS: ChartMeasure.REQUESTS,
    Tile.TOKENS: ChartMeasure.OUTPUT_TOKENS,
    Tile.COST: ChartMeasure.COST,
}


class UsagePage(Page):
    """Usage of the chosen scope over any range, grouped and filtered by any dimension."""

    page_id: ClassVar[str] = "usage"
    title: ClassVar[str] = "Usage"
    icon: ClassVar[str] = "usage"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = UsageModel(context, self)
        self._stale = True
        self._entered = False
        self._side = VIEW_OF_LATENCY[self.model.state.latency]
        self._make()
        self._lay_out()
        self._connect()
        self.toolbar.put(self.model.state, self.model.scope, self.model.names)
        self.side_card.set_view(self._side)

    # What the shell calls

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; `range`, `group_by`, `measure`, `filters` and `view` set it first."""
        self._entered = True
        asked = self.model.change(state_with(self.model.state, arguments))
        if "view" in arguments:
            self._show_side(SideView(arguments["view"]))
        if self._stale and not asked:
            self.model.load()
        self._stale = False

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False
        self.filter_panel.close()
        self.model.save()

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if self._entered:
            self.model.refresh(changed_kinds, changed_scopes)
        else:
            self._stale = True
            self.model.forget_names(changed_kinds)

    # Building

    def _make(self) -> None:
        self.toolbar = UsageToolbar(self)
        self.busy = BusyStrip(self)
        self.banner = Banner("bad", parent=self)
        self.banner.setObjectName("usage-banner")
        self.banner.hide()
        self.tiles = FigureTiles(self)
        self.measure_card = MeasureCard(self)
        self.side_card = SideCard(self)
        self.breakdown = BreakdownCard(self.context.preferences, self)
        self._panels = ReportPanels(
            self.context, self.tiles, self.measure_card, self.side_card, self.breakdown
        )
        self.filter_panel = FilterPanel(self)
        self.toast = Toast(self)
        self.export = UsageExport(
            self.toolbar.export_menu,
            self.context.tasks,
            self,
            picture=lambda: self.measure_card,
            report=lambda: self.model.shown.report if self.model.shown else None,
            in_detail=self.context.session.usage.in_detail,
            breakdown_csv=lambda: self.breakdown.table.rows.csv_text(),
        )
        for chart, name in (
            (self.measure_card.chart, "usage"),
            (self.side_card.latency_chart, "latency"),
            (self.side_card.errors_chart, "errors"),
        ):
            self.export.charts.add(chart, chart, name)

    def _lay_out(self) -> None:
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(self.toolbar)
        column.addWidget(self.banner)
        column.addWidget(self.tiles)
        charts = Panes([(self.measure_card, 8), (self.side_card, 6)], content)
        self._level = LevelPlots(
            charts,
            self.measure_card.chart,
            self.side_card.latency_chart,
            self.side_card.errors_chart,
        )
        column.addWidget(charts, 1)
        column.addWidget(self.breakdown)
        self.scroller = scroll_page(self, self.busy, content, "usage-scroll")

    def _connect(self) -> None:
        model, bar = self.model, self.toolbar
        model.state_changed.connect(self._put_state)
        model.report_changed.connect(self._put_report)
        model.details_changed.connect(self._put_details)
        model.busy_changed.connect(self.busy.set_busy)
        model.failed.connect(self._say_failure)
        self.context.theme.theme_changed.connect(self._restyle)
        bar.preset_chosen.connect(self._choose_preset)
        bar.custom_asked.connect(self.choose_range)
        bar.back_asked.connect(self._zoom_back)
        bar.group_chosen.connect(lambda group: self._change(group_by=group))
        bar.style_chosen.connect(lambda style: self._change(style=style))
        bar.compare_toggled.connect(lambda on: self._change(compare=on))
        bar.filter_asked.connect(self.open_filter)
        bar.filter_removed.connect(
            lambda dimension: model.change(model.state.filtered(dimension, ()))
        )
        bar.filters_cleared.connect(lambda: model.change(model.state.unfiltered()))
        self.filter_panel.values_chosen.connect(
            lambda dimension, values: model.change(model.state.filtered(dimension, values))
        )
        self.banner.action_triggered.connect(model.load)
        self.tiles.activated.connect(self._choose_tile)
        self.measure_card.measure_chosen.connect(lambda measure: self._change(measure=measure))
        self.measure_card.chart.series_clicked.connect(self._filter_by_group)
        self.side_card.view_chosen.connect(self._show_side)
        self.side_card.scale_chosen.connect(lambda scale: self._change(scale=scale))
        self.side_card.errors_chart.series_clicked.connect(
            lambda code: self._filter_by(Dimension.ERROR, code)
        )
        for chart in (
            self.measure_card.chart,
            self.side_card.latency_chart,
            self.side_card.errors_chart,
        ):
            chart.brush_selected.connect(self._zoom)
            chart.bucket_activated.connect(self._zoom)
            chart.reset_requested.connect(self._zoom_back)
        self.breakdown.value_clicked.connect(self._filter_by_group)
        self.breakdown.value_activated.connect(self._filter_by_only)
        self.breakdown.values_chosen.connect(
            lambda values: model.change(model.state.filtered(model.state.group_by, values))
        )
        self.breakdown.empty.action_triggered.connect(self._empty_action)
        self.export.done.connect(lambda text: self.toast.show_message(text, "good"))
        self.export.failed.connect(lambda text: self.toast.show_message(text, "bad"))

    # What people do

    def choose_range(self) -> None:
        """Ask for a custom range."""
        shown = self.model.shown
        dialog = RangeDialog(
            self.model.period(),
            self.context.zone.zone,
            self.context.session.clock.now(),
            shown.report.first_data if shown else None,
            self,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._take_range(dialog))
        dialog.rejected.connect(self._put_state)
        dialog.open()

    def open_filter(self, dimension: Dimension) -> None:
        """Open the values of a dimension to choose from."""
        chosen = self.model.state.filter_map.get(dimension, frozenset())
        self.filter_panel.open_at(self.toolbar.filter_button, dimension, chosen)
        self.model.load_values(
            dimension,
            lambda values: self.filter_panel.put_values(dimension, values, chosen),
        )

    def _take_range(self, dialog: RangeDialog) -> None:
        period = dialog.period
        if period is not None:
            chosen = TimeRange(None, period.start, period.end)
            self.model.change(self.model.state.with_range(chosen))

    def _choose_preset(self, preset: Preset) -> None:
        self.model.change(self.model.state.with_range(TimeRange(preset)))

    def _zoom(self, start_s: int, end_s: int) -> None:
        start, end = (datetime.fromtimestamp(at, UTC) for at in (start_s, end_s))
        if start < end:
            self.model.change(self.model.state.zoomed(start, end))

    def _zoom_back(self) -> None:
        self.model.change(self.model.state.zoomed_back())

    def _change(self, **what: Any) -> None:
        self.model.change(replace(self.model.state, **what))

    def _filter_by_group(self, value: str) -> None:
        if value == OTHERS:
            self.toast.show_message(self.tr("These are several small groups: see the table below."))
        else:
            self._filter_by(self.model.state.group_by, value)

    def _filter_by_only(self, value: str) -> None:
        state = self.model.state
        self.model.change(state.filtered(state.group_by, {value}))

    def _filter_by(self, dimension: Dimension, value: str) -> None:
        self.model.change(self.model.state.toggled(dimension, value))

    def _choose_tile(self, tile: Tile) -> None:
        if tile in TILE_MEASURES:
            self._change(measure=TILE_MEASURES[tile])
        else:
            self._show_side(SideView.ERRORS if tile is Tile.ERRORS else SideView.TOTAL)

    def _show_side(self, view: SideView) -> None:
        self._side = view
        self.side_card.set_view(view)
        if view in LATENCY_OF_VIEW:
            self._change(latency=LATENCY_OF_VIEW[view])

    def _empty_action(self) -> None:
        state = self.model.state
        if state.filters:
            self.model.change(state.unfiltered())
        else:
            self.model.change(state.with_range(TimeRange(Preset.WEEK)))

    # What is shown

    def _put_state(self) -> None:
        self.toolbar.put(self.model.state, self.model.scope, self.model.names)
        if self._side in LATENCY_OF_VIEW:
            self._side = VIEW_OF_LATENCY[self.model.state.latency]
            self.side_card.set_view(self._side)

    def _put_report(self) -> None:
        shown = self.model.shown
        assert shown is not None
        self.banner.hide()
        self.toolbar.put(self.model.state, shown.scope, shown.names)
        self.toolbar.say_range(shown.report.period, shown.report.question.zone)
        self._panels.put(shown, self.model.details)
        self.export.set_available(has_data(shown.report.answer))

    def _say_failure(self, error: BaseException) -> None:
        text = translated(getattr(error, "message", "")) or self.tr(
            "The figures could not be read."
        )
        shown = self.model.shown is not None
        self.banner.set_message(
            "bad",
            text,
            detail=self.tr("What is shown is the last that could be read.") if shown else "",
            action=self.tr("Try again"),
        )
        self.banner.show()
        self.filter_panel.fail(text)

    def _put_details(self) -> None:
        shown, details = self.model.shown, self.model.details
        if shown is not None and details is not None:
            self._panels.put_details(shown, details)

    def _restyle(self, _tokens: object) -> None:
        shown = self.model.shown
        if shown is not None:
            self._panels.restyle(shown, self.model.details)
