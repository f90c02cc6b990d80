"""An account is changed, suspended and reinstated; its addresses change by code."""

from __future__ import annotations

from collections.abc import Callable

from lmchat_desktop.client.accounts import get_account, update_account
from lmchat_desktop.contract.accounts import AccountState, AccountUpdate
from lmchat_desktop.services.account_picture import NEEDS_OWNER, NEEDS_WRITE
from lmchat_desktop.ui.pages.accounts.contact_dialog import ContactDialog
from lmchat_desktop.ui.pages.accounts.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.accounts.suspend_dialogs import ReinstateDialog, SuspendDialog
from tests.integration.sandbox.outbox import code_to, wrong
from tests.ui.pages.accounts.conftest import Visit

VisitAs = Callable[[str], Visit]
NEW = "finance@acme-robotics.example"


def test_an_address_counts_once_its_code_has_come_back(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    here.press(here.view.overview.email.change)
    dialog = here.dialog(ContactDialog)
    here.fill(dialog, contact_value="nonsense")
    assert not dialog.confirm.isEnabled()
    here.fill(dialog, contact_value=NEW)
    here.press(dialog.confirm)
    here.office.until(dialog.code.isVisible)
    here.office.until(
        lambda: dialog.code.visibleRegion().boundingRect().size() == dialog.code.size()
    )
    assert here.view.overview.email.value.whole_text() != NEW
    code = code_to(here.sandbox, NEW)
    here.fill(dialog, contact_code=wrong(code))
    here.press(dialog.confirm)
    here.office.until(dialog.banner.isVisible)
    here.fill(dialog, contact_code=code)
    here.send(dialog)
    here.office.until(lambda: here.view.overview.email.value.whole_text() == NEW)
    assert here.view.overview.email.note.whole_text() == "verified"
    assert here.said() == f"{NEW} counts now."


def test_two_people_who_edit_see_of_each_other(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    here.press(here.view.header.edit)
    dialog = here.dialog(EditDialog)
    assert not dialog.confirm.isEnabled()
    here.fill(dialog, account_name="Acme <b>Robots</b>")
    api, account_id = here.workspace.session.client, here.view.model.account_id
    present = get_account(api, account_id)
    update_account(api, account_id, AccountUpdate(country="FR"), present.etag)
    here.press(dialog.confirm)
    here.office.until(dialog.conflict.isVisible)
    assert dialog.country.text() == "FR"
    here.send(dialog)
    here.office.until(lambda: here.view.header.name.whole_text() == "Acme <b>Robots</b>")
    assert get_account(api, account_id).country == "FR"


def test_an_account_is_suspended_and_reinstated(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    here.open("Acme")
    here.press(here.view.header.suspend)
    dialog = here.dialog(SuspendDialog)
    dialog.reason.set_current("spam")
    dialog.text.setPlainText("Forty thousand mails.")
    assert not dialog.confirm.isEnabled()
    dialog.typed.field.setText("Acme Robotics Inc.")
    here.send(dialog)
    picture = here.view.model.picture
    assert picture is not None
    assert picture.account.state is AccountState.SUSPENDED
    assert here.view.header.banner.isVisible()
    here.press(here.view.header.suspend)
    again = here.dialog(ReinstateDialog)
    again.text.setPlainText("A misunderstanding.")
    here.send(again)
    here.office.until(lambda: not here.view.header.banner.isVisible())
    here.view.show_part("events")
    here.settled()
    kinds = [event.kind.value for event in here.view.events.list.rows or []]
    assert kinds[:2] == ["reinstated", "suspended"]


def test_what_one_may_not_do_is_greyed_with_the_reason(visit: VisitAs) -> None:
    staff = visit("Aoife Brennan")
    staff.open("Acme")
    assert staff.view.header.export.toolTip() == str(NEEDS_OWNER)
    assert staff.view.overview.invite.toolTip() == str(NEEDS_OWNER)
    assert staff.view.header.suspend.isEnabled()
    counsel = visit("Ruth Feldstein")
    counsel.open("Acme")
    assert counsel.view.header.edit.toolTip() == str(NEEDS_WRITE)
    assert not counsel.view.header.suspend.isEnabled()
    owner = visit("Dana Whitfield")
    assert not owner.view.header.suspend.isVisible()
    assert owner.view.header.export.isEnabled()
    assert "notes" not in owner.view._parts
