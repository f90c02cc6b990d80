"""The pages of accounts in real windows on a sandbox of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog

from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.account_view import AccountView
from lmchat_desktop.ui.pages.accounts.own_view import OwnAccountPage
from lmchat_desktop.ui.pages.accounts.view import AccountsPage
from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.tables.data_table import DataTable
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, office

__all__ = ["office"]

D = TypeVar("D", bound=AccountDialog)


@dataclass
class Visit:
    """A person on one of the pages."""

    office: Office
    workspace: Workspace
    page: AccountsPage | OwnAccountPage
    sandbox: RunningSandbox

    @property
    def view(self) -> AccountView:
        return self.page.view

    @property
    def staff(self) -> AccountsPage:
        assert isinstance(self.page, AccountsPage)
        return self.page

    def find(self, text: str) -> list[tuple[Any, ...]]:
        """Type into the search, and wait for what is found."""
        finder = self.staff.finder
        finder.search.setText("")
        self.office.bot.keyClicks(finder.search, text)
        self.office.until(lambda: finder.model.text == text and finder.model.found is not None)
        self.settled()
        rows: Any = finder.results.rows
        return [rows.row(place) for place in range(rows.rowCount())]

    def open(self, text: str) -> None:
        """Search, and open the first with Enter."""
        self.find(text)
        self.office.bot.keyClick(self.staff.finder.search, Qt.Key.Key_Return)
        self.office.until(lambda: self.staff.account_shown and self.view.model.picture is not None)
        self.settled()

    def settled(self) -> None:
        self.office.until(lambda: not self.workspace.context.tasks.busy)

    def press(self, button: QAbstractButton) -> None:
        assert button.isEnabled(), button.toolTip()
        self.office.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def dialog(self, kind: type[D]) -> D:
        self.office.until(lambda: self.view.findChild(kind) is not None)
        found = self.view.findChild(kind)
        assert isinstance(found, kind)
        self.office.until(found.isVisible)
        return found

    def fill(self, dialog: QDialog, **texts: str) -> None:
        for name, text in texts.items():
            field: Any = dialog.findChild(object, name.replace("_", "-"))
            field.clear()
            self.office.bot.keyClicks(field, text)

    def send(self, dialog: AccountDialog) -> None:
        """Have it done, and wait until the dialog has gone."""
        self.press(dialog.confirm)
        self.office.until(lambda: self.view.findChild(type(dialog)) is None)
        self.settled()

    def said(self) -> str:
        return self.view.toast.text()


def column(table: DataTable, place: int) -> list[str]:
    """What a column says, as text."""
    rows: Any = table.rows
    return [str(rows.row(row)[place]) for row in range(rows.rowCount())]


@pytest.fixture
def visit(office: Office, own_sandbox: RunningSandbox) -> Callable[[str], Visit]:
    """Opens the page that somebody has."""
    desk = office.desk(sandbox=AttachedSandbox(own_sandbox))

    def opened(who: str) -> Visit:
        workspace = office.workspace(office.window(desk, who))
        staff = bool(workspace.session.me.operator_roles)
        workspace.navigate("accounts" if staff else "account")
        page = workspace.page("accounts" if staff else "account")
        assert isinstance(page, AccountsPage | OwnAccountPage)
        made = Visit(office, workspace, page, own_sandbox)
        if isinstance(page, OwnAccountPage):
            office.until(lambda: page.view.model.picture is not None)
        else:
            office.until(lambda: page.finder.accounts.rowCount() > 0)
        made.settled()
        return made

    return opened
