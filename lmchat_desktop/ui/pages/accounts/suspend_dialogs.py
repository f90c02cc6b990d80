"""Suspends an account, and reinstates it: says exactly what stops and what goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.accounts import AbuseReason
from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.words import reason_words, tr
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.widgets.buttons import ChoiceButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.services.account_picture import AccountPicture
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

NONE = ""


class SuspendDialog(AccountDialog):
    """Asks why, and has the account's name typed.

    Attributes:
        reason: the coded reason.
        text: more about it, for the audit log.
        typed: the account's name, to be typed.
    """

    def __init__(
        self, model: AccountModel, picture: AccountPicture, parent: QWidget | None
    ) -> None:
        super().__init__(
            tr("Suspend this account?"),
            model,
            parent,
            act=tr("Suspend"),
            acting=tr("Suspending…"),
            look="danger",
            width=620,
        )
        self.setObjectName("suspend-dialog")
        self._name = picture.account.name
        stops = tr(
            "From now on every request with one of its {count} working keys is refused, no key is "
            "made, and nobody can be invited. Its people can still sign in, see everything and "
            "export it; nothing is deleted."
        )
        self.add_content(stops.replace("{count}", f"{picture.active_keys:,}"))
        self.add_content(
            tr("The owners are told of it with the reason, not with the text below."), tone="muted"
        )
        reasons = [(reason.value, reason_words(reason)) for reason in AbuseReason]
        self.reason = ChoiceButton(
            [(NONE, tr("Choose…")), *reasons], NONE, self._inner, name=tr("Reason")
        )
        self.reason.setObjectName("suspend-reason")
        self.reason.current_changed.connect(lambda _value: self.check())
        self.add_control(tr("Reason"), self.reason)
        self.text = self.add_lines("suspend-text", tr("What happened, for the audit log"))
        request = tr("Type the account's name to confirm")
        self.typed = TypedConfirmation(request, self._name, self._inner)
        self.typed.changed.connect(self.check)
        self.content.addWidget(self.typed)
        self.check()

    def missing(self) -> str:
        if self.reason.current == NONE:
            return tr("A reason is missing.")
        if not self.text.toPlainText().strip():
            return tr("Say what happened.")
        return "" if self.typed.confirmed else tr("Type the account's name to confirm.")

    def begin(self) -> None:
        words = tr("{name} is suspended: its keys are refused.").replace("{name}", self._name)
        reason, text = AbuseReason(self.reason.current), self.text.toPlainText().strip()
        self.do(words, self.acts.suspend, reason, text, self.key)


class ReinstateDialog(AccountDialog):
    """Asks why a suspended account is served again.

    Attributes:
        text: why, for the audit log.
    """

    def __init__(
        self, model: AccountModel, picture: AccountPicture, parent: QWidget | None
    ) -> None:
        super().__init__(
            tr("Reinstate this account?"),
            model,
            parent,
            act=tr("Reinstate"),
            acting=tr("Reinstating…"),
        )
        self.setObjectName("reinstate-dialog")
        self._name = picture.account.name
        self.add_content(
            tr("Its keys work again at once, as far as they are not revoked or expired.")
        )
        self.add_content(tr("The owners are told."), tone="muted")
        self.text = self.add_lines("reinstate-text", tr("Why, for the audit log"))
        self.check()

    def missing(self) -> str:
        return "" if self.text.toPlainText().strip() else tr("A reason is missing.")

    def begin(self) -> None:
        words = tr("{name} is served again.").replace("{name}", self._name)
        self.do(words, self.acts.reinstate, self.text.toPlainText().strip(), self.key)
