"""Dialogs that give roles: to a new operator, or others to one who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from lmchat_desktop.domain.operators import Refusal, RoleChange
from lmchat_desktop.domain.scopes import OPERATOR_ROLES, Role, scopes_of
from lmchat_desktop.services.operators import outcome
from lmchat_desktop.ui.pages.operators.operator_dialog import OperatorDialog
from lmchat_desktop.ui.pages.operators.words import role_list, scope_list, tr
from lmchat_desktop.ui.shell.person_menu import role_title
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from lmchat_desktop.contract.operators import Operator, OperatorRole
    from lmchat_desktop.services.operators import OperatorsPicture
    from lmchat_desktop.ui.shell.context import PageContext

NEWCOMER = ""
"""Whose roles an invitation gives: those of nobody who is known yet."""


class GivingDialog(OperatorDialog):
    """Ticks roles and says what they bring, what ends, and what waits for a second person.

    Attributes:
        boxes: a box for each role.
        gives, takes, waits: what comes of it, in words.
    """

    def __init__(
        self,
        context: PageContext,
        picture: OperatorsPicture,
        title: str,
        action: str,
        parent: QWidget | None,
    ) -> None:
        super().__init__(context, title, action, parent, width=560)
        self._picture = picture
        self.boxes: dict[Role, QCheckBox] = {}

    def add_roles(self, ticked: frozenset[Role]) -> None:
        """The boxes, and what comes of them."""
        row = QHBoxLayout()
        row.setSpacing(20)
        for role in Role:
            if role in OPERATOR_ROLES:
                box = QCheckBox(role_title(role), self)
                box.setObjectName(f"role-{role.value}")
                box.setChecked(role in ticked)
                box.toggled.connect(self.check)
                self.boxes[role] = box
                row.addWidget(box)
        row.addStretch(1)
        self.content.addWidget(PlainLabel(tr("Roles"), self, role="label", tone="muted"))
        self.content.addLayout(row)
        self.gives = PlainLabel("", self, wrap=True)
        self.takes = PlainLabel("", self, wrap=True)
        self.waits = PlainLabel("", self, tone="warn", wrap=True)
        for label in (self.gives, self.takes, self.waits):
            self.content.addWidget(label)

    @property
    def wanted(self) -> frozenset[Role]:
        """The roles that are ticked."""
        return frozenset(role for role, box in self.boxes.items() if box.isChecked())

    @property
    def sent_roles(self) -> frozenset[OperatorRole]:
        """The roles that are ticked, as the API takes them."""
        return cast("frozenset[OperatorRole]", self.wanted)

    def tell(self, person_id: str) -> RoleChange | str:
        """Say what the backend would make of it; answers that, or why it would refuse."""
        told = outcome(self._picture, self.context.session.me, person_id, self.wanted)
        held = self._picture.staff.of(person_id)
        texts = {self.gives: "", self.takes: "", self.waits: ""}
        if isinstance(told, RoleChange):
            after = scopes_of((held - told.taken) | told.given)
            more, less = after - scopes_of(held), scopes_of(held) - after
            if more:
                texts[self.gives] = tr("Gives at once: {rights}.").replace(
                    "{rights}", scope_list(more)
                )
            if less:
                texts[self.takes] = tr("Takes at once: {rights}.").replace(
                    "{rights}", scope_list(less)
                )
            if told.waiting:
                later = scopes_of(told.waiting) - after
                words = tr("{roles} waits for a second person to approve. It then gives: {rights}.")
                texts[self.waits] = words.replace("{roles}", role_list(told.waiting)).replace(
                    "{rights}", scope_list(later)
                )
        for label, text in texts.items():
            label.setText(text)
            label.setVisible(bool(text))
        if self.isVisible():
            self.refit()
        return told


class InviteDialog(GivingDialog):
    """Makes somebody an operator."""

    def __init__(
        self, context: PageContext, picture: OperatorsPicture, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, picture, tr("Invite an operator"), tr("Invite"), parent)
        self.setObjectName("invite-dialog")
        self.name = self.add_line("invite-name", tr("Name"))
        self.email = self.add_line("invite-email", tr("E-mail"), longest=254)
        self.add_roles(frozenset({Role.SUPPORT}))
        self.reason = self.add_reason()
        self.check()

    def missing(self) -> str:
        told = self.tell(NEWCOMER)
        if not self.name.text().strip():
            return tr("A name is missing.")
        before, at, after = self.email.text().strip().partition("@")
        if not (before and at and after) or " " in self.email.text().strip():
            return tr("An e-mail address is missing.")
        if not self.wanted:
            return tr("Tick a role at least.")
        if isinstance(told, str):
            return translated(told)
        return "" if self.reason.text().strip() else tr("A reason is missing.")

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        name = self.name.text().strip()
        sent = (name, self.email.text().strip(), self.sent_roles, self.reason.text().strip())
        return self.acts.invite, sent, tr("{name} is invited.").replace("{name}", name)


class RolesDialog(GivingDialog):
    """Gives an operator other roles, or gives up one's own."""

    def __init__(
        self,
        context: PageContext,
        picture: OperatorsPicture,
        operator: Operator,
        parent: QWidget | None = None,
    ) -> None:
        title = tr("Roles of {name}").replace("{name}", operator.name)
        super().__init__(context, picture, title, tr("Change roles"), parent)
        self.setObjectName("roles-dialog")
        self._operator = operator
        self._before = frozenset(operator.roles) | frozenset(operator.waiting)
        self.add_roles(self._before)
        self.reason = self.add_reason()
        if operator.id == context.session.me.person.id:
            for role, box in self.boxes.items():
                if role not in operator.roles:
                    box.setChecked(False)
                    box.setEnabled(False)
                    box.setToolTip(plain_tooltip(translated(Refusal.OWN_RIGHTS.value)))
        self.check()

    def missing(self) -> str:
        told = self.tell(self._operator.id)
        if isinstance(told, str):
            return translated(told)
        if self.wanted == self._before:
            return tr("Nothing is changed yet.")
        return "" if self.reason.text().strip() else tr("A reason is missing.")

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        told = self.tell(self._operator.id)
        waits = isinstance(told, RoleChange) and bool(told.waiting)
        words = (
            tr("What {name} is to be given waits for a second person.")
            if waits
            else tr("{name} has other roles now.")
        )
        sent = (self._operator, self.sent_roles, self.reason.text().strip())
        return self.acts.set_roles, sent, words.replace("{name}", self._operator.name)
