"""Small windows and large text: nothing of the audit page reaches beyond the window or is cut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from lmchat_desktop.domain.audit.history import Verdict
from lmchat_desktop.domain.audit.standing import Finding
from lmchat_desktop.ui.pages.audit.query import Field
from lmchat_desktop.ui.theme.manager import current_theme
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.audit.conftest import Reader, reader_at
from tests.ui.pages.fitting import misfits, settle_layout
from tests.ui.shell.conftest import AttachedSandbox, Office


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scaled(
    request: pytest.FixtureRequest, qapp: QApplication, office: Office, sandbox: RunningSandbox
) -> Iterator[Reader]:
    """The page in the least window."""
    theme = current_theme()
    theme.set_text_scale(request.param)
    window = office.window(office.desk(sandbox=AttachedSandbox(sandbox)), "admin")
    window.resize(1024, 700)
    yield reader_at(office, office.workspace(window))
    theme.set_text_scale(None)


def test_all_of_the_page_fits(scaled: Reader) -> None:
    page = scaled.page

    def fits() -> None:
        settle_layout()
        assert misfits(page.scroller) == []

    fits()
    page.card.table.selectRow(3)
    scaled.settled()
    scaled.click("audit-verify-entry")
    scaled.office.until(lambda: bool(page.panel.proof_text()))
    fits()
    page.panel.closed.emit()
    page.model.narrow(Field.ACTION, "key.create")
    page.model.narrow(Field.ACTOR, "person_nobody")
    scaled.settled()
    fits()
    page.model.show_all()
    scaled.settled()
    standing = page.model.standing
    assert standing is not None
    kept = standing.kept
    assert kept is not None
    for verdict in (Verdict.REWRITTEN, Verdict.OTHER_KEY, Verdict.UNREADABLE):
        found = Finding(verdict, kept.head, kept.key, kept.since, kept.since)
        page.model.standing = replace(standing, finding=found)
        page.model.standing_changed.emit()
        fits()
