"""One account: what is known of it here, and what a person may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.cache.paging import EntityPages
from lmchat_desktop.contract.accounts import Account, AccountState, Member
from lmchat_desktop.contract.catalog import Plan
from lmchat_desktop.contract.invitations import Invitation, InvitationState
from lmchat_desktop.contract.keys import KeyState
from lmchat_desktop.domain.contact.recovery import RecoveryState, may_decide
from lmchat_desktop.domain.keys.secret import found_in
from lmchat_desktop.domain.membership import leaves_an_owner
from lmchat_desktop.domain.paging import RowOrder
from lmchat_desktop.domain.scopes import Role, Scope
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services.rights import may_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lmchat_desktop.contract.identity import Me
    from lmchat_desktop.contract.notes import AccountNote
    from lmchat_desktop.contract.recoveries import Recovery
    from lmchat_desktop.domain.wording import Sentence
    from lmchat_desktop.services.session import Session

KEYS_LISTED = 8

NEEDS_WRITE = said("Accounts", "Your roles do not allow changing this account.")
NEEDS_SUSPEND = said("Accounts", "Only support and administrators suspend and reinstate.")
NEEDS_OWNER = said("Accounts", "Only an owner of the account may do this.")
SUSPENDED = said("Accounts", "The account is suspended.")
LAST_OWNER = said("Accounts", "An account keeps at least one owner: make somebody else one first.")
NEEDS_NOTES = said("Accounts", "Your roles do not allow writing notes.")
NOT_YOURS = said("Accounts", "Only its author may strike a note.")
STRUCK = said("Accounts", "It is struck already.")
NEEDS_RECOVER = said("Accounts", "Your roles do not allow recoveries.")
SECOND_PERSON = said(
    "Accounts", "A second person decides: neither who prepared it nor whom it lets in."
)
NOT_WAITING = said("Accounts", "It does not wait for a decision.")
ENDED = said("Accounts", "It has ended.")
NOT_YET = said("Accounts", "A code can be sent 72 hours after the approval, not before.")
NOT_APPROVED = said("Accounts", "It is not approved yet.")
NO_CODE = said("Accounts", "No code was sent yet.")


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key in an account's short list."""

    id: str
    name: str
    hint: str
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountPicture:
    """What the cache knows of one account at one moment.

    Attributes:
        account: the account.
        plan: its plan's name, or id where that is not known.
        members: owners first, then by name.
        invitations: those that are open, the oldest first.
        active_keys: how many keys work.
        keys: those of them that were used last.
    """

    account: Account
    plan: str
    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...]
    active_keys: int
    keys: tuple[ListedKey, ...]

    @property
    def owners(self) -> int:
        """How many owners there are."""
        return sum(one.role is Role.OWNER for one in self.members)

    @property
    def names(self) -> Mapping[str, str]:
        """The members' names by their ids."""
        return {one.person_id: one.name for one in self.members}

    def member(self, member_id: str) -> Member | None:
        """A member, if they are one still."""
        return next((one for one in self.members if one.id == member_id), None)

    def invitation(self, invitation_id: str) -> Invitation | None:
        """An invitation, if it is open still."""
        return next((one for one in self.invitations if one.id == invitation_id), None)


def read_account(session: Session, account_id: str) -> AccountPicture | None:
    """Read the cache; call it off the interface thread. None where the account is not in it."""
    entities = session.entities
    account = entities.get(Account, account_id)
    if account is None:
        return None
    plan = entities.get(Plan, account.plan_id)
    members = entities.list(Member, account_id=account_id)
    now = session.clock.now()
    invitations = [
        one
        for one in entities.list(Invitation, account_id=account_id, state=InvitationState.OPEN)
        if one.expires_at > now
    ]
    fields = ("name", "hint", "last_used_at")
    conditions = {"account_id": account_id, "state": KeyState.ACTIVE}
    pages = EntityPages(session.cache, "key", fields, conditions)
    page = pages.page(RowOrder("last_used_at", True), 0, KEYS_LISTED)
    return AccountPicture(
        account,
        account.plan_id if plan is None else plan.name,
        tuple(sorted(members, key=lambda one: (one.role is not Role.OWNER, one.name.casefold()))),
        tuple(sorted(invitations, key=lambda one: (one.created_at, one.id))),
        pages.count(),
        tuple(ListedKey(str(key), *row) for key, row in zip(page.keys, page.rows, strict=True)),
    )


