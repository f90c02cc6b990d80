"""What a person does about an account. Every call waits for the backend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lmchat_desktop.client import account_records, accounts, contacts, members
from lmchat_desktop.contract.accounts import MemberUpdate
from lmchat_desktop.contract.invitations import InvitationCreate
from lmchat_desktop.domain.contact.recovery import RecoveryAct
from lmchat_desktop.services.accounts import AccountService

if TYPE_CHECKING:
    from collections.abc import Callable

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

    @property
    def _service(self) -> AccountService:
        return AccountService(self.api)

    def suspend(self, reason: AbuseReason, text: str, key: str, cancel: CancelToken) -> Account:
        """Serve the account no longer."""
        return self._service.suspend(self.account_id, reason, text, key, cancel)

    def reinstate(self, text: str, key: str, cancel: CancelToken) -> Account:
        """Serve the account again."""
        return self._service.reinstate(self.account_id, text, key, cancel)

    def send_code(
        self, kind: ContactKind, value: str, key: str, cancel: CancelToken
    ) -> ContactChange:
        """Have a code sent to a new address."""
        return self._service.send_code(self.account_id, kind, value, key, cancel)

    def confirm_code(
        self, change: ContactChange, code: str, key: str, cancel: CancelToken
    ) -> ContactChange:
        """Let a new address count by its code.

        Raises:
            WrongCode: it is another code; the try counts.
        """
        return self._service.confirm_code(change, code, key, cancel)

    def invite(self, email: str, role: AccountRole, key: str, cancel: CancelToken) -> Invitation:
        """Invite somebody into the account."""
        wanted = InvitationCreate(email=email, role=role)
        return members.invite(self.api, self.account_id, wanted, idempotency_key=key, cancel=cancel)

    def withdraw_invitation(
        self, invitation: Invitation, key: str, cancel: CancelToken
    ) -> Invitation:
        """Take an invitation back."""
        return members.withdraw_invitation(self.api, invitation, idempotency_key=key, cancel=cancel)

    def set_role(self, member: Member, role: AccountRole, cancel: CancelToken) -> Member:
        """Give a member another role than was seen."""
        return members.update_member(self.api, member, MemberUpdate(role=role), cancel)

    def remove(self, member: Member, cancel: CancelToken) -> None:
        """End a membership as it was seen."""
        members.remove_member(self.api, member, cancel)

    def note(self, text: str, key: str, cancel: CancelToken) -> AccountNote:
        """Write a note."""
        return account_records.create_note(
            self.api, self.account_id, text, idempotency_key=key, cancel=cancel
        )

    def strike(self, note: AccountNote, key: str, cancel: CancelToken) -> AccountNote:
        """Strike a note of one's own."""
        return account_records.strike_note(self.api, note, idempotency_key=key, cancel=cancel)

    def prepare(self, wanted: RecoveryCreate, key: str, cancel: CancelToken) -> Recovery:
        """Write down what was checked of somebody who lost their addresses."""
        return contacts.prepare_recovery(
            self.api, self.account_id, wanted, idempotency_key=key, cancel=cancel
        )

    def decide(
        self, recovery: Recovery, act: RecoveryAct, text: str, key: str, cancel: CancelToken
    ) -> Recovery:
        """Do an act on a recovery; the text is its reason, or the code that completes it."""
        done: Callable[..., Recovery]
        match act:
            case RecoveryAct.APPROVE:
                done = contacts.approve_recovery
            case RecoveryAct.SEND_CODE:
                done = contacts.send_recovery_code
            case RecoveryAct.REFUSE:
                done = partial(contacts.refuse_recovery, reason=text)
            case RecoveryAct.WITHDRAW:
                done = partial(contacts.withdraw_recovery, reason=text)
            case RecoveryAct.COMPLETE:
                done = partial(contacts.complete_recovery, code=text)
        return done(self.api, recovery, idempotency_key=key, cancel=cancel)
