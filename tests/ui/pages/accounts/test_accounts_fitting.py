"""Small windows and large text: nothing of an account reaches beyond the window or is cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication

from lmchat_desktop.ui.theme.manager import current_theme
from tests.ui.pages.accounts.conftest import Visit
from tests.ui.pages.fitting import beyond, cut, settle_layout

VisitAs = Callable[[str], Visit]


@pytest.fixture(params=[1.0, 2.0], ids=["usual text", "twice as large"])
def scaled(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    theme = current_theme()
    theme.set_text_scale(request.param)
    yield
    theme.set_text_scale(None)


def test_all_of_the_pages_fits(scaled: None, visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    window = here.page.window()
    window.resize(1024, 700)
    page = here.staff

    def misfits() -> list[str]:
        settle_layout()
        return [*beyond(page, page.width()), *cut(page)]

    assert misfits() == []
    here.open("Acme")
    for part in page.view._parts:
        page.view.show_part(part)
        here.settled()
        assert misfits() == [], part
        name = page.view.header.name
        assert name.visibleRegion().boundingRect().height() == name.height(), part
