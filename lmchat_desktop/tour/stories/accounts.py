"""An account on its pages: staff find it and help, its owner invites and takes everything along."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lmchat_desktop.contract.accounts import AbuseReason, AccountState
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.tour.accounts_page import AccountsVisit
from lmchat_desktop.tour.stage import LARGE, LONG_S, SMALL, Stage, Story
from lmchat_desktop.ui.pages.accounts.contact_dialog import ContactDialog
from lmchat_desktop.ui.pages.accounts.member_dialogs import InviteDialog
from lmchat_desktop.ui.pages.accounts.recovery_dialogs import PrepareDialog
from lmchat_desktop.ui.pages.accounts.suspend_dialogs import ReinstateDialog, SuspendDialog

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.outbox.view import OutboxPage

OWNER = "Dana Whitfield"
FORMER = "accounts@acme-robots.example"
NEW = "finance@acme-robotics.example"
INVITED = "newcomer@acme-robotics.example"


def play(stage: Stage) -> None:
    """Play the story."""
    with stage.step("sign in as support and look at all accounts"):
        support = stage.person(Role.SUPPORT, LARGE)
        here = AccountsVisit(support, "accounts")
        rows = here.page.finder.accounts
        support.until(lambda: rows.rowCount() > 0, "the accounts")
        support.settled()
        stage.both_themes(support, "all accounts")
        support.size(*SMALL)
        stage.both_themes(support, "all accounts small")
        support.size(*LARGE)
    with stage.step("find one by an address that was theirs"):
        here.find(FORMER)
        stage.both_themes(support, "found")
        here.open_first()
        stage.both_themes(support, "an account")
        support.size(*SMALL)
        stage.both_themes(support, "an account small")
        support.size(*LARGE)
        name = here.view.header.name.whole_text()
    with stage.step("look at what happened, the keys and the notes"):
        for part in ("events", "keys", "policy", "notes"):
            here.part(part)
            stage.both_themes(support, part)
        here.part("overview")
    _address(stage, here)
    _suspend(stage, here, name)
    _recovery(stage, here)
    support.window.close()
    _owner(stage)


def _address(stage: Stage, here: AccountsVisit) -> None:
    with stage.step("give it a new e-mail address by a code"):
        here.view.overview.email.change.click()
        dialog = here.dialog(ContactDialog)
        here.type(dialog, "contact-value", NEW)
        stage.both_themes(here.visitor, "a new address", dialog)
        dialog.confirm.click()
        here.visitor.until(lambda: dialog.change is not None, "the code")
        here.visitor.settled()
        stage.both_themes(here.visitor, "its code", dialog)
        here.type(dialog, "contact-code", here.code_to(stage, NEW))
        here.send(dialog)
        shown = here.view.overview.email.value
        here.visitor.until(lambda: shown.whole_text() == NEW, "the new address")
        stage.picture(here.visitor, "the new address counts")
    with stage.step("see in the outbox what was written to whom"):
        here.visitor.go("outbox")
        page = here.visitor.workspace.page("outbox")
        here.visitor.until(lambda: bool(cast("OutboxPage", page).list.rows), "the messages")
        here.visitor.settled()
        stage.both_themes(here.visitor, "the outbox")
        here.visitor.size(*SMALL)
        stage.both_themes(here.visitor, "the outbox small")
        here.visitor.size(*LARGE)
        here.visitor.go("accounts")


def _suspend(stage: Stage, here: AccountsVisit, name: str) -> None:
    def stands(state: AccountState) -> bool:
        picture = here.view.model.picture
        return picture is not None and picture.account.state is state

    with stage.step("suspend it, seeing what stops"):
        here.view.header.suspend.click()
        dialog = here.dialog(SuspendDialog)
        dialog.reason.set_current(AbuseReason.SPAM.value)
        here.type(dialog, "suspend-text", "Forty thousand mails in an hour.")
        here.type(dialog, "confirmation", name)
        stage.both_themes(here.visitor, "suspend", dialog)
        here.send(dialog)
        here.visitor.until(lambda: stands(AccountState.SUSPENDED), "the suspension")
        stage.both_themes(here.visitor, "suspended")
    with stage.step("reinstate it"):
        here.view.header.suspend.click()
        again = here.dialog(ReinstateDialog)
        here.type(again, "reinstate-text", "Their own address had been forged.")
        stage.picture(here.visitor, "reinstate", again)
        here.send(again)
        here.visitor.until(lambda: stands(AccountState.ACTIVE), "the reinstatement")


def _recovery(stage: Stage, here: AccountsVisit) -> None:
    with stage.step("prepare a recovery: a second person has to approve it"):
        here.part("cases")
        here.view.recoveries.prepare.click()
        dialog = here.dialog(PrepareDialog)
        here.type(dialog, "recovery-email", "dana@elsewhere.example")
        here.type(dialog, "check-text-0", "Invoice 4711, paid on the 3rd.")
        here.type(dialog, "check-text-1", "Knew the names of all keys.")
        stage.both_themes(here.visitor, "a recovery", dialog)
        here.send(dialog)
        part = here.view.recoveries
        here.visitor.until(lambda: part.table.rows.rowCount() > 0, "the recovery")
        part.table.selectRow(0)
        here.visitor.settled()
        stage.both_themes(here.visitor, "recoveries")


def _owner(stage: Stage) -> None:
    with stage.step("its owner sees their account and invites somebody"):
        owner = stage.person(OWNER, LARGE)
        here = AccountsVisit(owner, "account")
        here.filled()
        stage.both_themes(owner, "an owners account")
        here.view.overview.invite.click()
        dialog = here.dialog(InviteDialog)
        here.type(dialog, "invite-email", INVITED)
        stage.both_themes(owner, "invite", dialog)
        here.send(dialog)
    with stage.step("and takes everything along"), tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "everything.zip"
        here.view.exporting.ask = lambda *_: str(file)
        here.view.header.export.click()
        owner.until(lambda: not here.view.exporting.busy, "the export", LONG_S)
        owner.settled()
        with zipfile.ZipFile(file) as archive:
            count = len(archive.namelist())
        stage.both_themes(owner, "everything exported")
        stage.say("Accounts", f"  the export of everything holds {count} files", "")


ACCOUNTS = Story(
    "accounts",
    "an account is found, reached by a new address, suspended and reinstated; "
    "and its owner exports everything",
    play,
)
