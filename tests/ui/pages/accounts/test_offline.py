"""Without a connection an account stays readable, and nothing of it can be changed."""

from __future__ import annotations

from collections.abc import Callable

from tests.ui.pages.accounts.conftest import Visit

VisitAs = Callable[[str], Visit]


def test_nothing_can_be_changed_offline_and_the_reason_is_said(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    header, overview = here.view.header, here.view.overview
    buttons = (header.edit, header.export, overview.invite, overview.email.change)
    assert all(button.isEnabled() for button in buttons)
    here.sandbox.stop()
    here.workspace.session.wake()
    here.office.until(lambda: here.workspace.top.dot.state == "offline")
    for button in buttons:
        assert not button.isEnabled()
        assert button.toolTip() == "There is no connection: nothing can be changed now."
    assert header.name.whole_text() == "Acme Robotics Inc."
    here.sandbox.start()
    here.workspace.session.wake()
    here.office.until(lambda: all(button.isEnabled() for button in buttons))
