"""Keys are reached, copied and saved from where a person sees them; what cannot be is told."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.keys.revoke_dialog import RevokeDialog
from lmchat_desktop.ui.pages.keys.suggestion_group import SuggestionGroup
from lmchat_desktop.ui.pages.keys.suggestion_words import Step
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.keys.desk import NAME, Desk, desk, sit_down
from tests.ui.shell.conftest import Office, office

__all__ = ["desk", "office"]


def suggested(desk: Desk, kind: SuggestionKind) -> SuggestionGroup:
    """The suggestions of a kind, the first of which is chosen."""
    if not desk.page.toolbar.suggestions.isChecked():
        desk.press(desk.page.toolbar.suggestions)
    panel = desk.page.suggesting.panel
    desk.office.until(lambda: desk.page.suggesting.model.counts is not None)
    panel.show_kind(kind)
    group = panel.group(kind)
    desk.office.until(group.table.isVisible)
    desk.settled()
    point = group.table.visualRect(group.table.rows.index(0, 0)).center()
    desk.office.bot.mouseClick(group.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    return group


def test_one_suggested_key_is_revoked_edited_or_opened(desk: Desk) -> None:
    account = desk.dana.account.rsplit("/", 1)[1]
    wanted = {"account_id": account, "name": NAME, "addresses": ["10.0.0.0/8"]}
    made = desk.dana.post("/v1/keys", wanted).json()
    assert desk.asked(made["secret"]) == 403
    group = suggested(desk, SuggestionKind.FOREIGN_ADDRESS)
    assert [key.id for key in group.selected()] == [made["key"]["id"]]
    desk.press(group.steps[Step.EXPIRE])
    editing = desk.opened(EditDialog)
    desk.press(desk.within(editing, "leave"))
    desk.gone(editing)
    desk.press(group.steps[Step.REVOKE])
    ending = desk.opened(RevokeDialog)
    desk.type(ending, confirmation=NAME)
    desk.confirm(ending)
    desk.gone(ending)
    assert desk.dana.get(f"/v1/keys/{made['key']['id']}")["state"] == "revoked"
    group = suggested(desk, SuggestionKind.NO_EXPIRY)
    chosen = group.selected()[0].id
    desk.press(group.steps[Step.OPEN])
    desk.office.until(desk.page.panel.isVisible)
    assert desk.key.id == chosen


def test_a_key_that_is_asked_for_is_shown_in_place_of_suggestions(desk: Desk) -> None:
    key_id = str(desk.page.card.model.key(0))
    group = suggested(desk, SuggestionKind.NO_EXPIRY)
    desk.workspace.navigate("keys", key_id=key_id)
    desk.office.until(desk.page.panel.isVisible)
    assert desk.key.id == key_id
    assert not group.isVisible()


def test_a_key_is_shown_before_sync_has_brought_it(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    desk = sit_down(office, own_sandbox, sync_interval_s=3600.0)
    account = desk.dana.account.rsplit("/", 1)[1]
    made = desk.dana.post("/v1/keys", {"account_id": account, "name": NAME}).json()["key"]
    desk.workspace.navigate("keys", key_id=made["id"])
    desk.office.until(lambda: desk.page.panel.isVisible())
    assert desk.key.name == NAME


def test_a_key_that_is_not_there_is_told(desk: Desk) -> None:
    desk.workspace.navigate("keys", key_id="key_0000000000000000")
    desk.office.until(desk.page.toast.isVisible)
    assert "not" in desk.page.toast.text()
    assert not desk.page.panel.isVisible()


def test_the_keys_are_saved_and_copied(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "keys.csv"
    menu, table, count = desk.page.menu, desk.page.card.table, desk.page.card.model.rowCount()
    menu.ask = lambda *_: str(path)
    menu.save()
    desk.office.until(lambda: desk.page.toast.isVisible() and path.exists())
    desk.settled()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == count + 1
    assert "keys.csv" in desk.page.toast.text()
    menu.ask = lambda *_: str(tmp_path / "no such folder" / "keys.csv")
    menu.save()
    desk.office.until(lambda: "not written" in desk.page.toast.text())
    table.selectRow(0)
    table.copy()
    desk.office.until(lambda: "The row is on the clipboard" in desk.page.toast.text())
    assert rows[0][0] in QGuiApplication.clipboard().text()
