"""Dialogs that decide on what waits, and that end what cannot be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.domain.scopes import scopes_of
from lmchat_desktop.services.operators import is_own
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.pages.operators.operator_dialog import OperatorDialog
from lmchat_desktop.ui.pages.operators.words import role_list, scope_list, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QLineEdit, QWidget

    from lmchat_desktop.contract.identity import Device
    from lmchat_desktop.contract.operators import Grant, Operator
    from lmchat_desktop.services.operators import OperatorsPicture
    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_TYPED = 120


class DecideDialog(OperatorDialog):
    """Approves, rejects or withdraws roles that wait."""

    def __init__(
        self, context: PageContext, grant: Grant, how: str, parent: QWidget | None = None
    ) -> None:
        title, action = {
            "approve": (tr("Approve what {name} is to be given?"), tr("Approve")),
            "reject": (tr("Reject what {name} is to be given?"), tr("Reject")),
            "withdraw": (tr("Withdraw what {name} is to be given?"), tr("Withdraw")),
        }[how]
        super().__init__(context, title.replace("{name}", grant.person_name), action, parent)
        self.setObjectName("decide-dialog")
        self._grant, self._how = grant, how
        asked = tr("{name} asked for this role: {roles}. “{reason}”")
        asked = asked.replace("{roles}", role_list(grant.roles))
        self.add_content(
            asked.replace("{name}", grant.asked_by_name).replace("{reason}", grant.reason)
        )
        if how == "approve":
            rights = scope_list(scopes_of(grant.roles))
            self.add_content(tr("It gives at once: {rights}.").replace("{rights}", rights))
        self.reason = self.add_reason()
        self.check()

    def missing(self) -> str:
        return "" if self.reason.text().strip() else tr("A reason is missing.")

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        act, words = {
            "approve": (self.acts.approve, tr("{name} has the role now: {roles}.")),
            "reject": (self.acts.reject, tr("Rejected: {name} is not given {roles}.")),
            "withdraw": (self.acts.withdraw, tr("Withdrawn: {name} is not given {roles}.")),
        }[self._how]
        words = words.replace("{roles}", role_list(self._grant.roles))
        words = words.replace("{name}", self._grant.person_name)
        return act, (self._grant, self.reason.text().strip()), words


class EndingDialog(OperatorDialog):
    """Ends something for good; its name has to be typed.

    Attributes:
        typed: where it is typed.
    """

    def __init__(
        self, context: PageContext, title: str, action: str, name: str, parent: QWidget | None
    ) -> None:
        super().__init__(context, title, action, parent, look="danger")
        self._typed_name = name

    def add_typed_name(self) -> None:
        """The field for the name of what is ended."""
        request = tr("Type the name to confirm")
        self.typed = TypedConfirmation(request, self._typed_name, self._inner)
        self.typed.changed.connect(self.check)
        self.content.addWidget(self.typed)
        self.begin_at(self.typed.field)

    def not_typed(self) -> str:
        """That the name was not typed; empty where it was."""
        return "" if self.typed.confirmed else tr("Type the name to confirm.")


class RemoveDialog(EndingDialog):
    """Removes an operator, or lets one leave."""

    def __init__(
        self,
        context: PageContext,
        picture: OperatorsPicture,
        operator: Operator,
        parent: QWidget | None = None,
    ) -> None:
        title = tr("Remove {name}?").replace("{name}", operator.name)
        super().__init__(context, title, tr("Remove"), operator.name, parent)
        self.setObjectName("remove-dialog")
        self._operator = operator
        roles = role_list(operator.roles)
        if roles:
            words = tr("These roles end at once: {roles}. So do all sessions.")
            self.add_content(words.replace("{roles}", roles))
        else:
            self.add_content(tr("All sessions end at once."))
        count = picture.devices_of(operator.id)
        if operator.id in picture.members:
            self.add_content(tr("They stay a member of their account, and keep their devices."))
        elif count:
            words = tr("Devices that are revoked and destroy what they keep: {count}.")
            self.add_content(words.replace("{count}", f"{count:,}"))
        if operator.waiting:
            self.add_content(tr("What waits for a second person lapses."))
        self.add_typed_name()
        self.reason = self.add_reason()
        self.check()

    def missing(self) -> str:
        missing = "" if self.reason.text().strip() else tr("A reason is missing.")
        return self.not_typed() or missing

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        words = tr("{name} is no operator any more.").replace("{name}", self._operator.name)
        return self.acts.remove, (self._operator, self.reason.text().strip()), words


class RevokeDialog(EndingDialog):
    """Ends a device's access for good; somebody else's needs a reason."""

    def __init__(
        self, context: PageContext, device: Device, person: str, parent: QWidget | None = None
    ) -> None:
        title = tr("Revoke {name}?").replace("{name}", device.name)
        # A device names itself: what nobody could type is confirmed by its id.
        typeable = 0 < len(device.name.strip()) <= LONGEST_TYPED
        name = device.name if typeable else device.id
        super().__init__(context, title, tr("Revoke"), name, parent)
        self.setObjectName("revoke-dialog")
        self._device = device
        words = tr("The device of {person} loses its access at once and for good.")
        self.add_content(words.replace("{person}", person))
        self.add_content(
            tr(
                "At its next contact, or when its lease ends, it destroys the key of what it "
                "keeps. Nothing is lost on the backend, and its owner can sign in anew."
            ),
            tone="muted",
        )
        self.add_typed_name()
        own = is_own(context.session.me, device)
        self.reason: QLineEdit | None = None if own else self.add_reason()
        self.check()

    def missing(self) -> str:
        given = self.reason is None or self.reason.text().strip()
        return self.not_typed() or ("" if given else tr("A reason is missing."))

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        words = tr("{name} is revoked.").replace("{name}", self._device.name)
        reason = "" if self.reason is None else self.reason.text().strip()
        return self.acts.revoke, (self._device, reason), words
