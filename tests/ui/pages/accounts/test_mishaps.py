"""What goes wrong while people work on an account is told, and done again it is done once."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lmchat_desktop.client.accounts import get_account, update_account
from lmchat_desktop.contract.accounts import AccountUpdate
from lmchat_desktop.domain.contact.recovery import RecoveryState
from lmchat_desktop.ui.pages.accounts.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.accounts.recovery_dialogs import DecideDialog, PrepareDialog
from lmchat_desktop.ui.pages.keys.view import KeysPage
from tests.support.many_requests import give_requests
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.accounts.conftest import Visit

VisitAs = Callable[[str], Visit]


def test_a_note_that_got_no_answer_is_written_again_and_is_there_once(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    here.open("Acme")
    here.view.show_part("notes")
    here.settled()
    notes = here.view.notes
    here.sandbox.stop()
    notes.field.setPlainText("Called back.")
    here.press(notes.write)
    here.office.until(notes.banner.isVisible)
    assert notes.field.toPlainText() == "Called back."
    here.sandbox.start()
    here.workspace.session.wake()
    here.office.until(notes.write.isEnabled)
    here.press(notes.write)
    here.office.until(lambda: notes.rows and notes.rows[0].note.text == "Called back.")
    assert [row.note.text for row in notes.rows].count("Called back.") == 1
    assert notes.field.toPlainText() == ""
    assert not notes.banner.isVisible()


def test_an_export_that_cannot_be_written_leaves_nothing(visit: VisitAs, tmp_path: Path) -> None:
    here = visit("Dana Whitfield")
    exporting = here.view.exporting
    exporting.ask = lambda *_: str(tmp_path / "no such folder" / "all.zip")
    here.press(here.view.header.export)
    here.office.until(lambda: not exporting.busy and here.view.toast.isVisible())
    assert "could not be written" in here.said()
    assert not list(tmp_path.glob("**/all.zip*"))


def test_a_second_export_waits_for_the_first(
    visit: VisitAs, own_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    give_requests(own_sandbox, "Dana Whitfield", 20_000)
    here = visit("Dana Whitfield")
    exporting = here.view.exporting
    exporting.ask = lambda *_: str(tmp_path / "all.zip")
    here.press(here.view.header.export)
    assert exporting.busy
    exporting.start(here.view.model.account_id)
    assert here.said() == "An export is being made: it is in the status bar."
    here.office.until(lambda: not exporting.busy)
    assert zipfile.ZipFile(tmp_path / "all.zip").testzip() is None


def test_somebody_elses_same_change_is_no_conflict(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    here.press(here.view.header.edit)
    dialog = here.dialog(EditDialog)
    here.fill(dialog, account_name="Acme Robots")
    api, account_id = here.workspace.session.client, here.view.model.account_id
    seen = get_account(api, account_id)
    update_account(api, account_id, AccountUpdate(name="Acme Robots"), seen.etag)
    here.send(dialog)
    here.office.until(lambda: here.view.header.name.whole_text() == "Acme Robots")
    assert here.said() == "The account is changed."


@pytest.mark.parametrize(
    ("act", "who", "ends"),
    [
        pytest.param("refuse", "Kwame Asante", RecoveryState.REFUSED, id="refused"),
        pytest.param("withdraw", "Aoife Brennan", RecoveryState.WITHDRAWN, id="withdrawn"),
    ],
)
def test_a_recovery_ends_with_a_reason(
    visit: VisitAs, act: str, who: str, ends: RecoveryState
) -> None:
    first = visit("Aoife Brennan")
    first.open("Acme")
    first.view.show_part("cases")
    first.settled()
    first.press(first.view.recoveries.prepare)
    preparing = first.dialog(PrepareDialog)
    first.fill(
        preparing,
        recovery_email="dana@elsewhere.example",
        check_text_0="Invoice 4711, paid on the 3rd.",
        check_text_1="Knew the names of all keys.",
    )
    first.send(preparing)
    here = first if who == "Aoife Brennan" else visit(who)
    if here is not first:
        here.open("Acme")
        here.view.show_part("cases")
        here.settled()
    part = here.view.recoveries
    here.office.until(lambda: part.list.rows)
    rows = part.list.rows
    assert rows
    part.table.select_key(rows[0].id)
    here.press(next(button for each, button in part.acts.items() if each.value == act))
    deciding = here.dialog(DecideDialog)
    assert not deciding.confirm.isEnabled()
    here.fill(deciding, recovery_reason="The caller hung up.")
    here.send(deciding)
    here.office.until(lambda: part.list.rows and part.list.rows[0].state is ends)
    assert not any(button.isEnabled() for button in part.acts.values())


def test_the_keys_of_an_account_lead_to_their_page(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    here.open("Acme")
    here.view.show_part("keys")
    here.settled()
    part, picture = here.view.keys, here.view.model.picture
    assert picture is not None
    part.table.row_activated.emit(picture.keys[0].id)
    keys = here.workspace.page("keys")
    assert isinstance(keys, KeysPage)
    here.office.until(keys.panel.isVisible)
    assert keys.model.looked_at is not None
    assert keys.model.looked_at.key.id == picture.keys[0].id
    assert here.workspace.context.scope.id == picture.account.id
