"""What a sandbox has written is read in a real window: codes, kinds, addresses, foreign text."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from lmchat_desktop.client.sandbox import outbox
from lmchat_desktop.contract.identity import Capability
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.ui.pages.outbox import view
from lmchat_desktop.ui.pages.outbox.view import OutboxPage
from lmchat_desktop.ui.pages.registry import pages_for
from lmchat_desktop.ui.shell.workspace import Workspace
from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.shell.conftest import AttachedSandbox, Office, office

__all__ = ["office"]

NEW = "new@acme-robotics.example"
NUMBER = "+15550100999"


@pytest.fixture
def owner(own_sandbox: RunningSandbox) -> Owner:
    """Dana has asked for two codes, and invited somebody."""
    dana = Owner(own_sandbox, own_sandbox.sign_in("Dana Whitfield"), name="Dana Whitfield")
    for kind, value in (("email", NEW), ("phone", NUMBER)):
        asked = {"kind": kind, "value": value}
        assert dana.post(f"{dana.account}/contact-changes", asked).status_code == 201
    return dana


@pytest.fixture
def page(office: Office, own_sandbox: RunningSandbox, owner: Owner) -> OutboxPage:
    window = office.window(office.desk(sandbox=AttachedSandbox(own_sandbox)), "admin")
    workspace: Workspace = office.workspace(window)
    workspace.navigate("outbox")
    page = workspace.page("outbox")
    assert isinstance(page, OutboxPage)
    office.until(lambda: page.list.rows is not None)
    return page


def shown(page: OutboxPage) -> list[tuple[Any, ...]]:
    rows: Any = page.table.rows
    return [rows.row(place) for place in range(rows.rowCount(QModelIndex()))]


def choose(office: Office, page: OutboxPage, to: str) -> None:
    rows: Any = page.table.rows
    place = next(n for n, row in enumerate(shown(page)) if row[2] == to)
    point = page.table.visualRect(rows.index(place, 0)).center()
    office.bot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    office.until(lambda: page.message.to.text() == to)


def test_a_code_is_read_and_copied(office: Office, page: OutboxPage) -> None:
    choose(office, page, NEW)
    office.bot.mouseClick(page.message.copy_code, Qt.MouseButton.LeftButton)
    code = QGuiApplication.clipboard().text()
    assert len(code) == 6
    assert code in page.message.text.text()
    assert page.toast.isVisible()
    choose(office, page, NUMBER)
    assert page.message.facts.facts[0].value == "Text message"


def test_messages_are_found_by_address_and_kind(office: Office, page: OutboxPage) -> None:
    office.bot.keyClicks(page.to, NUMBER)
    office.until(lambda: {row[2] for row in shown(page)} == {NUMBER})
    page.to.clear()
    office.until(lambda: len({row[2] for row in shown(page)}) > 1)
    page.kinds.set_current("mail")
    page.load()
    office.until(lambda: {row[1] for row in shown(page)} == {"Mail"})
    office.bot.keyClicks(page.to, "nobody@nowhere.example")
    office.until(lambda: page.empty.isVisible())
    assert not page.table.isVisible()
    page.to.clear()
    office.until(lambda: page.message.isVisible())


def test_an_address_in_the_making_is_not_asked_for(office: Office, page: OutboxPage) -> None:
    before = {row[2] for row in shown(page)}
    assert NUMBER in before
    assert len(before) > 1
    page.to.setText(NUMBER)
    page.load()
    office.until(lambda: not page.context.tasks.busy)
    assert {row[2] for row in shown(page)} == before


def test_older_messages_are_read_on_demand(
    office: Office, page: OutboxPage, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "outbox", partial(outbox, limit=1))
    office.bot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    office.until(lambda: len(shown(page)) == 1 and not page.context.tasks.busy)
    assert page.older.isVisible()
    office.bot.mouseClick(page.older, Qt.MouseButton.LeftButton)
    office.until(lambda: [row[2] for row in shown(page)] == [NUMBER, NEW])


def test_a_failure_is_told_and_tried_again(
    office: Office, page: OutboxPage, own_sandbox: RunningSandbox
) -> None:
    own_sandbox.stop()
    office.bot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    office.until(page.banner.isVisible)
    assert len(shown(page)) > 1
    own_sandbox.start()
    office.bot.mouseClick(page.banner.action_button, Qt.MouseButton.LeftButton)
    office.until(lambda: not page.banner.isVisible())


def test_what_comes_is_shown_and_is_plain_text(
    office: Office, page: OutboxPage, owner: Owner
) -> None:
    patch = {"name": "<b>Acme</b> <a href='http://x.example'>Robotics</a>"}
    assert owner.patch(owner.account, patch, "*").status_code == 200
    email = "joiner@mailbox.example"
    invited = owner.post(f"{owner.account}/invitations", {"email": email, "role": "member"})
    assert invited.status_code == 201
    office.bot.mouseClick(page.again, Qt.MouseButton.LeftButton)
    office.until(lambda: email in {row[2] for row in shown(page)})
    choose(office, page, email)
    assert "<b>Acme</b>" in page.message.text.text()
    office.bot.mouseClick(page.message.copy_code, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().startswith("lmc-inv-")


def test_only_operators_of_a_backend_with_an_outbox_have_the_page() -> None:
    held, offered = [Scope.SERVICE_READ.value], [Capability.OUTBOX.value]
    assert [page.page_id for page in pages_for(held, offered)] == ["outbox"]
    assert pages_for(held) == ()
    assert pages_for([], offered) == ()
