"""The outbox in small windows and with large text, with words of any length, and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from lmchat_desktop.ui.pages.outbox.view import OutboxPage
from lmchat_desktop.ui.theme.manager import current_theme
from lmchat_desktop.ui.widgets.long_text import LongText
from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.keyboard import check_keyboard, check_reading
from tests.ui.pages.fitting import misfits, settle_layout
from tests.ui.pages.outbox.test_outbox_page import choose, owner, page, shown
from tests.ui.shell.conftest import Office, office

__all__ = ["office", "owner", "page"]

JOINER = f"{'somebody.with.a.very.long.name' * 2}@mailbox.example"


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    """The size of all text."""
    theme = current_theme()
    theme.set_text_scale(request.param)
    yield request.param
    theme.set_text_scale(None)


@pytest.fixture
def invited(owner: Owner) -> None:
    """An account whose name is one long word has invited somebody."""
    assert owner.patch(owner.account, {"name": "Größenwahn" * 9}, "*").status_code == 200
    body = {"email": JOINER, "role": "member"}
    assert owner.post(f"{owner.account}/invitations", body).status_code == 201


def test_all_of_the_page_fits(
    scale: float, invited: None, office: Office, page: OutboxPage
) -> None:
    window = page.window()
    for size in ((1600, 1000), (1024, 700), (1600, 1000)):
        window.resize(*size)
        for to in {row[2] for row in shown(page)}:
            choose(office, page, to)
            settle_layout()
            assert misfits(page.scroller) == [], (size, to)
            for text in page.message.findChildren(LongText):
                needed = text.document().size()
                assert needed.height() <= text.viewport().height(), text.text()
                assert text.document().idealWidth() <= text.viewport().width(), text.text()
        table = page.table
        assert table.height() >= table.content_height(2), size
    page.to.setText("nobody@nowhere.example")
    office.until(lambda: page.empty.isVisible())
    for size in ((1024, 700), (1600, 1000)):
        window.resize(*size)
        settle_layout()
        # The button without a text is the one with which Qt clears the field.
        assert misfits(page.scroller) == ["button '' is cut"], size


def test_everything_is_reached_by_the_keyboard(
    office: Office, page: OutboxPage, own_sandbox: RunningSandbox
) -> None:
    office.until(lambda: not page.context.tasks.busy)
    way = check_keyboard(office.bot, page.window())
    here = [each for each in way if page.isAncestorOf(each)]
    check_reading(here)
    assert {page.to, page.again, page.table, page.message.copy_code} <= set(here)
    assert any(page.kinds.isAncestorOf(each) for each in here)
