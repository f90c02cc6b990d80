"""What happened in an account lately, and its keys in use, beside who it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QAbstractButton

from lmchat_desktop.ui.pages.accounts.suspend_dialogs import SuspendDialog
from tests.ui.pages.accounts.conftest import Visit, column

VisitAs = Callable[[str], Visit]


def test_staff_see_what_happened_lately_and_an_act_at_once(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    here.open("Acme")
    lately = here.view.overview.lately
    here.office.until(lambda: lately.list.rows)
    assert 0 < len(column(lately.events, 1)) <= 6
    assert column(lately.keys, 0)
    here.press(lately.all_events)
    assert here.view.parts.current == "events"
    here.view.show_part("overview")
    here.press(here.view.header.suspend)
    dialog = here.dialog(SuspendDialog)
    dialog.reason.set_current("spam")
    here.fill(dialog, suspend_text="A try.", confirmation="Acme Robotics Inc.")
    here.send(dialog)
    here.office.until(lambda: column(lately.events, 1)[0] == "Suspended")
    here.press(lately.all_keys)
    assert here.view.parts.current == "keys"


def test_who_may_see_neither_events_nor_keys_is_told_so(visit: VisitAs) -> None:
    here = visit("Ruth Feldstein")
    here.open("Acme")
    assert not here.view.overview.lately.isVisible()
    assert here.view.overview.lately.list.rows is None
    options = {one.text(): one for one in here.view.parts.findChildren(QAbstractButton)}
    for part in ("Events", "Keys"):
        assert not options[part].isEnabled()
        assert options[part].toolTip().startswith("Your roles do not allow seeing")


def test_a_member_sees_the_keys_alone(visit: VisitAs) -> None:
    here = visit("Tunde Okafor")
    lately = here.view.overview.lately
    assert column(lately.keys, 0)
    assert lately.keys.isVisible()
    assert not lately.all_events.isVisible()
