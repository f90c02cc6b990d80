"""Editing a key: only what changed is sent, and nobody's change is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from lmchat_desktop.client.errors import Invalid
from lmchat_desktop.contract.keys import ApiKey, BudgetPeriod, KeyState
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.page_scroll import PageScroll
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.desk import Desk
from tests.ui.pages.fitting import misfits, settle_layout
from tests.ui.pages.keys.memory_acts import MemoryActs, a_key, lost, put_small_catalogue, refusal

KEY = a_key()


@pytest.fixture
def acts() -> MemoryActs:
    made = MemoryActs()
    made.keys[KEY.id] = KEY
    return made


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    made = make_desk()
    put_small_catalogue(made)
    return made


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> EditDialog:
    made = EditDialog(desk.context, acts, KEY)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    return made


def press(button: QAbstractButton | None) -> None:
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(control: SegmentedControl, value: str) -> None:
    press(dict(zip(control._values, control.findChildren(QAbstractButton), strict=True))[value])


def save(qtbot: QtBot, desk: Desk, dialog: EditDialog) -> None:
    press(dialog.primary)
    qtbot.waitUntil(lambda: not desk.tasks.busy)


def name_it(dialog: EditDialog, name: str) -> None:
    dialog.form.name.input.selectAll()
    QTest.keyClicks(dialog.form.name.input, name)


def heard(dialog: EditDialog) -> list[ApiKey]:
    found: list[ApiKey] = []
    dialog.updated.connect(found.append)
    return found


def words(dialog: EditDialog) -> list[str]:
    assert dialog.conflict is not None
    return [label.whole_text() for label in dialog.conflict.findChildren(PlainLabel)]


def test_it_is_filled_in_and_unchanged_nothing_can_be_saved(dialog: EditDialog) -> None:
    assert dialog.form.name.text() == "nightly batch"
    assert dialog.form.budget.input.text() == "100.00"
    assert dialog.form.limits[0].input.text() == "600"
    assert dialog.changes() == {}
    assert not dialog.primary.isEnabled()


def test_only_what_changed_is_sent_and_emptied_fields_are_cleared(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    updated = heard(dialog)
    name_it(dialog, "reports")
    choose(dialog.form.models.choice, "all")
    dialog.form.budget.input.clear()
    dialog.form.limits[0].input.clear()
    dialog.form.limits[3].input.setText("5,000")
    save(qtbot, desk, dialog)
    assert acts.patches == [
        (
            {
                "name": "reports",
                "models": None,
                "budget_nanos": None,
                "budget_period": None,
                "requests_per_minute": None,
                "tokens_per_day": 5_000,
            },
            '"1"',
        )
    ]
    assert [key.name for key in updated] == ["reports"]
    assert updated[0].notes == "Ask Ada."
    assert not dialog.isVisible()


def test_a_change_that_is_taken_back_is_none(dialog: EditDialog) -> None:
    name_it(dialog, "x")
    assert dialog.primary.isEnabled()
    name_it(dialog, "nightly batch")
    assert not dialog.primary.isEnabled()


def test_two_people_s_changes_are_joined_and_what_both_changed_is_decided(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    updated = heard(dialog)
    name_it(dialog, "my name")
    dialog.form.limits[0].input.setText("700")
    dialog.form.budget.input.setText("250")
    acts.change(
        KEY.id,
        name="their name",
        notes="Ask Bob.",
        budget_nanos=50 * 10**9,
        budget_period=BudgetPeriod.WEEK,
    )
    save(qtbot, desk, dialog)
    assert dialog.conflict is not None
    assert not dialog.primary.isEnabled()
    assert list(dialog.conflict.choices) == ["name", "budget_nanos"]
    told = words(dialog)
    assert {"nightly batch", "my name", "their name"} <= set(told)
    assert {"$100.00 · A month", "$250.00 · A month", "$50.00 · A week"} <= set(told)
    assert "Ask Ada. → Ask Bob." in told
    assert "600 → 700" in told
    choose(dialog.conflict.choices["name"], "mine")
    assert not dialog.primary.isEnabled()
    choose(dialog.conflict.choices["budget_nanos"], "theirs")
    save(qtbot, desk, dialog)
    assert acts.patches[1] == ({"requests_per_minute": 700, "name": "my name"}, '"2"')
    assert len(updated) == 1
    key = acts.keys[KEY.id]
    assert (key.name, key.notes, key.requests_per_minute) == ("my name", "Ask Bob.", 700)
    assert (key.budget_nanos, key.budget_period) == (50 * 10**9, BudgetPeriod.WEEK)


def test_a_third_version_is_joined_too(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, name="second")
    save(qtbot, desk, dialog)
    assert dialog.conflict is not None
    choose(dialog.conflict.choices["name"], "mine")
    acts.change(KEY.id, name="third", notes="")
    save(qtbot, desk, dialog)
    assert "third" in words(dialog)
    assert "Ask Ada. → None" in words(dialog)
    choose(dialog.conflict.choices["name"], "mine")
    save(qtbot, desk, dialog)
    assert (acts.keys[KEY.id].name, acts.keys[KEY.id].notes) == ("my name", "")


def test_changes_that_do_not_meet_are_shown_before_they_are_saved(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, models=["m-small"])
    save(qtbot, desk, dialog)
    assert "Model small, retired → Model small" in words(dialog)
    save(qtbot, desk, dialog)
    key = acts.keys[KEY.id]
    assert (key.name, key.models) == ("my name", ["m-small"])


def test_their_version_can_be_taken_whole(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    updated = heard(dialog)
    name_it(dialog, "my name")
    acts.change(KEY.id, name="theirs")
    save(qtbot, desk, dialog)
    assert dialog.conflict is not None
    choose(dialog.conflict.choices["name"], "theirs")
    press(dialog.primary)
    assert len(acts.patches) == 1
    assert [key.name for key in updated] == ["theirs"]


def test_from_the_versions_one_can_go_back_to_the_form(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, name="theirs")
    save(qtbot, desk, dialog)
    assert dialog.leave.text() == "Back"
    press(dialog.leave)
    assert dialog.isVisible()
    assert dialog.conflict is None
    assert dialog.form.name.text() == "my name"
    save(qtbot, desk, dialog)
    assert dialog.conflict is not None


def test_a_change_whose_answer_was_lost_is_found_to_be_saved(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    updated = heard(dialog)
    name_it(dialog, "my name")
    acts.lose = [lost()]
    save(qtbot, desk, dialog)
    assert "not known" in dialog.banner.text()
    assert dialog.form.name.text() == "my name"
    assert dialog.form.isEnabled()
    save(qtbot, desk, dialog)
    assert not dialog.isVisible()
    assert acts.keys[KEY.id].etag == '"2"'
    assert [key.name for key in updated] == ["my name"]


def test_a_refusal_lands_at_its_field(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    dialog.form.networks.input.setPlainText("10.0.0.0/8\n192.0.2.0/24")
    acts.refuse = [refusal(Invalid, 422, ("/addresses/1", "Not allowed."))]
    save(qtbot, desk, dialog)
    assert dialog.form.networks.problem() == "Line 2: Not allowed."
    assert acts.keys[KEY.id] == KEY


def test_what_was_changed_meanwhile_and_cannot_be_fetched_keeps_the_form(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, name="theirs")
    acts.lose = [lost()]
    save(qtbot, desk, dialog)
    assert "could not be fetched" in dialog.banner.text()
    assert dialog.form.name.text() == "my name"
    save(qtbot, desk, dialog)
    assert dialog.conflict is not None


def test_a_key_that_was_revoked_meanwhile_can_be_saved_no_more(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, state=KeyState.REVOKED)
    save(qtbot, desk, dialog)
    assert "revoked meanwhile" in dialog.banner.text()
    assert not dialog.primary.isEnabled()


def test_stopping_says_what_may_be(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.gate.clear()
    press(dialog.primary)
    qtbot.waitUntil(acts.reached.is_set)
    press(dialog.leave)
    assert "may have been saved" in dialog.banner.text()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    save(qtbot, desk, dialog)
    assert not dialog.isVisible()
    assert acts.keys[KEY.id].name == "my name"


def test_closing_asks_before_changes_are_lost(dialog: EditDialog) -> None:
    name_it(dialog, "my name")
    dialog.close()
    assert dialog._asking is not None
    press(dialog._asking.stay)
    assert dialog.form.name.text() == "my name"
    dialog.close()
    assert dialog._asking is not None
    press(dialog._asking.go)
    assert not dialog.isVisible()


def test_unchanged_it_closes_at_once(dialog: EditDialog) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_two_versions_fit_into_a_small_window(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, scale: float
) -> None:
    theme = current_theme()
    theme.set_text_scale(scale)
    dialog = EditDialog(desk.context, acts, KEY)
    qtbot.addWidget(dialog)
    dialog.show()
    name_it(dialog, "my name")
    acts.change(KEY.id, name="their name " * 9, models=["m-tiny", "m-code"])
    save(qtbot, desk, dialog)
    settle_layout()
    scroller = dialog.pages.currentWidget()
    assert isinstance(scroller, PageScroll)
    assert misfits(scroller) == []
    assert dialog.width() <= 1024 - 24
    assert dialog.height() <= 700 - 24
    theme.set_text_scale(None)


def test_the_keyboard_decides(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, dialog: EditDialog
) -> None:
    name_it(dialog, "my name")
    acts.change(KEY.id, name="theirs")
    save(qtbot, desk, dialog)
    way = check_keyboard(qtbot, dialog)
    assert dialog.leave in way
    assert dialog.conflict is not None
    first = dialog.conflict.choices["name"].findChildren(QAbstractButton)[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert dialog.conflict.mine() == {"name"}
    assert dialog.primary.isEnabled()
