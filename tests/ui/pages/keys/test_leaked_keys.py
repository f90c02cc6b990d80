"""Keys are looked for in a text and in a file, named, chosen, and ended with a notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAccessible

from lmchat_desktop.domain.keys.secret import new_secret
from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog
from lmchat_desktop.ui.pages.keys.view import KeysPage
from tests.integration.sandbox.api import Owner
from tests.integration.sandbox.outbox import messages
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, office

__all__ = ["office"]


@pytest.fixture
def dana(own_sandbox: RunningSandbox) -> Owner:
    return Owner(own_sandbox, own_sandbox.sign_in("Dana Whitfield"), name="Dana Whitfield")


@pytest.fixture
def leaked(dana: Owner) -> tuple[str, dict[str, Any]]:
    """A secret that works, and its key."""
    return made_by(dana, "in a <b>gist</b>")


def made_by(owner: Owner, name: str) -> tuple[str, dict[str, Any]]:
    body = {"account_id": owner.account.rsplit("/", 1)[1], "name": name}
    made = owner.post("/v1/keys", body).json()
    return made["secret"], made["key"]


def keys_page(office: Office, sandbox: RunningSandbox, who: str) -> KeysPage:
    workspace = office.workspace(office.window(office.desk(sandbox=AttachedSandbox(sandbox)), who))
    workspace.navigate("keys")
    page = workspace.page("keys")
    assert isinstance(page, KeysPage)
    office.until(lambda: not workspace.context.tasks.busy)
    return page


def opened(office: Office, sandbox: RunningSandbox) -> LeaksDialog:
    page = keys_page(office, sandbox, "support")
    office.bot.mouseClick(page.toolbar.leaks, Qt.MouseButton.LeftButton)
    dialog = page.findChild(LeaksDialog)
    assert dialog is not None
    return dialog


def shown(dialog: LeaksDialog) -> list[tuple[Any, ...]]:
    rows: Any = dialog.table.rows
    return [rows.row(place) for place in range(rows.rowCount(QModelIndex()))]


def test_a_leaked_key_is_named_and_ended(
    office: Office,
    own_sandbox: RunningSandbox,
    dana: Owner,
    leaked: tuple[str, dict[str, Any]],
) -> None:
    secret, key = leaked
    dialog = opened(office, own_sandbox)
    page = dialog.parent()
    assert isinstance(page, KeysPage)
    unknown = new_secret()
    office.bot.keyClicks(dialog.text, f"export KEY={secret} {unknown} sk-lmc-nothing")
    office.bot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    office.until(lambda: dialog.told.isVisible())
    assert dialog.told.text() == "Keys in it: 2. Working: 1."
    assert dialog.text.toPlainText() == ""
    first, second = shown(dialog)
    me = dana.get("/v1/me")
    assert first[1:5] == (
        key["hint"],
        key["name"],
        me["memberships"][0]["account_name"],
        me["person"]["email"],
    )
    assert second[0] is None
    assert str(second[6]) == "Unknown"
    assert not dialog.every.isVisible()
    for row in (first, second):
        assert secret not in repr(row)
        assert unknown not in repr(row)
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.text() == "Revoke 1 key"
    office.bot.keyClicks(dialog.place, "a public gist")
    office.bot.keyClicks(dialog.typed.field, "revoke 1")
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: page.toast.isVisible())
    assert page.toast.text() == "Leaked keys revoked: 1. They fail from now on."
    assert dana.get(f"/v1/keys/{key['id']}")["state"] == "revoked"
    told = messages(own_sandbox, me["person"]["email"])[0]
    assert "a public gist" in told["body"]
    assert secret not in told["body"]


def test_keys_are_found_in_a_file_whatever_its_encoding(
    office: Office,
    own_sandbox: RunningSandbox,
    leaked: tuple[str, dict[str, Any]],
    tmp_path: Path,
) -> None:
    dialog = opened(office, own_sandbox)
    for encoding in ("utf-16", "cp1252"):
        file = tmp_path / f"{encoding}.txt"
        file.write_text("é" * 300_000 + leaked[0] + "\n", encoding)
        dialog.told.hide()
        dialog.ask_file = lambda _parent, file=file: str(file)  # type: ignore[misc]
        office.bot.mouseClick(dialog.file, Qt.MouseButton.LeftButton)
        office.until(lambda: dialog.told.isVisible())
        assert [row[2] for row in shown(dialog)] == [leaked[1]["name"]]


def test_what_cannot_be_looked_through_is_said(
    office: Office, own_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    dialog = opened(office, own_sandbox)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(2_000_000_000)
    for path, words in ((large, "larger than 50 MB"), (tmp_path, "no file")):
        dialog.banner.hide()
        dialog.ask_file = lambda _parent, path=path: str(path)  # type: ignore[misc]
        office.bot.mouseClick(dialog.file, Qt.MouseButton.LeftButton)
        office.until(lambda: dialog.banner.isVisible())
        assert words in dialog.banner.text()
    dialog.text.setPlainText("nothing of the kind")
    office.bot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    office.until(lambda: dialog.told.text() == "There is no key in it.")
    assert not dialog.confirm.isEnabled()


def test_only_those_who_may_have_the_button(office: Office, own_sandbox: RunningSandbox) -> None:
    assert not keys_page(office, own_sandbox, "Dana Whitfield").toolbar.leaks.isVisible()


def find_in(office: Office, dialog: LeaksDialog, *secrets: str) -> None:
    office.bot.keyClicks(dialog.text, " ".join(secrets))
    office.bot.mouseClick(dialog.look, Qt.MouseButton.LeftButton)
    office.until(lambda: dialog.told.isVisible())


def press_tick(office: Office, dialog: LeaksDialog, row: int) -> None:
    box = dialog.table.visualRect(dialog.table.rows.index(row, 0)).center()
    office.bot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=box)


def said_of_tick(dialog: LeaksDialog, row: int) -> tuple[str, bool, bool]:
    """What a screen reader is told of a tick: its name, whether it is one, and whether it is on."""
    table = dialog.table
    box = table.viewport().mapToGlobal(table.visualRect(table.rows.index(row, 0)).center())
    cell = QAccessible.queryAccessibleInterface(table).childAt(box.x(), box.y())
    state = cell.state()
    return cell.text(QAccessible.Text.Name), bool(state.checkable), bool(state.checked)


def test_only_the_keys_that_are_ticked_are_ended(
    office: Office, own_sandbox: RunningSandbox, dana: Owner
) -> None:
    (first, spared), (second, ended) = (made_by(dana, name) for name in ("still needed", "leaked"))
    dialog = opened(office, own_sandbox)
    page = dialog.parent()
    assert isinstance(page, KeysPage)
    find_in(office, dialog, first, second, new_secret())
    assert dialog.confirm.text() == dialog.confirm.accessibleName() == "Revoke 2 keys"
    assert dialog.every.checkState() is Qt.CheckState.Checked
    name = f"Revoke: still needed, {spared['hint']}"
    assert said_of_tick(dialog, 0) == (name, True, True)
    assert said_of_tick(dialog, 2)[1:] == (False, False)
    office.bot.keyClicks(dialog.typed.field, "revoke 2")
    assert dialog.confirm.isEnabled()
    press_tick(office, dialog, 0)
    assert said_of_tick(dialog, 0) == (name, True, False)
    assert dialog.every.checkState() is Qt.CheckState.PartiallyChecked
    assert dialog.confirm.text() == "Revoke 1 key"
    assert not dialog.confirm.isEnabled()
    office.bot.keyClicks(dialog.typed.field, "revoke 1")
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: page.toast.isVisible())
    assert page.toast.text() == "Leaked keys revoked: 1. They fail from now on."
    assert dana.get(f"/v1/keys/{ended['id']}")["state"] == "revoked"
    assert dana.get(f"/v1/keys/{spared['id']}")["state"] == "active"
    told = messages(own_sandbox, dana.get("/v1/me")["person"]["email"])[0]
    assert ended["hint"] in told["body"]
    assert spared["hint"] not in told["body"]
    # What was left out is listed as working still, and can be ended as well.
    assert dialog.isVisible()
    assert dialog.told.text() == "Revoked now: 1. Still working: 1."
    assert [str(row[6]) for row in shown(dialog)] == ["Works", "Revoked", "Unknown"]
    assert dialog.cancel.text() == "Close"
    assert not dialog.confirm.isEnabled()
    assert "Tick the keys" in dialog.confirm.accessibleDescription()
    press_tick(office, dialog, 0)
    assert not dialog.confirm.isEnabled()
    office.bot.keyClicks(dialog.typed.field, "revoke 1")
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: page.findChild(LeaksDialog) is None)
    assert dana.get(f"/v1/keys/{spared['id']}")["state"] == "revoked"


def test_ticks_are_set_by_the_keyboard(
    office: Office, own_sandbox: RunningSandbox, dana: Owner
) -> None:
    secrets = [made_by(dana, f"key {number}")[0] for number in range(3)]
    dialog = opened(office, own_sandbox)
    find_in(office, dialog, *secrets)
    table = dialog.table
    table.setFocus(Qt.FocusReason.TabFocusReason)
    office.bot.keyClick(table, Qt.Key.Key_Down)
    office.bot.keyClick(table, Qt.Key.Key_Space)
    assert [said_of_tick(dialog, row)[2] for row in range(3)] == [True, False, True]
    office.bot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    for on in (True, False):
        office.bot.keyClick(table, Qt.Key.Key_Space)
        assert [said_of_tick(dialog, row)[2] for row in range(3)] == [on] * 3
    assert not dialog.confirm.isEnabled()
    assert dialog.confirm.text() == "Revoke keys"
    assert "Tick the keys" in dialog.confirm.accessibleDescription()
    assert not dialog.typed.isVisible()
    dialog.every.setFocus(Qt.FocusReason.TabFocusReason)
    for count in ("3 keys", "keys", "3 keys"):
        office.bot.keyClick(dialog.every, Qt.Key.Key_Space)
        assert dialog.confirm.text() == f"Revoke {count}"
    press_tick(office, dialog, 1)
    office.bot.keyClick(dialog.every, Qt.Key.Key_Space)
    assert dialog.confirm.text() == "Revoke 3 keys"


def test_two_secrets_of_one_key_are_one_choice(
    office: Office, own_sandbox: RunningSandbox, dana: Owner
) -> None:
    old, key = made_by(dana, "turned over")
    answer = dana.post(f"/v1/keys/{key['id']}/rotate", {"overlap_s": 86_400})
    assert answer.status_code in (200, 201), answer.text
    dialog = opened(office, own_sandbox)
    find_in(office, dialog, old, answer.json()["secret"])
    assert dialog.told.text() == "Keys in it: 1. Working: 1."
    assert dialog.confirm.text() == "Revoke 1 key"
    press_tick(office, dialog, 0)
    assert [said_of_tick(dialog, row)[2] for row in range(2)] == [False, False]
    press_tick(office, dialog, 1)
    office.bot.keyClicks(dialog.typed.field, "revoke 1")
    page = dialog.parent()
    assert isinstance(page, KeysPage)
    office.bot.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.until(lambda: page.toast.isVisible())
    assert page.toast.text() == "Leaked keys revoked: 1. They fail from now on."
