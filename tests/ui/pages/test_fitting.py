"""Small windows and large text: pages reflow, nothing reaches beyond the window or is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QTreeView, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain.formatting import Figure
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.ui.pages.figures.tiles import FigureTiles
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.side_card import SideCard, SideView
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.theme.fonts import FIGURE_PX
from lmchat_desktop.ui.theme.manager import ThemeManager, current_theme
from lmchat_desktop.ui.widgets.figure_tile import FigureTile
from lmchat_desktop.ui.widgets.tile_row import TileRow
from tests.ui.pages.conftest import NOW, SINCE
from tests.ui.pages.desk import SERVICE, Desk, worries
from tests.ui.pages.fitting import beyond, misfits, settle_layout
from tests.ui.pages.test_overview_view import TOP
from tests.ui.pages.traffic import Requests

LARGE = (1392, 912)
RAIL_OPEN, RAIL_FOLDED = (816, 608), (960, 608)
"""What is left of a window of 1024 × 700."""
RAIL_OPEN_LARGE_TEXT = (608, 560)
MAY_ELIDE = frozenset({"per "})
"""The chart's subtitle ends in "…", with its whole text as its tooltip."""


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """The size of all text."""
    theme: ThemeManager = current_theme()
    theme.set_text_scale(request.param)
    yield request.param
    theme.set_text_scale(None)


@pytest.fixture(params=["account", "service"])
def full_desk(request: pytest.FixtureRequest, desk: Desk, requests: Requests) -> Desk:
    """A desk where there is everything to be shown, for an account and for the whole service."""
    desk.session.put(*worries(NOW))
    if request.param == "service":
        desk.put_traffic(SERVICE.id, requests, SINCE, keys=False)
        desk.session.answers["/v1/usage/top"] = TOP
        desk.context.scope.choose(SERVICE)
    return desk


def resized(page: QWidget, size: tuple[int, int]) -> None:
    page.resize(*size)
    settle_layout()


def test_the_overview_fits_every_window(qtbot: QtBot, full_desk: Desk, scale: float) -> None:
    page = OverviewPage(full_desk.context)
    qtbot.addWidget(page)
    resized(page, LARGE)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: not page.model.busy and not full_desk.tasks.busy, timeout=15_000)
    # Large to small and back: what was side by side before must not keep the page wide.
    for size in (LARGE, RAIL_OPEN, RAIL_FOLDED, RAIL_OPEN_LARGE_TEXT, RAIL_OPEN, LARGE):
        resized(page, size)
        assert misfits(page.scroller, may_elide=MAY_ELIDE) == [], size
        inner = page.attention_card.findChild(QWidget, "scrolled")
        assert inner is not None
        assert beyond(inner, inner.parentWidget().width()) == []
    side_by_side = page.chart_card.y() == page.attention_card.y()
    assert side_by_side == (scale == 1)


def test_cards_are_stacked_in_a_small_window(qtbot: QtBot, full_desk: Desk) -> None:
    page = OverviewPage(full_desk.context)
    qtbot.addWidget(page)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: not page.model.busy and not full_desk.tasks.busy, timeout=15_000)
    resized(page, RAIL_OPEN)
    assert page.chart_card.y() < page.attention_card.y()
    assert page.chart_card.x() == page.attention_card.x()
    assert page.scroller.horizontalScrollBar().maximum() == 0
    assert page.scroller.verticalScrollBar().maximum() > 0


def test_the_usage_page_fits_every_window(qtbot: QtBot, full_desk: Desk, scale: float) -> None:
    page = UsagePage(full_desk.context)
    qtbot.addWidget(page)
    resized(page, LARGE)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    for size in (LARGE, RAIL_OPEN, RAIL_FOLDED, RAIL_OPEN_LARGE_TEXT):
        resized(page, size)
        assert misfits(page.scroller, may_elide=MAY_ELIDE) == [], size


ALWAYS = {"name", "requests", "input", "cost", "p95", "error_rate"}


def seen_columns(table: DataTable) -> set[str]:
    return {table.rows.columns[place].key for place in table.columns_in_order()}


@pytest.mark.parametrize("dimension", ["model", "provider", "key"])
@pytest.mark.parametrize("width", [816, 960, 1072, 1392])
def test_the_breakdown_shows_the_columns_there_is_room_for(
    qtbot: QtBot, desk: Desk, width: int, dimension: str
) -> None:
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    resized(page, (width, 700))
    page.show()
    page.enter({"group_by": dimension, "range": "7d"})
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    settle_layout()
    table = page.breakdown.table.rows
    assert table.horizontalScrollBar().maximum() == 0
    assert seen_columns(table) >= ALWAYS
    places = table.columns_in_order()
    assert sum(table.columnWidth(place) for place in places) == table.viewport().width()
    for place in places:
        assert table.columnWidth(place) >= table.header.least_width(place)
        for row in range(table.rows.rowCount()):
            needed = table.sizeHintForIndex(table.rows.index(row, place)).width()
            assert table.columnWidth(place) >= needed, table.rows.columns[place].key
    if width == 1392:
        assert len(places) == len(table.rows.columns)


