"""The overview: figures, traffic by model, what needs attention, and the largest of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.charts.chart_exports import ChartExports
from lmchat_desktop.ui.pages.figures.chart_data import main_data
from lmchat_desktop.ui.pages.figures.measure_card import MeasureCard
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
from lmchat_desktop.ui.pages.figures.names import preset_name
from lmchat_desktop.ui.pages.figures.ranges import Preset
from lmchat_desktop.ui.pages.figures.tiles import FigureTiles
from lmchat_desktop.ui.pages.figures.times import period_text, range_text
from lmchat_desktop.ui.pages.overview.attention import Worded, word
from lmchat_desktop.ui.pages.overview.attention_card import AttentionCard, DetailsDialog
from lmchat_desktop.ui.pages.overview.largest_cards import KeysCard, ModelsCard
from lmchat_desktop.ui.pages.overview.layout import Parts, age_text, lay_out
from lmchat_desktop.ui.pages.overview.model import PRESETS, OverviewModel, OverviewPicture
from lmchat_desktop.ui.pages.overview.recording import record_of
from lmchat_desktop.ui.pages.overview.service_card import ServiceCard
from lmchat_desktop.ui.pages.overview.ways import Ways
from lmchat_desktop.ui.shell.context import Page, PageContext, PageRecord
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.toast import Toast
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from PySide6.QtWidgets import QWidget

AGE_EVERY_MS = 10_000


class OverviewPage(Page):
    """How the chosen scope is doing, and what to look at first."""

    page_id: ClassVar[str] = "overview"
    title: ClassVar[str] = "Overview"
    icon: ClassVar[str] = "overview"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = OverviewModel(context, self)
        self.measure = ChartMeasure.REQUESTS
        self._ways = Ways(context, self.model, self.measure)
        self.against = ""
        self._stale = True
        self._entered = False
        self._make()
        self._lay_out()
        self._connect()
        self._fit_scope()

    # What the shell calls

    def enter(self, arguments: Mapping[str, Any]) -> None:
        """Show the page; `range` sets its time first."""
        self._entered = True
        self._age_timer.start()
        if "range" in arguments:
            self.ranges.set_current(str(arguments["range"]))
            self.model.choose(Preset(arguments["range"]))
        if self._stale and not self.model.busy:
            self.model.load()
        self._stale = False

    def leave(self) -> None:
        """Another page is shown; what sync brings waits until this one is again."""
        self._entered = False
        self._age_timer.stop()

    def refresh(self, changed_kinds: Set[str], changed_scopes: Set[str]) -> None:
        """Take in what sync brought, in place."""
        if self._entered:
            self.model.refresh(changed_kinds, changed_scopes)
        else:
            self._stale = True

    def record(self) -> PageRecord | None:
        """What it shows, for the first picture of the next start."""
        return record_of(self)

    # Building

    def _make(self) -> None:
        self.ranges = SegmentedControl(
            [(preset.value, preset_name(preset)) for preset in PRESETS],
            self.model.preset.value,
            self,
            name=self.tr("Range"),
        )
        self.ranges.setObjectName("overview-range")
        self.age = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.age.setObjectName("overview-age")
        self.busy = BusyStrip(self)
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.tiles = FigureTiles(self)
        self.chart_card = MeasureCard(self)
        self.toast = Toast(self)
        self.exports = ChartExports(self.context.tasks, self)
        self.exports.add(self.chart_card.chart, self.chart_card, "overview")
        self.exports.done.connect(lambda text: self.toast.show_message(text, "good"))
        self.exports.failed.connect(lambda text: self.toast.show_message(text, "bad"))
        self.attention_card = AttentionCard(self)
        self.models_card = ModelsCard(self)
        self.keys_card = KeysCard(self)
        self.service_card = ServiceCard(self)
        self.top_by = self.service_card.by
        # Whoever may not see keys would be told of none, as if there were none.
        self.top_by.setVisible(self.context.session.may(Scope.KEYS_READ))
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(AGE_EVERY_MS)

    def _lay_out(self) -> None:
        self._head, self.scroller = lay_out(
            self,
            Parts(
                ranges=self.ranges,
                age=self.age,
                busy=self.busy,
                banner=self.banner,
                tiles=self.tiles,
                chart=self.chart_card,
                attention=self.attention_card,
                models=self.models_card,
                largest=(self.keys_card, self.service_card),
            ),
        )

    def _connect(self) -> None:
        model, ways = self.model, self._ways
        model.picture_changed.connect(self._put)
        model.top_changed.connect(self._put_top)
        model.top_failed.connect(self.service_card.fail)
        model.busy_changed.connect(self.busy.set_busy)
        model.failed.connect(self._say_failure)
        self.context.scope.changed.connect(self._scope_changed)
        self.context.watched_keys.changed.connect(self._reload)
        self.context.zone.changed.connect(self._reload)
        self.context.theme.theme_changed.connect(self._restyle)
        self.ranges.current_changed.connect(lambda value: model.choose(Preset(value)))
        self.top_by.current_changed.connect(model.choose_top)
        self.banner.action_triggered.connect(model.load)
        self.tiles.activated.connect(ways.tile)
        self.chart_card.measure_chosen.connect(self._choose_measure)
        self.chart_card.chart.series_clicked.connect(ways.model)
        self.chart_card.chart.brush_selected.connect(ways.span)
        self.chart_card.chart.bucket_activated.connect(ways.span)
        self.attention_card.step_taken.connect(self.take_step)
        self.models_card.row_chosen.connect(ways.model)
        self.keys_card.row_chosen.connect(ways.key)
        self.service_card.row_chosen.connect(ways.largest)
        self.service_card.empty.action_triggered.connect(lambda: model.ask_top(force=True))
        self._age_timer.timeout.connect(self._put_age)

    # What people do

    def take_step(self, worded: Worded) -> None:
        """Do what an item of the attention list offers."""
        if worded.step.page:
            self._ways.step(worded.step)
            return
        dialog = DetailsDialog(worded, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _choose_measure(self, measure: ChartMeasure) -> None:
        self.measure = measure
        self._ways.measure = measure
        self._put_chart()

    # What is shown

    def _scope_changed(self, _choice: object) -> None:
        self._fit_scope()
        self._reload()

    def _reload(self, _zone: object = None) -> None:
        if self._entered:
            self.model.load()
        else:
            self._stale = True

    def _fit_scope(self) -> None:
        whole = self.model.scope == SERVICE_SCOPE
        self.keys_card.setVisible(not whole)
        self.service_card.setVisible(whole)
        if whole and self.model.top is None:
            self.service_card.wait()

    def _put(self) -> None:
        picture = self.model.picture
        assert picture is not None
        self.banner.hide()
        before = picture.overview.by_model.previous_period
        self.against = self.tr("There is no whole earlier period to compare with.")
        if before is not None and picture.overview.figures.requests.previous is not None:
            period = range_text(before, self.context.zone.zone)
            self.against = self.tr("Compared with {period}").format(period=period)
        self.tiles.put(picture.overview.figures, self.against)
        self._put_chart()
        self._put_attention(picture)
        self.models_card.put_picture(picture, self.chart_card.chart.data)
        self._put_keys(picture)
        self._put_age()
        self.filled.emit()

    def _restyle(self, _tokens: object) -> None:
        picture = self.model.picture
        if picture is not None:
            self._put_chart()
            self.models_card.put_picture(picture, self.chart_card.chart.data)
            self._put_keys(picture)

    def _put_chart(self) -> None:
        picture = self.model.picture
        if picture is None:
            return
        report = picture.overview.by_model
        data = main_data(
            report,
            self.measure,
            picture.names,
            self.context.theme.series,
            compare=False,
            ranking=picture.rankings.get(Dimension.MODEL, ()),
            settled=self.context.connection.filled,
        )
        self.chart_card.put(
            data, self.measure, ChartStyle.STACKED.value, report.step, period_text(report)
        )

    def _put_attention(self, picture: OverviewPicture) -> None:
        now = self.context.session.clock.now()
        zone = self.context.zone.zone
        self.attention_card.put(
            [
                word(item, now, zone, picture.preset.value, picture.accounts)
                for item in picture.overview.attention
            ]
        )

    def _put_keys(self, picture: OverviewPicture) -> None:
        self.keys_card.put_picture(
            picture, self.context.theme.series, settled=self.context.connection.filled
        )

    def _put_top(self) -> None:
        top, picture = self.model.top, self.model.picture
        if top is not None:
            self.service_card.put_top(top, picture.accounts if picture is not None else {})

    def _say_failure(self, error: BaseException) -> None:
        text = translated(getattr(error, "message", "")) or self.tr(
            "The overview could not be read."
        )
        shown = self.model.picture is not None
        self.banner.set_message(
            "bad",
            text,
            detail=self.tr("What is shown is the last that could be read.") if shown else "",
            action=self.tr("Try again"),
        )
        self.banner.show()
        self.filled.emit()

    def _put_age(self) -> None:
        picture = self.model.picture
        if picture is None:
            return
        until = picture.overview.by_model.live_until
        now = self.context.session.clock.now()
        self.age.setText(age_text(until, now, self.context.zone.zone))
        self._head.fit()
