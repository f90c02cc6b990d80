"""A history that is another one is shown in red until somebody accepts it; and offline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton

from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.ui.pages.audit import rows
from lmchat_desktop.ui.pages.audit.standing_words import log_name
from tests.integration.sandbox.test_audit_log import alter
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.audit.conftest import Reader, database, reader_at
from tests.ui.shell.conftest import AttachedSandbox, Office


def test_a_rewritten_history_is_red_until_it_is_accepted(
    own_reader: Reader, own_sandbox: RunningSandbox
) -> None:
    page, office = own_reader.page, own_reader.office
    assert own_reader.told().startswith("good: ")
    assert not page.standing.accept.isVisible()
    standing = page.model.standing
    assert standing is not None
    before, kept = standing, standing.kept
    assert kept is not None
    with database(own_sandbox) as raw:
        alter(raw)
    own_sandbox.sign_in("support")
    own_reader.workspace.session.wake()
    office.until(lambda: own_reader.workspace.top.dot.state == "live")
    own_reader.click("audit-verify-now")
    office.until(lambda: own_reader.told() == "bad: The history was rewritten")
    standing = page.model.standing
    assert standing is not None
    assert standing.kept == kept
    own_reader.settled()
    connection = own_reader.workspace.context.connection
    assert connection.state is not None
    # What sync had found before comes late.
    connection.changed.emit(replace(connection.state, audit=before))
    own_reader.settled()
    assert own_reader.told() == "bad: The history was rewritten"
    page.standing.copy_details.click()
    copied = QGuiApplication.clipboard().text()
    assert kept.head.root.hex() in copied
    assert "verdict: rewritten" in copied
    _accept(own_reader, log_name(kept.key))
    office.until(lambda: own_reader.told().startswith("warn: History verified up to entry "))
    words = page.standing.words
    assert words is not None
    assert "The log was rebuilt after a drill." in words.found
    own_reader.click("audit-verify-now")
    own_reader.settled()
    assert own_reader.told().startswith("warn: ")
    assert [each.finding.verdict for each in own_reader.workspace.session.audit.accepted()] == [
        Verdict.REWRITTEN
    ]


def _accept(reader: Reader, name: str) -> None:
    """Nothing is accepted without a reason and the log's name."""
    bot = reader.office.bot
    reader.click("audit-accept")
    dialog = reader.dialog("accept-history")
    reason = dialog.findChild(QPlainTextEdit, "accept-reason")
    field = dialog.findChild(QLineEdit, "accept-name")
    confirm = dialog.findChild(QPushButton, "accept-confirm")
    assert isinstance(reason, QPlainTextEdit)
    assert isinstance(field, QLineEdit)
    assert isinstance(confirm, QPushButton)
    assert not confirm.isEnabled()
    bot.keyClicks(reason, "The log was rebuilt after a drill.")
    assert not confirm.isEnabled()
    bot.keyClicks(field, name[:-1])
    assert not confirm.isEnabled()
    bot.keyClicks(field, name[-1])
    assert confirm.isEnabled()
    bot.mouseClick(confirm, Qt.MouseButton.LeftButton)


def test_offline_what_was_read_stays_and_nothing_is_proved(
    office: Office, own_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PAGE_ROWS", 15)
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace = office.workspace(window)
    reader = reader_at(office, workspace)
    page, card = reader.page, reader.page.card
    own_sandbox.kill()
    workspace.session.wake()
    office.until(lambda: workspace.top.dot.state == "offline")
    held = card.model.count
    assert held > 0
    for button in (page.standing.verify, page.panel.verify):
        assert not button.isEnabled()
        assert "cannot be reached" in button.toolTip()
    proving = page.toolbar.export_menu.drop_menu.actions()[0]
    assert not proving.isEnabled()
    assert "cannot be reached" in proving.toolTip()
    assert "History verified up to entry " in reader.told()
    card.table.scrollToBottom()
    office.until(lambda: card.model.trouble is not None)
    assert card.model.count == held
    assert card.foot_text().startswith(f"{held} entries were read.")

    own_sandbox.start()
    workspace.session.wake()
    office.until(lambda: workspace.top.dot.state == "live")
    office.until(lambda: card.model.trouble is None and card.model.count > held)
    assert page.standing.verify.isEnabled()


def test_what_was_never_read_says_so_offline(office: Office, own_sandbox: RunningSandbox) -> None:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace = office.workspace(window)
    own_sandbox.kill()
    workspace.session.wake()
    office.until(lambda: workspace.top.dot.state == "offline")
    workspace.navigate("audit")
    page = workspace.page("audit")
    office.until(lambda: page.card.empty.isVisible())  # type: ignore[attr-defined]
    assert page.card.empty.accessibleName() == "The entries could not be read"  # type: ignore[attr-defined]
    own_sandbox.start()
    workspace.session.wake()
    office.until(lambda: page.card.model.count > 0)  # type: ignore[attr-defined]
