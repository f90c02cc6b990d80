"""A rotation under way: seen live, finished, extended and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import ApiKey, UsedSecret
from lmchat_desktop.ui.pages.acting.act_words import countdown
from lmchat_desktop.ui.pages.keys import old_traffic
from lmchat_desktop.ui.pages.keys.rotation_panel import RotationPanel
from lmchat_desktop.ui.pages.keys.rotation_steps import ExtendDialog, FinishDialog, UndoDialog
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.conftest import NOW
from tests.ui.pages.desk import Desk
from tests.ui.pages.keys.acting import (
    choose,
    go_offline,
    press,
    rest,
    shown,
)
from tests.ui.pages.keys.fakes import MemoryKeys, in_rotation, lost

DAY = timedelta(days=1)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


class Panel:
    """A panel over keys in memory."""

    def __init__(self, qtbot: QtBot, desk: Desk, **more: object) -> None:
        self.key = in_rotation(NOW, **more)
        self.acts = MemoryKeys(desk.machine.now, self.key)
        self.panel = RotationPanel(self.key, self.acts, desk.context)
        self.became: list[ApiKey] = []
        self.panel.key_changed.connect(self.became.append)

    def questions(self) -> int:
        return sum(act == "use" for act, _by in self.acts.called)


def test_a_panel_shows_both_secrets_and_what_still_comes_with_the_old_one(
    qtbot: QtBot, desk: Desk
) -> None:
    panel = Panel(qtbot, desk)
    old = UsedSecret.OLD
    panel.acts.used("key_0001", "203.0.113.7", 12, secret=old)
    panel.acts.used("key_0001", "203.0.113.8", 1_000, secret=old, ago=timedelta(hours=5))
    panel.acts.used("key_0001", "203.0.113.9", 5_000)
    shown(qtbot, desk, panel.panel)
    text_of = panel.panel.text_of
    assert text_of("new") == panel.key.hint
    assert text_of("old") == panel.key.old_hint
    assert "1 Dec 2026, 13:47 (Europe/Berlin) · 1 Dec 2026, 12:47 (UTC)" in text_of("ends")
    assert text_of("left") == "stops in 6 d 23 h"
    assert text_of("traffic") == "12 requests in the last hour · 1,012 in the last 24 hours"
    assert "5 min ago" in text_of("asked")
    assert "Europe/Berlin" in text_of("asked")


def test_traffic_is_asked_anew_while_it_is_seen(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_traffic, "ASK_MS", 20)
    panel = Panel(qtbot, desk)
    assert panel.questions() == 0
    shown(qtbot, desk, panel.panel)
    assert panel.panel.text_of("traffic") == "Nothing in the last 24 hours"
    panel.acts.used("key_0001", "203.0.113.7", 3, secret=UsedSecret.OLD)
    qtbot.waitUntil(lambda: panel.panel.text_of("traffic").startswith("3 requests"))
    panel.panel.hide()
    qtbot.waitUntil(lambda: not panel.panel.watch.looking, timeout=10_000)
    rest(qtbot, desk)
    asked = panel.questions()
    panel.panel.put_key(panel.key)
    rest(qtbot, desk)
    assert panel.questions() == asked


def test_an_answer_for_another_key_is_dropped(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    panel.acts.used("key_0001", "203.0.113.7", 99, secret=UsedSecret.OLD)
    other = in_rotation(NOW, id="key_0002")
    panel.acts.keys["key_0002"] = other
    with panel.acts.held():
        qtbot.addWidget(panel.panel)
        panel.panel.show()
        qtbot.waitUntil(lambda: panel.questions() == 1)
        panel.panel.put_key(other)
    rest(qtbot, desk)
    assert panel.panel.watch.traffic is not None
    assert panel.panel.watch.traffic.key_id == "key_0002"
    assert panel.panel.text_of("traffic") == "Nothing in the last 24 hours"


def test_a_failed_question_leaves_what_was_known(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    panel.acts.trouble = [lost()]
    shown(qtbot, desk, panel.panel)
    assert panel.panel.text_of("traffic") == "Not known"
    assert "asked again in 15 s" in panel.panel.text_of("asked")
    panel.acts.used("key_0001", "203.0.113.7", 3, secret=UsedSecret.OLD)
    panel.panel.watch.ask()
    rest(qtbot, desk)
    panel.acts.trouble = [lost()]
    panel.panel.watch.ask()
    rest(qtbot, desk)
    assert panel.panel.text_of("traffic").startswith("3 requests")
    assert "asked again" in panel.panel.text_of("asked")


def test_finish_says_what_stops_and_stops_it(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    press(panel.panel.finish)
    step = panel.panel.step
    assert isinstance(step, FinishDialog)
    with qtbot.waitSignal(panel.panel.key_changed):
        press(step.confirm)
    assert panel.became[0].old_ends_at == NOW
    assert panel.panel.text_of("ends").startswith("stopped at")
    for button in (panel.panel.finish, panel.panel.extend, panel.panel.undo):
        assert not button.isEnabled()
        assert "stopped already" in button.toolTip()


def test_extend_moves_the_end(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    press(panel.panel.extend)
    step = panel.panel.step
    assert isinstance(step, ExtendDialog)
    choose(step.until, "+7 days")
    with qtbot.waitSignal(panel.panel.key_changed):
        press(step.confirm)
    assert panel.key.old_ends_at is not None
    assert panel.became[0].old_ends_at == panel.key.old_ends_at + 7 * DAY


def test_an_end_lies_90_days_after_the_rotation_at_most(qtbot: QtBot, desk: Desk) -> None:
    rotated_at = NOW - 80 * DAY
    key = in_rotation(NOW, rotated_at=rotated_at, old_ends_at=NOW + 5 * DAY)
    step = ExtendDialog(key, MemoryKeys(desk.machine.now, key), desk.context)
    shown(qtbot, desk, step)
    choose(step.until, "+30 days")
    assert step.until.at() == rotated_at + 90 * DAY
    panel = Panel(qtbot, desk, rotated_at=rotated_at, old_ends_at=rotated_at + 90 * DAY)
    assert not panel.panel.extend.isEnabled()
    assert "as long as it can" in panel.panel.extend.toolTip()
    assert panel.panel.finish.isEnabled()


def test_undo_brings_the_old_secret_back(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    press(panel.panel.undo)
    step = panel.panel.step
    assert isinstance(step, UndoDialog)
    with qtbot.waitSignal(panel.panel.key_changed):
        press(step.confirm)
    assert panel.became[0].hint == panel.key.old_hint
    assert panel.became[0].old_ends_at is None


@pytest.mark.parametrize("way", ["finish", "undo"])
def test_a_step_whose_answer_was_lost_is_found_done(qtbot: QtBot, desk: Desk, way: str) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    press(getattr(panel.panel, way))
    step = panel.panel.step
    assert step is not None
    panel.acts.lost_answers = 1
    press(step.confirm)
    rest(qtbot, desk)
    assert step.unsure
    with qtbot.waitSignal(panel.panel.key_changed):
        press(step.confirm)
    assert panel.became == [panel.acts.keys["key_0001"]]


def test_the_countdown_ends_by_itself(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk, old_ends_at=NOW + timedelta(seconds=90))
    shown(qtbot, desk, panel.panel)
    assert panel.panel.text_of("left") == "stops in 1 min 30 s"
    with qtbot.waitSignal(panel.panel.ended, timeout=10_000):
        desk.machine.at = NOW + timedelta(seconds=90)
    assert not panel.panel.watch.looking
    assert not panel.panel.undo.isEnabled()


def test_a_panel_offline_says_why_nothing_can_be_done(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    go_offline(desk)
    assert "no connection" in panel.panel.finish.toolTip()
    assert not panel.panel.finish.isEnabled()


def test_a_panel_is_used_by_keys(qtbot: QtBot, desk: Desk) -> None:
    panel = Panel(qtbot, desk)
    shown(qtbot, desk, panel.panel)
    way = check_keyboard(qtbot, panel.panel)
    assert way == [panel.panel.finish, panel.panel.extend, panel.panel.undo]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3 * 3_600, "3 h 0 min"),
        (6 * 86_400 + 23 * 3_600 + 59, "6 d 23 h"),
        (-5, "0 s"),
    ],
)
def test_countdowns(seconds: float, text: str) -> None:
    assert countdown(seconds) == text
