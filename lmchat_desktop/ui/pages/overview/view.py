"""The overview: figures, traffic by model, what needs attention, and the largest of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.overview.attention import Worded, word
from lmchat_desktop.ui.pages.overview.attention_card import AttentionCard, DetailsDialog
from lmchat_desktop.ui.pages.overview.model import PRESETS, OverviewModel, OverviewPicture
from lmchat_desktop.ui.pages.overview.top_card import (
    ROWS_SHOWN,
    TopCard,
    key_columns,
    key_rows,
    model_cells,
    model_columns,
    service_cells,
    service_columns,
)
from lmchat_desktop.ui.pages.usage.arrangement import Headline, Panes
from lmchat_desktop.ui.pages.usage.busy import BusyStrip
from lmchat_desktop.ui.pages.usage.cards import MeasureCard
from lmchat_desktop.ui.pages.usage.chart_data import OTHERS, OTHERS_COLOUR, main_data
from lmchat_desktop.ui.pages.usage.names import preset_name
from lmchat_desktop.ui.pages.usage.state import ChartMeasure, ChartStyle, Preset
from lmchat_desktop.ui.pages.usage.tiles import FigureTiles, Tile
from lmchat_desktop.ui.pages.usage.toolbar import period_text, range_text
from lmchat_desktop.ui.shell.context import Page, PageContext, ScopeChoice
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.page_scroll import scroll_page
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

AGE_EVERY_MS = 10_000
TILE_ARGUMENTS = {
    Tile.REQUESTS: {"measure": "requests"},
    Tile.TOKENS: {"measure": "output_tokens"},
    Tile.COST: {"measure": "cost"},
    Tile.LATENCY: {"view": "total"},
    Tile.ERRORS: {"view": "errors"},
}


class OverviewPage(Page):
    """How the chosen scope is doing, and what to look at first."""

    page_id: ClassVar[str] = "overview"
    title: ClassVar[str] = "Overview"
    icon: ClassVar[str] = "overview"

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.model = OverviewModel(context, self)
        self.measure = ChartMeasure.REQUESTS
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
        self.attention_card = AttentionCard(self)
        self.models_card = TopCard(self.tr("Top models"), model_columns(), self)
        self.models_card.setObjectName("top-models")
        self.keys_card = TopCard(self.tr("Top keys"), key_columns(), self)
        self.keys_card.setObjectName("top-keys")
        self.service_card = TopCard(self.tr("Largest"), service_columns(), self)
        self.service_card.setObjectName("top-of-service")
        self.top_by = SegmentedControl(
            [("account", self.tr("Accounts")), ("key", self.tr("Keys"))],
            parent=self,
            name=self.tr("Largest accounts or keys"),
        )
        self.service_card.add_trailing(self.top_by)
        # Whoever may not see keys would be told of none, as if there were none.
        self.top_by.setVisible(self.context.session.may(Scope.KEYS_READ))
        self._age_timer = QTimer(self)
        self._age_timer.setInterval(AGE_EVERY_MS)

    def _lay_out(self) -> None:
        title = PlainLabel(self.tr("Overview"), self, role="title")
        self._head = Headline([title, self.ranges], self.age, self)
        largest = QWidget(self)
        beside = QVBoxLayout(largest)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.keys_card)
        beside.addWidget(self.service_card)
        content = QWidget()
        content.setObjectName("scrolled")
        column = QVBoxLayout(content)
        column.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, PAGE_MARGIN)
        column.setSpacing(CARD_GAP)
        column.addWidget(self._head)
        column.addWidget(self.banner)
        column.addWidget(self.tiles)
        column.addWidget(Panes([(self.chart_card, 7), (self.attention_card, 5)], content), 3)
        column.addWidget(Panes([(self.models_card, 7), (largest, 5)], content), 2)
        self.scroller = scroll_page(self, self.busy, content, "overview-scroll")

    def _connect(self) -> None:
        model = self.model
        model.picture_changed.connect(self._put)
        model.top_changed.connect(self._put_top)
        model.top_failed.connect(self._say_top_failure)
        model.busy_changed.connect(self.busy.set_busy)
        model.failed.connect(self._say_failure)
        self.context.scope.changed.connect(self._scope_changed)
        self.context.zone.changed.connect(self._reload)
        self.context.theme.theme_changed.connect(self._restyle)
        self.ranges.current_changed.connect(lambda value: model.choose(Preset(value)))
        self.top_by.current_changed.connect(model.choose_top)
        self.banner.action_triggered.connect(model.load)
        self.tiles.activated.connect(lambda tile: self._go(**TILE_ARGUMENTS[tile]))
        self.chart_card.measure_chosen.connect(self._choose_measure)
        self.chart_card.chart.series_clicked.connect(self._show_model)
        self.chart_card.chart.brush_selected.connect(self._show_span)
        self.chart_card.chart.bucket_activated.connect(self._show_span)
        self.attention_card.step_taken.connect(self.take_step)
        self.models_card.row_chosen.connect(self._show_model)
        self.keys_card.row_chosen.connect(
            lambda key: self._go(group_by="model", filters={"key": [key]})
        )
        self.service_card.row_chosen.connect(self._show_largest)
        self.service_card.empty.action_triggered.connect(lambda: model.ask_top(force=True))
        self._age_timer.timeout.connect(self._put_age)

    # What people do

    def take_step(self, worded: Worded) -> None:
        """Do what an item of the attention list offers."""
        step = worded.step
        if not step.page:
            dialog = DetailsDialog(worded, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()
            return
        if step.account_id is not None:
            self._choose_account(step.account_id)
        self.context.navigate(step.page, **step.arguments)

    def _choose_account(self, account_id: str, name: str = "") -> None:
        picture = self.model.picture
        known = picture.accounts.get(account_id, "") if picture is not None else ""
        self.context.scope.choose(ScopeChoice(account_id, known or name or account_id))

    def _go(self, **arguments: Any) -> None:
        self.context.navigate(
            "usage", **{"range": self.model.preset.value, "filters": {}, **arguments}
        )

    def _show_model(self, value: object) -> None:
        filters = {} if value == OTHERS else {"model": [value]}
        self._go(group_by="model", measure=self.measure.value, filters=filters)

    def _show_span(self, start_s: int, end_s: int) -> None:
        span = tuple(datetime.fromtimestamp(at, UTC) for at in (start_s, end_s))
        self._go(group_by="model", measure=self.measure.value, range=span)

    def _show_largest(self, entity_id: object) -> None:
        if self.model.top_by == "account":
            top = self.model.top
            rows = top.data if top is not None else []
            name = next((row.name for row in rows if row.id == entity_id), "")
            self._choose_account(str(entity_id), name)
            self._go(group_by="model")
            return
        key = self.context.session.entities.get(ApiKey, str(entity_id))
        if key is not None:
            self._choose_account(key.account_id)
            self._go(group_by="model", filters={"key": [key.id]})

    def _choose_measure(self, measure: ChartMeasure) -> None:
        self.measure = measure
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
            self._await_top()

    def _put(self) -> None:
        picture = self.model.picture
        assert picture is not None
        self.banner.hide()
        before = picture.overview.by_model.previous_period
        against = self.tr("There is no whole earlier period to compare with.")
        if before is not None and picture.overview.figures.requests.previous is not None:
            period = range_text(before, self.context.zone.zone)
            against = self.tr("Compared with {period}").format(period=period)
        self.tiles.put(picture.overview.figures, against)
        self._put_chart()
        self._put_attention(picture)
        self._put_models(picture)
        self._put_keys(picture)
        self._put_age()

    def _restyle(self, _tokens: object) -> None:
        picture = self.model.picture
        if picture is not None:
            self._put_chart()
            self._put_models(picture)
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

    def _put_models(self, picture: OverviewPicture) -> None:
        chart = self.chart_card.chart.data
        colours = {s.name: s.colour for s in chart.series} if chart is not None else {}
        rows = picture.models[:ROWS_SHOWN]
        if not rows:
            self.models_card.say("chart", *self._no_requests(picture))
            return
        self.models_card.put(
            [model_cells(row) for row in rows],
            [row.value for row in rows],
            [colours.get(str(row.value), OTHERS_COLOUR) for row in rows],
        )

    def _put_keys(self, picture: OverviewPicture) -> None:
        rows = (picture.keys or ())[:ROWS_SHOWN]
        if not rows:
            self.keys_card.say("keys", *self._no_requests(picture))
            return
        series = self.context.theme.series
        values = [str(row.value) for row in rows]
        colours = series.assign(values, Dimension.KEY.value, settled=self.context.connection.filled)
        self.keys_card.put(key_rows(rows), values, colours)

    def _no_requests(self, picture: OverviewPicture) -> tuple[str, str]:
        if has_data(picture.overview.by_model.answer):
            return (
                self.tr("No requests in this time"),
                self.tr("The largest appear here with the first request."),
            )
        if picture.synced_at is None:
            return (
                self.tr("Nothing has been synced yet"),
                self.tr("Usage appears here as soon as the first of it has arrived."),
            )
        return (
            self.tr("No data for this time"),
            self.tr("Nothing is known of it, which is not the same as no requests."),
        )

    def _put_top(self) -> None:
        top = self.model.top
        if top is None:
            return
        accounts = self.model.picture.accounts if self.model.picture is not None else {}
        if not top.data:
            self.service_card.say(
                "chart",
                self.tr("No requests in this time"),
                self.tr("The largest appear here with the first request."),
            )
            return
        rows = top.data[:ROWS_SHOWN]
        self.service_card.put([service_cells(row, accounts) for row in rows], [r.id for r in rows])

    def _await_top(self) -> None:
        self.service_card.say(
            "service",
            self.tr("Asking the backend…"),
            self.tr("The largest accounts and keys are not kept here; they are asked for."),
        )

    def _say_top_failure(self, error: object) -> None:
        message = str(getattr(error, "message", ""))
        self.service_card.say(
            "offline",
            self.tr("Not known while the backend cannot be asked"),
            message,
            action=self.tr("Try again"),
        )

    def _say_failure(self, error: BaseException) -> None:
        text = str(getattr(error, "message", "")) or self.tr("The overview could not be read.")
        shown = self.model.picture is not None
        self.banner.set_message(
            "bad",
            text,
            detail=self.tr("What is shown is the last that could be read.") if shown else "",
            action=self.tr("Try again"),
        )
        self.banner.show()

    def _put_age(self) -> None:
        picture = self.model.picture
        if picture is None:
            return
        until = picture.overview.by_model.live_until
        zone = self.context.zone.zone
        if until is None:
            self.age.setText(self.tr("No data for this time"))
        else:
            seconds = (self.context.session.clock.now() - until).total_seconds()
            self.age.setText(
                self.tr("Data up to {at} ({zone}), {age}").format(
                    at=formatting.moment(until, zone), zone=zone.key, age=formatting.ago(seconds)
                )
            )
        self._head.fit()
