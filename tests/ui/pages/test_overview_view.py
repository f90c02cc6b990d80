"""The overview by its widgets: figures counted again, every next step leads somewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import ApiKey, KeySuggestion, SuggestionKind
from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.usage.cells import Dimension, Measure
from lmchat_desktop.services.attention import Concern, Urgency
from lmchat_desktop.services.key_watch import WatchedKeys
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.tiles import Tile
from lmchat_desktop.ui.pages.overview.attention_card import DetailsDialog
from lmchat_desktop.ui.pages.overview.view import OverviewPage
from lmchat_desktop.ui.pages.usage.arguments import state_with
from lmchat_desktop.ui.pages.usage.state import UsageState
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.ui.pages.conftest import NOW, SINCE
from tests.ui.pages.desk import ACCOUNT, ROBOTICS, SERVICE, Desk, account, worries
from tests.ui.pages.traffic import Requests, joined, make_requests

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = datetime(2026, 11, 18, tzinfo=BERLIN)
MakePage = Callable[..., OverviewPage]
TOP = {
    "by": "account",
    "start": "2026-11-18T00:00:00Z",
    "end": "2026-11-24T00:00:00Z",
    "data": [
        {
            "id": f"acct_{name}",
            "name": name,
            "requests": 100 * number,
            "errors": number,
            "input_tokens": 5,
            "output_tokens": 6,
            "cost_nanos": 7_000_000_000,
        }
        for number, name in ((3, "Blue Kiln"), (2, "<b>Kiln</b>"), (0, "Idle"))
    ],
}


def settle(qtbot: QtBot, page: OverviewPage, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not page.model.busy and not desk.tasks.busy, timeout=15_000)


@pytest.fixture
def make_page(qtbot: QtBot, desk: Desk) -> MakePage:
    def make(width: int = 1300, height: int = 950, **arguments: Any) -> OverviewPage:
        page = OverviewPage(desk.context)
        qtbot.addWidget(page)
        page.resize(width, height)
        page.show()
        page.enter(arguments)
        settle(qtbot, page, desk)
        return page

    return make


def button_of(page: OverviewPage, concern: Concern) -> QAbstractButton:
    row = next(r for r in page.attention_card.rows if r.worded.item.concern is concern)
    return row.button


def test_figures_and_models_equal_an_independent_count(
    make_page: MakePage, requests: Requests
) -> None:
    page = make_page()
    week = requests.between(WEEK, NOW)
    tiles = page.tiles.tiles
    assert tiles[Tile.REQUESTS].figure_text() == str(formatting.count(len(week.started_s)))
    assert tiles[Tile.COST].figure_text() == str(formatting.money(week.sum(Measure.COST)))
    rate = week.failed / len(week.started_s)
    assert tiles[Tile.ERRORS].figure_text() == str(formatting.percent(rate))
    for name, count, output, cost, _p95, errors in page.models_card.rows:
        part = week.having(Dimension.MODEL, name)
        assert count == len(part.started_s)
        assert output == part.sum(Measure.OUTPUT_TOKENS)
        assert cost == part.sum(Measure.COST)
        assert errors == part.failed / count
    keys = {row[0]: row[1] for row in page.keys_card.rows}
    expected = len(week.having(Dimension.KEY, "key_chat").started_s)
    assert keys["chat production"] == expected
    data = page.chart_card.chart.data
    assert data is not None
    assert sum(series.values.sum() for series in data.series) == len(week.started_s)
    assert "14:47 (Europe/Berlin)" in page.age.whole_text()


def test_the_range_is_chosen_and_remembered(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    page = make_page()
    page.ranges.current_changed.emit("30d")
    settle(qtbot, page, desk)
    figure = page.tiles.tiles[Tile.REQUESTS].figure_text()
    assert figure == str(formatting.count(len(requests.started_s)))
    again = make_page()
    assert again.ranges.current == "30d"
    assert again.tiles.tiles[Tile.REQUESTS].figure_text() == figure


def test_nothing_needs_attention_where_all_is_well(make_page: MakePage, desk: Desk) -> None:
    desk.session.put(account(NOW))
    page = make_page()
    assert page.attention_card.rows == []
    assert desk.context.attention.counts == {}


@pytest.fixture
def worried(desk: Desk) -> Desk:
    """A desk with one of everything that can be the matter."""
    slow = make_requests(
        SINCE,
        NOW,
        9_000,
        seed=3,
        slow=("azure", NOW - timedelta(days=7), 2.6),
        failing=("groq", NOW - timedelta(days=7), 0.12),
    )
    desk.put_traffic(ACCOUNT, slow, SINCE)
    desk.session.put(*worries(NOW))
    desk.context.watched_keys.put(
        WatchedKeys(
            {SuggestionKind.OVER_BUDGET: 1, SuggestionKind.FOREIGN_ADDRESS: 1},
            (
                suggestion(SuggestionKind.OVER_BUDGET, "key_batch"),
                suggestion(SuggestionKind.FOREIGN_ADDRESS, "key_search", count=7),
            ),
        )
    )
    return desk


def suggestion(kind: SuggestionKind, key_id: str, count: int | None = None) -> KeySuggestion:
    return KeySuggestion(
        id=f"{kind}/{key_id}",
        kind=kind,
        key_id=key_id,
        account_id=ACCOUNT,
        name=f"<{key_id}>",
        hint="sk-lmc-a…b",
        count=count,
    )


def test_every_concern_is_told_and_leads_somewhere(
    make_page: MakePage, qtbot: QtBot, worried: Desk
) -> None:
    page = make_page()
    concerns = [row.worded.item.concern for row in page.attention_card.rows]
    assert set(concerns) == set(Concern) - {Concern.ACCOUNT_SUSPENDED}
    titles = " | ".join(row.text() for row in page.attention_card.rows)
    for words in (
        "Errors at Groq rose to",
        "Azure is slow: p95",
        "Key “chat production” expires in 3\N{NO-BREAK SPACE}d",
        "Key “trial” has ended and is still called",
        "Key “<key_batch>” is over its budget",
        "Key “<key_search>” was tried from elsewhere",
        "loses its cache in 29\N{NO-BREAK SPACE}h",
        "“old desktop” was revoked",
        "e-mail of “Acme Robotics” is not verified",
        "country of “Acme Robotics” is unknown",
    ):
        assert words in titles
    assert worried.context.attention.counts["overview"] == 8
    for row in page.attention_card.rows:
        went = len(worried.went)
        qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
        dialogs = [d for d in page.findChildren(DetailsDialog) if d.isVisible()]
        assert len(worried.went) == went + 1 or len(dialogs) == 1
        for dialog in dialogs:
            dialog.copy()
            assert row.text() in QGuiApplication.clipboard().text()
            dialog.close()
            QApplication.processEvents()
    for page_id, arguments in worried.went:
        if page_id == "usage":
            state_with(UsageState(), arguments)
        else:
            assert page_id == "keys"
            assert worried.session.entities.get(ApiKey, arguments["key_id"]) is not None


def test_the_card_counts_what_the_rail_counts(make_page: MakePage, worried: Desk) -> None:
    page = make_page()
    due = worried.context.attention.counts["overview"]
    card = page.attention_card
    assert card.hint.whole_text() == f"{due} due · {len(card.rows) - due} notes"
    assert "the same count beside Overview" in card.accessibleDescription()
    urgent = [row for row in card.rows if row.worded.item.urgency < Urgency.NOTE]
    assert len(urgent) == due


def test_only_latency_and_errors_are_judged(make_page: MakePage, worried: Desk) -> None:
    page = make_page()
    tones = {
        tile: {
            str(label.property("tone"))
            for label in widget.findChildren(PlainLabel)
            if label.whole_text() == widget.change_text()
        }
        for tile, widget in page.tiles.tiles.items()
    }
    assert tones[Tile.REQUESTS] == tones[Tile.TOKENS] == tones[Tile.COST] == {"muted"}
    assert tones[Tile.LATENCY] == tones[Tile.ERRORS] == {"bad"}
    assert "worse" in page.tiles.tiles[Tile.ERRORS].accessibleName()
    assert "worse" not in page.tiles.tiles[Tile.TOKENS].accessibleName()


def test_a_rise_in_errors_leads_to_the_providers_errors(
    make_page: MakePage, qtbot: QtBot, worried: Desk
) -> None:
    page = make_page()
    qtbot.mouseClick(button_of(page, Concern.ERRORS_RISE), Qt.MouseButton.LeftButton)
    _page, arguments = worried.went[-1]
    state = state_with(UsageState(), arguments)
    assert state.filter_map == {Dimension.PROVIDER: {"groq"}}
    assert state.measure is ChartMeasure.ERRORS
    assert state.group_by is Dimension.ERROR


def test_staff_are_led_into_the_account_a_key_belongs_to(
    make_page: MakePage, qtbot: QtBot, worried: Desk, requests: Requests
) -> None:
    worried.put_traffic(SERVICE.id, requests, SINCE, keys=False)
    worried.context.scope.choose(SERVICE)
    page = make_page()
    suspended = button_of(page, Concern.ACCOUNT_SUSPENDED)
    qtbot.mouseClick(suspended, Qt.MouseButton.LeftButton)
    assert worried.context.scope.current.name == "Blue Kiln Ceramics"
    worried.context.scope.choose(SERVICE)
    settle(qtbot, page, worried)
    qtbot.mouseClick(button_of(page, Concern.KEY_EXPIRES), Qt.MouseButton.LeftButton)
    assert worried.context.scope.current == ROBOTICS
    assert worried.went[-1] == ("keys", {"key_id": "key_chat"})


def test_the_largest_accounts_come_from_the_backend(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    desk.put_traffic(SERVICE.id, requests, SINCE, keys=False)
    desk.session.answers["/v1/usage/top"] = TOP
    desk.context.scope.choose(SERVICE)
    page = make_page()
    assert page.keys_card.isHidden()
    assert [row[:2] for row in page.service_card.rows] == [
        ("Blue Kiln", 300),
        ("<b>Kiln</b>", 200),
        ("Idle", 0),
    ]
    assert page.service_card.rows[2][-1] is None
    asked = desk.session.asked[-1].url.params
    assert asked["by"] == "account"
    page.refresh(set(), {SERVICE.id})
    settle(qtbot, page, desk)
    assert len(desk.session.asked) == 1
    page.top_by.current_changed.emit("key")
    settle(qtbot, page, desk)
    assert desk.session.asked[-1].url.params["by"] == "key"
    page.top_by.current_changed.emit("account")
    page.service_card.row_chosen.emit("acct_Blue Kiln")
    assert desk.context.scope.id == "acct_Blue Kiln"
    assert desk.went[-1] == ("usage", {"range": "7d", "filters": {}, "group_by": "model"})
    settle(qtbot, page, desk)


def test_offline_the_largest_are_not_known_and_can_be_asked_again(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    desk.put_traffic(SERVICE.id, requests, SINCE, keys=False)
    desk.context.scope.choose(SERVICE)
    page = make_page()
    assert page.service_card.empty.isVisible()
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() != formatting.UNKNOWN
    desk.session.answers["/v1/usage/top"] = TOP
    qtbot.mouseClick(page.service_card.empty.action_button, Qt.MouseButton.LeftButton)
    settle(qtbot, page, desk)
    assert len(page.service_card.rows) == 3
    assert page.service_card.table.isVisible()


def test_clicks_lead_to_the_usage_of_what_was_clicked(
    make_page: MakePage, qtbot: QtBot, desk: Desk
) -> None:
    page = make_page()
    table = page.models_card.table
    at = table.visualRect(table.rows.index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert desk.went[-1][1]["filters"] == {"model": [page.models_card.rows[1][0]]}
    page.keys_card.row_chosen.emit("key_chat")
    assert desk.went[-1][1]["filters"] == {"key": ["key_chat"]}
    qtbot.mouseClick(page.tiles.tiles[Tile.ERRORS], Qt.MouseButton.LeftButton)
    assert desk.went[-1][1]["view"] == "errors"
    page.chart_card.chart.brush_selected.emit(1_795_000_000, 1_795_100_000)
    state = state_with(UsageState(), desk.went[-1][1])
    assert state.range.start is not None
    assert state.range.start.timestamp() == 1_795_000_000


def test_an_empty_cache_says_what_will_appear(qtbot: QtBot, make_desk: Callable[..., Desk]) -> None:
    desk = make_desk()
    desk.session.synced_at = None
    page = OverviewPage(desk.context)
    qtbot.addWidget(page)
    page.show()
    page.enter({})
    settle(qtbot, page, desk)
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() == formatting.UNKNOWN
    assert page.models_card.empty.accessibleName() == "Nothing has been synced yet"
    assert page.age.whole_text() == "No data for this time"


def test_sync_refreshes_in_place(
    make_page: MakePage, qtbot: QtBot, desk: Desk, requests: Requests
) -> None:
    desk.session.put(*worries(NOW))
    page = make_page()
    rows = page.attention_card.rows
    later = NOW + timedelta(minutes=4)
    desk.machine.at = later
    more = make_requests(NOW, later, 25, seed=8)
    desk.put_traffic(ACCOUNT, joined(requests, more), later - timedelta(hours=1))
    page.refresh(set(), {"acct_other"})
    assert not page.model.busy
    page.refresh(set(), {ACCOUNT})
    settle(qtbot, page, desk)
    expected = joined(requests, more).between(WEEK, later)
    figure = page.tiles.tiles[Tile.REQUESTS].figure_text()
    assert figure == str(formatting.count(len(expected.started_s)))
    assert page.attention_card.rows == rows
    page.leave()
    page.refresh({"key"}, set())
    assert not page.model.busy
    page.enter({})
    assert page.model.busy
    settle(qtbot, page, desk)


def test_another_scope_or_zone_is_read_anew(make_page: MakePage, qtbot: QtBot, desk: Desk) -> None:
    page = make_page()
    desk.context.zone.choose(ZoneInfo("UTC"))
    settle(qtbot, page, desk)
    assert "(UTC)" in page.age.whole_text()
    desk.context.scope.choose(SERVICE)
    settle(qtbot, page, desk)
    assert page.tiles.tiles[Tile.REQUESTS].figure_text() == formatting.UNKNOWN
    assert not page.service_card.isHidden()


@pytest.mark.parametrize(("width", "height"), [(816, 612), (1392, 912), (592, 412)])
def test_nothing_is_clipped(make_page: MakePage, worried: Desk, width: int, height: int) -> None:
    page = make_page(width, height)
    QApplication.processEvents()
    content = page.scroller.widget()
    assert content.width() <= page.scroller.viewport().width()
    inner = page.attention_card.findChild(QWidget, "scrolled")
    assert inner.width() <= inner.parentWidget().width()
    for widget in content.findChildren(QWidget):
        if widget.isVisible() and not isinstance(widget.parent(), type(page.models_card.table)):
            assert widget.mapTo(content, QPoint(0, 0)).x() >= 0
    tall = [page.models_card.table, page.keys_card.table]
    for table in tall:
        assert table.horizontalScrollBar().maximum() == 0


def test_a_closed_page_hears_nothing_any_more(desk: Desk, qtbot: QtBot) -> None:
    page = OverviewPage(desk.context)
    page.show()
    page.enter({})
    settle(qtbot, page, desk)
    page.model.load()
    shiboken6.delete(page)
    desk.context.theme.apply("dark")
    desk.context.theme.apply("light")
    desk.context.zone.choose(ZoneInfo("UTC"))
    desk.context.scope.choose(SERVICE)
    qtbot.waitUntil(lambda: not desk.tasks.busy, timeout=10_000)
