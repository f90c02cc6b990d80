"""Who an account is: its addresses, its people, and who is invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lmchat_desktop.domain.contact.addresses import ContactKind
from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.domain.wording import said
from lmchat_desktop.services import account_picture as service
from lmchat_desktop.ui.pages.accounts.lately_cards import LatelyCards
from lmchat_desktop.ui.pages.accounts.part_layout import scrolled_column
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.pages.acting.allowing import allow
from lmchat_desktop.ui.shell.person_menu import role_title
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.widgets.banner import GlyphMark
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card, Hairline
from lmchat_desktop.ui.widgets.panes import Panes
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from lmchat_desktop.contract.accounts import Member
    from lmchat_desktop.contract.invitations import Invitation
    from lmchat_desktop.services.account_picture import AccountPicture
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

NONE_CHOSEN = said("Accounts", "Choose a row first.")
MARK_PX = 14


class ContactLine(QWidget):
    """One way to reach the account, whether it is verified, and the button that changes it.

    Attributes:
        value, note: what is shown.
        change: the button.
    """

    def __init__(self, title: str, kind: ContactKind, parent: QWidget) -> None:
        super().__init__(parent)
        self.value = PlainLabel("", self, wrap=True, selectable=True)
        self.note = PlainLabel("", self, role="label", tone="muted")
        self._mark = GlyphMark("good", "good", MARK_PX, self)
        self.change = Button(tr("Change…"), self, small=True)
        self.change.setObjectName(f"change-{kind.value}")
        self.change.setAccessibleName(f"{title}: {self.change.text()}")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(title, self, role="label", tone="muted"))
        words.addWidget(self.value)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self._mark)
        below.addWidget(self.note)
        below.addStretch(1)
        words.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.change)

    def put(self, value: str | None, verified: bool) -> None:
        """Show an address, or that there is none."""
        self.value.setText(value or tr("none"))
        self._mark.set_glyph("good" if verified else "warn", "good" if verified else "warn")
        self._mark.setVisible(value is not None)
        told = tr("verified") if verified else tr("not verified")
        self.note.setText(told if value is not None else "")


class OverviewPart(QWidget):
    """Addresses, people and invitations, with the buttons that act on them.

    Attributes:
        email, phone: the addresses.
        members, invitations: the tables.
        lately: what happened last, and the keys in use.
        change_contact: a kind of address is to be changed.
    """

    change_contact = Signal(object)

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        zone = model.context.zone.zone
        self.email = ContactLine(tr("E-mail"), ContactKind.EMAIL, self)
        self.phone = ContactLine(tr("Phone"), ContactKind.PHONE, self)
        for line, kind in ((self.email, ContactKind.EMAIL), (self.phone, ContactKind.PHONE)):
            line.change.clicked.connect(lambda _on=False, kind=kind: self.change_contact.emit(kind))
        self.members = members_table(self, zone)
        self.invite = Button(tr("Invite…"), self, small=True, icon_name="add")
        self.invite.setObjectName("invite-member")
        self.role = Button(tr("Change role…"), self, small=True)
        self.role.setObjectName("change-role")
        self.remove = Button(tr("Remove…"), self, look="danger", small=True)
        self.remove.setObjectName("remove-member")
        self.invitations = invitations_table(self, zone)
        self.withdraw = Button(tr("Withdraw…"), self, small=True)
        self.withdraw.setObjectName("withdraw-invitation")
        self.no_invitations = PlainLabel(tr("Nobody is invited."), self, tone="muted")
        self.lately = LatelyCards(model, self)
        self._lay_out()
        for table in (self.members, self.invitations):
            table.selectionModel().selectionChanged.connect(lambda *_: self.put_rights())
        model.picture_changed.connect(self.put)
        model.rights_changed.connect(self.put_rights)
        model.context.zone.changed.connect(self._zone_changed)

    @property
    def chosen_member(self) -> Member | None:
        """The member whose row is selected."""
        picture, keys = self._model.picture, self.members.selected_keys()
        return picture.member(str(keys[0])) if picture is not None and keys else None

    @property
    def chosen_invitation(self) -> Invitation | None:
        """The invitation whose row is selected."""
        picture, keys = self._model.picture, self.invitations.selected_keys()
        return picture.invitation(str(keys[0])) if picture is not None and keys else None

    def put(self) -> None:
        """Show the account of the model."""
        picture = self._model.picture
        if picture is None:
            return
        account = picture.account
        self.email.put(account.email, account.email_verified)
        self.phone.put(account.phone, account.phone_verified)
        self._put_people(picture)
        self.put_rights()

    def put_rights(self) -> None:
        """Grey what cannot be done now, with the reason."""
        picture, me = self._model.picture, self._model.me
        if picture is None:
            return
        away, account = self._model.why_offline(), picture.account
        for line in (self.email, self.phone):
            allow(line.change, away or service.against_changing(me, account.id))
        allow(self.invite, away or service.against_inviting(me, account))
        member, invitation = self.chosen_member, self.chosen_invitation
        role = NONE_CHOSEN if member is None else service.against_role(picture, me, member)
        gone = NONE_CHOSEN if member is None else service.against_removing(picture, me, member)
        allow(self.role, away or role)
        allow(self.remove, away or gone)
        back = service.against_withdrawing(me, account.id)
        allow(self.withdraw, away or (NONE_CHOSEN if invitation is None else back))

    def _put_people(self, picture: AccountPicture) -> None:
        me = self._model.me.person.id
        you = tr("{name} (you)")
        rows: list[tuple[Any, ...]] = [
            (
                you.replace("{name}", one.name) if one.person_id == me else one.name,
                one.email,
                role_title(one.role),
                one.since,
            )
            for one in picture.members
        ]
        model: Any = self.members.rows
        model.set_rows(rows, keys=[one.id for one in picture.members])
        self.members.show_all_rows()
        self._members_card.set_title(tr("Members"), f"{len(rows):,}")
        invited = [
            (one.email, role_title(one.role), one.created_at, one.expires_at)
            for one in picture.invitations
        ]
        model = self.invitations.rows
        model.set_rows(invited, keys=[one.id for one in picture.invitations])
        self.invitations.show_all_rows()
        self.invitations.setVisible(bool(invited))
        self.no_invitations.setVisible(not invited)
        count = f"{len(invited):,}" if invited else ""
        self._invitations_card.set_title(tr("Open invitations"), count)

    def _lay_out(self) -> None:
        contact = Card(tr("How it is reached"), self)
        contact.body.addWidget(self.email)
        contact.body.addWidget(Hairline(contact))
        contact.body.addWidget(self.phone)
        contact.body.addStretch(1)
        self._members_card = Card(tr("Members"), self)
        for button in (self.invite, self.role, self.remove):
            self._members_card.add_trailing(button)
        self._members_card.body.addWidget(self.members)
        self._members_card.body.addStretch(1)
        self._invitations_card = Card(tr("Open invitations"), self)
        self._invitations_card.add_trailing(self.withdraw)
        self._invitations_card.body.addWidget(self.invitations)
        self._invitations_card.body.addWidget(self.no_invitations)
        column = scrolled_column(self, "account-scroll")
        panes = [(self._members_card, 8), (contact, 5)]
        column.addWidget(Panes(panes, self, narrowest=1100))
        column.addWidget(self._invitations_card)
        column.addWidget(self.lately)
        column.addStretch(1)

    def _zone_changed(self, zone: ZoneInfo) -> None:
        for table in (self.members, self.invitations):
            table.rows.set_zone(zone)


def members_table(parent: QWidget, zone: ZoneInfo) -> DataTable:
    """The table of an account's people."""
    columns = (
        ColumnSpec("name", tr("Name"), stretch=True, whole=170, width=120),
        ColumnSpec("email", tr("E-mail"), muted=True, yields=2),
        ColumnSpec("role", tr("Role"), width=100),
        ColumnSpec("since", tr("Since"), Kind.TIME, muted=True, yields=1),
    )
    return _table(columns, parent, zone, tr("Members"), "members-table")


def invitations_table(parent: QWidget, zone: ZoneInfo) -> DataTable:
    """The table of open invitations."""
    columns = (
        ColumnSpec("email", tr("E-mail"), stretch=True, whole=220, width=150),
        ColumnSpec("role", tr("As"), width=100),
        ColumnSpec("created", tr("Invited"), Kind.TIME, muted=True, yields=1),
        ColumnSpec("expires", tr("Good until"), Kind.TIME),
    )
    return _table(columns, parent, zone, tr("Open invitations"), "invitations-table")


def _table(
    columns: tuple[ColumnSpec, ...], parent: QWidget, zone: ZoneInfo, name: str, object_name: str
) -> DataTable:
    table = DataTable(RowsModel(columns, parent, zone=zone), parent, name=name)
    table.setObjectName(object_name)
    table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
    return table


def other_role(member: Member) -> Role:
    """The role that a member can be given."""
    return Role.MEMBER if member.role is Role.OWNER else Role.OWNER
