"""One account: its head, and its parts one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.services import account_picture as service
from lmchat_desktop.services.rights import may_in
from lmchat_desktop.ui.pages.accounts.contact_dialog import ContactDialog
from lmchat_desktop.ui.pages.accounts.edit_dialog import EditDialog
from lmchat_desktop.ui.pages.accounts.events_part import EventsPart
from lmchat_desktop.ui.pages.accounts.exporting import Exporting
from lmchat_desktop.ui.pages.accounts.header import AccountHeader
from lmchat_desktop.ui.pages.accounts.keys_part import KeysPart
from lmchat_desktop.ui.pages.accounts.member_dialogs import (
    InviteDialog,
    RemoveDialog,
    RoleDialog,
    WithdrawDialog,
)
from lmchat_desktop.ui.pages.accounts.model import AccountModel
from lmchat_desktop.ui.pages.accounts.notes_part import NotesPart
from lmchat_desktop.ui.pages.accounts.overview_part import OverviewPart, other_role
from lmchat_desktop.ui.pages.accounts.policy_part import PolicyPart
from lmchat_desktop.ui.pages.accounts.recoveries_part import RecoveriesPart
from lmchat_desktop.ui.pages.accounts.recovery_dialogs import DecideDialog, PrepareDialog
from lmchat_desktop.ui.pages.accounts.suspend_dialogs import ReinstateDialog, SuspendDialog
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN
from lmchat_desktop.ui.widgets.segmented import SegmentedControl
from lmchat_desktop.ui.widgets.toast import Toast

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.recoveries import Recovery
    from lmchat_desktop.domain.contact.addresses import ContactKind
    from lmchat_desktop.domain.contact.recovery import RecoveryAct
    from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
    from lmchat_desktop.ui.shell.context import PageContext

OVERVIEW, EVENTS, KEYS, POLICY = "overview", "events", "keys", "policy"
CASES, NOTES = "cases", "notes"


class AccountView(QWidget):
    """Shows the account of its model, and opens the dialogs that act on it.

    Attributes:
        model: which account.
        header, parts: the head, and the choice of what is below it.
        overview, events, keys, policy, recoveries, notes: what is below; the last two for staff.
        exporting: exports everything.
    """

    def __init__(self, context: PageContext, parent: QWidget, *, with_back: bool) -> None:
        super().__init__(parent)
        self.model = AccountModel(context, self)
        self.header = AccountHeader(self, with_back=with_back)
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self.toast = Toast(self)
        self.overview = OverviewPart(self.model, self)
        self.events = EventsPart(self.model, self)
        self.keys = KeysPart(self.model, self)
        self.policy = PolicyPart(self.model, self)
        self.recoveries = RecoveriesPart(self.model, self)
        self.notes = NotesPart(self.model, self)
        self.exporting = Exporting(context, self)
        self._asked: set[str] = set()
        self._lay_out()
        self._connect()

    def show_account(self, account_id: str) -> None:
        """Show an account, from its overview on where it is another one."""
        self.model.choose(account_id)

    def show_part(self, part: str) -> None:
        """Show a part; what the backend has of it is asked for once for each account."""
        self.parts.set_current(part)
        self._stack.setCurrentWidget(self._parts[part])
        loads: dict[str, Callable[[], None]] = {
            EVENTS: self.events.load,
            POLICY: self.policy.load,
            CASES: self.recoveries.load,
            NOTES: self.notes.load,
        }
        if part in loads and part not in self._asked and self.model.account_id:
            self._asked.add(part)
            loads[part]()

    def _lay_out(self) -> None:
        held = self.model.me.scopes
        titles = {
            OVERVIEW: tr("Overview"),
            EVENTS: tr("Events"),
            KEYS: tr("Keys"),
            POLICY: tr("Data policy"),
        }
        self._parts: dict[str, QWidget] = {
            OVERVIEW: self.overview,
            EVENTS: self.events,
            KEYS: self.keys,
            POLICY: self.policy,
        }
        of_staff: tuple[tuple[str, Scope, str, QWidget], ...] = (
            (CASES, Scope.ACCOUNTS_RECOVER, tr("Cases"), self.recoveries),
            (NOTES, Scope.NOTES_READ, tr("Notes"), self.notes),
        )
        for part, scope, title, widget in of_staff:
            if scope.value in held:
                titles[part] = title
                self._parts[part] = widget
            else:
                widget.hide()
        self.parts = SegmentedControl(list(titles.items()), OVERVIEW, self, name=tr("Part"))
        self.parts.setObjectName("account-parts")
        self._stack = QStackedLayout()
        for widget in self._parts.values():
            self._stack.addWidget(widget)
        head = QVBoxLayout()
        head.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, 0)
        head.setSpacing(CARD_GAP)
        head.addWidget(self.header)
        head.addWidget(self.banner)
        head.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(CARD_GAP)
        column.addLayout(head)
        column.addLayout(self._stack, 1)

    def _connect(self) -> None:
        model, header, overview = self.model, self.header, self.overview
        model.chosen.connect(self._chosen)
        model.picture_changed.connect(self._put)
        model.rights_changed.connect(self._put_rights)
        model.failed.connect(self._say_failure)
        model.context.zone.changed.connect(lambda _zone: self._put())
        self.parts.current_changed.connect(self.show_part)
        header.copied.connect(lambda: self._say(tr("The id is on the clipboard.")))
        header.edit.clicked.connect(self._edit)
        header.suspend.clicked.connect(self._suspend)
        header.export.clicked.connect(lambda: self.exporting.start(model.account_id))
        overview.change_contact.connect(self._change_contact)
        overview.invite.clicked.connect(lambda: self._open(InviteDialog(model, self)))
        overview.role.clicked.connect(self._change_role)
        overview.remove.clicked.connect(self._remove)
        overview.withdraw.clicked.connect(self._withdraw)
        overview.lately.events_asked.connect(lambda: self.show_part(EVENTS))
        overview.lately.keys_asked.connect(lambda: self.show_part(KEYS))
        self.notes.said.connect(self._say)
        self.recoveries.prepare.clicked.connect(self._prepare)
        self.recoveries.asked.connect(self._decide)
        self.exporting.done.connect(self._say)
        self.exporting.failed.connect(lambda words: self.toast.show_message(words, "bad"))

    # What people do

    def _edit(self) -> None:
        if self.model.picture is not None:
            self._open(EditDialog(self.model, self.model.picture.account, self))

    def _suspend(self) -> None:
        picture = self.model.picture
        if picture is None:
            return
        suspended = picture.account.state is AccountState.SUSPENDED
        kind = ReinstateDialog if suspended else SuspendDialog
        self._open(kind(self.model, picture, self))

    def _change_contact(self, kind: ContactKind) -> None:
        if self.model.picture is not None:
            self._open(ContactDialog(self.model, self.model.picture.account, kind, self))

    def _change_role(self) -> None:
        member = self.overview.chosen_member
        if member is not None:
            self._open(RoleDialog(self.model, member, other_role(member), self))

    def _remove(self) -> None:
        member = self.overview.chosen_member
        if member is not None:
            self._open(RemoveDialog(self.model, member, self))

    def _withdraw(self) -> None:
        invitation = self.overview.chosen_invitation
        if invitation is not None:
            self._open(WithdrawDialog(self.model, invitation, self))

    def _prepare(self) -> None:
        if self.model.picture is not None:
            self._open(PrepareDialog(self.model, self.model.picture, self))

    def _decide(self, recovery: Recovery, act: RecoveryAct) -> None:
        name = self.recoveries.name_of(recovery)
        self._open(DecideDialog(self.model, recovery, act, name, self))

    def _open(self, dialog: AccountDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.act_done.connect(self._acted)
        dialog.open()

    def _acted(self, words: str, answer: object) -> None:
        self._say(words)
        if isinstance(answer, Account):
            self.model.take_changed(answer)
        if CASES in self._asked:
            self.recoveries.load()
        if EVENTS in self._asked:
            self.events.load()
        self.overview.lately.load()

    # What is shown

    def _chosen(self) -> None:
        self._asked.clear()
        for part in (self.events, self.policy, self.recoveries, self.notes):
            part.clear()
        self.overview.lately.clear()
        self.show_part(OVERVIEW)
        if self.model.account_id:
            self.overview.lately.load()

    def _put(self) -> None:
        picture = self.model.picture
        if picture is None:
            if self.model.account_id:
                self.banner.set_message("warn", tr("This account is not known here, or has gone."))
                self.banner.show()
            return
        self.banner.hide()
        self.header.put(picture, self.model.context.zone.zone)
        self._put_rights()

    def _put_rights(self) -> None:
        picture, me, away = self.model.picture, self.model.me, self.model.why_offline()
        if picture is None:
            return
        account = picture.account
        self.header.suspend.setVisible(Scope.SERVICE_READ.value in me.scopes)
        allow(self.header.edit, away or service.against_changing(me, account.id))
        allow(self.header.suspend, away or service.against_suspending(me))
        allow(self.header.export, away or service.against_exporting(me, account.id))
        reason = "" if may_in(me, Scope.EVENTS_READ, account.id) else self._no_events()
        self.parts.set_option_enabled(EVENTS, not reason, reason)
        reason = "" if may_in(me, Scope.KEYS_READ, account.id) else self._no_keys()
        self.parts.set_option_enabled(KEYS, not reason, reason)

    def _no_events(self) -> str:
        return tr("Your roles do not allow seeing the events of this account.")

    def _no_keys(self) -> str:
        return tr("Your roles do not allow seeing the keys of this account.")

    def _say(self, words: str) -> None:
        self.toast.show_message(words, "good")

    def _say_failure(self, error: BaseException) -> None:
        self.banner.set_message("bad", trouble_words(error))
        self.banner.show()
