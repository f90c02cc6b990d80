"""The cards of what is largest by the cache: models, and an account's keys."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.figures.ranking import family_of
from lmchat_desktop.ui.pages.overview.service_card import nothing_yet
from lmchat_desktop.ui.pages.overview.top_card import ROWS_SHOWN, TopCard
from lmchat_desktop.ui.pages.overview.top_columns import key_columns, model_columns
from lmchat_desktop.ui.pages.overview.words import tr
from lmchat_desktop.ui.theme.series import OTHERS_COLOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.charts.chart_data import ChartData
    from lmchat_desktop.ui.pages.figures.rows import BreakdownRow
    from lmchat_desktop.ui.pages.overview.model import OverviewPicture
    from lmchat_desktop.ui.theme.series import SeriesColours


class ModelsCard(TopCard):
    """The largest models of the scope, in the colours of the chart."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Top models"), model_columns(), parent)
        self.setObjectName("top-models")

    def put_picture(self, picture: OverviewPicture, chart: ChartData | None) -> None:
        """Show the models of a picture; `chart` is drawn beside them."""
        colours = {s.name: s.colour for s in chart.series} if chart is not None else {}
        rows = picture.models[:ROWS_SHOWN]
        if not rows:
            self.say("chart", *no_requests(picture))
            return
        self.put(
            [model_cells(row) for row in rows],
            [row.value for row in rows],
            [colours.get(str(row.value), OTHERS_COLOUR) for row in rows],
        )


class KeysCard(TopCard):
    """The largest API keys of an account."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Top keys"), key_columns(), parent)
        self.setObjectName("top-keys")

    def put_picture(
        self, picture: OverviewPicture, series: SeriesColours, *, settled: bool
    ) -> None:
        """Show the keys of a picture; `settled` as for `SeriesColours.assign`."""
        rows = (picture.keys or ())[:ROWS_SHOWN]
        if not rows:
            self.say("keys", *no_requests(picture))
            return
        values = [str(row.value) for row in rows]
        family = family_of(Dimension.KEY, picture.scope)
        ranking = picture.rankings.get(Dimension.KEY, ())
        series.assign(dict.fromkeys((*ranking, *values)), family, settled=settled)
        self.put(key_rows(rows), values, [series.colour(value, family) for value in values])


def no_requests(picture: OverviewPicture) -> tuple[str, str]:
    """Why nothing is shown: a title and a sentence."""
    if has_data(picture.overview.by_model.answer):
        return nothing_yet()
    if picture.synced_at is None:
        return (
            tr("Nothing has been synced yet"),
            tr("Usage appears here as soon as the first of it has arrived."),
        )
    return (
        tr("No data for this time"),
        tr("Nothing is known of it, which is not the same as no requests."),
    )


def model_cells(row: BreakdownRow) -> tuple[Any, ...]:
    """A row of the largest models."""
    return row.name, row.requests, row.output_tokens, row.cost, row.p95, row.error_rate


def key_rows(rows: Sequence[BreakdownRow]) -> list[tuple[Any, ...]]:
    """The rows of an account's largest keys; those of the same name also show their hint."""
    names = Counter(row.name for row in rows)
    return [
        (
            f"{row.name} · {row.detail}" if names[row.name] > 1 else row.name,
            row.requests,
            row.cost,
            row.error_rate,
        )
        for row in rows
    ]
