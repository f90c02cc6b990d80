"""What a person may do changes while their window is open."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt

from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.empty_state import EmptyState
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

pytestmark = pytest.mark.usefixtures("plain_pages")


def grant(sandbox: RunningSandbox, statement: str, *values: str) -> None:
    """Change grants as a backend does: what the person may see has another version then."""
    with (
        closing(sqlite3.connect(sandbox.data / "sandbox.sqlite3", timeout=30)) as database,
        database,
    ):
        database.execute(statement, values)
        database.execute("UPDATE persons SET access_version = access_version + 1")


def go_to_first(office: Office, workspace: Workspace) -> None:
    office.bot.keyClick(workspace, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)


def test_pages_come_and_go_with_the_rights(office: Office, own_sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "owner")
    workspace = office.workspace(window)
    pages = list(workspace.rail.items)
    assert pages[0] == "overview"
    (member,) = workspace.session.me.memberships
    person = workspace.session.person_id

    grant(own_sandbox, "DELETE FROM members WHERE person_id = ?", person)
    office.until(lambda: not workspace.rail.items)
    assert isinstance(workspace.stack.currentWidget(), EmptyState)
    assert workspace.page_id == ""
    with pytest.raises(KeyError):
        workspace.page("overview")
    go_to_first(office, workspace)
    assert workspace.page_id == ""
    assert workspace.session.accounts() == []

    grant(
        own_sandbox,
        "INSERT INTO members (account_id, person_id, role, since_ms) VALUES (?, ?, ?, 0)",
        member.account_id,
        person,
        member.role.value,
    )
    office.until(lambda: list(workspace.rail.items) == pages)
    assert workspace.page_id == "overview"
    assert workspace.rail.items["overview"].isChecked()
    office.until(lambda: len(workspace.session.accounts()) == 1)
    office.until(lambda: workspace.context.scope.id == member.account_id)
