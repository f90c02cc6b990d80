"""Many keys at once: each is told of, nothing is done twice, and a broken act is taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import MAX_BULK, KeyOutcome, KeyState
from lmchat_desktop.ui.pages.keys.bulk_dialog import BulkDialog
from lmchat_desktop.ui.pages.keys.bulk_run import BulkAct, BulkPhase
from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
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
    text,
)
from tests.ui.pages.keys.fakes import MemoryKeys, conflict, make_key

DAY = timedelta(days=1)


class Bulk:
    """A dialog over keys in memory."""

    def __init__(self, qtbot: QtBot, desk: Desk, act: BulkAct = "revoke", count: int = 12) -> None:
        keys = [make_key(NOW, number, name=f"service {number}") for number in range(count)]
        self.acts = MemoryKeys(desk.machine.now, *keys)
        self.dialog = BulkDialog(act, [ChosenKey.of(key) for key in keys], self.acts, desk.context)
        self.told: list[list[str]] = []
        self.dialog.ended.connect(self.told.append)
        self._desk, self._qtbot = desk, qtbot
        self._typed = f"{act} {count}"
        shown(qtbot, desk, self.dialog)

    def begin(self, *, wait: bool = True) -> None:
        QTest.keyClicks(self.dialog.ask.typed.field, self._typed)
        press(self.dialog.confirm)
        if wait:
            rest(self._qtbot, self._desk)

    def outcomes(self) -> dict[str, KeyOutcome]:
        return {key: result.outcome for key, result in self.dialog.flow.results.items()}

    def phase(self) -> BulkPhase:
        return self.dialog.flow.phase

    def jobs(self) -> list[str]:
        return [by for act, by in self.acts.called if act in ("revoke", "expire")]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.mark.parametrize("count", [0, 1, MAX_BULK + 1])
def test_it_takes_2_to_5000_keys(desk: Desk, count: int) -> None:
    keys = [ChosenKey(f"key_{number}", "name", "hint") for number in range(count)]
    with pytest.raises(ValueError, match="2 to 5000"):
        BulkDialog("revoke", keys, MemoryKeys(desk.machine.now), desk.context)


def test_the_act_and_the_number_are_typed(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk)
    QTest.keyClicks(bulk.dialog.ask.typed.field, "revoke 11")
    assert not bulk.dialog.confirm.isEnabled()
    assert "number" in bulk.dialog.confirm.toolTip()
    bulk.dialog.ask.typed.field.clear()
    bulk.begin()
    assert all(key.state is KeyState.REVOKED for key in bulk.acts.keys.values())
    assert set(bulk.outcomes().values()) == {KeyOutcome.DONE}
    assert text(bulk.dialog, "bulk-summary") == "12 done"
    assert bulk.told == [[f"key_{number:04d}" for number in range(12)]]
    assert not bulk.dialog.again_button.isVisible()


def test_all_keys_expire_at_the_previewed_instant(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk, "expire")
    expiry = bulk.dialog.ask.expiry
    assert expiry is not None
    choose(expiry, "Until…")
    put(expiry.field, NOW - DAY)
    assert "past" in bulk.dialog.confirm.toolTip()
    choose(expiry, "24 hours")
    assert expiry.text_of("local") == "25 Nov 2026, 14:47 (UTC+01:00)"
    assert expiry.text_of("utc") == "25 Nov 2026, 13:47"
    bulk.begin()
    assert {key.expires_at for key in bulk.acts.keys.values()} == {NOW + DAY}


def test_5000_keys_are_listed_without_5000_widgets(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk, count=MAX_BULK)
    assert bulk.dialog.ask.table.rows.rowCount() == MAX_BULK
    assert len(bulk.dialog.findChildren(QWidget)) < 200
    bulk.begin()
    assert bulk.dialog.results.table.rows.rowCount() == MAX_BULK
    assert text(bulk.dialog, "bulk-summary") == "5,000 done"


def mixed(qtbot: QtBot, desk: Desk) -> Bulk:
    bulk = Bulk(qtbot, desk)
    bulk.acts.refused = {"key_0004": "=under a legal hold"}
    del bulk.acts.keys["key_0002"]
    gone = bulk.acts.keys["key_0005"]
    bulk.acts.keys["key_0005"] = gone.model_copy(update={"state": KeyState.REVOKED})
    bulk.begin()
    return bulk


def test_each_key_has_its_outcome(qtbot: QtBot, desk: Desk) -> None:
    bulk = mixed(qtbot, desk)
    assert text(bulk.dialog, "bulk-summary") == "9 done · 1 unchanged · 1 refused · 1 not found"
    rows = bulk.dialog.results.table.rows
    assert "key_0002" not in bulk.told[0]
    assert len(bulk.told[0]) == 9
    assert [rows.text(4, column) for column in (0, 1, 3)] == [
        "Refused",
        "service 4",
        "=under a legal hold",
    ]
    failed = bulk.dialog.results.filter.findChildren(QAbstractButton)[1]
    press(failed)
    assert [rows.text(row, 1) for row in range(rows.rowCount())] == ["service 2", "service 4"]
    press(bulk.dialog.copy_button)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["Id", "Name", "Secret", "Outcome", "Detail"]
    assert lines[2].split("\t")[-1] == "'=under a legal hold"
    assert len(lines) == 3


def test_those_that_failed_are_tried_again(qtbot: QtBot, desk: Desk) -> None:
    bulk = mixed(qtbot, desk)
    bulk.acts.refused = {}
    assert bulk.dialog.again_button.text() == "Try again those that failed (2)"
    press(bulk.dialog.again_button)
    rest(qtbot, desk)
    assert text(bulk.dialog, "bulk-summary") == "10 done · 1 unchanged · 1 not found"
    assert list(bulk.outcomes()) == [f"key_{number:04d}" for number in range(12)]
    first, second = bulk.jobs()
    assert first != second
    assert list(bulk.acts.jobs[second]) == ["key_0002", "key_0004"]


def test_a_lost_connection_is_told_and_the_same_job_taken_up(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk)
    bulk.acts.break_after = 7
    bulk.begin()
    assert bulk.phase() is BulkPhase.LOST
    told = banner(bulk.dialog, "bulk-trouble")
    assert told.text().startswith("7 of 12 were done")
    assert bulk.dialog.progress_text() == "7 of 12 done"
    assert not bulk.dialog.anew_button.isVisible()
    press(bulk.dialog.go_on_button)
    rest(qtbot, desk)
    assert len(set(bulk.jobs())) == 1
    assert set(bulk.outcomes().values()) == {KeyOutcome.DONE}
    assert not told.isVisible()


def test_waiting_ends_but_not_the_act(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk)
    with bulk.acts.held():
        bulk.begin(wait=False)
        qtbot.waitUntil(lambda: bool(bulk.jobs()))
        assert bulk.dialog.close_button.text() == "Stop waiting"
        bulk.dialog.reject()
        assert bulk.dialog.isVisible()
        assert bulk.phase() is BulkPhase.STOPPED
        assert "The backend goes on" in banner(bulk.dialog, "bulk-trouble").text()
    press(bulk.dialog.go_on_button)
    rest(qtbot, desk)
    assert len(set(bulk.jobs())) == 1
    assert bulk.phase() is BulkPhase.ENDED


def test_a_refusal_as_a_whole_changes_nothing(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk)
    bulk.acts.trouble = [conflict("The account is suspended")]
    bulk.begin()
    assert bulk.phase() is BulkPhase.ASKING
    assert "suspended" in banner(bulk.dialog, "bulk-trouble").text()
    press(bulk.dialog.confirm)
    rest(qtbot, desk)
    assert bulk.phase() is BulkPhase.ENDED
    assert len(set(bulk.jobs())) == 2


def test_a_refusal_of_the_second_try_keeps_the_first_results(qtbot: QtBot, desk: Desk) -> None:
    bulk = mixed(qtbot, desk)
    bulk.acts.trouble = [conflict("The account is suspended")]
    press(bulk.dialog.again_button)
    rest(qtbot, desk)
    assert bulk.phase() is BulkPhase.ENDED
    assert len(bulk.outcomes()) == 12
    assert "suspended" in banner(bulk.dialog, "bulk-trouble").text()


def test_nothing_is_begun_offline(qtbot: QtBot, desk: Desk) -> None:
    bulk = Bulk(qtbot, desk)
    go_offline(desk)
    bulk.begin()
    assert bulk.jobs() == []
    assert "no connection" in bulk.dialog.confirm.toolTip()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_into_a_small_window(qtbot: QtBot, desk: Desk, scale: float) -> None:
    current_theme().set_text_scale(scale)
    check_fits(Bulk(qtbot, desk, "expire", MAX_BULK).dialog)
    bulk = Bulk(qtbot, desk)
    bulk.acts.break_after = 7
    bulk.begin()
    check_fits(bulk.dialog)
    check_fits(mixed(qtbot, desk).dialog)
    current_theme().set_text_scale(None)


@pytest.mark.parametrize("act", ["revoke", "expire"])
def test_the_question_is_used_by_keys(qtbot: QtBot, desk: Desk, act: BulkAct) -> None:
    bulk = Bulk(qtbot, desk, act)
    check_reading(check_keyboard(qtbot, bulk.dialog))


def test_the_results_are_used_by_keys(qtbot: QtBot, desk: Desk) -> None:
    bulk = mixed(qtbot, desk)
    check_reading(check_keyboard(qtbot, bulk.dialog))
