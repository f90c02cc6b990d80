"""Names that people and backends choose: whatever they hold, they are text and keep their place."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from lmchat_desktop.ui.shell.workspace import Workspace
from lmchat_desktop.ui.widgets.plain import LONGEST_TEXT
from tests.support.sandbox import RunningSandbox, SandboxFactory
from tests.ui.shell.conftest import AttachedSandbox, Office

NAMES = (
    '<img src="file:///etc/hostname" onerror="x"><b>Bold</b>',
    "left \u202eright\u202c \u2066isolate\u2069",
    "long " * 200_000,
    '=HYPERLINK("http://x.test";"x")',
    "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 \u200b",
    "nul \x00 bell \x07 line\nbreak\r\n\u2028",
    "&File && {0} %s %n",
)
"""One kind of hostility each: markup, direction, size, a formula, emoji, controls, mnemonics."""

RAW = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]")
WIDEST_PX = 4000


def rename(sandbox: RunningSandbox) -> None:
    """Give everything that has a name in the sandbox one of the hostile names."""
    database = next(sandbox.data.glob("*.sqlite*"), None) or next(sandbox.data.glob("*.db"))
    with closing(sqlite3.connect(database)) as connection, connection:
        for table in ("accounts", "keys", "persons", "devices", "models", "plans"):
            ids = [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
            for number, each in enumerate(ids):
                name = NAMES[number % len(NAMES)]
                connection.execute(f"UPDATE {table} SET name = ? WHERE id = ?", (name, each))
        connection.execute("UPDATE providers SET name = name || ?", (NAMES[1],))


@pytest.fixture(scope="module")
def hostile_sandbox(sandbox_factory: SandboxFactory) -> Iterator[RunningSandbox]:
    made = sandbox_factory()
    made.stop()
    rename(made)
    made.start()
    yield made
    made.stop()


def objects(root: QObject) -> Iterator[QObject]:
    yield root
    for child in root.children():
        yield from objects(child)


def texts(widget: QObject) -> Iterator[tuple[str, str]]:
    """Every text that a person, or a screen reader, is given by an object."""
    if isinstance(widget, QWidget):
        yield "tooltip", widget.toolTip()
        yield "name", widget.accessibleName()
        yield "description", widget.accessibleDescription()
        yield "title", widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton | QAction | QLineEdit):
        yield "text", widget.text()
    if isinstance(widget, QLineEdit):
        yield "placeholder", widget.placeholderText()
    if isinstance(widget, QAction):
        yield "tooltip", widget.toolTip()
    if isinstance(widget, QAbstractItemModel):
        columns = widget.columnCount() if isinstance(widget, QAbstractTableModel) else 1
        for row in range(min(60, widget.rowCount())):
            for column in range(columns):
                index = widget.index(row, column)
                for role in (
                    Qt.ItemDataRole.DisplayRole,
                    Qt.ItemDataRole.ToolTipRole,
                    Qt.ItemDataRole.AccessibleTextRole,
                ):
                    found = index.data(role)
                    if isinstance(found, str):
                        yield f"cell {role.name}", found


def wrong(root: QWidget) -> list[str]:
    """What is not as it has to be, in words that hold nothing of the texts themselves."""
    found = []
    for each in objects(root):
        where = f"{type(each).__name__} {each.objectName()}"
        for kind, text in texts(each):
            if RAW.search(text):
                found.append(f"{where}: {kind} holds what is not seen")
            if len(text) > LONGEST_TEXT:
                found.append(f"{where}: {kind} has {len(text)} characters")
            if kind == "tooltip" and "<img" in text:
                found.append(f"{where}: {kind} is markup")
        if isinstance(each, QLabel) and "<" in each.text():
            if each.textFormat() != Qt.TextFormat.PlainText:
                found.append(f"{where}: its text may be markup")
        elif isinstance(each, QWidget) and each.isVisible():
            width = max(each.width(), each.sizeHint().width())
            if width > WIDEST_PX:
                found.append(f"{where}: {width} px wide")
    return found


def everywhere(office: Office, workspace: Workspace) -> list[str]:
    """Go through all that can be opened; answers what was wrong where."""
    window = workspace.window()
    found: list[str] = []

    def look(where: str) -> None:
        office.until(lambda: not workspace.context.tasks.busy)
        for top in [window, *QApplication.topLevelWidgets()]:
            found.extend(f"{where}: {each}" for each in wrong(top))
            if top.isVisible():
                top.grab()

    for page_id in [entry.page_id for entry in workspace.stack.entries]:
        workspace.navigate(page_id)
        look(page_id)
    for group_by in ("model", "provider", "region", "key"):
        if "usage" in {entry.page_id for entry in workspace.stack.entries}:
            workspace.navigate("usage", group_by=group_by)
            look(f"usage by {group_by}")
    for open_list in (workspace.finder.open_palette, workspace.finder.open_picker):
        open_list()
        look("palette")
        for typed in ("Bold", "left", "long", "HYPERLINK", "File"):
            field = QApplication.focusWidget()
            if isinstance(field, QLineEdit):
                field.setText(typed)
                look(f"palette {typed}")
        focused = QApplication.focusWidget()
        if focused is not None:
            QTest.keyClick(focused, Qt.Key.Key_Escape)
    return found


@pytest.mark.full
@pytest.mark.parametrize("who", ["owner", "admin"])
def test_hostile_names_are_text_wherever_they_are_shown(
    office: Office, hostile_sandbox: RunningSandbox, who: str
) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(hostile_sandbox)), who)
    workspace = office.workspace(window)
    window.resize(1280, 800)
    found = everywhere(office, workspace)
    assert not found, "\n".join(sorted(set(found)))
    assert not any(name[:4] in window.windowTitle() for name in NAMES)
