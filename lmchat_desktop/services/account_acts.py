"""What a person does about an account. Every call waits for the backend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.client import account_records, accounts, contacts, members
from lmchat_desktop.contract.accounts import (
    AccountReinstate,
    AccountSuspend,
    MemberUpdate,
)
from lmchat_desktop.contract.contacts import CodeConfirm, ContactChangeCreate
from lmchat_desktop.contract.invitations import InvitationCreate
from lmchat_desktop.contract.notes import NoteCreate
from lmchat_desktop.contract.recoveries import RecoveryEnd
from lmchat_desktop.domain.contact.recovery import RecoveryAct

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.accounts import (
        AbuseReason,
        Account,
        AccountRole,
        AccountUpdate,
        Member,
    )
    from lmchat_desktop.contract.contacts import ContactChange
    from lmchat_desktop.contract.invitations import Invitation
    from lmchat_desktop.contract.notes import AccountNote
    from lmchat_desktop.contract.recoveries import Recovery, RecoveryCreate
    from lmchat_desktop.domain.contact.addresses import ContactKind


@dataclass(frozen=True, slots=True)
class AccountActs:
    """Acts on one account.

    An act with an idempotency key does nothing twice when it is sent again after a lost answer.

    Attributes:
        api: the backend.
        account_id: the account.
    """

    api: ApiClient
    account_id: str

    def get(self, cancel: CancelToken) -> Account:
        """The account as it stands at the backend."""
        return accounts.get_account(self.api, self.account_id, cancel)

    def update(self, change: AccountUpdate, etag: str, cancel: CancelToken) -> Account:
        """Change name or country; `Stale` where somebody changed the account meanwhile."""
        return accounts.update_account(self.api, self.account_id, change, etag, cancel)

    def suspend(self, reason: AbuseReason, text: str, key: str, cancel: CancelToken) -> Account:
        """Serve the account no longer."""
        why = AccountSuspend(reason=reason, text=text)
        return accounts.suspend_account(
            self.api, self.account_id, why, idempotency_key=key, cancel=cancel
        )

    def reinstate(self, text: str, key: str, cancel: CancelToken) -> Account:
        """Serve the account again."""
        why = AccountReinstate(text=text)
        return accounts.reinstate_account(
            self.api, self.account_id, why, idempotency_key=key, cancel=cancel
        )

    def send_code(
        self, kind: ContactKind, value: str, key: str, cancel: CancelToken
    ) -> ContactChange:
        """Have a code sent to a new address."""
        wanted = ContactChangeCreate(kind=kind, value=value)
        return contacts.change_contact(
            self.api, self.account_id, wanted, idempotency_key=key, cancel=cancel
        )

    def confirm_code(
        self, change_id: str, code: str, key: str, cancel: CancelToken
    ) -> ContactChange:
        """Let a new address count by its code."""
        return contacts.confirm_contact(
            self.api,
            self.account_id,
            change_id,
            CodeConfirm(code=code),
            idempotency_key=key,
            cancel=cancel,
        )

    def invite(self, email: str, role: AccountRole, key: str, cancel: CancelToken) -> Invitation:
        """Invite somebody into the account."""
        wanted = InvitationCreate(email=email, role=role)
        return members.create_invitation(
            self.api, self.account_id, wanted, idempotency_key=key, cancel=cancel
        )

    def withdraw_invitation(
        self, invitation: Invitation, key: str, cancel: CancelToken
    ) -> Invitation:
        """Take an invitation back."""
        return members.withdraw_invitation(
            self.api, self.account_id, invitation.id, idempotency_key=key, cancel=cancel
        )

    def set_role(self, member: Member, role: AccountRole, cancel: CancelToken) -> Member:
        """Give a member another role than was seen."""
        wanted = MemberUpdate(role=role)
        return members.update_member(
            self.api, self.account_id, member.person_id, wanted, member.etag, cancel
        )

    def remove(self, member: Member, cancel: CancelToken) -> None:
        """End a membership as it was seen."""
        members.remove_member(self.api, self.account_id, member.person_id, member.etag, cancel)

    def note(self, text: str, key: str, cancel: CancelToken) -> AccountNote:
        """Write a note."""
        return account_records.create_note(
            self.api, self.account_id, NoteCreate(text=text), idempotency_key=key, cancel=cancel
        )

    def strike(self, note: AccountNote, key: str, cancel: CancelToken) -> AccountNote:
        """Strike a note of one's own."""
        return account_records.strike_note(
            self.api, self.account_id, note.id, idempotency_key=key, cancel=cancel
        )

    def prepare(self, wanted: RecoveryCreate, key: str, cancel: CancelToken) -> Recovery:
        """Write down what was checked of somebody who lost their addresses."""
        return contacts.prepare_recovery(
            self.api, self.account_id, wanted, idempotency_key=key, cancel=cancel
        )

    def decide(
        self, recovery: Recovery, act: RecoveryAct, text: str, key: str, cancel: CancelToken
    ) -> Recovery:
        """Do an act on a recovery; the text is its reason, or the code that completes it."""
        body: RecoveryEnd | CodeConfirm | None = None
        if act in (RecoveryAct.REFUSE, RecoveryAct.WITHDRAW):
            body = RecoveryEnd(reason=text)
        elif act is RecoveryAct.COMPLETE:
            body = CodeConfirm(code=text)
        return contacts.act_on_recovery(
            self.api,
            self.account_id,
            recovery.id,
            act,
            body,
            idempotency_key=key,
            cancel=cancel,
        )
