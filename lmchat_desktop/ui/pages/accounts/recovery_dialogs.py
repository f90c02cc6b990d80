"""Prepares a recovery, and does one act on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from lmchat_desktop.contract.recoveries import CheckKind, RecoveryCheck, RecoveryCreate
from lmchat_desktop.domain.contact.addresses import BadContact, checked_email
from lmchat_desktop.domain.contact.recovery import RecoveryAct
from lmchat_desktop.ui.pages.accounts.account_dialog import AccountDialog
from lmchat_desktop.ui.pages.accounts.words import check_words, tr
from lmchat_desktop.ui.widgets.buttons import Button, ChoiceButton

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLineEdit, QWidget

    from lmchat_desktop.contract.recoveries import Recovery
    from lmchat_desktop.services.account_picture import AccountPicture
    from lmchat_desktop.ui.pages.accounts.model import AccountModel

CODE = re.compile("[0-9]{6}", re.ASCII)
CHECKS = 2
"""How many different things are checked at least."""
LONGEST_TEXT = 4000
"""Characters, as the API takes them."""


class PrepareDialog(AccountDialog):
    """Asks for whom, what was checked, and where the code is to go.

    Attributes:
        person: who lost their addresses.
        email: the new one.
        kinds, texts: what was checked, and what came out.
        another: makes room for one more check.
        text: what else the second person is to know.
    """

    def __init__(
        self, model: AccountModel, picture: AccountPicture, parent: QWidget | None
    ) -> None:
        super().__init__(
            tr("Prepare a recovery"), model, parent, act=tr("Prepare"), acting=tr("Preparing…")
        )
        self.setObjectName("prepare-dialog")
        self.add_content(
            tr(
                "For somebody who lost both e-mail and phone. A second person approves it; the "
                "old addresses are told then, and 72 hours later a code can go to the new one."
            )
        )
        people = [(one.person_id, one.name) for one in picture.members]
        self.person = ChoiceButton(people, None, self._inner, name=tr("Person"))
        self.person.setObjectName("recovery-person")
        self.add_control(tr("Person"), self.person)
        self.email = self.add_line("recovery-email", tr("New e-mail address"), longest=320)
        self.kinds: list[ChoiceButton] = []
        self.texts: list[QLineEdit] = []
        self._checks = QVBoxLayout()
        self._checks.setSpacing(self.content.spacing())
        self.content.addLayout(self._checks)
        for _ in range(CHECKS):
            self._add_check()
        self.another = Button(tr("Another check"), self._inner, small=True, icon_name="add")
        self.another.setObjectName("another-check")
        self.another.clicked.connect(self._add_another)
        self.content.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)
        self.text = self.add_lines(
            "recovery-text", tr("What else the second person should know (if anything)")
        )
        self.check()

    def _add_check(self) -> None:
        place, what = len(self.kinds), tr("What was checked")
        options = [(kind.value, check_words(kind)) for kind in CheckKind]
        taken = {kind.current for kind in self.kinds}
        first_free = next(value for value, _ in options if value not in taken)
        kind = ChoiceButton(options, first_free, self._inner, name=what)
        kind.setObjectName(f"check-kind-{place}")
        kind.current_changed.connect(lambda _value: self.check())
        self.add_control(what, kind, self._checks)
        self.kinds.append(kind)
        name = f"check-text-{place}"
        text = self.add_line(name, tr("What came out"), longest=1000, into=self._checks)
        self.texts.append(text)

    def _add_another(self) -> None:
        self._add_check()
        self.another.setVisible(len(self.kinds) < len(CheckKind))
        self.reveal(self.kinds[-1], self.texts[-1])
        self.check()

    def missing(self) -> str:
        if len({kind.current for kind in self.kinds}) < len(self.kinds):
            return tr("Each check is of something else.")
        if not all(text.text().strip() for text in self.texts):
            return tr("Say what came out of each check.")
        try:
            checked_email(self.email.text())
        except BadContact:
            return tr("That is no e-mail address yet.")
        if len(self._written()) > LONGEST_TEXT:
            return tr("What else should be known is too long.")
        return ""

    def begin(self) -> None:
        checks = [
            RecoveryCheck(kind=CheckKind(kind.current), text=text.text().strip())
            for kind, text in zip(self.kinds, self.texts, strict=True)
        ]
        email = checked_email(self.email.text())
        wanted = RecoveryCreate(
            person_id=self.person.current, checks=checks, text=self._written(), email=email
        )
        self.do(
            tr("Prepared: a second person has to approve it."), self.acts.prepare, wanted, self.key
        )

    def _written(self) -> str:
        return self.text.toPlainText().strip()


class DecideDialog(AccountDialog):
    """Does one act on a recovery.

    Attributes:
        text: the reason, or the code; None where neither is asked for.
    """

    def __init__(
        self,
        model: AccountModel,
        recovery: Recovery,
        act: RecoveryAct,
        name: str,
        parent: QWidget | None,
    ) -> None:
        title, button, told, done = _words(act)
        super().__init__(
            title.replace("{name}", name),
            model,
            parent,
            act=button,
            acting=tr("Sending…"),
            look="danger" if act is RecoveryAct.REFUSE else "primary",
        )
        self.setObjectName("recovery-dialog")
        self._recovery, self._recovery_act = recovery, act
        self._done_words = done.replace("{name}", name)
        self.add_content(told.replace("{email}", recovery.email))
        if act is RecoveryAct.APPROVE:
            self._say_checks()
        self.text: QLineEdit | None = None
        if act in (RecoveryAct.REFUSE, RecoveryAct.WITHDRAW):
            self.text = self.add_line("recovery-reason", tr("Reason"), longest=2000)
        elif act is RecoveryAct.COMPLETE:
            self.text = self.add_line("recovery-code", tr("Code"), longest=6)
        self.check()

    def missing(self) -> str:
        if self.text is None:
            return ""
        typed = self.text.text().strip()
        if self._recovery_act is RecoveryAct.COMPLETE:
            wanted = tr("Type the six digits of the code.")
            return "" if CODE.fullmatch(typed) else wanted
        return "" if typed else tr("A reason is missing.")

    def begin(self) -> None:
        text = "" if self.text is None else self.text.text().strip()
        recovery, act = self._recovery, self._recovery_act
        self.do(self._done_words, self.acts.decide, recovery, act, text, self.key)

    def _say_checks(self) -> None:
        for check in self._recovery.checks:
            self.add_content(f"{check_words(check.kind)}: {check.text}", tone="muted")
        if self._recovery.text:
            self.add_content(self._recovery.text, tone="muted")


def _words(act: RecoveryAct) -> tuple[str, str, str, str]:
    """Title, button, what happens, and what has happened then."""
    return {
        RecoveryAct.APPROVE: (
            tr("Approve the recovery of {name}?"),
            tr("Approve"),
            tr(
                "The old addresses are told at once. In 72 hours a code can go to {email}, unless "
                "somebody objects."
            ),
            tr("Approved: in 72 hours a code can be sent."),
        ),
        RecoveryAct.REFUSE: (
            tr("Refuse the recovery of {name}?"),
            tr("Refuse"),
            tr("Nothing changes for them; it can be prepared anew."),
            tr("The recovery of {name} is refused."),
        ),
        RecoveryAct.WITHDRAW: (
            tr("Withdraw the recovery of {name}?"),
            tr("Withdraw"),
            tr("It ends without an effect; no code is good any more."),
            tr("The recovery of {name} is withdrawn."),
        ),
        RecoveryAct.SEND_CODE: (
            tr("Send {name} the code?"),
            tr("Send the code"),
            tr("A code of six digits goes to {email}. It is good for 15 minutes."),
            tr("The code is sent."),
        ),
        RecoveryAct.COMPLETE: (
            tr("Let the new address of {name} count?"),
            tr("Complete"),
            tr("{email} counts then, and they are signed out everywhere."),
            tr("The new address of {name} counts now."),
        ),
    }[act]
