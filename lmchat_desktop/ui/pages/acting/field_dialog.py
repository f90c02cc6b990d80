"""A dialog with fields under their names, that sends one act under one name."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.acting.act_dialog import ActDialog
from lmchat_desktop.ui.pages.acting.act_words import may_have_happened
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from lmchat_desktop.ui.shell.context import PageContext

TEXT_PX = 76


class FieldDialog(ActDialog):
    """Asks for what an act needs, has it done, and closes with words for what was done.

    Attributes:
        key: names the act, so that it is not done twice when its answer is lost.
        act_done: what was done, in words, and what the backend answered; the dialog has closed.
    """

    act_done = Signal(str, object)

    def __init__(
        self,
        title: str,
        context: PageContext,
        parent: QWidget | None,
        *,
        act: str,
        acting: str,
        look: str = "primary",
        width: int = 560,
    ) -> None:
        super().__init__(title, context, parent, act=act, acting=acting, look=look, width=width)
        self.key = str(uuid.uuid4())
        self._first: QWidget | None = None

    def missing(self) -> str:
        """What is missing before it can be done, in words; empty for nothing."""
        raise NotImplementedError

    def check(self) -> None:
        """Let it be done, or say what is missing."""
        self.set_ready(self.missing())

    def do(self, words: str, work: Callable[..., Any], *args: Any) -> None:
        """Have it done, and close with these words then."""

        def done(answer: Any) -> None:
            self.context.session.wake()
            self.accept()
            self.act_done.emit(words, answer)

        self.run(work, *args, on_done=done)

    def _not_done(self, error: BaseException) -> None:
        if not may_have_happened(error):
            # What was refused can be corrected, and is another act then.
            self.key = str(uuid.uuid4())
        super()._not_done(error)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin_at(self, field: QWidget) -> None:
        """Begin at this field when the dialog opens, unless there is one above it."""
        if self._first is None:
            self._first = field

    def add_line(
        self,
        name: str,
        text: str,
        value: str = "",
        *,
        longest: int = 200,
        into: QVBoxLayout | None = None,
    ) -> QLineEdit:
        """A line with its name above it, at the end of the content or of a part of it."""
        field = QLineEdit(value, self._inner)
        field.setMaxLength(longest)
        field.textChanged.connect(lambda _text: self.check())
        self._add(name, text, field, into)
        return field

    def add_lines(self, name: str, text: str) -> QPlainTextEdit:
        """A field of several lines with its name above it."""
        field = QPlainTextEdit(self._inner)
        field.setTabChangesFocus(True)
        field.setFixedHeight(typography().px(TEXT_PX))
        field.textChanged.connect(self.check)
        self._add(name, text, field)
        return field

    def add_control(self, text: str, control: QWidget, into: QVBoxLayout | None = None) -> None:
        """A control with its name above it, at the end of the content or of a part of it."""
        part = QVBoxLayout()
        part.setSpacing(4)
        label = PlainLabel(text, self._inner, role="label", tone="muted")
        part.addWidget(label)
        part.addWidget(control, 0, Qt.AlignmentFlag.AlignLeft)
        (into or self.content).addLayout(part)

    def _add(self, name: str, text: str, field: QWidget, into: QVBoxLayout | None = None) -> None:
        field.setObjectName(name)
        field.setAccessibleName(text)
        label = PlainLabel(text, self._inner, role="label", tone="muted", wrap=True)
        label.setBuddy(field)
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(label)
        part.addWidget(field)
        (into or self.content).addLayout(part)
        self.begin_at(field)
