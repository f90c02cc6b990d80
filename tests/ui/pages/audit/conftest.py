"""The audit page in a real window, and what a test does on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog

from lmchat_desktop.sandbox.database import SQLITE_FILE
from lmchat_desktop.ui.pages.audit.view import AuditPage
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.support.sandbox import RunningSandbox, SandboxFactory
from tests.ui.shell.conftest import AttachedSandbox, Office, admin_workspace, office

__all__ = ["admin_workspace", "office"]


@pytest.fixture(scope="module")
def sandbox(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    """One for each file, so that its newest entries are those of the sample and of these tests."""
    sandbox = sandbox_factory()
    yield sandbox
    sandbox.stop()


@dataclass
class Reader:
    """Somebody at the audit page."""

    office: Office
    workspace: Workspace
    page: AuditPage

    def settled(self) -> None:
        """Wait until nothing is being read."""
        tasks = self.workspace.context.tasks
        self.office.until(lambda: not tasks.busy and not self.page.card.model.reading)

    def click(self, name: str) -> None:
        """Click the visible button of that object name."""
        button = self.page.findChild(QAbstractButton, name)
        assert button is not None, name
        assert button.isVisible(), name
        assert button.isEnabled(), button.toolTip()
        self.office.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def dialog(self, name: str) -> QDialog:
        """The dialog that is open under that name."""
        found = self.page.findChild(QDialog, name)
        assert found is not None, name
        return found

    def choose(self, field: str, typed: str) -> None:
        """Open a filter by its menu, type, and take what is found first."""
        for action in self.page.toolbar.filter_button.drop_menu.actions():
            if action.data() == field:
                action.trigger()
        self.settled()
        choices = self.page.choices
        self.office.bot.keyClicks(choices.field, typed)
        self.office.bot.keyClick(choices.field, Qt.Key.Key_Return)
        assert not choices.isVisible()
        self.settled()

    def shown(self, column: str) -> list[Any]:
        """The raw values of a column, as far as its rows were read."""
        model = self.page.card.model
        place = model.column_of(column)
        rows = (model.row(row) for row in range(model.count))
        return [row[place] for row in rows if row is not None]

    def told(self) -> str:
        """What the card on top says."""
        words = self.page.standing.words
        assert words is not None
        return f"{words.tone}: {words.title}"


def reader_at(office: Office, workspace: Workspace) -> Reader:
    """Go to the page by the rail, and wait for its first entries and how the history stands."""
    office.bot.mouseClick(workspace.rail.items["audit"], Qt.MouseButton.LeftButton)
    page = workspace.page("audit")
    assert isinstance(page, AuditPage)
    reader = Reader(office, workspace, page)
    office.until(lambda: page.card.model.begun)
    office.until(lambda: page.model.verified() > 0)
    reader.settled()
    return reader


@pytest.fixture
def reader(office: Office, admin_workspace: Workspace) -> Reader:
    """The shared sandbox's admin at the page."""
    return reader_at(office, admin_workspace)


@pytest.fixture
def own_reader(office: Office, own_sandbox: RunningSandbox) -> Reader:
    """The admin of a sandbox of the test's own at the page."""
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    return reader_at(office, office.workspace(window))


@contextmanager
def database(sandbox: RunningSandbox) -> Iterator[sqlite3.Connection]:
    """The sandbox's database, while the sandbox is down."""
    sandbox.stop()
    with closing(sqlite3.connect(sandbox.data / SQLITE_FILE)) as raw:
        yield raw
        raw.commit()
    sandbox.start()
