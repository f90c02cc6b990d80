"""Revoking a key: what used it is seen first, and its name is typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lmchat_desktop.contract.keys import ApiKey, KeyState, UsedSecret
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.pages.keys.revoke_dialog import RevokeDialog
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.banner import Banner
from tests.ui.keyboard import check_keyboard, check_reading
from tests.ui.pages.conftest import NOW
from tests.ui.pages.desk import Desk
from tests.ui.pages.keys.acting import banner, check_fits, press, rest, shown, text
from tests.ui.pages.keys.fakes import MemoryKeys, in_rotation, lost, make_key

IPV6 = "2001:db8:85a3:8d3:1319:8a2e:370:7348"


class Revoking:
    """A dialog over keys in memory."""

    def __init__(self, desk: Desk, key: ApiKey) -> None:
        self.key = key
        self.acts = MemoryKeys(desk.machine.now, key)
        self.dialog = RevokeDialog(key, self.acts, desk.context)
        self.revoked: list[ApiKey] = []
        self.dialog.revoked.connect(self.revoked.append)

    def type_name(self) -> None:
        QTest.keyClicks(self.dialog.typed.field, self.key.name)


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


def used(revoking: Revoking) -> None:
    for number in range(9):
        secret = UsedSecret.OLD if number % 2 else UsedSecret.PRESENT
        revoking.acts.used(revoking.key.id, f"203.0.113.{number}", 1_000, secret=secret)
    revoking.acts.used(revoking.key.id, IPV6, 7, model="gpt-5-mini")


def test_what_used_the_key_is_shown(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, make_key(NOW))
    used(revoking)
    revoking.acts.used(revoking.key.id, "198.51.100.1", 5, ago=timedelta(hours=30))
    revoking.dialog.use.ask()
    shown(qtbot, desk, revoking.dialog)
    assert text(revoking.dialog, "use-summary") == "9,007 requests · 10 addresses · 2 models"
    assert "Europe/Berlin" in text(revoking.dialog, "use-span")
    rows = revoking.dialog.use.list.table.rows
    assert rows.rowCount() == 10
    assert [rows.text(9, column) for column in (0, 1, 3)] == [IPV6, "gpt-5-mini", "7"]
    assert "Europe/Berlin" in str(rows.headerData(4, Qt.Orientation.Horizontal))


def test_the_name_has_to_be_typed(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, make_key(NOW))
    shown(qtbot, desk, revoking.dialog)
    dialog = revoking.dialog
    assert not dialog.confirm.isEnabled()
    assert "exactly" in dialog.confirm.toolTip()
    QTest.keyClicks(dialog.typed.field, revoking.key.name.upper())
    assert not dialog.confirm.isEnabled()
    dialog.typed.field.clear()
    revoking.type_name()
    QTest.keyClicks(dialog.reason, " left in a log ")
    with qtbot.waitSignal(dialog.revoked):
        press(dialog.confirm)
    assert revoking.revoked[0].state is KeyState.REVOKED
    assert ("revoke", "left in a log") in revoking.acts.called
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("name", "typed", "confirmed"),
    [
        ("Größe", unicodedata.normalize("NFD", "Größe"), True),
        (unicodedata.normalize("NFD", "Größe"), "Größe", True),
        ("chat", "Chat", False),
        ("chat", "chat ", False),
        ("chat", "", False),
        ("<b>chat</b> & more", "<b>chat</b> & more", True),
        ("evil\u202egnp.exe", "evil\ufffdgnp.exe", True),
        ("evil\u202egnp.exe", "evilgnp.exe", False),
        ("ﬁle", "file", False),
    ],
)
def test_names_are_compared_letter_for_letter(
    qtbot: QtBot, name: str, typed: str, confirmed: bool
) -> None:
    asked = TypedConfirmation("Type the name", name)
    qtbot.addWidget(asked)
    asked.field.setText(typed)
    assert asked.confirmed is confirmed


def test_nothing_is_revoked_before_the_use_is_known(qtbot: QtBot, desk: Desk) -> None:
    key = make_key(NOW)
    acts = MemoryKeys(desk.machine.now, key)
    with acts.held():
        dialog = RevokeDialog(key, acts, desk.context)
        qtbot.addWidget(dialog)
        dialog.show()
        QTest.keyClicks(dialog.typed.field, key.name)
        assert not dialog.confirm.isEnabled()
        assert "looked up" in dialog.confirm.toolTip()
    rest(qtbot, desk)
    assert dialog.confirm.isEnabled()


def test_what_cannot_be_looked_up_is_asked_again_and_hinders_nobody(
    qtbot: QtBot, desk: Desk
) -> None:
    key = make_key(NOW)
    acts = MemoryKeys(desk.machine.now, key)
    acts.trouble = [lost()]
    acts.used(key.id, IPV6, 3)
    dialog = RevokeDialog(key, acts, desk.context)
    shown(qtbot, desk, dialog)
    QTest.keyClicks(dialog.typed.field, key.name)
    assert dialog.confirm.isEnabled()
    told = banner(dialog, "use-banner")
    assert "not known" in told.text()
    press(told.action_button)
    rest(qtbot, desk)
    assert not told.isVisible()
    assert dialog.use.list.summary.whole_text() == "3 requests · 1 address · 1 model"


def test_it_says_when_nothing_used_the_key(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, make_key(NOW, last_used_at=NOW - timedelta(days=3)))
    shown(qtbot, desk, revoking.dialog)
    told = banner(revoking.dialog, "use-banner")
    assert told.kind == "good"
    assert "Nothing used it" in told.text()
    assert "21 Nov 2026, 14:47 (Europe/Berlin)" in told.accessibleDescription()


def test_a_rotation_is_told(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, in_rotation(NOW))
    shown(qtbot, desk, revoking.dialog)
    texts = [told.text() for told in revoking.dialog.findChildren(Banner)]
    assert any("sk-lmc-0ld1" in text and "1 Dec 2026, 13:47" in text for text in texts)


def test_after_a_lost_answer_it_can_be_tried_again(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, make_key(NOW))
    shown(qtbot, desk, revoking.dialog)
    revoking.acts.lost_answers = 1
    revoking.type_name()
    press(revoking.dialog.confirm)
    rest(qtbot, desk)
    assert revoking.dialog.isVisible()
    assert revoking.dialog.confirm.text() == "Try again"
    with qtbot.waitSignal(revoking.dialog.revoked):
        press(revoking.dialog.confirm)
    assert revoking.revoked[0].revoked_at == NOW


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_fits_into_a_small_window(qtbot: QtBot, desk: Desk, scale: float) -> None:
    current_theme().set_text_scale(scale)
    revoking = Revoking(desk, in_rotation(NOW))
    used(revoking)
    revoking.dialog.use.ask()
    shown(qtbot, desk, revoking.dialog)
    check_fits(revoking.dialog)
    assert revoking.dialog.use.list.table.horizontalScrollBar().maximum() == 0
    current_theme().set_text_scale(None)


def test_it_is_used_by_keys(qtbot: QtBot, desk: Desk) -> None:
    revoking = Revoking(desk, make_key(NOW))
    used(revoking)
    revoking.dialog.use.ask()
    shown(qtbot, desk, revoking.dialog)
    revoking.type_name()
    check_reading(check_keyboard(qtbot, revoking.dialog))
