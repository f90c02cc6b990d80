"""Rotating a key: the instant previewed is the one that counts, and no secret is doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import ApiKey, KeyCreated, KeyState
from lmchat_desktop.ui.pages.keys.rotate_dialog import RotateDialog
from lmchat_desktop.ui.pages.keys.rotation_steps import ExtendDialog, FinishDialog, UndoDialog
from lmchat_desktop.ui.theme.manager import current_theme
from tests.ui.keyboard import check_keyboard, check_reading
from tests.ui.pages.conftest import NOW
from tests.ui.pages.desk import Desk
from tests.ui.pages.keys.acting import (
    banner,
    check_fits,
    choose,
    go_offline,
    press,
    put,
    rest,
    shown,
)
from tests.ui.pages.keys.fakes import MemoryKeys, conflict, in_rotation, make_key

DAY = timedelta(days=1)


class Rotating:
    """A dialog over keys in memory."""

    def __init__(self, qtbot: QtBot, desk: Desk, key: ApiKey) -> None:
        self.acts = MemoryKeys(desk.machine.now, key)
        self.dialog = RotateDialog(key, self.acts, desk.context)
        self.made: list[KeyCreated] = []
        self.dialog.rotated.connect(self.made.append)
        shown(qtbot, desk, self.dialog)

    def keys_sent(self) -> list[str]:
        return [by for act, by in self.acts.called if act == "rotate"]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.mark.parametrize(
    ("choice", "overlap"),
    [
        ("None", timedelta(0)),
        ("1 hour", timedelta(hours=1)),
        ("24 hours", DAY),
        ("7 days", 7 * DAY),
        ("30 days", 30 * DAY),
    ],
)
def test_the_old_secret_stops_when_the_preview_said(
    qtbot: QtBot, desk: Desk, choice: str, overlap: timedelta
) -> None:
    rotating = Rotating(qtbot, desk, make_key(NOW))
    choose(rotating.dialog.overlap, choice)
    assert rotating.dialog.overlap.at() == NOW + overlap
    with qtbot.waitSignal(rotating.dialog.rotated):
        press(rotating.dialog.confirm)
    (created,) = rotating.made
    assert created.key.old_ends_at == NOW + overlap
    assert created.key.id == "key_0001"
    assert not rotating.dialog.isVisible()


def test_both_zones_are_previewed(qtbot: QtBot, desk: Desk) -> None:
    overlap = Rotating(qtbot, desk, make_key(NOW)).dialog.overlap
    choose(overlap, "7 days")
    assert overlap.text_of("local") == "1 Dec 2026, 14:47 (UTC+01:00)"
    assert overlap.text_of("utc") == "1 Dec 2026, 13:47"
    choose(overlap, "None")
    assert "at once" in overlap.text_of("remark")


def test_an_overlap_ends_with_the_key(qtbot: QtBot, desk: Desk) -> None:
    expires_at = NOW + 10 * DAY
    rotating = Rotating(qtbot, desk, make_key(NOW, expires_at=expires_at))
    overlap = rotating.dialog.overlap
    choose(overlap, "30 days")
    assert overlap.at() == expires_at
    assert "expires" in overlap.text_of("remark")
    with qtbot.waitSignal(rotating.dialog.rotated):
        press(rotating.dialog.confirm)
    assert rotating.made[0].key.old_ends_at == expires_at


def test_a_date_of_ones_own_lies_between_now_and_90_days(qtbot: QtBot, desk: Desk) -> None:
    dialog = Rotating(qtbot, desk, make_key(NOW)).dialog
    choose(dialog.overlap, "Until…")
    assert dialog.overlap.field.isVisible()
    put(dialog.overlap.field, NOW - DAY)
    assert dialog.overlap.at() is None
    assert not dialog.confirm.isEnabled()
    assert "past" in dialog.confirm.toolTip()
    put(dialog.overlap.field, NOW + 91 * DAY)
    assert "90 days" in dialog.confirm.toolTip()
    put(dialog.overlap.field, NOW + 89 * DAY)
    assert dialog.confirm.isEnabled()


def test_a_lost_answer_makes_no_second_secret(qtbot: QtBot, desk: Desk) -> None:
    rotating = Rotating(qtbot, desk, make_key(NOW))
    rotating.acts.lost_answers = 1
    press(rotating.dialog.confirm)
    rest(qtbot, desk)
    assert rotating.made == []
    assert rotating.dialog.unsure
    assert banner(rotating.dialog, "act-trouble").isVisible()
    assert not rotating.dialog.overlap.isEnabled()
    desk.machine.at = NOW + timedelta(minutes=7)
    with qtbot.waitSignal(rotating.dialog.rotated):
        press(rotating.dialog.confirm)
    assert rotating.acts.secrets_made == 1
    assert len(set(rotating.keys_sent())) == 1
    assert rotating.made[0].key.old_ends_at == NOW + DAY


def test_whoever_stops_waiting_gets_the_same_secret_later(qtbot: QtBot, desk: Desk) -> None:
    rotating = Rotating(qtbot, desk, make_key(NOW))
    with rotating.acts.held():
        press(rotating.dialog.confirm)
        qtbot.waitUntil(lambda: bool(rotating.keys_sent()))
        assert rotating.dialog.cancel.text() == "Stop waiting"
        rotating.dialog.reject()
        assert rotating.dialog.isVisible()
        assert rotating.dialog.unsure
    with qtbot.waitSignal(rotating.dialog.rotated):
        press(rotating.dialog.confirm)
    assert rotating.acts.secrets_made == 1
    assert len(set(rotating.keys_sent())) == 1


def test_a_refusal_lets_one_choose_again(qtbot: QtBot, desk: Desk) -> None:
    rotating = Rotating(qtbot, desk, make_key(NOW))
    rotating.acts.trouble = [conflict("The account is suspended")]
    press(rotating.dialog.confirm)
    rest(qtbot, desk)
    assert "suspended" in banner(rotating.dialog, "act-trouble").text()
    assert not rotating.dialog.unsure
    choose(rotating.dialog.overlap, "1 hour")
    with qtbot.waitSignal(rotating.dialog.rotated):
        press(rotating.dialog.confirm)
    assert len(set(rotating.keys_sent())) == 2
    assert rotating.made[0].key.old_ends_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (make_key(NOW, state=KeyState.REVOKED), "revoked"),
        (make_key(NOW, expires_at=NOW - DAY), "expired"),
        (in_rotation(NOW), "last rotation"),
    ],
)
def test_it_says_why_a_key_cannot_be_rotated(
    qtbot: QtBot, desk: Desk, key: ApiKey, reason: str
) -> None:
    dialog = Rotating(qtbot, desk, key).dialog
    assert not dialog.confirm.isEnabled()
    assert reason in dialog.confirm.toolTip()
    assert reason in dialog.confirm.accessibleDescription()


def test_nothing_is_done_offline(qtbot: QtBot, desk: Desk) -> None:
    dialog = Rotating(qtbot, desk, make_key(NOW)).dialog
    go_offline(desk)
    assert not dialog.confirm.isEnabled()
    assert "no connection" in dialog.confirm.toolTip()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_dialogs_fit_into_a_small_window(qtbot: QtBot, desk: Desk, scale: float) -> None:
    current_theme().set_text_scale(scale)
    key = in_rotation(NOW, name="a rather long name " * 6)
    acts = MemoryKeys(desk.machine.now, key)
    elided = frozenset({"a rather long name"})
    rotating = Rotating(qtbot, desk, make_key(NOW, name=key.name))
    choose(rotating.dialog.overlap, "Until…")
    check_fits(rotating.dialog, elided)
    rotating.acts.lost_answers = 1
    press(rotating.dialog.confirm)
    rest(qtbot, desk)
    check_fits(rotating.dialog, elided)
    for step in (
        FinishDialog(key, acts, desk.context, None),
        ExtendDialog(key, acts, desk.context),
        UndoDialog(key, acts, desk.context),
    ):
        shown(qtbot, desk, step)
        check_fits(step, elided)
    current_theme().set_text_scale(None)


def test_the_dialog_is_used_by_keys(qtbot: QtBot, desk: Desk) -> None:
    rotating = Rotating(qtbot, desk, make_key(NOW))
    choose(rotating.dialog.overlap, "Until…")
    rotating.dialog.overlap.take_focus()
    check_reading(check_keyboard(qtbot, rotating.dialog))
