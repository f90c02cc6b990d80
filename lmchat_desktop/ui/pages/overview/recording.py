"""Turns what the overview shows into its record for the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.domain.usage.slices import RETENTION_CEILING
from lmchat_desktop.ui.pages.figures.names import preset_name
from lmchat_desktop.ui.pages.figures.ranking import family_of
from lmchat_desktop.ui.pages.overview.model import PRESETS
from lmchat_desktop.ui.pages.overview.record import (
    OTHERS_PLACE,
    ChartRecord,
    FiguresRecord,
    OverviewRecord,
    ReadingRecord,
    SeriesRecord,
    TableRecord,
)
from lmchat_desktop.ui.shell.context import PageRecord

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from lmchat_desktop.services.figures import Figures, Reading
    from lmchat_desktop.ui.charts.chart_data import ChartData
    from lmchat_desktop.ui.pages.overview.largest_cards import KeysCard, ModelsCard
    from lmchat_desktop.ui.pages.overview.model import OverviewPicture
    from lmchat_desktop.ui.pages.overview.view import OverviewPage
    from lmchat_desktop.ui.theme.series import SeriesColours


def record_of(page: OverviewPage) -> PageRecord | None:
    """What the page shows; None before it shows anything, or while it shows something else yet."""
    model, picture, data = page.model, page.model.picture, page.chart_card.chart.data
    if picture is None or data is None:
        return None
    report = picture.overview.by_model
    asked = (model.scope, model.preset, page.context.zone.name)
    if (picture.scope, picture.preset, report.question.zone.key) != asked:
        return None
    series = page.context.theme.series
    places = _places(picture, data, series)
    shown = OverviewRecord(
        ranges=tuple((preset.value, preset_name(preset)) for preset in PRESETS),
        chosen=picture.preset.value,
        until_s=None if report.live_until is None else report.live_until.timestamp(),
        told_s=report.as_of.timestamp(),
        figures=_figures(picture.overview.figures),
        against=page.against,
        chart=_chart(page, data, places),
        attention=tuple(page.attention_card.faces),
        attention_hint=page.attention_card.hint.whole_text(),
        models=_table(page.models_card, places),
        keys=None if picture.keys is None else _keys(page.keys_card, picture, series),
        by_keys=page.context.session.may(Scope.KEYS_READ),
    )
    return PageRecord(msgspec.json.encode(shown), _valid_until(picture), picture.read_at)


def _valid_until(picture: OverviewPicture) -> datetime:
    report = picture.overview.by_model
    before = report.previous_period
    compared = before is not None and picture.overview.figures.requests.previous is not None
    oldest = before.start if before is not None and compared else report.period.start
    return oldest + RETENTION_CEILING


def _places(picture: OverviewPicture, data: ChartData, series: SeriesColours) -> Mapping[str, int]:
    """The places of the colours of the models that the chart draws apart."""
    family = family_of(Dimension.MODEL, picture.scope)
    groups = set(picture.overview.by_model.answer.groups)
    return {one.name: series.index(one.name, family) for one in data.series if one.name in groups}


def _chart(page: OverviewPage, data: ChartData, places: Mapping[str, int]) -> ChartRecord:
    card, chart = page.chart_card, page.chart_card.chart
    return ChartRecord(
        measure=card.measures.text().replace("&&", "&"),
        hint=card.hint.whole_text(),
        name=chart.accessibleName(),
        description=chart.accessibleDescription(),
        kind=data.kind,
        edges=tuple(data.edges.tolist()),
        known=tuple(data.known().tolist()),
        series=tuple(
            SeriesRecord(one.title, places.get(one.name, OTHERS_PLACE), _course(one.values))
            for one in data.series
        ),
        open_from_s=data.open_from_s,
    )


def _table(card: ModelsCard | KeysCard, places: Mapping[str, int]) -> TableRecord:
    if card.said is not None:
        icon, title, text = card.said
        return TableRecord((), icon, title, text)
    cells = zip(card.rows, card.keys, strict=True)
    return TableRecord(tuple((row, places.get(str(key), OTHERS_PLACE)) for row, key in cells))


def _keys(card: KeysCard, picture: OverviewPicture, series: SeriesColours) -> TableRecord:
    family = family_of(Dimension.KEY, picture.scope)
    return _table(card, {str(key): series.index(str(key), family) for key in card.keys})


def _figures(figures: Figures) -> FiguresRecord:
    return FiguresRecord(
        requests=_reading(figures.requests),
        input_tokens=_reading(figures.input_tokens),
        cached_tokens=_reading(figures.cached_tokens),
        output_tokens=_reading(figures.output_tokens),
        cost=_reading(figures.cost),
        p95=_reading(figures.p95),
        error_rate=_reading(figures.error_rate),
        failed=_reading(figures.failed),
    )


def _reading(reading: Reading) -> ReadingRecord:
    return ReadingRecord(reading.value, reading.previous, _course(reading.course))


def _course(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    finite = np.isfinite(values)
    return tuple(
        value if known else None
        for value, known in zip(values.tolist(), finite.tolist(), strict=True)
    )