def holds_secret(text: str) -> bool:
    """Whether a text has a key's secret in it: it is not to leave this machine."""
    return bool(found_in(text))


# What one may do. Each answers why not, or None.


def against_changing(me: Me, account_id: str) -> Sentence | None:
    """Why the person may not change name, country or addresses."""
    return None if may_in(me, Scope.ACCOUNTS_WRITE, account_id) else NEEDS_WRITE


def against_suspending(me: Me) -> Sentence | None:
    """Why the person may not suspend and reinstate."""
    return None if Scope.ACCOUNTS_SUSPEND in me.scopes else NEEDS_SUSPEND


def against_exporting(me: Me, account_id: str) -> Sentence | None:
    """Why the person may not export everything."""
    return None if may_in(me, Scope.ACCOUNTS_EXPORT, account_id) else NEEDS_OWNER


def against_inviting(me: Me, account: Account) -> Sentence | None:
    """Why the person may not invite anybody."""
    if not may_in(me, Scope.MEMBERS_WRITE, account.id):
        return NEEDS_OWNER
    return SUSPENDED if account.state is AccountState.SUSPENDED else None


def against_withdrawing(me: Me, account_id: str) -> Sentence | None:
    """Why the person may not take an invitation back."""
    return None if may_in(me, Scope.MEMBERS_WRITE, account_id) else NEEDS_OWNER


def against_role(picture: AccountPicture, me: Me, member: Member) -> Sentence | None:
    """Why the person may not give a member the other role."""
    if not may_in(me, Scope.MEMBERS_WRITE, member.account_id):
        return NEEDS_OWNER
    other = Role.MEMBER if member.role is Role.OWNER else Role.OWNER
    return None if leaves_an_owner(member.role, other, picture.owners) else LAST_OWNER


def against_removing(picture: AccountPicture, me: Me, member: Member) -> Sentence | None:
    """Why the person may not end a membership; their own they may."""
    own = member.person_id == me.person.id
    if not own and not may_in(me, Scope.MEMBERS_WRITE, member.account_id):
        return NEEDS_OWNER
    return None if leaves_an_owner(member.role, None, picture.owners) else LAST_OWNER


def against_noting(me: Me) -> Sentence | None:
    """Why the person may not write notes."""
    return None if Scope.NOTES_WRITE in me.scopes else NEEDS_NOTES


def against_striking(me: Me, note: AccountNote) -> Sentence | None:
    """Why the person may not strike a note."""
    if note.struck_at is not None:
        return STRUCK
    if note.author_id != me.person.id:
        return NOT_YOURS
    return against_noting(me)


def against_recovering(me: Me) -> Sentence | None:
    """Why the person may not prepare recoveries."""
    return None if Scope.ACCOUNTS_RECOVER in me.scopes else NEEDS_RECOVER


def against_deciding(me: Me, recovery: Recovery) -> Sentence | None:
    """Why the person may not approve or refuse a recovery."""
    if recovery.state is not RecoveryState.PREPARED:
        return NOT_WAITING
    allowed = may_decide(me.person.id, recovery.prepared_by, recovery.person_id)
    return against_recovering(me) if allowed else SECOND_PERSON


def against_ending(me: Me, recovery: Recovery) -> Sentence | None:
    """Why the person may not withdraw a recovery."""
    return ENDED if recovery.ended_at is not None else against_recovering(me)


def against_sending_code(me: Me, recovery: Recovery, now: datetime) -> Sentence | None:
    """Why no code can be sent to a recovery's new address."""
    if recovery.ended_at is not None or recovery.state is RecoveryState.COMPLETED:
        return ENDED
    if recovery.effective_at is None:
        return NOT_APPROVED
    return NOT_YET if now < recovery.effective_at else against_recovering(me)


def against_completing(me: Me, recovery: Recovery) -> Sentence | None:
    """Why a recovery's new address cannot be let count."""
    if recovery.state is RecoveryState.CODE_SENT:
        return against_recovering(me)
    return ENDED if recovery.state is RecoveryState.COMPLETED else NO_CODE
