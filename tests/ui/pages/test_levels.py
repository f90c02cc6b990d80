"""What stands side by side is level: titles, plots, and the page's right edge."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.ui.charts.time_chart import TimeChart
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.view import UsagePage
from tests.ui.pages.desk import Desk
from tests.ui.pages.fitting import settle_layout


def middle_on(page: QWidget, widget: QWidget) -> int:
    return widget.mapTo(page, QPoint(0, widget.height() // 2)).y()


def plot_on(page: QWidget, chart: TimeChart) -> tuple[int, int]:
    rect = chart._surface.plot_rect()
    return (
        chart.mapTo(page, rect.topLeft()).y(),
        chart.mapTo(page, rect.bottomLeft()).y(),
    )


@pytest.fixture
def usage(qtbot: QtBot, desk: Desk) -> UsagePage:
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    page.resize(1392, 912)
    page.show()
    return page


def shown(qtbot: QtBot, page: UsagePage, **arguments: object) -> None:
    page.enter(arguments)
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    settle_layout()


@pytest.mark.parametrize("view", ["total", "first", "errors"])
@pytest.mark.parametrize("group", ["model", "outcome"])
def test_the_plots_of_both_charts_begin_and_end_together(
    qtbot: QtBot, usage: UsagePage, view: str, group: str
) -> None:
    shown(qtbot, usage, group_by=group, view=view)
    main, side = usage.measure_card.chart, usage.side_card.chart
    for one, other in zip(plot_on(usage, main), plot_on(usage, side), strict=True):
        assert abs(one - other) <= 1


def test_a_chart_without_a_legend_ends_where_its_neighbour_does(
    qtbot: QtBot, usage: UsagePage
) -> None:
    shown(qtbot, usage, filters={"model": ["gpt-4o-mini"]}, view="total")
    main, side = usage.measure_card.chart, usage.side_card.chart
    assert main.legend.items() == []
    assert abs(plot_on(usage, main)[1] - plot_on(usage, side)[1]) <= 1


def test_stacked_charts_take_no_more_room_than_their_legends_need(
    qtbot: QtBot, usage: UsagePage
) -> None:
    usage.resize(816, 912)
    shown(qtbot, usage, view="total")
    for chart in (usage.measure_card.chart, usage.side_card.chart):
        assert chart.legend.height() == chart.legend.natural_height()


def test_titles_of_neighbouring_cards_are_level(qtbot: QtBot, desk: Desk) -> None:
    page = OverviewPage(desk.context)
    qtbot.addWidget(page)
    page.resize(1392, 912)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: not page.model.busy and not desk.tasks.busy, timeout=15_000)
    settle_layout()
    for one, other in (
        (page.chart_card.measures, page.attention_card.heading),
        (page.models_card.heading, page.keys_card.heading),
    ):
        assert abs(middle_on(page, one) - middle_on(page, other)) <= 1


def test_the_right_edge_stays_when_the_page_has_to_scroll(qtbot: QtBot, usage: UsagePage) -> None:
    shown(qtbot, usage)
    edges = []
    for height in (3000, 700):
        usage.resize(1392, height)
        settle_layout()
        edges.append(usage.breakdown.mapTo(usage, usage.breakdown.rect().topRight()).x())
        assert usage.scroller.verticalScrollBar().isEnabled() is (height == 700)
    assert edges[0] == edges[1]
