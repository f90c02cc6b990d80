"""Keys that should be looked at: counted, read page by page, and acted on together."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
from lmchat_desktop.ui.pages.keys.suggestion_group import SuggestionGroup
from lmchat_desktop.ui.pages.keys.suggestion_words import KINDS, STEPS, Step
from lmchat_desktop.ui.pages.keys.suggestions_model import SuggestionsModel
from lmchat_desktop.ui.pages.keys.suggestions_panel import SuggestionsPanel
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from lmchat_desktop.ui.widgets.paragraph import Paragraph
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.conftest import NOW
from tests.ui.pages.desk import Desk
from tests.ui.pages.fitting import beyond, cut, settle_layout
from tests.ui.pages.keys.acting import banner, go_offline, press, rest, shown
from tests.ui.pages.keys.fakes import conflict, lost
from tests.ui.pages.keys.suggesting import MemorySuggestions, suggestion

UNUSED, FOREIGN = SuggestionKind.UNUSED, SuggestionKind.FOREIGN_ADDRESS


class Suggesting:
    """A panel over suggestions in memory, what it asks of the page recorded."""

    def __init__(self, desk: Desk, **counts: int) -> None:
        self.source = MemorySuggestions(NOW, **counts)
        self.model = SuggestionsModel(self.source.load, self.source.count, desk.tasks, desk.root)
        self.panel = SuggestionsPanel(self.model, desk.context)
        self.panel.resize(960, 620)
        self.opened: list[str] = []
        self.to_revoke: list[list[ChosenKey]] = []
        self.to_expire: list[list[ChosenKey]] = []
        self.panel.open_requested.connect(self.opened.append)
        self.panel.revoke_requested.connect(self.to_revoke.append)
        self.panel.expire_requested.connect(self.to_expire.append)

    def group(self) -> SuggestionGroup:
        kind = self.panel.kind
        assert kind is not None
        return self.panel.group(kind)

    def names(self) -> list[str]:
        rows = self.group().table.rows
        return [rows.text(row, 0) for row in range(rows.rowCount())]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


def test_every_kind_is_shown_and_has_something_to_do() -> None:
    assert set(KINDS) == set(STEPS) == set(SuggestionKind)
    assert all(Step.OPEN in steps for steps in STEPS.values())


def test_the_most_pressing_reason_that_has_keys_is_shown_first(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=312, over_budget=7)
    shown(qtbot, desk, suggesting.panel)
    assert suggesting.panel.kind is SuggestionKind.OVER_BUDGET
    rows = suggesting.panel.kinds.rows
    counts = {rows.text(row, 0): rows.text(row, 1) for row in range(rows.rowCount())}
    assert counts["Unused for 90 days"] == "312"
    assert counts["No expiry"] == "0"
    assert suggesting.names() == [f"service {number}" for number in range(7)]
    assert suggesting.source.asked == [(SuggestionKind.OVER_BUDGET, None)]


def test_pages_are_read_on_demand(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=312)
    shown(qtbot, desk, suggesting.panel)
    group = suggesting.group()
    assert len(suggesting.names()) == 100
    assert group.more.text() == "Show 100 more of 212"
    group.table.selectRow(3)
    for count, caption in ((200, "Show 100 more of 112"), (300, "Show 12 more of 12")):
        press(group.more)
        rest(qtbot, desk)
        assert len(suggesting.names()) == count
        assert group.more.text() == caption
    assert [key.name for key in group.selected()] == ["service 3"]
    press(group.more)
    rest(qtbot, desk)
    assert len(suggesting.names()) == 312
    assert not group.more.isVisible()
    assert [cursor for _kind, cursor in suggesting.source.asked] == [None, "100", "200", "300"]


def test_several_keys_are_acted_on_together(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=12)
    shown(qtbot, desk, suggesting.panel)
    group = suggesting.group()
    assert not group.steps[Step.REVOKE].isEnabled()
    assert "Select a key" in group.steps[Step.REVOKE].toolTip()
    group.table.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
    for row in (1, 4):
        group.table.selectRow(row)
    press(group.steps[Step.REVOKE])
    press(group.steps[Step.EXPIRE])
    wanted = [ChosenKey.suggested(suggestion(UNUSED, number, NOW)) for number in (1, 4)]
    assert suggesting.to_revoke == [wanted]
    assert suggesting.to_expire == [wanted]
    assert not group.steps[Step.OPEN].isEnabled()
    assert "one key alone" in group.steps[Step.OPEN].toolTip()


def test_a_key_is_opened_by_button_and_by_enter(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, foreign_address=3)
    shown(qtbot, desk, suggesting.panel)
    group = suggesting.group()
    group.table.selectRow(2)
    press(group.steps[Step.OPEN])
    QTest.keyClick(group.table, Qt.Key.Key_Return)
    assert suggesting.opened == ["key_0002", "key_0002"]


def test_foreign_addresses_and_tries_are_shown(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, foreign_address=3)
    shown(qtbot, desk, suggesting.panel)
    rows = suggesting.group().table.rows
    texts = [rows.text(1, column) for column in range(rows.columnCount())]
    assert texts == [
        "service 1",
        "sk-lmc-0001…0001",
        "22 Nov 2026, 14:47",
        "198.51.100.1",
        "2",
    ]
    desk.context.zone.choose(ZoneInfo("Asia/Kathmandu"))
    assert rows.text(1, 2) == "22 Nov 2026, 19:32"


def test_nothing_to_look_at(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk)
    shown(qtbot, desk, suggesting.panel)
    seen = [each for each in suggesting.panel.findChildren(EmptyState) if each.isVisible()]
    assert [each.accessibleName() for each in seen] == ["Nothing to look at"]
    assert suggesting.source.asked == []


def test_a_reason_without_keys_says_so(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=2)
    shown(qtbot, desk, suggesting.panel)
    suggesting.panel.show_kind(FOREIGN)
    rest(qtbot, desk)
    assert suggesting.panel.kind is FOREIGN
    assert not suggesting.group().table.isVisible()


def test_failures_are_told_and_tried_again(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=150)
    suggesting.source.trouble = [lost()]
    shown(qtbot, desk, suggesting.panel)
    told = banner(suggesting.panel, "suggestions-trouble")
    assert "cannot be reached" in told.text()
    press(told.action_button)
    rest(qtbot, desk)
    assert not told.isVisible()
    group = suggesting.group()
    suggesting.source.trouble = [conflict("Something is in the way")]
    press(group.more)
    rest(qtbot, desk)
    assert len(suggesting.names()) == 100
    assert "in the way" in group.trouble.text()
    press(group.trouble.action_button)
    rest(qtbot, desk)
    assert len(suggesting.names()) == 150
    assert not group.trouble.isVisible()


def test_a_page_that_is_overtaken_is_dropped(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=150)
    shown(qtbot, desk, suggesting.panel)
    with suggesting.source.held():
        suggesting.model.load_more(UNUSED)
        qtbot.waitUntil(lambda: (UNUSED, "100") in suggesting.source.asked)
        del suggesting.source.items[UNUSED][20:]
        suggesting.model.refresh()
    rest(qtbot, desk)
    assert len(suggesting.names()) == 20
    assert suggesting.group().more.isHidden()


def test_acts_are_not_offered_offline(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, unused=2)
    shown(qtbot, desk, suggesting.panel)
    suggesting.group().table.selectRow(0)
    go_offline(desk)
    steps = suggesting.group().steps
    assert "no connection" in steps[Step.REVOKE].toolTip()
    assert not steps[Step.EXPIRE].isEnabled()
    assert steps[Step.OPEN].isEnabled()


@pytest.mark.parametrize(
    ("scale", "size"), [(1.0, (960, 620)), (1.0, (620, 620)), (2.0, (976, 660))]
)
def test_it_fits(qtbot: QtBot, desk: Desk, scale: float, size: tuple[int, int]) -> None:
    current_theme().set_text_scale(scale)
    suggesting = Suggesting(desk, foreign_address=40, unused=312)
    suggesting.panel.resize(*size)
    shown(qtbot, desk, suggesting.panel)
    for kind in (FOREIGN, UNUSED):
        suggesting.panel.show_kind(kind)
        rest(qtbot, desk)
        settle_layout()
        assert suggesting.panel.size().toTuple() == size
        assert beyond(suggesting.panel, size[0]) == []
        assert cut(suggesting.panel) == []
    current_theme().set_text_scale(None)


def test_what_was_narrow_leaves_no_gap_once_it_is_wide(qtbot: QtBot, desk: Desk) -> None:
    suggesting = Suggesting(desk, foreign_address=3)
    shown(qtbot, desk, suggesting.panel)
    group = suggesting.group()
    labels = group.findChildren(Paragraph)
    assert len(labels) == 1
    suggesting.panel.resize(420, 620)
    settle_layout()
    narrow = labels[0].height()
    suggesting.panel.resize(960, 620)
    settle_layout()
    assert labels[0].height() < narrow
    assert labels[0].height() <= 3 * labels[0].fontMetrics().lineSpacing()


@pytest.mark.parametrize("width", [960, 620])
def test_it_is_used_by_keys(qtbot: QtBot, desk: Desk, width: int) -> None:
    suggesting = Suggesting(desk, unused=150)
    suggesting.panel.resize(width, 620)
    shown(qtbot, desk, suggesting.panel)
    group = suggesting.group()
    group.table.selectRow(0)
    way = check_keyboard(qtbot, suggesting.panel)
    first = suggesting.panel.kinds if width == 960 else suggesting.panel.choice
    assert way.index(first) < way.index(group.table) < way.index(group.more)
