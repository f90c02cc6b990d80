"""A dialog that sends an act and stays, with all that was typed, until the act is done."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from lmchat_desktop.services.operators import OperatorActs
from lmchat_desktop.ui.pages.operators.words import tr
from lmchat_desktop.ui.shell.dialogs import MARGIN_PX, ShellDialog
from lmchat_desktop.ui.widgets.plain import PlainLabel, plain_tooltip, shown
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_REASON = 500
LEAST_WINDOW_PX = 700
AROUND_PX = 40


class ActDialog(ShellDialog):
    """Asks for what an act needs, sends it, and says what came of it.

    An act has one name for all the times it is sent, so that a lost answer does not do it twice.

    Attributes:
        act_done: what was done, in words, when the backend has done it.
        body: the layout of what is asked and said.
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
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(12)
        self._scroll = self._scrolled(self.body)
        self.column.addWidget(self._scroll)
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
        self.fit()
        if self._first is not None:
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Be as high as all that is said; what is higher than the window is scrolled."""
        layout, inner = self.layout(), self.body
        if layout is None:
            return
        for each in (inner, layout):
            each.invalidate()
            each.activate()
        self._scroll.setFixedHeight(0)
        for each in (self.column, layout):
            each.invalidate()
        rest = layout.totalHeightForWidth(self.width())
        parent = self.parentWidget()
        window = LEAST_WINDOW_PX if parent is None else parent.window().height()
        most = max(window, LEAST_WINDOW_PX) - AROUND_PX - rest
        wanted = inner.totalHeightForWidth(self.width() - 2 * MARGIN_PX)
        # A bar that came and went would take text's width, and so make itself needed.
        self._scroll.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if wanted <= most
            else Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        )
        self._scroll.setFixedHeight(max(0, min(wanted, most)))
        for each in (self.column, layout):
            each.invalidate()
        self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _scrolled(self, body: QVBoxLayout) -> QScrollArea:
        content = QWidget()
        content.setObjectName("scrolled")
        content.setLayout(body)
        scroll = QScrollArea(self)
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return scroll

    def add_text(self, text: str, *, tone: str | None = None) -> PlainLabel:
        """A paragraph."""
        label = PlainLabel(text, self, tone=tone, wrap=True, selectable=True)
        self.body.addWidget(label)
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
        self.body.addLayout(named)
        if self._first is None:
            self._first = field
        field.textChanged.connect(self.check)
        return field

    def add_reason(self) -> QLineEdit:
        """The field for the reason, and below it what the backend says against the act."""
        field = self.add_field(
            "act-reason", tr("Reason, for the audit log"), longest=LONGEST_REASON
        )
        self.body.addWidget(self.problem)
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
        self.fit()
        self.check()
