"""People are invited, given roles and removed; notes are written; everything is exported."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

from lmchat_desktop.client.jobs import list_jobs
from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.services.account_picture import LAST_OWNER
from lmchat_desktop.ui.pages.accounts.member_dialogs import (
    InviteDialog,
    RemoveDialog,
    RoleDialog,
    WithdrawDialog,
)
from lmchat_desktop.ui.pages.accounts.recovery_dialogs import DecideDialog, PrepareDialog
from lmchat_desktop.ui.widgets.plain import PlainLabel
from tests.support.many_requests import give_requests
from tests.support.sandbox import RunningSandbox
from tests.ui.pages.accounts.conftest import Visit

VisitAs = Callable[[str], Visit]
INVITED = "newcomer@acme-robotics.example"


def test_somebody_is_invited_and_the_invitation_withdrawn(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    overview = here.view.overview
    here.press(overview.invite)
    dialog = here.dialog(InviteDialog)
    here.fill(dialog, invite_email=INVITED)
    here.send(dialog)

    def open_one() -> list[str]:
        picture = here.view.model.picture
        return (
            []
            if picture is None
            else [one.id for one in picture.invitations if one.email == INVITED]
        )

    here.office.until(open_one)
    overview.invitations.select_key(open_one()[0])
    here.press(overview.withdraw)
    here.send(here.dialog(WithdrawDialog))
    here.office.until(lambda: not open_one())


def test_a_member_becomes_an_owner_and_leaves_and_the_last_owner_stays(visit: VisitAs) -> None:
    here = visit("Dana Whitfield")
    overview, model = here.view.overview, here.view.model
    assert model.picture is not None
    owner = next(one for one in model.picture.members if one.name == "Dana Whitfield")
    other = next(one for one in model.picture.members if one.role.value == "member")
    overview.members.select_key(owner.id)
    assert overview.remove.toolTip() == str(LAST_OWNER)
    assert overview.role.toolTip() == str(LAST_OWNER)
    overview.members.select_key(other.id)
    here.press(overview.role)
    here.send(here.dialog(RoleDialog))
    here.office.until(lambda: model.picture is not None and model.picture.owners == 2)
    overview.members.select_key(other.id)
    here.press(overview.remove)
    here.send(here.dialog(RemoveDialog))
    here.office.until(lambda: model.picture is not None and model.picture.member(other.id) is None)


def test_everything_is_exported_to_a_file(visit: VisitAs, tmp_path: Path) -> None:
    here = visit("Dana Whitfield")
    path = tmp_path / "all.zip"
    here.view.exporting.ask = lambda *_: str(path)
    here.press(here.view.header.export)
    here.office.until(lambda: not here.view.exporting.busy)
    assert here.said() == "Everything is saved as all.zip."
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert any(name.lower().startswith("readme") for name in names)
        members = next(name for name in names if name.endswith("members.csv"))
        assert archive.read(members)
    assert [one.name for one in tmp_path.glob("*.zip*")] == ["all.zip"]


def test_an_export_is_cancelled_in_the_status_bar(
    visit: VisitAs, own_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    give_requests(own_sandbox, "Dana Whitfield", 100_000)
    here = visit("Dana Whitfield")
    here.view.exporting.ask = lambda *_: str(tmp_path / "all.zip")
    here.press(here.view.header.export)
    progress, made = here.workspace.status.progress, own_sandbox.data / "exports"
    here.office.until(lambda: progress.isVisible() and any(made.glob("*/requests.jsonl")))
    assert "Exporting everything on the account" in progress.text()
    here.press(progress.cancel_button)
    here.office.until(lambda: not here.view.exporting.busy)
    here.office.until(lambda: not any(made.iterdir()))
    (job,) = list_jobs(here.workspace.session.client).data
    assert job.state is JobState.CANCELLED
    assert not list(tmp_path.glob("all.zip*"))
    assert not progress.isVisible()


def test_a_note_is_written_and_struck(visit: VisitAs) -> None:
    here = visit("Aoife Brennan")
    here.open("Acme")
    here.view.show_part("notes")
    here.settled()
    notes = here.view.notes
    notes.field.setPlainText("Called back. <i>Angry.</i>")
    here.press(notes.write)
    here.office.until(lambda: notes.rows and notes.rows[0].note.text.startswith("Called back"))
    here.press(notes.rows[0].strike)
    here.office.until(lambda: notes.rows and notes.rows[0].note.struck_at is not None)
    assert not notes.rows[0].strike.isEnabled()


def test_a_recovery_takes_two_people_and_72_hours(visit: VisitAs) -> None:
    first = visit("Aoife Brennan")
    first.open("Acme")
    first.view.show_part("cases")
    first.settled()
    part = first.view.recoveries
    first.press(part.prepare)
    dialog = first.dialog(PrepareDialog)
    first.fill(
        dialog,
        recovery_email="dana@elsewhere.example",
        check_text_0="Invoice 4711, paid on the 3rd.",
        check_text_1="Knew the names of all keys.",
        recovery_text="Called from the number on the contract.",
    )
    first.press(dialog.another)
    first.office.until(lambda: dialog.focusWidget() is dialog.kinds[2])
    assert not dialog.texts[2].visibleRegion().isEmpty()
    assert not dialog.confirm.isEnabled()
    first.fill(dialog, check_text_2="Its register names her as director.")
    first.send(dialog)
    first.office.until(lambda: part.list.rows)
    rows = part.list.rows
    assert rows
    part.table.select_key(rows[0].id)
    approve = next(button for act, button in part.acts.items() if act.value == "approve")
    assert not approve.isEnabled()
    second = visit("Kwame Asante")
    second.open("Acme")
    second.view.show_part("cases")
    second.settled()
    there = second.view.recoveries
    there.table.select_key(rows[0].id)
    second.press(next(button for act, button in there.acts.items() if act.value == "approve"))
    told = second.dialog(DecideDialog)
    words = " ".join(label.whole_text() for label in told.findChildren(PlainLabel))
    for said in ("Invoice 4711", "names of all keys", "names her as director", "on the contract"):
        assert said in words
    second.send(told)
    second.office.until(lambda: there.list.rows and there.list.rows[0].effective_at is not None)
    there.table.select_key(rows[0].id)
    send = next(button for act, button in there.acts.items() if act.value == "send-code")
    assert "72 hours" in send.toolTip()
    assert there.waits.whole_text().startswith("A code can be sent in ")
