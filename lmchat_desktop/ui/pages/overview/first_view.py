"""The overview as it was shown last, until the session is open: no numpy, no pyqtgraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.charts.bar_picture import BarPicture, Bars
from lmchat_desktop.ui.pages.figures.chart_card import ChartCard
from lmchat_desktop.ui.pages.figures.tiles import FigureTiles
from lmchat_desktop.ui.pages.first_view import FirstView
from lmchat_desktop.ui.pages.overview.attention_list import AttentionList
from lmchat_desktop.ui.pages.overview.layout import Parts, age_text, lay_out
from lmchat_desktop.ui.pages.overview.record import (
    OTHERS_PLACE,
    ChartRecord,
    OverviewRecord,
    TableRecord,
)
from lmchat_desktop.ui.pages.overview.service_card import ServiceCard
from lmchat_desktop.ui.pages.overview.top_card import TopCard
from lmchat_desktop.ui.pages.overview.top_columns import key_columns, model_columns
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.theme.series import OTHERS_COLOUR
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.figures import Figures

WORDS_LAST_S = 600
"""For so long words such as "expires in 5 d" are taken to be right as they were said."""


class OverviewFirstView(FirstView):
    """The overview's parts in their places, filled from its record.

    Attributes:
        age: how old the figures are.
        tiles, chart, attention, models: the parts.
        largest: an account's keys, or that the service's largest are asked for.
    """

    def __init__(
        self, content: bytes, now: datetime, zone: ZoneInfo, parent: QWidget | None = None
    ) -> None:
        super().__init__(content, now, zone, parent)
        record = msgspec.json.decode(content, type=OverviewRecord)
        ranges = SegmentedControl(record.ranges, record.chosen, self)
        self.age = PlainLabel("", self, role="label", tone="muted", wrap=True)
        self.tiles = FigureTiles(self)
        self.chart = BarPicture()
        card = ChartCard(self.chart, [("", record.chart.measure)], self)
        self.attention = AttentionList(self)
        self.models = TopCard(tr("Top models"), model_columns(), self)
        self.largest = self._largest(record)
        head, self.scroller = lay_out(
            self,
            Parts(
                ranges=ranges,
                age=self.age,
                busy=BusyStrip(self),
                banner=None,
                tiles=self.tiles,
                chart=card,
                attention=self.attention,
                models=self.models,
                largest=(self.largest,),
            ),
        )
        self.tiles.put(cast("Figures", record.figures), record.against)
        card.put_head(record.chart.hint, record.chart.name)
        self._put_chart(record.chart, zone)
        self._put_attention(record, now, zone)
        _put_table(self.models, record.models)
        self.age.setText(age_text(record.until_s, now, zone))
        head.fit()

    def figures_text(self) -> str:
        """The tiles' figures."""
        return " · ".join(tile.figure_text() for tile in self.tiles.tiles.values())

    def _largest(self, record: OverviewRecord) -> TopCard:
        if record.keys is not None:
            keys = TopCard(tr("Top keys"), key_columns(), self)
            _put_table(keys, record.keys)
            return keys
        service = ServiceCard(self)
        service.by.setVisible(record.by_keys)
        service.wait()
        return service

    def _put_chart(self, record: ChartRecord, zone: ZoneInfo) -> None:
        bars = Bars(
            edges=record.edges,
            known=record.known,
            series=[(one.title, _colour(one.place), one.values) for one in record.series],
            kind=record.kind,
            zone=zone,
            open_from_s=record.open_from_s,
        )
        self.chart.put(bars, record.name, record.description)

    def _put_attention(self, record: OverviewRecord, now: datetime, zone: ZoneInfo) -> None:
        hint = record.attention_hint
        if hint and now.timestamp() - record.told_s > WORDS_LAST_S:
            at = translated(formatting.moment(record.told_s, zone))
            hint = tr("{hint}, as of {at}").format(hint=hint, at=at)
        self.attention.put_faces(record.attention, hint)


def _put_table(card: TopCard, record: TableRecord) -> None:
    if not record.rows:
        card.say(record.icon, record.title, record.text)
        return
    rows: list[tuple[Any, ...]] = [cells for cells, _place in record.rows]
    colours = [_colour(place) for _cells, place in record.rows]
    card.put(rows, list(range(len(rows))), colours)


def _colour(place: int) -> str:
    return OTHERS_COLOUR if place == OTHERS_PLACE else current_theme().series.placed(place)
