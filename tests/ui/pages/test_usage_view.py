"""The usage page by its widgets: clicked, dragged, typed; every figure counted again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
from lmchat_desktop.ui.pages.figures.ranges import Preset
from lmchat_desktop.ui.pages.figures.tiles import Tile
from lmchat_desktop.ui.pages.usage.filters import FilterPanel
from lmchat_desktop.ui.pages.usage.side_card import SideView
from lmchat_desktop.ui.pages.usage.state import UsageState
from lmchat_desktop.ui.pages.usage.view import UsagePage
from lmchat_desktop.ui.widgets.chips import Chip
from tests.ui.pages.conftest import NOW, SINCE
from tests.ui.pages.desk import ROBOTICS, SERVICE, Desk
from tests.ui.pages.traffic import Requests, joined, make_requests

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = datetime(2026, 11, 18, tzinfo=BERLIN)
MakePage = Callable[..., UsagePage]


def settle(qtbot: QtBot, page: UsagePage) -> None:
    qtbot.waitUntil(lambda: not page.model.busy, timeout=15_000)


@pytest.fixture
def make_page(qtbot: QtBot, desk: Desk) -> MakePage:
    def make(width: int = 1300, height: int = 950, **arguments: Any) -> UsagePage:
        page = UsagePage(desk.context)
        qtbot.addWidget(page)
        page.resize(width, height)
        page.show()
        page.enter(arguments)
        settle(qtbot, page)
        return page

    return make


def shown_rows(page: UsagePage) -> list[dict[str, Any]]:
    model = page.breakdown.table.rows.rows
    keys = [spec.key for spec in model.columns]
    return [dict(zip(keys, model.row(row), strict=True)) for row in range(model.rowCount())]


def this_week(requests: Requests) -> Requests:
    return requests.between(WEEK, NOW)


def test_tiles_show_what_was_counted(make_page: MakePage, requests: Requests) -> None:
    page = make_page()
    week = this_week(requests)
    tiles = {tile: widget.figure_text() for tile, widget in page.tiles.tiles.items()}
    p95 = page.model.shown.picture.total.p95  # type: ignore[union-attr]
    assert tiles == {
        Tile.REQUESTS: str(formatting.count(len(week.started_s))),
        Tile.TOKENS: f"{formatting.tokens(week.sum(Measure.INPUT_TOKENS))} / "
        f"{formatting.tokens(week.sum(Measure.OUTPUT_TOKENS))}",
        Tile.COST: str(formatting.money(week.sum(Measure.COST))),
        Tile.LATENCY: str(formatting.latency(p95)),
        Tile.ERRORS: str(formatting.percent(week.failed / len(week.started_s))),
    }
    assert p95 == pytest.approx(week.quantile(Latency.TOTAL, 0.95), rel=ERROR_BOUND)
    assert page.tiles.tiles[Tile.REQUESTS].change_text().endswith("%")
    assert page.tiles.tiles[Tile.ERRORS].change_text().endswith("pt")


def test_the_table_shows_what_was_counted(make_page: MakePage, requests: Requests) -> None:
    page = make_page()
    week = this_week(requests)
    rows = shown_rows(page)
    assert [row["name"] for row in rows] == week.values(Dimension.MODEL)
    for row in rows:
        part = week.having(Dimension.MODEL, row["name"])
        assert row["requests"] == len(part.started_s)
        assert row["input"] == part.sum(Measure.INPUT_TOKENS)
        assert row["cached"] == part.sum(Measure.CACHED_TOKENS)
        assert row["output"] == part.sum(Measure.OUTPUT_TOKENS)
        assert row["cost"] == part.sum(Measure.COST)
        assert row["failed"] == part.failed
        assert row["error_rate"] == part.failed / len(part.started_s)
        for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            assert row[name] == pytest.approx(part.quantile(Latency.TOTAL, q), rel=ERROR_BOUND)
        providers = part.values(Dimension.PROVIDER)
        expected = {"openai": "OpenAI", "anthropic": "Anthropic"}.get(providers[0])
        if len(providers) > 1:
            assert row["provider"] == f"{len(providers)} providers"
        elif expected:
            assert row["provider"] == expected
    total = page.breakdown.table.total.model()
    keys = [spec.key for spec in page.breakdown.table.rows.rows.columns]
    raw = total.row(0)  # type: ignore[attr-defined]
    assert raw[keys.index("requests")] == len(week.started_s)
    assert raw[keys.index("cost")] == week.sum(Measure.COST)
    assert raw[keys.index("p99")] == pytest.approx(
        week.quantile(Latency.TOTAL, 0.99), rel=ERROR_BOUND
    )


@pytest.mark.parametrize("measure", list(ChartMeasure))
def test_the_chart_shows_what_was_counted(
    make_page: MakePage, requests: Requests, measure: ChartMeasure
) -> None:
    page = make_page(measure=measure.value, group_by="provider")
    data = page.measure_card.chart.data
    assert data is not None
    for series in data.series:
        for i in range(data.buckets):
            start, end = (datetime.fromtimestamp(at, UTC) for at in data.edges[i : i + 2].tolist())
            part = requests.between(start, end).having(Dimension.PROVIDER, series.name)
            expected = {
                ChartMeasure.REQUESTS: len(part.started_s),
                ChartMeasure.ERRORS: part.failed,
            }
            wanted = expected.get(measure)
            if wanted is None:
                name = "cost_nanos" if measure is ChartMeasure.COST else measure.value
                wanted = part.sum(Measure(name))
            assert series.values[i] == wanted
    assert {series.title for series in data.series} >= {"OpenAI", "Groq"}


def test_days_of_the_zone_are_its_own(
    make_page: MakePage, desk: Desk, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page(range="30d")
    for name in ("Asia/Kathmandu", "Pacific/Chatham", "UTC"):
        desk.context.zone.choose(ZoneInfo(name))
        settle(qtbot, page)
        data = page.measure_card.chart.data
        assert data is not None
        assert data.zone.key == name  # type: ignore[attr-defined]
        local = datetime.fromtimestamp(int(data.edges[1]), data.zone)
        assert (local.hour % 6, local.minute) == (0, 0)
        total = page.model.shown.picture.total  # type: ignore[union-attr]
        assert total.requests == len(requests.started_s)
        assert name in page.toolbar._ranges.toolTip()


def test_a_click_on_a_row_filters_and_another_undoes_it(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page()
    table = page.breakdown.table.rows
    name = shown_rows(page)[1]["name"]
    at = table.visualRect(table.rows.index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, page)
    assert page.toolbar.chips == [f"model is {name}"]
    expected = this_week(requests).having(Dimension.MODEL, name)
    assert [row["requests"] for row in shown_rows(page)] == [len(expected.started_s)]
    at = table.visualRect(table.rows.index(0, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, page)
    assert page.toolbar.chips == []
    assert len(shown_rows(page)) == 10


def test_several_rows_can_be_chosen_together(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page()
    table = page.breakdown.table.rows
    names = [row["name"] for row in shown_rows(page)][:2]
    for row in range(2):
        at = table.visualRect(table.rows.index(row, 0)).center()
        qtbot.mouseClick(
            table.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.ControlModifier,
            at,
        )
    only = page.findChild(QAbstractButton, "breakdown-only-selected")
    assert only.isVisible()
    qtbot.mouseClick(only, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.model.state.filter_map == {Dimension.MODEL: frozenset(names)}
    expected = this_week(requests).having(Dimension.MODEL, *names)
    assert page.model.shown.picture.total.requests == len(expected.started_s)  # type: ignore[union-attr]


def test_the_filter_panel_ticks_searches_and_clears(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page()
    panel = page.filter_panel
    page.toolbar._dimension_actions[Dimension.REGION].trigger()
    qtbot.waitUntil(lambda: panel._model.rowCount() == 4, timeout=10_000)
    counts = {
        panel._model.item(row, 0).text(): panel._model.item(row, 1).text() for row in range(4)
    }
    week = this_week(requests)
    assert counts["Frankfurt"] == str(
        formatting.count(len(week.having(Dimension.REGION, "eu-central").started_s))
    )
    assert "Not recorded" in counts
    qtbot.keyClicks(panel._field, "virg")
    qtbot.keyClick(panel._field, Qt.Key.Key_Return)
    panel._field.clear()
    qtbot.keyClicks(panel._field, "frank")
    qtbot.keyClick(panel._field, Qt.Key.Key_Return)
    settle(qtbot, page)
    assert page.toolbar.chips == ["region is Frankfurt or Virginia"]
    expected = week.having(Dimension.REGION, "eu-central", "us-east")
    assert page.model.shown.picture.total.requests == len(expected.started_s)  # type: ignore[union-attr]
    qtbot.mouseClick(panel._clear, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.toolbar.chips == []
    qtbot.keyClick(panel._field, Qt.Key.Key_Escape)
    assert not panel.isVisible()


def test_a_chip_goes_by_the_delete_key(make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page(filters={"provider": ["openai", "groq", "azure"], "outcome": "failed"})
    assert page.toolbar.chips == ["provider is Azure or 2 more", "outcome is Failed"]
    chip = page.findChild(Chip, "chip-provider")
    qtbot.keyClick(chip, Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert page.toolbar.chips == ["outcome is Failed"]
    assert page.model.state.filter_map == {Dimension.OUTCOME: {"failed"}}


def test_many_values_of_a_thousand_filters_stay_quick_to_say() -> None:
    from lmchat_desktop.ui.pages.figures.names import Names
    from lmchat_desktop.ui.pages.usage.toolbar import filter_text

    values = [f"m{n:04}" for n in range(1000)]
    assert filter_text(Dimension.MODEL, values, Names()) == "model is m0000 or 999 more"
    assert filter_text(Dimension.MODEL, ["a"], Names()) == "model is a"


def test_a_drag_zooms_and_back_returns(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page()
    chart = page.measure_card.chart
    data = chart.data
    assert data is not None
    first, last = chart.point_of_bucket(10), chart.point_of_bucket(17)
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(chart, QPoint((first.x() + last.x()) // 2, first.y()))
    qtbot.mouseMove(chart, last)
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=last)
    settle(qtbot, page)
    start, end = (datetime.fromtimestamp(int(data.edges[i]), UTC) for i in (10, 18))
    assert (page.model.state.range.start, page.model.state.range.end) == (start, end)
    total = page.model.shown.picture.total  # type: ignore[union-attr]
    assert total.requests == len(requests.between(start, end).started_s)
    back = page.findChild(QAbstractButton, "usage-back")
    assert back.isVisible()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert page.model.state == UsageState()
    assert not back.isVisible()


def test_a_series_filters_and_the_small_ones_say_what_they_are(
    make_page: MakePage, qtbot: QtBot
) -> None:
    page = make_page(group_by="provider")
    page.measure_card.chart.series_clicked.emit("groq")
    settle(qtbot, page)
    assert page.toolbar.chips == ["provider is Groq"]
    page.enter({"group_by": "model", "filters": {}})
    settle(qtbot, page)
    others = page.measure_card.chart.data.series[-1]  # type: ignore[union-attr]
    assert others.title == "3 others"
    page.measure_card.chart.series_clicked.emit(others.name)
    assert page.toolbar.chips == []
    assert page.toast.isVisible()


def test_comparing_draws_the_days_before(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page(measure="requests")
    assert page.measure_card.chart.data.previous is None  # type: ignore[union-attr]
    qtbot.mouseClick(
        page.findChild(QWidget, "usage-compare"), Qt.MouseButton.LeftButton, pos=QPoint(12, 12)
    )
    settle(qtbot, page)
    data = page.measure_card.chart.data
    assert data is not None
    assert data.previous is not None
    seven = timedelta(days=7)
    for i in range(data.buckets - 1):
        start, end = (datetime.fromtimestamp(at, UTC) for at in data.edges[i : i + 2].tolist())
        assert data.previous[i] == len(requests.between(start - seven, end - seven).started_s)
    parts = [series.previous for series in data.series]
    assert np.array_equal(np.sum(parts, axis=0), data.previous)  # type: ignore[arg-type]


def test_errors_are_counted_by_code(make_page: MakePage, qtbot: QtBot, requests: Requests) -> None:
    page = make_page(view="errors")
    assert page.side_card.view is SideView.ERRORS
    week = this_week(requests)
    data = page.side_card.errors_chart.data
    assert data is not None
    counted = {series.name: int(series.values.sum()) for series in data.series}
    assert counted == {
        code: len(week.having(Dimension.ERROR, code).started_s)
        for code in week.values(Dimension.ERROR)
        if code
    }
    assert {s.title for s in data.series} <= {
        "Rate limited (429)",
        "Too few tokens",
        "Provider error",
    }
    page.side_card.errors_chart.series_clicked.emit("rate_limited")
    settle(qtbot, page)
    assert page.toolbar.chips == ["error is Rate limited (429)"]
    total = page.model.shown.picture.total  # type: ignore[union-attr]
    assert total.requests == counted["rate_limited"]


def test_latency_of_both_kinds_keeps_the_bound(
    make_page: MakePage, qtbot: QtBot, requests: Requests
) -> None:
    page = make_page(group_by="provider", filters={"provider": "groq"})
    for view, latency in (
        (SideView.TOTAL, Latency.TOTAL),
        (SideView.FIRST_TOKEN, Latency.FIRST_TOKEN),
    ):
        page.side_card.view_chosen.emit(view)
        data = page.side_card.latency_chart.data
        assert data is not None
        assert page.model.state.latency is latency
        for name, q in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
            values = next(s.values for s in data.quantiles if s.name == name)
            for i in range(data.buckets):
                start, end = (
                    datetime.fromtimestamp(at, UTC) for at in data.edges[i : i + 2].tolist()
                )
                part = requests.between(start, end).having(Dimension.PROVIDER, "groq")
                if np.isnan(values[i]):
                    assert not (~np.isnan(part.total_ms)).any()
                else:
                    assert values[i] == pytest.approx(part.quantile(latency, q), rel=ERROR_BOUND)
    assert not page.model.busy


def test_no_data_is_not_zero(make_page: MakePage, qtbot: QtBot, desk: Desk) -> None:
    page = make_page(range="30d", filters={"model": "nothing of the kind"})
    data = page.measure_card.chart.data
    assert data is not None
    assert not data.known().all()
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() == "0"
    assert page.breakdown.empty.isVisible()
    assert "filters" in page.breakdown.empty.accessibleName()
    qtbot.mouseClick(page.breakdown.empty.action_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert len(shown_rows(page)) == 10
    desk.context.scope.choose(SERVICE)
    settle(qtbot, page)
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() == formatting.UNKNOWN
    assert "no data" in page.tiles.tiles[Tile.REQUESTS].accessibleName()
    assert page.tiles.tiles[Tile.COST].figure_text() == formatting.UNKNOWN
    assert page.breakdown.empty.accessibleName() == "No data for this time"


def test_keys_are_offered_where_there_are_any(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    page = make_page(group_by="key")
    rows = shown_rows(page)
    assert rows[0]["name"] == "chat production"
    assert rows[0]["hint"].startswith("sk-lmc-…")
    assert page.toolbar._dimension_actions[Dimension.KEY].isEnabled()
    desk.put_traffic(SERVICE.id, requests, SINCE, keys=False)
    desk.context.scope.choose(SERVICE)
    settle(qtbot, page)
    assert page.model.state.group_by is Dimension.MODEL
    action = page.toolbar._dimension_actions[Dimension.KEY]
    assert not action.isEnabled()
    assert "account" in action.toolTip()
    desk.context.scope.choose(ROBOTICS)
    settle(qtbot, page)
    assert page.model.state.group_by is Dimension.KEY


def test_live_traffic_arrives_in_place(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    page = make_page(height=500)
    table = page.breakdown.table.rows
    table.sort_by("cost", descending=True)
    table.select_key("gpt-4o-mini")
    page.scroller.verticalScrollBar().setValue(80)
    later = NOW + timedelta(minutes=10)
    more = make_requests(NOW, later, 60, seed=5)
    desk.machine.at = later
    desk.put_traffic(ROBOTICS.id, joined(requests, more), later - timedelta(hours=1))
    texts: list[str] = []
    page.tiles.tiles[Tile.REQUESTS]._figure.set_figures = (  # type: ignore[method-assign]
        lambda *figures: texts.append(str(figures[0]))
    )
    page.refresh(set(), {ROBOTICS.id})
    settle(qtbot, page)
    expected = joined(requests, more).between(WEEK, later)
    assert page.model.shown.picture.total.requests == len(expected.started_s)  # type: ignore[union-attr]
    assert texts == [str(formatting.count(len(expected.started_s)))]
    assert table.selected_keys() == ["gpt-4o-mini"]
    assert page.scroller.verticalScrollBar().value() == 80
    costs = [row["cost"] for row in shown_rows(page)]
    assert costs == sorted(costs, reverse=True)


def test_a_hidden_page_waits_and_catches_up(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    page = make_page()
    page.leave()
    later = NOW + timedelta(minutes=10)
    desk.machine.at = later
    more = make_requests(NOW, later, 30, seed=6)
    desk.put_traffic(ROBOTICS.id, joined(requests, more), later - timedelta(hours=1))
    page.refresh(set(), {ROBOTICS.id})
    assert not page.model.busy
    page.enter({})
    settle(qtbot, page)
    expected = joined(requests, more).between(WEEK, later)
    assert page.model.shown.picture.total.requests == len(expected.started_s)  # type: ignore[union-attr]


def test_what_is_shown_stays_until_the_new_is_there(make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page()
    before = page.tiles.tiles[Tile.REQUESTS].figure_text()
    page.toolbar.preset_chosen.emit(Preset.DAY)
    assert page.model.busy
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() == before
    assert page.measure_card.chart.data is not None
    settle(qtbot, page)
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() != before


def test_a_failure_keeps_what_is_shown_and_can_be_tried_again(
    make_page: MakePage, qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page()
    before = shown_rows(page)

    def broken(*_args: object, **_more: object) -> None:
        raise OverflowError("a total of usage exceeds what 64-bit integers can hold")

    with monkeypatch.context() as patched:
        patched.setattr(desk.session.usage, "report", broken)
        page.model.load()
        settle(qtbot, page)
    assert page.banner.isVisible()
    assert shown_rows(page) == before
    qtbot.mouseClick(page.banner.action_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page)
    assert not page.banner.isVisible()


def test_the_breakdown_csv_equals_the_table(
    make_page: MakePage, qtbot: QtBot, requests: Requests, tmp_path: Path
) -> None:
    page = make_page(filters={"region": ["us-east"]})
    table = page.breakdown.table.rows
    table.sort_by("cost", descending=True)
    table.set_column_shown("cached", False)
    path = tmp_path / "breakdown"
    page.export.ask = lambda *_: str(path)
    page.export.save_breakdown()
    qtbot.waitUntil(page.toast.isVisible)
    with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    rows = shown_rows(page)
    assert "Cached" not in written[0]
    assert [row["Model"] for row in written] == [row["name"] for row in rows]
    for line, row in zip(written, rows, strict=True):
        part = this_week(requests).having(Dimension.REGION, "us-east")
        part = part.having(Dimension.MODEL, row["name"])
        assert int(line["Requests"]) == len(part.started_s)
        dollars, _, nanos = line["Cost (USD)"].partition(".")
        assert int(dollars) * 10**9 + int(nanos.ljust(9, "0")) == part.sum(Measure.COST)
        assert float(line["p95 (ms)"]) == pytest.approx(row["p95"], abs=1e-3)


def test_the_csv_over_time_holds_every_bucket(
    make_page: MakePage, qtbot: QtBot, requests: Requests, tmp_path: Path, desk: Desk
) -> None:
    page = make_page(range="30d", group_by="outcome")
    path = tmp_path / "usage.csv"
    page.export.ask = lambda *_: str(path)
    page.export.save_figures()
    qtbot.waitUntil(lambda: path.exists() and not desk.tasks.busy, timeout=10_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert sum(int(line["requests"] or 0) for line in lines) == len(requests.started_s)
    assert {line["data"] for line in lines} == {"no", "yes", "part"}
    assert all(line["requests"] == "" for line in lines if line["data"] == "no")


def test_what_cannot_be_written_says_so(make_page: MakePage, qtbot: QtBot, tmp_path: Path) -> None:
    page = make_page()
    page.export.ask = lambda *_: str(tmp_path / "no such folder" / "x.csv")
    said: list[str] = []
    page.export.failed.connect(said.append)
    page.export.save_breakdown()
    page.export.save_chart()
    page.export.save_drawing()
    qtbot.waitUntil(lambda: len(said) == 3)
    assert all("not saved" in text for text in said)


def test_the_chart_becomes_a_picture(make_page: MakePage, qtbot: QtBot, tmp_path: Path) -> None:
    page = make_page()
    path = tmp_path / "usage.png"
    page.export.ask = lambda *_: str(path)
    page.export.save_chart()
    qtbot.waitUntil(path.exists)
    picture = QImage(str(path))
    assert picture.width() == 2 * page.measure_card.width()
    page.export.copy_chart()
    assert not QGuiApplication.clipboard().image().isNull()


def test_theme_and_style_change_at_once(make_page: MakePage, qtbot: QtBot, desk: Desk) -> None:
    page = make_page()
    page.toolbar.style_chosen.emit(ChartStyle.LINES)
    assert not page.model.busy
    assert page.measure_card.chart.style_name == "lines"
    desk.context.theme.apply("dark")
    desk.context.theme.apply("light")
    assert page.measure_card.chart.data is not None


def test_tiles_choose_what_is_charted(make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page()
    qtbot.mouseClick(page.tiles.tiles[Tile.COST], Qt.MouseButton.LeftButton)
    assert page.model.state.measure is ChartMeasure.COST
    qtbot.keyClick(page.tiles.tiles[Tile.ERRORS], Qt.Key.Key_Return)
    assert page.side_card.view is SideView.ERRORS
    qtbot.keyClick(page.tiles.tiles[Tile.LATENCY], Qt.Key.Key_Space)
    assert page.side_card.view is SideView.TOTAL


def test_columns_and_order_are_remembered(make_page: MakePage, desk: Desk, qtbot: QtBot) -> None:
    page = make_page()
    page.breakdown.table.rows.set_column_shown("p50", False)
    page.breakdown.table.rows.sort_by("output", descending=True)
    kept = desk.context.preferences.value.tables["usage-breakdown"]
    assert "p50" not in kept.columns
    assert kept.sort == "-output"
    again = make_page()
    assert again.breakdown.table.rows.isColumnHidden(
        again.breakdown.table.rows.rows.column_of("p50")
    )
    outputs = [row["output"] for row in shown_rows(again)]
    assert outputs == sorted(outputs, reverse=True)
    assert not again.breakdown.table.rows.isColumnHidden(0)


def test_no_row_stays_lit_after_its_filter_is_gone(make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page(width=1300, height=1400)

    def click(row: int) -> None:
        table = page.breakdown.table.rows
        place = table.visualRect(table.rows.index(row, 0)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        settle(qtbot, page)

    click(1)
    assert len(page.toolbar.chips) == 1
    assert page.breakdown.table.rows.selected_keys() == []
    click(0)
    assert page.toolbar.chips == []
    assert page.breakdown.table.rows.selected_keys() == []
    click(1)
    qtbot.keyClick(page.findChild(Chip, "chip-model"), Qt.Key.Key_Delete)
    settle(qtbot, page)
    assert page.breakdown.table.rows.selected_keys() == []


def test_closing_in_the_middle_of_work_is_safe(desk: Desk, qtbot: QtBot) -> None:
    page = UsagePage(desk.context)
    page.show()
    page.enter({})
    for dimension in Dimension:
        page.model.change(UsageState(group_by=dimension, compare=True))
    page.open_filter(Dimension.REGION)
    page.leave()
    page.close()
    shiboken6.delete(page)
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)


def test_everything_is_reached_and_named_by_the_keyboard(make_page: MakePage, qtbot: QtBot) -> None:
    page = make_page(filters={"region": ["us-east"], "outcome": ["ok"]})
    page.activateWindow()
    page.toolbar._ranges.setFocus()
    reached: list[QWidget] = []
    page.focusNextChild()
    while (widget := QApplication.focusWidget()) is not None and widget not in reached:
        reached.append(widget)
        page.focusNextChild()
    names = {widget.objectName() for widget in reached}
    assert names >= {
        "usage-group",
        "usage-style",
        "chip-region",
        "chip-outcome",
        "usage-filter",
        "usage-clear-filters",
        "usage-compare",
        "usage-export",
        "tile-cost",
        "usage-measure",
        "usage-chart",
        "usage-latency-chart",
        "breakdown-model",
        "breakdown-columns",
    }
    for widget in reached:
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or text, widget


@pytest.mark.parametrize(("width", "height"), [(816, 612), (1392, 912), (592, 412)])
def test_nothing_is_clipped(make_page: MakePage, width: int, height: int) -> None:
    page = make_page(
        width, height, filters={"region": ["us-east", "eu-central"], "provider": ["groq", "azure"]}
    )
    QApplication.processEvents()
    content = page.scroller.widget()
    assert content.width() <= page.scroller.viewport().width()
    overflowing = [
        widget
        for widget in content.findChildren(QWidget)
        if widget.isVisible()
        and not isinstance(widget, FilterPanel)
        and not page.breakdown.isAncestorOf(widget)
        and widget.mapTo(content, QPoint(widget.width(), 0)).x() > content.width()
    ]
    assert overflowing == []
    holder = page.toolbar._rest
    for chip in page.toolbar._chips:
        assert holder.rect().contains(chip.geometry())
