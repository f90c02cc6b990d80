"""Creating a key: what is wished is sent once, whatever becomes of the answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from lmchat_desktop.client.errors import (
    BackendTrouble,
    Cancelled,
    Conflict,
    CutShort,
    Invalid,
    Limited,
    NotAllowed,
    Refused,
    SignedOut,
)
from lmchat_desktop.contract.base import ProblemKind
from lmchat_desktop.contract.keys import BudgetPeriod, KeyCreate, KeyCreated
from lmchat_desktop.domain.wording import said
from lmchat_desktop.sync.states import SyncPhase, SyncState
from lmchat_desktop.ui.pages.keys.create_dialog import CreateDialog
from lmchat_desktop.ui.pages.keys.form.attempts import Attempts
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.keyboard import check_keyboard
from tests.ui.pages.desk import ACCOUNT, SERVICE, Desk, account
from tests.ui.pages.fitting import misfits, settle_layout
from tests.ui.pages.keys.memory_acts import MemoryActs, lost, put_small_catalogue, refusal

MakeDesk = Callable[..., Desk]


@pytest.fixture
def acts() -> MemoryActs:
    return MemoryActs()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    made = make_desk()
    put_small_catalogue(made)
    return made


def opened(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> CreateDialog:
    dialog = CreateDialog(desk.context, acts)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    return dialog


def press(button: QAbstractButton | None) -> None:
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(control: SegmentedControl, value: str) -> None:
    press(dict(zip(control._values, control.findChildren(QAbstractButton), strict=True))[value])


def submit(qtbot: QtBot, desk: Desk, dialog: CreateDialog) -> None:
    press(dialog.primary)
    qtbot.waitUntil(lambda: not desk.tasks.busy)


def name_it(dialog: CreateDialog, name: str = "chat production") -> None:
    dialog.form.name.input.clear()
    QTest.keyClicks(dialog.form.name.input, name)


def test_a_key_is_made_with_everything_that_was_filled_in(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    made: list[KeyCreated] = []
    dialog.created.connect(made.append)
    form = dialog.form
    name_it(dialog)
    QTest.keyClicks(form.notes.input, "for the shop")
    choose(form.models.choice, "only")
    QTest.keyClicks(form.models.list.search, "tiny")
    QTest.keyClick(form.models.list.search, Qt.Key.Key_Return)
    choose(form.countries.choice, "only")
    QTest.keyClick(form.countries.list.view, Qt.Key.Key_Space)
    choose(form.networks.choice, "only")
    QTest.keyClicks(form.networks.input, "2001:DB8::/32")
    QTest.keyClicks(form.budget.input, "25")
    QTest.keyClicks(form.limits[0].input, "600")
    submit(qtbot, desk, dialog)
    assert acts.sent[0][1] == KeyCreate(
        account_id=ACCOUNT,
        name="chat production",
        notes="for the shop",
        expires_at=datetime(2027, 2, 22, 13, 47, tzinfo=UTC),
        models=["m-tiny"],
        countries=["FR"],
        addresses=["2001:db8::/32"],
        budget_nanos=25 * 10**9,
        budget_period=BudgetPeriod.MONTH,
        requests_per_minute=600,
    )
    assert [each.key.name for each in made] == ["chat production"]
    assert not dialog.isVisible()


def test_enter_in_a_field_creates(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    QTest.keyClick(dialog.form.name.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert len(acts.keys) == 1


def test_what_is_invalid_is_marked_and_nothing_is_sent(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    dialog.form.budget.input.setText("1,50")
    press(dialog.primary)
    assert acts.sent == []
    assert dialog.form.name.problem().startswith("Give it a name")
    assert "1,234.56" in dialog.form.budget.problem()
    assert dialog.note.whole_text() == "To be corrected: Name, Amount in US dollars"
    assert "Give it a name" in dialog.form.name.input.accessibleDescription()
    name_it(dialog)
    assert dialog.form.name.problem() == ""
    assert dialog.note.whole_text() == ""


def test_a_refusal_lands_at_its_field_and_another_wish_has_another_key(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    acts.refuse = [refusal(Invalid, 422, ("/name", "This name is taken."), ("/odd", "Odd."))]
    submit(qtbot, desk, dialog)
    assert dialog.form.name.problem() == "This name is taken."
    assert dialog.banner.text() == "No key was made."
    assert dialog.form.isEnabled()
    name_it(dialog, "another")
    submit(qtbot, desk, dialog)
    assert [wish.name for _key, wish in acts.sent] == ["chat production", "another"]
    assert acts.sent[0][0] != acts.sent[1][0]
    assert len(acts.keys) == 1


def test_a_conflict_is_said_above_the_form(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    acts.refuse = [refusal(Conflict, 409, name=ProblemKind.CONFLICT)]
    submit(qtbot, desk, dialog)
    assert dialog.banner.isVisible()
    assert (dialog.banner.kind, dialog.banner.text()) == ("warn", "No key was made.")
    assert dialog.form.isEnabled()
    assert dialog.primary.text() == "Create key"


LOST = [
    lost(),
    CutShort(said("Client", "The answer was cut short.")),
    refusal(BackendTrouble, 503, name=ProblemKind.UNAVAILABLE),
    refusal(Conflict, 409, name=ProblemKind.IDEMPOTENCY_UNDER_WAY),
    refusal(Limited, 429, name=ProblemKind.RATE_LIMITED),
    refusal(SignedOut, 401, name=ProblemKind.UNAUTHENTICATED),
]


@pytest.mark.parametrize("trouble", LOST, ids=lambda each: type(each).__name__)
def test_a_lost_answer_never_makes_a_second_key(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, trouble: Exception
) -> None:
    dialog = opened(qtbot, desk, acts)
    made: list[KeyCreated] = []
    dialog.created.connect(made.append)
    name_it(dialog)
    acts.lose = [trouble]
    submit(qtbot, desk, dialog)
    assert "cannot make a second key" in dialog.banner.text()
    assert not dialog.form.isEnabled()
    assert dialog.primary.text() == "Try again"
    assert dialog.form.name.text() == "chat production"
    # Whatever comes before the backend has looked says nothing about the first attempt.
    acts.refuse = [refusal(NotAllowed, 403, name=ProblemKind.FORBIDDEN), lost()]
    submit(qtbot, desk, dialog)
    submit(qtbot, desk, dialog)
    assert not dialog.form.isEnabled()
    submit(qtbot, desk, dialog)
    assert len({key for key, _wish in acts.sent}) == 1
    assert len({wish.model_dump_json() for _key, wish in acts.sent}) == 1
    assert len(acts.keys) == 1
    assert [each.key.id for each in made] == ["key_1"]


def test_a_refusal_after_a_lost_question_unlocks_the_form(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    acts.refuse = [lost(), refusal(Invalid, 422, ("/name", "Taken."))]
    submit(qtbot, desk, dialog)
    submit(qtbot, desk, dialog)
    assert dialog.form.isEnabled()
    assert dialog.form.name.problem() == "Taken."
    assert dialog.primary.text() == "Create key"


def test_stopping_leaves_a_wish_that_can_be_finished(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    acts.gate.clear()
    press(dialog.primary)
    qtbot.waitUntil(acts.reached.is_set)
    assert dialog.leave.text() == "Stop"
    assert not dialog.form.isEnabled()
    assert not dialog.primary.isEnabled()
    press(dialog.leave)
    assert "may have been made" in dialog.banner.text()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert len(acts.keys) == 1
    submit(qtbot, desk, dialog)
    assert len(acts.keys) == 1
    assert not dialog.isVisible()


def test_closing_in_mid_work_says_what_may_be(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> None:
    dialog = opened(qtbot, desk, acts)
    made: list[KeyCreated] = []
    dialog.created.connect(made.append)
    name_it(dialog)
    acts.gate.clear()
    press(dialog.primary)
    qtbot.waitUntil(acts.reached.is_set)
    dialog.close()
    assert dialog.isVisible()
    asking = dialog._asking
    assert asking is not None
    press(asking.stay)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog._asking is not None
    press(dialog._asking.go)
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: not desk.tasks.busy)
    assert made == []


def test_what_is_filled_in_is_not_lost_by_escape(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog._asking is not None
    press(dialog._asking.stay)
    assert dialog.form.name.text() == "chat production"
    dialog.form.name.input.clear()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def state(desk: Desk, phase: SyncPhase) -> SyncState:
    return SyncState(phase, desk.machine.at, last_sync_at=desk.machine.at)


def test_offline_nothing_is_sent_and_nothing_is_lost(
    qtbot: QtBot, desk: Desk, acts: MemoryActs
) -> None:
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    desk.context.connection.tell(state(desk, SyncPhase.OFFLINE))
    assert not dialog.primary.isEnabled()
    assert dialog.note.whole_text().startswith("Offline")
    desk.context.connection.tell(state(desk, SyncPhase.LIVE))
    assert dialog.primary.isEnabled()
    assert dialog.note.whole_text() == ""
    assert dialog.form.name.text() == "chat production"


def test_in_the_whole_service_the_account_is_chosen(
    qtbot: QtBot, make_desk: MakeDesk, acts: MemoryActs
) -> None:
    desk = make_desk(scope=SERVICE)
    put_small_catalogue(desk)
    desk.session.put(account(desk.machine.at))
    dialog = opened(qtbot, desk, acts)
    name_it(dialog)
    press(dialog.primary)
    assert dialog.form.account is not None
    assert "Choose an account" in dialog.form.account.problem()
    dialog.form.account.input.setText("Acme Robotics")
    submit(qtbot, desk, dialog)
    assert acts.sent[0][1].account_id == ACCOUNT


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_into_a_small_window(
    qtbot: QtBot, desk: Desk, acts: MemoryActs, scale: float
) -> None:
    theme = current_theme()
    theme.set_text_scale(scale)
    dialog = opened(qtbot, desk, acts)
    choose(dialog.form.models.choice, "only")
    choose(dialog.form.networks.choice, "only")
    dialog.form.networks.input.setPlainText("10.1.2.3/8\nnonsense")
    dialog.form.expiry.choice.set_current("at")
    dialog.form.expiry._preview()
    press(dialog.primary)
    settle_layout()
    assert misfits(dialog.scroller) == []
    assert dialog.width() <= 1024 - 24
    assert dialog.height() <= 700 - 24
    theme.set_text_scale(None)
    dialog.form.name.input.clear()


def test_the_keyboard_reaches_everything(qtbot: QtBot, desk: Desk, acts: MemoryActs) -> None:
    dialog = opened(qtbot, desk, acts)
    choose(dialog.form.models.choice, "only")
    choose(dialog.form.networks.choice, "only")
    dialog.form.name.input.setFocus()
    check_keyboard(qtbot, dialog)


def test_an_idempotency_key_lives_as_long_as_an_attempt_may_have_had_an_effect() -> None:
    numbers = iter(range(100))
    attempts = Attempts(lambda: str(next(numbers)))

    def attempt(trouble: Any) -> str:
        key = attempts.begin()
        assert attempts.refused(trouble) is not attempts.uncertain
        return key

    conflict = refusal(Conflict, 409, name=ProblemKind.CONFLICT)
    forbidden = refusal(NotAllowed, 403, name=ProblemKind.FORBIDDEN)
    reused = refusal(Invalid, 422, name=ProblemKind.IDEMPOTENCY_REUSED)
    other = refusal(Refused, 428, name=ProblemKind.PRECONDITION_REQUIRED)
    assert [attempt(each) for each in (conflict, forbidden)] == ["0", "1"]
    assert [attempt(each) for each in (lost(), forbidden, reused, other)] == ["2"] * 4
    assert attempt(Cancelled()) == "2"
    assert attempts.uncertain
    assert attempt(conflict) == "2"
    assert not attempts.uncertain
    assert attempts.key == "3"
