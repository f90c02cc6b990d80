"""A key's life on the page of a real window, against a backend that really enforces it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit

from lmchat_desktop.contract.keys import ApiKey, KeyState
from lmchat_desktop.tour.program import ask_model
from lmchat_desktop.ui.pages.keys.bulk_dialog import BulkDialog
from lmchat_desktop.ui.pages.keys.create_dialog import CreateDialog
from lmchat_desktop.ui.pages.keys.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.keys.revoke_dialog import RevokeDialog
from lmchat_desktop.ui.pages.keys.rotate_dialog import RotateDialog
from lmchat_desktop.ui.pages.keys.rotation_panel import RotationPanel
from lmchat_desktop.ui.pages.keys.rotation_steps import FinishDialog, UndoDialog
from lmchat_desktop.ui.pages.keys.secret_dialog import SecretDialog
from lmchat_desktop.ui.pages.keys.view import KeysPage
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.plain import PlainLabel
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, office

__all__ = ["office"]

D = TypeVar("D", bound=QDialog)
NAME = "Nightly report"
MODEL = "gpt-3.5-turbo"


@dataclass
class Desk:
    """An owner at the page."""

    office: Office
    workspace: Workspace
    sandbox: RunningSandbox
    dana: Owner

    @property
    def page(self) -> KeysPage:
        page = self.workspace.page("keys")
        assert isinstance(page, KeysPage)
        return page

    @property
    def key(self) -> ApiKey:
        assert self.page.model.looked_at is not None
        return self.page.model.looked_at.key

    def settled(self) -> None:
        self.office.until(lambda: not self.workspace.context.tasks.busy)

    def press(self, button: QAbstractButton) -> None:
        assert button.isVisible()
        assert button.isEnabled(), button.toolTip()
        self.office.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def opened(self, kind: type[D]) -> D:
        def found() -> D | None:
            each = (one for one in QApplication.topLevelWidgets() if isinstance(one, kind))
            return next((one for one in each if one.isVisible()), None)

        self.office.until(found)
        dialog = found()
        assert dialog is not None
        self.settled()
        return dialog

    def gone(self, dialog: QDialog) -> None:
        name, kind = dialog.objectName(), type(dialog)
        self.office.until(
            lambda: (
                not any(
                    isinstance(one, kind) and one.objectName() == name and one.isVisible()
                    for one in QApplication.topLevelWidgets()
                )
            )
        )
        self.settled()

    def within(self, dialog: QDialog, name: str) -> Any:
        part = dialog.findChild(object, name)
        assert part is not None, name
        return part

    def type(self, dialog: QDialog, **texts: str) -> None:
        for name, text in texts.items():
            self.office.bot.keyClicks(self.within(dialog, name), text)

    def confirm(self, dialog: QDialog, button: str = "confirm-act") -> None:
        self.press(self.within(dialog, button))

    def secret(self) -> str:
        """Reveal the secret that is handed over, and close its dialog."""
        handed = self.opened(SecretDialog)
        self.press(self.within(handed, "reveal"))
        text = handed.secret_card.secret.whole_text()
        self.press(self.within(handed, "close"))
        self.gone(handed)
        return str(text)

    def made(self) -> str:
        self.press(self.page.toolbar.new_key)
        dialog = self.opened(CreateDialog)
        self.type(dialog, name=NAME)
        self.confirm(dialog, "primary")
        secret = self.secret()
        self.office.until(lambda: self.page.model.looked_at is not None)
        self.settled()
        return secret

    def asked(self, secret: str) -> int:
        """What the backend answers a program that uses the secret."""
        return ask_model(self.sandbox.url, secret, MODEL)


@pytest.fixture
def desk(office: Office, own_sandbox: RunningSandbox) -> Desk:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "Dana Whitfield")
    workspace = office.workspace(window)
    workspace.navigate("keys")
    dana = Owner(own_sandbox, own_sandbox.sign_in("Dana Whitfield"), name="Dana Whitfield")
    made = Desk(office, workspace, own_sandbox, dana)
    model = made.page.card.model
    office.until(lambda: model.counted and model.rowCount() > 0)
    made.settled()
    return made


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
