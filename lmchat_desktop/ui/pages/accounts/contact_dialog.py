"""Changes an e-mail or a telephone number in two steps: a code goes out, and comes back."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

from lmchat_desktop.domain.contact.addresses import BadContact, ContactKind, checked
from lmchat_desktop.services.accounts import WrongCode
from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.words import at_time, tr
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.accounts import Account
    from lmchat_desktop.contract.contacts import ContactChange
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

CODE = re.compile("[0-9]{6}", re.ASCII)
RESENT_AFTER_MS = 30_000
"""So long the first code is waited for before another one is offered."""


class ContactDialog(AccountDialog):
    """Asks for the new address, then for the code that went there.

    Attributes:
        value: the new address.
        code: the code, from the second step on.
        again: sends another code, after a while.
        change: what is under way; None in the first step.
    """

    def __init__(
        self, model: AccountModel, account: Account, kind: ContactKind, parent: QWidget | None
    ) -> None:
        email = kind is ContactKind.EMAIL
        super().__init__(
            tr("Another e-mail address") if email else tr("Another telephone number"),
            model,
            parent,
            act=tr("Send the code"),
            acting=tr("Sending…"),
        )
        self.setObjectName("contact-dialog")
        self._kind = kind
        self.change: ContactChange | None = None
        old = account.email if email else account.phone
        self.value = self.add_line(
            "contact-value",
            tr("New e-mail address") if email else tr("New number, with its country code"),
            longest=320,
        )
        self._says = self.add_content(
            tr("A code of six digits goes there. Nothing changes before it is given here.")
        )
        told = tr("Then {old} no longer counts: it is told of the change, and so are the owners.")
        self._old = self.add_content(told.replace("{old}", old or ""), tone="muted")
        self._old.setVisible(old is not None)
        self._code_label = PlainLabel(tr("Code"), self._inner, role="label", tone="muted")
        self.code = QLineEdit(self._inner)
        self.code.setObjectName("contact-code")
        self.code.setAccessibleName(tr("Code"))
        self.code.setMaxLength(6)
        self.code.textChanged.connect(lambda _text: self.check())
        self.again = Button(tr("Send another code"), self._inner, look="link", small=True)
        self.again.setObjectName("send-again")
        self.again.clicked.connect(self._send_again)
        for part in (self._code_label, self.code, self.again):
            self.content.addWidget(part)
            part.hide()
        self._resend = QTimer(self)
        self._resend.setSingleShot(True)
        self._resend.setInterval(RESENT_AFTER_MS)
        self._resend.timeout.connect(self._offer_again)
        self.check()

    def missing(self) -> str:
        if self.change is not None:
            wanted = tr("Type the six digits of the code.")
            return "" if CODE.fullmatch(self.code.text().strip()) else wanted
        try:
            checked(self._kind, self.value.text())
        except BadContact:
            if self._kind is ContactKind.EMAIL:
                return tr("That is no e-mail address yet.")
            return tr("Write the number with its country code, such as +49 30 1234567.")
        return ""

    def begin(self) -> None:
        if self.change is None:
            self._send(self.key)
            return
        words = tr("{value} counts now.").replace("{value}", self.change.value)
        code = self.code.text().strip()
        self.do(words, self.acts.confirm_code, self.change, code, self.key)

    def _send(self, key: str) -> None:
        value = checked(self._kind, self.value.text())
        self.run(self.acts.send_code, self._kind, value, key, on_done=self._sent)

    def _send_again(self) -> None:
        if not self.running and not self.obstacle():
            self._send(str(uuid.uuid4()))

    def _sent(self, change: ContactChange) -> None:
        self.change, self.key = change, str(uuid.uuid4())
        self.value.setReadOnly(True)
        until = at_time(change.expires_at, self.context.zone.zone)
        told = tr("A code was sent to {value}. It is good until {at} and for {count} tries.")
        told = told.replace("{at}", until).replace("{count}", f"{change.tries_left:,}")
        self._says.setText(told.replace("{value}", change.value))
        for part in (self._code_label, self.code):
            part.show()
        self.again.hide()
        self._resend.start()
        self.code.clear()
        self._act, self._acting = tr("Confirm"), tr("Confirming…")
        self.check()
        self.code.setFocus()
        self.refit()

    def _offer_again(self) -> None:
        self.again.show()
        self.refit()

    def _not_done(self, error: BaseException) -> None:
        if not isinstance(error, WrongCode):
            super()._not_done(error)
            return
        self._task = None
        self.change, self.key = error.change, str(uuid.uuid4())
        told = tr("That is not the code. Tries that are left: {count}.")
        self._say("bad", told.replace("{count}", f"{self.change.tries_left:,}"), False)
        self.code.selectAll()
        self._offer_again()
