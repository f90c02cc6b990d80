"""Puts a report on the usage page's tiles, charts and breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.figures import has_data
from lmchat_desktop.ui.pages.figures.chart_data import OTHERS, errors_data, main_data
from lmchat_desktop.ui.pages.figures.names import tr
from lmchat_desktop.ui.pages.figures.tiles import FigureTiles, Tile
from lmchat_desktop.ui.pages.figures.times import period_text, range_text
from lmchat_desktop.ui.pages.usage.emptiness import describe_emptiness
from lmchat_desktop.ui.pages.usage.latency_data import latency_data
from lmchat_desktop.ui.theme.series import OTHERS_COLOUR

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.figures.measure_card import MeasureCard
    from lmchat_desktop.ui.pages.usage.breakdown import BreakdownCard
    from lmchat_desktop.ui.pages.usage.loading import Details
    from lmchat_desktop.ui.pages.usage.model import Shown
    from lmchat_desktop.ui.pages.usage.side_card import SideCard
    from lmchat_desktop.ui.shell.context import PageContext


class ReportPanels:
    """The tiles, the two charts and the breakdown, which all show one report."""

    def __init__(
        self,
        context: PageContext,
        tiles: FigureTiles,
        main: MeasureCard,
        side: SideCard,
        breakdown: BreakdownCard,
    ) -> None:
        self._context = context
        self._tiles = tiles
        self._main = main
        self._side = side
        self._breakdown = breakdown

    def put(self, shown: Shown, details: Details | None) -> None:
        """Show a report, in place; `details` are those that complete it, if they are there."""
        self._put_charts(shown)
        self._put_breakdown(shown)
        if details is None:
            self._put_totals(shown)

    def restyle(self, shown: Shown, details: Details | None) -> None:
        """Take the theme's colours."""
        self._put_charts(shown)
        self._put_breakdown(shown)
        if details is not None:
            self._put_errors(shown, details)

    def _put_charts(self, shown: Shown) -> None:
        state, report = shown.state, shown.report
        data = main_data(
            report,
            state.measure,
            shown.names,
            self._context.theme.series,
            compare=state.compare,
            ranking=shown.picture.rankings.get(shown.picture.dimension, ()),
            settled=self._context.connection.filled,
        )
        self._main.put(data, state.measure, state.style.value, report.step, period_text(report))
        self._side.put_latency(
            latency_data(shown.picture, state.latency, report.question.zone),
            state.latency,
            state.scale,
        )

    def _put_breakdown(self, shown: Shown) -> None:
        chart = self._main.chart.data
        colours = {} if chart is None else {s.name: s.colour for s in chart.series}
        rows = shown.picture.rows
        if OTHERS in colours:
            colours = {str(row.value): OTHERS_COLOUR for row in rows} | colours
        synced = self._context.session.last_sync_at() is not None
        describe_emptiness(self._breakdown.empty, shown, synced=synced)
        dimension = shown.picture.dimension
        chosen = shown.state.filter_map.get(dimension, frozenset())
        self._breakdown.put(dimension, rows, shown.picture.total, colours, chosen)

    def _put_totals(self, shown: Shown) -> None:
        """The figures that are known before their change is."""
        total, known = shown.picture.total, has_data(shown.report.answer)

        def read(figure: formatting.Figure) -> formatting.Figure:
            return figure if known else formatting.NOTHING

        self._tiles.put_values_only(
            (Tile.REQUESTS, (read(formatting.count(total.requests)),)),
            (
                Tile.TOKENS,
                (
                    read(formatting.tokens(total.input_tokens)),
                    read(formatting.tokens(total.output_tokens)),
                ),
            ),
            (Tile.COST, (read(formatting.money(total.cost)),)),
            (Tile.LATENCY, (formatting.latency(total.p95),)),
            (Tile.ERRORS, (formatting.percent(total.error_rate),)),
        )

    def put_details(self, shown: Shown, details: Details) -> None:
        """Show what completes a report."""
        self._tiles.put(details.figures, self._against(details))
        self._put_errors(shown, details)

    def _put_errors(self, shown: Shown, details: Details) -> None:
        failed, requests = details.figures.failed.value, details.figures.requests.value
        self._side.put_errors(
            errors_data(
                details.errors,
                shown.names,
                self._context.theme.series,
                ranking=shown.picture.rankings.get(Dimension.ERROR, ()),
                settled=self._context.connection.filled,
            ),
            int(failed or 0),
            int(requests or 0),
        )

    def _against(self, details: Details) -> str:
        before = details.previous_period
        if before is None or details.figures.requests.previous is None:
            return tr("There is no whole earlier period to compare with.")
        period = range_text(before, self._context.zone.zone)
        return tr("Compared with {period}").format(period=period)
