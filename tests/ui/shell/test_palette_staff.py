"""Where the palette leads staff and owners: accounts, their figures, and leaked keys."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt

from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.ui.pages.accounts.view import AccountsPage
from lmchat_desktop.ui.pages.keys.leaks.dialog import LeaksDialog
from lmchat_desktop.ui.shell.commands import account_entries
from lmchat_desktop.ui.shell.context import ScopeChoice
from lmchat_desktop.ui.shell.known import Known
from lmchat_desktop.ui.shell.palette_model import Entry
from lmchat_desktop.ui.shell.search_list import ENTRY_ROLE
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

ACME = "Acme Robotics Inc."
LEAKS = "Leaked keys…"


def workspace_of(office: Office, sandbox: RunningSandbox, who: str) -> Workspace:
    return office.workspace(office.window(office.desk(sandbox=AttachedSandbox(sandbox)), who))


def found(workspace: Workspace, typed: str) -> list[Entry]:
    """What the palette, opened, finds for a text."""
    workspace.finder.open_palette()
    panel = workspace.finder.palette.panel
    panel.field.setText(typed)
    rows = panel.list.model()
    return [rows.index(row, 0).data(ENTRY_ROLE) for row in range(rows.rowCount())]


def choose(office: Office, workspace: Workspace, title: str) -> None:
    """Choose the entry of this title by the keyboard."""
    assert title in [entry.title for entry in found(workspace, title)]
    panel = workspace.finder.palette.panel
    while panel.list.currentIndex().data() != title:
        office.bot.keyClick(panel.field, Qt.Key.Key_Down)
    office.bot.keyClick(panel.field, Qt.Key.Key_Return)
    assert not workspace.finder.palette.isVisible()


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.LEGAL, Role.ADMIN])
def test_an_account_opens_its_page_for_staff(
    office: Office, sandbox: RunningSandbox, role: Role
) -> None:
    workspace = workspace_of(office, sandbox, role.value)
    before = workspace.context.scope.current
    assert before.is_service
    # It is found by its name, its id and its e-mail before its figures are.
    (account,) = (each for each in workspace.session.entities.list(Account) if each.name == ACME)
    for typed in ("acme", account.id, account.email):
        assert found(workspace, typed)[0].title == ACME
    choose(office, workspace, ACME)
    assert workspace.page_id == "accounts"
    page = workspace.page("accounts")
    assert isinstance(page, AccountsPage)
    assert page.account_shown
    office.until(lambda: page.view.model.picture is not None)
    picture = page.view.model.picture
    assert picture is not None
    assert picture.account.name == ACME
    assert workspace.context.scope.current == before
    # Its figures are an entry of their own, and leave the page as it is.
    workspace.navigate("usage")
    choose(office, workspace, f"Show figures of {ACME}")
    assert workspace.context.scope.current.name == ACME
    assert workspace.page_id == "usage"
    office.until(lambda: not workspace.context.tasks.busy)


@pytest.mark.usefixtures("plain_pages")
def test_whoever_has_one_account_is_offered_neither_accounts_nor_leaked_keys(
    office: Office, sandbox: RunningSandbox
) -> None:
    workspace = workspace_of(office, sandbox, "Dana Whitfield")
    for typed in ("acme robotics", "show figures", "leaked keys"):
        titles = [entry.title for entry in found(workspace, typed)]
        assert not {ACME, f"Show figures of {ACME}", LEAKS} & set(titles)


def test_without_their_page_accounts_show_their_figures() -> None:
    accounts = [ScopeChoice("acct_1", "One {account}"), ScopeChoice("acct_2", "Two")]
    opened: list[str] = []
    chosen: list[ScopeChoice] = []
    offer = partial(account_entries, accounts, Known(), choose=chosen.append)
    owners = offer(open_account=None)
    assert [entry.title for entry in owners] == ["One {account}", "Two"]
    owners[1].run()
    assert (chosen, opened) == ([accounts[1]], [])
    of_staff = offer(open_account=opened.append)
    titles = ["One {account}", "Two", "Show figures of One {account}", "Show figures of Two"]
    assert [entry.title for entry in of_staff] == titles
    assert len({entry.name for entry in of_staff}) == 4
    for entry in of_staff:
        entry.run()
    assert (chosen, opened) == ([accounts[1], *accounts], ["acct_1", "acct_2"])


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMIN])
def test_leaked_keys_are_looked_for_from_any_page(
    office: Office, sandbox: RunningSandbox, role: Role
) -> None:
    workspace = workspace_of(office, sandbox, role.value)
    assert workspace.page_id != "keys"
    assert found(workspace, "leaked keys")[0].title == LEAKS
    choose(office, workspace, LEAKS)
    assert workspace.page_id == "keys"
    dialog = workspace.page("keys").findChild(LeaksDialog)
    assert dialog is not None
    assert dialog.isVisible()
    office.until(lambda: not workspace.context.tasks.busy)
    office.bot.keyClicks(dialog.text, "nothing of the kind")
    assert dialog.look.isEnabled()
    dialog.reject()
    office.until(lambda: workspace.page("keys").findChild(LeaksDialog) is None)


@pytest.mark.usefixtures("plain_pages")
def test_who_may_not_end_leaked_keys_is_not_offered_it(
    office: Office, sandbox: RunningSandbox
) -> None:
    workspace = workspace_of(office, sandbox, Role.LEGAL.value)
    assert LEAKS not in [entry.title for entry in found(workspace, "leaked keys")]
