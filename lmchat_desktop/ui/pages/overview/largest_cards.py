"""The cards of what is largest: models, an account's keys, the service's accounts or keys."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.figures.chart_data import OTHERS_COLOUR
from lmchat_desktop.ui.pages.figures.ranking import family_of
from lmchat_desktop.ui.pages.overview.attention import tr
from lmchat_desktop.ui.pages.overview.top_card import ROWS_SHOWN, TopCard
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.usage import TopList, TopRow
    from lmchat_desktop.ui.charts.chart_data import ChartData
    from lmchat_desktop.ui.pages.figures.rows import BreakdownRow
    from lmchat_desktop.ui.pages.overview.model import OverviewPicture
    from lmchat_desktop.ui.theme.series import SeriesColours

NAME_PX, WHOLE_NAME_PX = 110, 150
YIELDING = ("p95", "output", "cost", "errors")
"""Columns that go, in this order, where a card is too narrow for all of them."""


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


class ServiceCard(TopCard):
    """The service's largest accounts or keys, which the backend is asked for.

    Attributes:
        by: chooses accounts or keys.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(tr("Largest"), service_columns(), parent)
        self.setObjectName("top-of-service")
        self.by = SegmentedControl(
            [("account", tr("Accounts")), ("key", tr("Keys"))],
            parent=self,
            name=tr("Largest accounts or keys"),
            small=True,
        )
        self.add_trailing(self.by)

    def put_top(self, top: TopList, accounts: Mapping[str, str]) -> None:
        """Show the backend's answer; `accounts` are the names that are known, by id."""
        rows = top.data[:ROWS_SHOWN]
        if rows:
            self.put([service_cells(row, accounts) for row in rows], [row.id for row in rows])
        else:
            self.say("chart", *nothing_yet())

    def wait(self) -> None:
        """Say that the backend is being asked."""
        self.say(
            "service",
            tr("Asking the backend…"),
            tr("The largest accounts and keys are not kept here; they are asked for."),
        )

    def fail(self, error: object) -> None:
        """Say that the backend did not answer, and offer to ask again."""
        self.say(
            "offline",
            tr("Not known while the backend cannot be asked"),
            translated(getattr(error, "message", "")),
            action=tr("Try again"),
        )


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


def nothing_yet() -> tuple[str, str]:
    """That there were no requests: a title and a sentence."""
    return (
        tr("No requests in this time"),
        tr("The largest appear here with the first request."),
    )


def model_columns() -> list[ColumnSpec]:
    """The columns of the largest models."""
    return [
        ColumnSpec("name", tr("Model"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("output", tr("Output"), Kind.TOKENS, tr("Output tokens")),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("p95", tr("p95"), Kind.LATENCY, tr("Of the total time, within 1.1 %")),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


def model_cells(row: BreakdownRow) -> tuple[Any, ...]:
    """A row of the largest models."""
    return row.name, row.requests, row.output_tokens, row.cost, row.p95, row.error_rate


def key_columns() -> list[ColumnSpec]:
    """The columns of an account's largest keys."""
    return [
        ColumnSpec("name", tr("API key"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


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


def service_columns() -> list[ColumnSpec]:
    """The columns of the service's largest accounts or keys."""
    return [
        ColumnSpec("name", tr("Name"), width=NAME_PX, whole=WHOLE_NAME_PX, stretch=True),
        ColumnSpec("requests", tr("Requests"), Kind.COUNT),
        _column("output", tr("Output"), Kind.TOKENS, tr("Output tokens")),
        _column("cost", tr("Cost"), Kind.MONEY),
        _column("errors", tr("Errors"), Kind.PERCENT),
    ]


def service_cells(row: TopRow, names: Mapping[str, str]) -> tuple[Any, ...]:
    """A row of the service's largest accounts or keys."""
    rate = row.errors / row.requests if row.requests else None
    name = row.name or names.get(row.id, row.id)
    return name, row.requests, row.output_tokens, row.cost_nanos, rate


def _column(key: str, title: str, kind: Kind, tooltip: str = "") -> ColumnSpec:
    return ColumnSpec(key, title, kind, tooltip=tooltip, yields=YIELDING.index(key) + 1)
