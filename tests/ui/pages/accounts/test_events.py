"""Events of an account that do not fit one page of answers are read further."""

from __future__ import annotations

from collections.abc import Callable

from tests.integration.sandbox.api import Owner
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.accounts.conftest import Visit, column

VisitAs = Callable[[str], Visit]
CHANGES = 104
A_PAGE = 100


def test_older_events_follow_the_newest(visit: VisitAs, own_sandbox: RunningSandbox) -> None:
    name = "Dana Whitfield"
    dana = Owner(own_sandbox, own_sandbox.sign_in(name), name=name)
    for number in range(CHANGES):
        assert dana.patch(dana.account, {"name": f"Acme {number}"}, "*").status_code == 200
    here = visit(name)
    here.view.show_part("events")
    events = here.view.events
    events.kinds.set_current("account")
    events.load()
    here.office.until(lambda: len(events.list.rows or []) == A_PAGE)
    here.settled()
    here.press(events.older)
    here.office.until(lambda: len(events.list.rows or []) >= CHANGES)
    assert not events.banner.isVisible()
    assert column(events.table, 1).count("Account changed") >= CHANGES
