"""Keys are looked for in a text and in a file, named, and ended with a notice to their owners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt

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
    body = {"account_id": dana.account.rsplit("/", 1)[1], "name": "in a <b>gist</b>"}
    made = dana.post("/v1/keys", body).json()
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
    assert first[:4] == (
        key["hint"],
        key["name"],
        me["memberships"][0]["account_name"],
        me["person"]["email"],
    )
    assert str(second[5]) == "Unknown"
    for row in (first, second):
        assert secret not in repr(row)
        assert unknown not in repr(row)
    assert not dialog.confirm.isEnabled()
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
        assert [row[1] for row in shown(dialog)] == [leaked[1]["name"]]


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
