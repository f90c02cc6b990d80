"""Makes a key: the form, and attempts of which a lost answer never makes a second key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydantic
from PySide6.QtCore import QCoreApplication, Signal

from lmchat_desktop.client.errors import ApiTrouble, Conflict, Invalid
from lmchat_desktop.contract.base import FieldProblem
from lmchat_desktop.contract.keys import KeyCreate
from lmchat_desktop.ui.pages.keys.form.attempts import Attempts
from lmchat_desktop.ui.pages.keys.form_dialog import FormDialog
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.contract.keys import KeyCreated
    from lmchat_desktop.ui.pages.keys.acts import KeyActs
    from lmchat_desktop.ui.shell.context import PageContext

translate = QCoreApplication.translate


class CreateDialog(FormDialog):
    """Fills in what is wished of a new key, and has it made.

    From the first attempt on, until its outcome is certain, the wish is locked and each attempt
    carries the same idempotency key: whatever was lost on the way, there is one key at most, and
    trying again brings it with its secret.

    Attributes:
        created: emitted with the `KeyCreated`.
        attempts: the idempotency keys.
    """

    created = Signal(object)

    def __init__(self, context: PageContext, acts: KeyActs, parent: QWidget | None = None) -> None:
        service = context.scope.current.is_service
        super().__init__(
            context,
            translate("CreateDialog", "Create an API key"),
            "" if service else context.scope.current.name,
            parent,
            with_account=service,
        )
        self.setObjectName("create-key")
        self._acts = acts
        self.attempts = Attempts()
        self._wish: KeyCreate | None = None
        self._account = None if service else context.scope.id
        self._begun_with = self.form.state()
        self.settle_buttons()
        first = self.form.account or self.form.name
        first.input.setFocus()

    def submit(self) -> None:
        if self.working:
            return
        if not self.attempts.uncertain:
            self._wish = self._read()
        if self._wish is None:
            return
        wish, key = self._wish, self.attempts.begin()
        self.begin(
            self.tr("The key is being made…"),
            lambda: self.context.tasks.run(
                self._acts.create,
                wish,
                key,
                on_done=self._made,
                on_failed=self._failed,
                title=self.tr("Creating an API key"),
                owner=self,
            ),
        )

    def loss(self) -> tuple[str, str] | None:
        if self.working or self.attempts.uncertain:
            return (
                self.tr("Close without knowing?"),
                self.tr(
                    "The key may have been made. If so, it is in the list, but its secret cannot "
                    "be shown any more: rotate it for a new one, or revoke it. Trying again here "
                    "cannot make a second key."
                ),
            )
        if self.form.state() != self._begun_with:
            return (
                self.tr("Close without creating the key?"),
                self.tr("No key was made. What you filled in is lost."),
            )
        return None

    def stop(self) -> None:
        super().stop()
        self._lock()
        self.say(
            "warn",
            self.tr("Stopped. The key may have been made."),
            self.tr("Trying again cannot make a second key: it finishes this one."),
        )

    def _read(self) -> KeyCreate | None:
        """The wish as the form has it; None where something has to be corrected first."""
        broken = self.form.check()
        if broken:
            self.point_at(broken)
            return None
        wished = {name: value for name, value in self.form.wish().items() if value is not None}
        try:
            return KeyCreate(**{"account_id": self._account, **wished})
        except pydantic.ValidationError as trouble:
            self._refuse(
                [
                    FieldProblem(pointer="/" + "/".join(map(str, each["loc"])), detail=each["msg"])
                    for each in trouble.errors()
                ]
            )
            return None

    def _made(self, made: KeyCreated) -> None:
        self.end()
        self.attempts = Attempts()
        self.created.emit(made)
        self.accept()

    def _failed(self, trouble: BaseException) -> None:
        self.end()
        if not isinstance(trouble, ApiTrouble):
            self._lock()
            self.say(
                "bad",
                self.tr("Something went wrong in this application."),
                self.tr("Trying again cannot make a second key."),
            )
            raise trouble
        words = translated(trouble.message)
        if not self.attempts.refused(trouble):
            self._lock()
            self.say(
                "warn",
                self.tr(
                    "It is not known whether the key was made. Trying again cannot make a second "
                    "key."
                ),
                words,
            )
            return
        self._wish = None
        self.settle_buttons()
        if isinstance(trouble, Invalid) and trouble.errors:
            self._refuse(trouble.errors)
            return
        kind = "warn" if isinstance(trouble, Conflict) else "bad"
        self.say(kind, self.tr("No key was made."), words)
        self.primary.setFocus()

    def _refuse(self, errors: Any) -> None:
        """Mark what was refused; what is of no field is said above the form."""
        marked, others = self.form.refuse(errors)
        if others:
            details = " ".join(f"{each.detail} ({each.pointer})" for each in others)
            self.say("bad", self.tr("No key was made."), details)
        if marked:
            self.point_at(marked)

    def _lock(self) -> None:
        """Leave the wish as it was sent: only that one can be tried again."""
        self.form.setEnabled(False)
        self.settle_buttons()
        self.primary.setFocus()

    def settle_buttons(self) -> None:
        super().settle_buttons()
        again = self.attempts.uncertain and not self.working
        self.primary.set_caption(self.tr("Try again") if again else self.tr("Create key"))
        if again:
            self.leave.set_caption(self.tr("Close"))
