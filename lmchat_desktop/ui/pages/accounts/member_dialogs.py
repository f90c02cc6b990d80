"""Invites people into an account, changes what they are there, and ends that."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from lmchat_desktop.domain.contact.addresses import BadContact, checked_email
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.words import at_time, tr
from lmchat_desktop.ui.shell.person_menu import role_title
from lmchat_desktop.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.accounts import AccountRole, Member
    from lmchat_desktop.contract.invitations import Invitation
    from lmchat_desktop.ui.pages.accounts.model import AccountModel


class InviteDialog(AccountDialog):
    """Asks whom to invite as what.

    Attributes:
        email, role: the fields.
    """

    def __init__(self, model: AccountModel, parent: QWidget | None) -> None:
        super().__init__(
            tr("Invite somebody"), model, parent, act=tr("Invite"), acting=tr("Inviting…")
        )
        self.setObjectName("invite-dialog")
        self.email = self.add_line("invite-email", tr("E-mail"), longest=320)
        roles = [(role.value, role_title(role)) for role in (Role.MEMBER, Role.OWNER)]
        self.role = SegmentedControl(roles, Role.MEMBER.value, self._inner, name=tr("As"))
        self.role.setObjectName("invite-role")
        self.add_control(tr("As"), self.role)
        self.add_content(
            tr(
                "Members see usage, requests and keys. Owners also make keys, change the account "
                "and its people, and export everything."
            ),
            role="label",
            tone="muted",
        )
        self.add_content(
            tr("A code goes to the address by mail, and nowhere else. It is good for 7 days."),
            role="label",
            tone="muted",
        )
        self.check()

    def missing(self) -> str:
        try:
            checked_email(self.email.text())
        except BadContact:
            return tr("That is no e-mail address yet.")
        return ""

    def begin(self) -> None:
        email = checked_email(self.email.text())
        words = tr("{email} is invited.").replace("{email}", email)
        role = cast("AccountRole", Role(self.role.current))
        self.do(words, self.acts.invite, email, role, self.key)


class WithdrawDialog(AccountDialog):
    """Takes an invitation back."""

    def __init__(self, model: AccountModel, invitation: Invitation, parent: QWidget | None) -> None:
        super().__init__(
            tr("Withdraw this invitation?"),
            model,
            parent,
            act=tr("Withdraw"),
            acting=tr("Withdrawing…"),
            look="danger",
        )
        self.setObjectName("withdraw-dialog")
        self._invitation = invitation
        told = tr("{email} was invited on {at}. The code stops working at once.")
        at = at_time(invitation.created_at, model.context.zone.zone)
        self.add_content(told.replace("{at}", at).replace("{email}", invitation.email))
        self.check()

    def missing(self) -> str:
        return ""

    def begin(self) -> None:
        words = tr("{email} is no longer invited.").replace("{email}", self._invitation.email)
        self.do(words, self.acts.withdraw_invitation, self._invitation, self.key)


class RoleDialog(AccountDialog):
    """Gives a member the other role."""

    def __init__(
        self, model: AccountModel, member: Member, role: Role, parent: QWidget | None
    ) -> None:
        title = tr("Make {name} {role}?").replace("{role}", role_title(role))
        super().__init__(
            title.replace("{name}", member.name),
            model,
            parent,
            act=tr("Change role"),
            acting=tr("Changing…"),
        )
        self.setObjectName("role-dialog")
        self._member, self._role = member, role
        if role is Role.OWNER:
            told = tr(
                "They can then make and revoke keys, change the account and its people, and "
                "export everything."
            )
        else:
            told = tr("They then see usage, requests and keys, and change nothing.")
        self.add_content(told)
        self.check()

    def missing(self) -> str:
        return ""

    def begin(self) -> None:
        words = tr("{name} is now: {role}.").replace("{role}", role_title(self._role))
        words = words.replace("{name}", self._member.name)
        self.do(words, self.acts.set_role, self._member, cast("AccountRole", self._role))


class RemoveDialog(AccountDialog):
    """Ends a membership, or one's own."""

    def __init__(self, model: AccountModel, member: Member, parent: QWidget | None) -> None:
        own = member.person_id == model.me.person.id
        title = tr("Leave this account?") if own else tr("Remove {name}?")
        super().__init__(
            title.replace("{name}", member.name),
            model,
            parent,
            act=tr("Leave") if own else tr("Remove"),
            acting=tr("Removing…"),
            look="danger",
        )
        self.setObjectName("remove-dialog")
        self._member = member
        self.add_content(
            tr("Their access to this account ends at once. Keys that they made stay and work on.")
        )
        self.check()

    def missing(self) -> str:
        return ""

    def begin(self) -> None:
        words = tr("{name} no longer belongs to the account.").replace("{name}", self._member.name)
        self.do(words, self.acts.remove, self._member)
