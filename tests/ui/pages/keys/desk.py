"""An owner at the keys page of a real window, on a sandbox of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog

from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.tour.program import ask_model
from lmchat_desktop.ui.pages.keys.create_dialog import CreateDialog
from lmchat_desktop.ui.pages.keys.secret_dialog import SecretDialog
from lmchat_desktop.ui.pages.keys.view import KeysPage
from lmchat_desktop.ui.shell.workspace import Workspace
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


def sit_down(office: Office, sandbox: RunningSandbox, **more: Any) -> Desk:
    """Open the page as the owner, at a desk with such settings, once its keys are shown."""
    at = office.desk(sandbox=AttachedSandbox(sandbox), **more)
    workspace = office.workspace(office.window(at, "Dana Whitfield"))
    workspace.navigate("keys")
    dana = Owner(sandbox, sandbox.sign_in("Dana Whitfield"), name="Dana Whitfield")
    made = Desk(office, workspace, sandbox, dana)
    model = made.page.card.model
    office.until(lambda: model.counted and model.rowCount() > 0)
    made.settled()
    return made


@pytest.fixture
def desk(office: Office, own_sandbox: RunningSandbox) -> Desk:
    return sit_down(office, own_sandbox)
