"""The dialog of leaked keys in the least window and with large text, and by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lmchat_desktop.domain.keys.secret import new_secret
from lmchat_desktop.ui.pages.acting.fitted_dialog import HIGHEST_PX
from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog
from lmchat_desktop.ui.theme.manager import current_theme
from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.keyboard import check_keyboard, check_reading
from tests.ui.pages.fitting import beyond, cut, settle_layout
from tests.ui.pages.keys.test_leaked_keys import dana, find_in, made_by, opened, press_tick
from tests.ui.shell.conftest import Office, office

__all__ = ["dana", "office"]

HELLO = [{"role": "user", "content": "Say good morning."}]
LONG = "Maximilian-Konstantins Größenwahn <b>, the nightly export of everything"


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """The size of all text."""
    theme = current_theme()
    theme.set_text_scale(request.param)
    yield request.param
    theme.set_text_scale(None)


@pytest.fixture
def secrets(dana: Owner, own_sandbox: RunningSandbox) -> list[str]:
    """More keys than the table shows at once: one that was used, and one of nobody."""
    names = (LONG, "gist", "Customer support, second line", "x" * 60, "billing")
    made = [made_by(dana, name)[0] for name in names]
    path, asked = "/inference/v1/chat/completions", {"model": "gpt-3.5-turbo", "messages": HELLO}
    assert own_sandbox.call("POST", path, made[0], json=asked).status_code == 200
    return [*made, new_secret()]


def misfits(dialog: LeaksDialog) -> list[str]:
    settle_layout()
    assert dialog.width() <= 1024
    assert dialog.height() <= max(HIGHEST_PX, dialog.parentWidget().window().height())
    inner = dialog._inner
    return [*beyond(inner, inner.parentWidget().width()), *cut(dialog)]


def test_it_fits_at_every_step(
    scale: float, office: Office, own_sandbox: RunningSandbox, secrets: list[str]
) -> None:
    dialog = opened(office, own_sandbox)
    dialog.parentWidget().window().resize(1024, 700)
    assert misfits(dialog) == []
    dialog.text.setPlainText("no key at all")
    office.bot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    office.until(lambda: dialog.told.isVisible())
    assert misfits(dialog) == []
    dialog.told.hide()
    find_in(office, dialog, *secrets)
    assert misfits(dialog) == []
    table = dialog.table
    ticks, states = table.rows.column_of("end"), table.rows.column_of("state")
    assert {ticks, states} <= set(table.columns_in_order())
    # No state is cut: the widest of its words has room.
    for row in range(len(secrets)):
        needed = table.sizeHintForIndex(table.rows.index(row, states)).width()
        assert table.columnWidth(states) >= needed
    if scale == 1:
        assert len(table.columns_in_order()) == len(table.rows.columns)
        assert dialog._scroller.verticalScrollBar().maximum() == 0
    for row in (0, 4):
        table.scrollTo(table.rows.index(row, 0))
        press_tick(office, dialog, row)
        assert misfits(dialog) == []
    office.bot.keyClicks(dialog.typed.field, "revoke 3")
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: dialog.acted)
    assert misfits(dialog) == []
    dialog.reject()


def test_everything_is_reached_by_the_keyboard(
    office: Office, own_sandbox: RunningSandbox, secrets: list[str]
) -> None:
    dialog = opened(office, own_sandbox)
    dialog.text.setPlainText("something")
    way = check_keyboard(office.bot, dialog)
    assert {dialog.text, dialog.look, dialog.file, dialog.cancel} <= set(way)
    check_reading(way)
    find_in(office, dialog, *secrets)
    assert dialog.table.hasFocus()
    count = len(secrets) - 1
    office.bot.keyClicks(dialog.typed.field, f"revoke {count}")
    way = check_keyboard(office.bot, dialog)
    check_reading(way)
    after = [dialog.every, dialog.table, dialog.place, dialog.notice, dialog.typed.field]
    assert [each for each in way if each in after] == [*after[1:], after[0]]
    assert {dialog.file, dialog.cancel, dialog.confirm} <= set(way)
    # From the ticks to the end without the mouse.
    dialog.table.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(dialog.table, Qt.Key.Key_Space)
    assert dialog.confirm.text() == f"Revoke {count - 1} keys"
    dialog.reject()
