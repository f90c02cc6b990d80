"""A dialog that sends an act and stays, with all that was typed, until the act is done."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.services.operators import OperatorActs
from lmchat_desktop.ui.pages.acting.fitted_dialog import FittedDialog
from lmchat_desktop.ui.pages.operators.words import tr
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip, shown
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_REASON = 500


class ActDialog(FittedDialog):
    """Asks for what an act needs, sends it, and says what came of it.

    An act has one name for all the times it is sent, so that a lost answer does not do it twice.

    Attributes:
        act_done: what was done, in words, when the backend has done it.
        acts: the acts, under this dialog's name.
        confirm: sends it; greyed with what is missing.
        problem: what the backend said against it.
    """

    act_done = Signal(str)

    def __init__(
        self,
        context: PageContext,
        title: str,
        action: str,
        parent: QWidget | None = None,
        *,
        look: str = "primary",
        width: int = 520,
    ) -> None:
        super().__init__(title, parent, width=width)
        self.context = context
        self.content.setSpacing(12)
        self.acts = OperatorActs(context.session.client, str(uuid.uuid4()))
        self.problem = PlainLabel("", self, tone="bad", wrap=True, selectable=True)
        self.problem.setObjectName("act-problem")
        self.problem.hide()
        self.cancel = self.add_button(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.confirm = self.add_button(action, look=look)
        self.confirm.setObjectName("act-confirm")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self.send)
        self._sending = False
        self._first: QLineEdit | None = None

    def showEvent(self, event: QShowEvent) -> None:
        """Begin at the first field."""
        super().showEvent(event)
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_text(self, text: str, *, tone: str | None = None) -> PlainLabel:
        """A paragraph."""
        label = PlainLabel(text, self, tone=tone, wrap=True, selectable=True)
        self.content.addWidget(label)
        return label

    def add_field(self, name: str, text: str, *, longest: int = 200) -> QLineEdit:
        """A field with its name above it."""
        field = QLineEdit(self)
        field.setObjectName(name)
        field.setAccessibleName(text)
        field.setMaxLength(longest)
        label = PlainLabel(text, self, role="label", tone="muted")
        label.setBuddy(field)
        named = QVBoxLayout()
        named.setSpacing(4)
        named.addWidget(label)
        named.addWidget(field)
        self.content.addLayout(named)
        if self._first is None:
            self._first = field
        field.textChanged.connect(self.check)
        return field

    def add_reason(self) -> QLineEdit:
        """The field for the reason, and below it what the backend says against the act."""
        field = self.add_field(
            "act-reason", tr("Reason, for the audit log"), longest=LONGEST_REASON
        )
        self.content.addWidget(self.problem)
        return field

    def missing(self) -> str:
        """What is missing before it can be sent; empty for nothing."""
        raise NotImplementedError

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        """What is called off the interface thread, with what, and what was done then."""
        raise NotImplementedError

    def check(self) -> None:
        """Let it be sent, or say what is missing."""
        missing = self.missing()
        self.confirm.setEnabled(not missing and not self._sending)
        self.confirm.setToolTip(plain_tooltip(missing))
        self.confirm.setAccessibleDescription(shown(missing))

    def send(self) -> None:
        """Send it; the dialog stays until it is done."""
        if self._sending or self.missing():
            return
        work, arguments, words = self.work()
        self._sending = True
        self.problem.hide()
        self.check()
        self.context.tasks.run(
            work,
            *arguments,
            on_done=lambda _answer: self._succeeded(words),
            on_failed=self._failed,
            owner=self,
        )

    def _succeeded(self, words: str) -> None:
        self.context.session.wake()
        self.act_done.emit(words)
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._sending = False
        text = translated(getattr(error, "message", "")) or tr("This could not be sent.")
        self.problem.setText(text)
        self.problem.show()
        self.refit()
        self.check()