def test_columns_that_a_person_chose_stay_in_any_width(qtbot: QtBot, desk: Desk) -> None:
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    resized(page, RAIL_OPEN)
    page.show()
    page.enter({"range": "7d"})
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    settle_layout()
    table = page.breakdown.table.rows
    narrow = seen_columns(table)
    assert "cached" not in narrow
    table.sort_by("cost", descending=True)
    assert desk.context.preferences.value.tables["usage-breakdown"].columns == ()
    offered = {action.text(): action for action in table.columns_menu().actions()}
    assert not offered["Cached"].isChecked()
    offered["Cached"].trigger()
    assert seen_columns(table) == narrow | {"cached"}
    kept = desk.context.preferences.value.tables["usage-breakdown"]
    assert set(kept.columns) == narrow | {"cached"}
    for size in (LARGE, RAIL_OPEN):
        resized(page, size)
        assert seen_columns(table) == narrow | {"cached"}
    again = UsagePage(desk.context)
    qtbot.addWidget(again)
    resized(again, LARGE)
    again.show()
    again.enter({})
    qtbot.waitUntil(lambda: not again.model.busy, timeout=15_000)
    assert seen_columns(again.breakdown.table.rows) == narrow | {"cached"}
    again.breakdown.table.rows.reset_columns()
    assert len(seen_columns(again.breakdown.table.rows)) == len(table.rows.columns)
    assert desk.context.preferences.value.tables["usage-breakdown"].columns == ()


def test_an_export_has_the_columns_that_there_is_no_room_for(qtbot: QtBot, desk: Desk) -> None:
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    resized(page, RAIL_OPEN)
    page.show()
    page.enter({"range": "7d"})
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    settle_layout()
    table = page.breakdown.table.rows
    assert "failed" not in seen_columns(table)
    head = table.csv_text().splitlines()[0]
    assert all(spec.title in head for spec in table.rows.columns)


@pytest.mark.parametrize("width", [500, 610, 757, 768, 900, 1344])
def test_the_figures_of_all_tiles_have_one_size(qtbot: QtBot, width: int) -> None:
    tiles = FigureTiles()
    qtbot.addWidget(tiles)
    shown = (
        (Figure("1,017,873"),),
        (Figure("993", "M"), Figure("204", "M")),
        (Figure("$3,356.63"),),
        (Figure("14.9", "s"),),
        (Figure("0.08", "%"),),
    )
    tiles.put_values_only(*zip(tiles.tiles, shown, strict=True))
    tiles.resize(width, 120)
    tiles.show()
    settle_layout()
    widgets = list(tiles.tiles.values())
    sizes = {tile.shown_figure_pixels() for tile in widgets}
    assert sizes == {min(tile.fitting_figure_pixels() for tile in widgets)}
    assert all(tile.width() >= tile.least_width() for tile in widgets)
    if width > 1300:
        assert sizes == {FIGURE_PX}


def test_a_row_of_tiles_follows_its_figures(qtbot: QtBot) -> None:
    tiles = [FigureTile(name) for name in ("a", "b", "c", "d", "e")]
    row = TileRow(tiles)
    qtbot.addWidget(row)
    row.resize(757, 120)
    row.show()
    settle_layout()
    assert row.rows == (5,)
    before = tiles[3].shown_figure_pixels()
    tiles[0].set_figures(Figure("9,999,999"))
    settle_layout()
    assert tiles[3].shown_figure_pixels() < before
    tiles[0].set_figures(Figure("9,999,999,999,999"))
    settle_layout()
    assert row.rows == (3, 2)
    tiles[0].set_figures(Figure("9"))
    settle_layout()
    assert row.rows == (5,)
    assert tiles[3].shown_figure_pixels() == FIGURE_PX


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_filter_panel_stays_on_the_screen(
    make_desk: Callable[..., Desk], qtbot: QtBot, scale: float, mode: str
) -> None:
    desk = make_desk()
    desk.context.theme.apply(mode)
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    page.show()
    room = page.screen().availableGeometry()
    page.move(room.right() - 200, room.bottom() - 150)
    page.open_filter(Dimension.MODEL)
    panel = page.filter_panel
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)
    assert room.contains(panel.frameGeometry())
    panel.close()
    desk.context.theme.apply("light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_boxes_to_tick_can_be_seen(desk: Desk, qtbot: QtBot, mode: str) -> None:
    desk.context.theme.apply(mode)
    page = UsagePage(desk.context)
    qtbot.addWidget(page)
    page.show()
    page.enter({})
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    page.open_filter(Dimension.MODEL)
    panel = page.filter_panel
    listed = panel.findChild(QTreeView, "filter-values")
    assert listed is not None
    qtbot.waitUntil(lambda: listed.model().rowCount() > 0, timeout=10_000)
    row = listed.visualRect(listed.model().index(1, 0))
    image = listed.viewport().grab(row).toImage()
    middle = image.height() // 2
    ground = image.pixelColor(image.width() - 3, middle).lightness()
    box = [image.pixelColor(x, middle).lightness() for x in range(24)]
    assert max(abs(each - ground) for each in box) > 25
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert len(panel.chosen()) == 1
    panel.close()
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)
    desk.context.theme.apply("light")


def test_the_scale_of_latency_stands_at_the_far_side_of_its_card(qtbot: QtBot) -> None:
    card = SideCard()
    qtbot.addWidget(card)
    card.resize(560, 360)
    card.show()
    card.set_view(SideView.TOTAL)
    head = card.scales.parentWidget()
    qtbot.waitUntil(lambda: card.scales.geometry().right() == head.rect().right())
