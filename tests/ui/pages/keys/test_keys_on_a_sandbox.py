"""A key's life on the page of a real window, against a backend that really enforces it."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QLineEdit

from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.ui.pages.keys.bulk_dialog import BulkDialog
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.keys.revoke_dialog import RevokeDialog
from lmchat_desktop.ui.pages.keys.rotate_dialog import RotateDialog
from lmchat_desktop.ui.pages.keys.rotation_panel import RotationPanel
from lmchat_desktop.ui.pages.keys.rotation_steps import FinishDialog, UndoDialog
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.ui.pages.keys.desk import NAME, Desk, desk, office

__all__ = ["desk", "office"]


def test_a_key_is_made_rotated_and_revoked(desk: Desk) -> None:
    first = desk.made()
    assert desk.key.name == NAME
    assert desk.asked(first) == 200
    desk.press(desk.page.panel.rotate)
    rotation = desk.opened(RotateDialog)
    desk.confirm(rotation)
    second = desk.secret()
    assert first != second
    assert (desk.asked(first), desk.asked(second)) == (200, 200)
    panel = desk.page.findChild(RotationPanel)
    assert isinstance(panel, RotationPanel)
    desk.office.until(panel.isVisible)
    desk.press(panel.undo)
    undoing = desk.opened(UndoDialog)
    desk.confirm(undoing)
    desk.gone(undoing)
    assert (desk.asked(first), desk.asked(second)) == (200, 401)
    desk.office.until(lambda: desk.key.old_ends_at is None)
    desk.press(desk.page.panel.rotate)
    desk.confirm(desk.opened(RotateDialog))
    third = desk.secret()
    panel = desk.page.findChild(RotationPanel)
    assert isinstance(panel, RotationPanel)
    desk.office.until(panel.isVisible)
    desk.press(panel.finish)
    finishing = desk.opened(FinishDialog)
    desk.confirm(finishing)
    desk.gone(finishing)
    assert (desk.asked(first), desk.asked(third)) == (401, 200)
    desk.press(desk.page.panel.revoke)
    ending = desk.opened(RevokeDialog)
    assert not desk.within(ending, "confirm-act").isEnabled()
    desk.type(ending, confirmation=NAME)
    desk.confirm(ending)
    desk.gone(ending)
    desk.office.until(lambda: desk.key.state is KeyState.REVOKED)
    assert desk.asked(third) == 401


def test_two_people_edit_a_key_and_see_both_versions(desk: Desk) -> None:
    desk.made()
    desk.press(desk.page.panel.edit)
    dialog = desk.opened(EditDialog)
    desk.type(dialog, name=" for Europe", requests_per_minute="60")
    path = f"/v1/keys/{desk.key.id}"
    theirs = desk.dana.patch(path, {"name": "Theirs", "notes": "Moved."}, "*")
    assert theirs.status_code == 200
    desk.confirm(dialog, "primary")
    desk.office.until(lambda: getattr(dialog, "conflict", None) is not None)
    choice = desk.within(dialog, "choose-name")
    assert isinstance(choice, SegmentedControl)
    said = " ".join(label.whole_text() for label in dialog.findChildren(PlainLabel))
    assert "Theirs" in said
    assert "for Europe" in said
    options = choice.findChildren(QAbstractButton)
    desk.press(next(one for one in options if one.text() == "Take theirs"))
    desk.confirm(dialog, "primary")
    desk.gone(dialog)
    now = desk.dana.get(path)
    assert (now["name"], now["notes"], now["requests_per_minute"]) == ("Theirs", "Moved.", 60)


def test_several_keys_are_revoked_together_and_each_is_told(desk: Desk) -> None:
    account = desk.dana.account.rsplit("/", 1)[1]
    ids = []
    for number in range(3):
        body = {"account_id": account, "name": f"zz {number}"}
        ids.append(desk.dana.post("/v1/keys", body).json()["key"]["id"])
    field = desk.page.toolbar.search
    assert isinstance(field, QLineEdit)
    desk.office.bot.keyClicks(field, "zz")
    model, table = desk.page.card.model, desk.page.card.table
    desk.office.until(lambda: {model.key(row) for row in range(model.rowCount())} == set(ids))
    desk.settled()
    table.selectAll()
    desk.settled()
    desk.press(desk.page.several.revoke)
    dialog = desk.opened(BulkDialog)
    desk.type(dialog, confirmation="revoke 3")
    desk.confirm(dialog)
    desk.office.until(lambda: dialog.results.isVisible())
    desk.settled()
    states = {key_id: desk.dana.get(f"/v1/keys/{key_id}")["state"] for key_id in ids}
    assert set(states.values()) == {"revoked"}
    desk.press(dialog.close_button)
