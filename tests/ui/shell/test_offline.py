"""The backend goes away and comes back while a window is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from lmchat_desktop.sync.states import SyncState
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office

pytestmark = pytest.mark.usefixtures("plain_pages")


def test_offline_says_how_old_the_data_are_and_comes_back(
    office: Office, own_sandbox: RunningSandbox
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace = office.workspace(window)
    known = workspace.session.accounts()
    states: list[SyncState] = []
    workspace.context.connection.changed.connect(states.append)
    own_sandbox.kill()
    workspace.session.wake()
    office.until(lambda: workspace.top.dot.state == "offline")
    assert workspace.top.dot.caption().startswith("Offline since ")
    assert workspace.banner.isVisible()
    assert "last synced at" in workspace.banner.text()
    assert workspace.status.text.whole_text().startswith("Synced ")
    assert workspace.session.accounts() == known

    own_sandbox.start()
    office.bot.mouseClick(workspace.banner.action_button, Qt.MouseButton.LeftButton)
    office.until(lambda: workspace.top.dot.state == "live")
    assert not workspace.banner.isVisible()
    assert {state.phase.value for state in states} >= {"offline", "live"}


def test_closing_while_offline(office: Office, own_sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace = office.workspace(window)
    own_sandbox.kill()
    workspace.session.wake()
    office.until(lambda: workspace.top.dot.state == "offline")
    window.close()
    assert workspace.session.closed
