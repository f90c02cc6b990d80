"""A name has one colour in a session, whatever page, measure, scope or filter shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.charts.chart_data import ChartData
from lmchat_desktop.ui.pages.figures.chart_data import OTHERS, OTHERS_COLOUR
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.tables.table_model import SWATCH_ROLE
from lmchat_desktop.ui.theme.series import SeriesColours
from lmchat_desktop.ui.theme.tokens import DARK, LIGHT, Tokens
from tests.ui.pages.desk import Desk
from tests.ui.pages.traffic import MODELS


@pytest.fixture
def fresh(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk in whose session no name has been seen."""
    desk.context.theme.apply("light")
    monkeypatch.setattr(desk.context.theme, "series", SeriesColours())
    yield desk
    desk.context.theme.apply("light")


def drawn(data: ChartData | None) -> dict[str, str]:
    assert data is not None
    return {series.name: series.colour for series in data.series}


def swatches(page: UsagePage) -> dict[str, str | None]:
    rows = page.breakdown.table.rows.rows
    return {
        str(rows.key(row)): rows.index(row, 0).data(SWATCH_ROLE) for row in range(rows.rowCount())
    }


def settle(qtbot: QtBot, page: UsagePage | OverviewPage, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not page.model.busy and not desk.tasks.busy, timeout=15_000)


def test_a_name_keeps_its_colour_everywhere(qtbot: QtBot, fresh: Desk) -> None:
    assert len(MODELS) > 8
    overview = OverviewPage(fresh.context)
    usage = UsagePage(fresh.context)
    seen: dict[str, set[str]] = {}

    def note(colours: dict[str, str]) -> None:
        assert colours.pop(OTHERS, OTHERS_COLOUR) == OTHERS_COLOUR
        assert len(set(colours.values())) == len(colours)
        for name, colour in colours.items():
            seen.setdefault(name, set()).add(colour)

    for page in (overview, usage):
        qtbot.addWidget(page)
        page.show()
        page.enter({})
        settle(qtbot, page, fresh)
    note(drawn(overview.chart_card.chart.data))
    for measure in ChartMeasure:
        for style in ChartStyle:
            usage._change(measure=measure, style=style)
            settle(qtbot, usage, fresh)
            note(drawn(usage.measure_card.chart.data))
    smallest = [str(row.value) for row in overview.model.picture.models][-3:]  # type: ignore[union-attr]
    usage.model.change(usage.model.state.filtered(Dimension.MODEL, smallest))
    settle(qtbot, usage, fresh)
    note(drawn(usage.measure_card.chart.data))
    usage.model.change(usage.model.state.unfiltered().with_range(TimeRange(Preset.DAY)))
    settle(qtbot, usage, fresh)
    note(drawn(usage.measure_card.chart.data))
    assert {name: len(colours) for name, colours in seen.items()} == dict.fromkeys(seen, 1)
    assert {next(iter(colours)) for colours in seen.values()} & set(LIGHT.series_tints)


def test_rows_have_the_colour_of_their_series_or_of_the_others(qtbot: QtBot, fresh: Desk) -> None:
    usage = UsagePage(fresh.context)
    qtbot.addWidget(usage)
    usage.show()
    usage.enter({})
    settle(qtbot, usage, fresh)
    chart = drawn(usage.measure_card.chart.data)
    assert OTHERS in chart
    for name, swatch in swatches(usage).items():
        assert swatch == chart.get(name, OTHERS_COLOUR)


def test_tints_follow_the_theme_everywhere(qtbot: QtBot, fresh: Desk) -> None:
    usage = UsagePage(fresh.context)
    qtbot.addWidget(usage)
    usage.show()
    usage.enter({"measure": "cost"})
    settle(qtbot, usage, fresh)
    light = drawn(usage.measure_card.chart.data)
    fresh.context.theme.apply("dark")
    dark = drawn(usage.measure_card.chart.data)
    of_dark = dict(zip(LIGHT.series_tints, DARK.series_tints, strict=True))
    assert dark == {name: of_dark.get(colour, colour) for name, colour in light.items()}
    assert {name: colour for name, colour in swatches(usage).items() if name in dark} == {
        name: colour for name, colour in dark.items() if name != OTHERS
    }


THIRTY_DAYS: dict[str, Any] = {"filters": {}, "range": "30d"}
FIRST_VIEWS: list[dict[str, Any]] = [
    {"range": "7d"},
    {"range": "24h", "filters": {"provider": ["groq"]}},
    {"group_by": "provider", "measure": "cost"},
    {"group_by": "error", "view": "errors"},
]


@pytest.mark.parametrize("first", FIRST_VIEWS)
def test_every_start_gives_names_the_same_colours(
    qtbot: QtBot, fresh: Desk, monkeypatch: pytest.MonkeyPatch, first: dict[str, Any]
) -> None:
    def start(page: UsagePage | OverviewPage, arguments: dict[str, Any]) -> dict[str, str]:
        monkeypatch.setattr(fresh.context.theme, "series", SeriesColours())
        qtbot.addWidget(page)
        page.show()
        page.enter(arguments)
        settle(qtbot, page, fresh)
        usage = UsagePage(fresh.context)
        qtbot.addWidget(usage)
        usage.show()
        seen: dict[str, str] = {}
        for dimension in (Dimension.MODEL, Dimension.PROVIDER, Dimension.KEY, Dimension.ERROR):
            usage.enter({"measure": "output_tokens", "group_by": dimension.value, **THIRTY_DAYS})
            settle(qtbot, usage, fresh)
            for data in (usage.measure_card.chart.data, usage.side_card.errors_chart.data):
                seen |= drawn(data)
        return seen

    usual = start(OverviewPage(fresh.context), {})
    assert start(UsagePage(fresh.context), first) == usual


def test_the_largest_names_have_the_strongest_colours(qtbot: QtBot, fresh: Desk) -> None:
    usage = UsagePage(fresh.context)
    qtbot.addWidget(usage)
    usage.show()
    usage.enter({"range": "24h", "filters": {"provider": ["groq"]}})
    settle(qtbot, usage, fresh)
    usage.enter({"range": "90d", "filters": {}, "measure": "requests"})
    settle(qtbot, usage, fresh)
    colours = drawn(usage.measure_card.chart.data)
    colours.pop(OTHERS, None)
    assert list(colours.values()) == list(LIGHT.series[: len(colours)])


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_two_dozen_names_have_colours_of_their_own(theme: Tokens) -> None:
    colours = SeriesColours(theme)
    assert len(set(colours.assign([f"m{n}" for n in range(24)], "model"))) == 24


def test_places_last_only_once_the_order_can_be_relied_on() -> None:
    colours = SeriesColours()
    assert colours.assign([], "model") == []
    arriving = colours.assign(["small", "large"], "model", settled=False)
    settled = colours.assign(["large", "small"], "model", settled=True)
    assert settled == arriving
    assert colours.assign(["small", "large"], "model", settled=True) == settled[::-1]
    assert colours.assign(["new", "small"], "model", settled=False)[1] == settled[1]
