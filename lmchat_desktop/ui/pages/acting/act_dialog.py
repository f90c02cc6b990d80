"""A dialog that has one act done at the backend, and stays until it is known what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from lmchat_desktop.ui.pages.acting.act_words import (
    may_have_happened,
    offline,
    report_fault,
    trouble_words,
)
from lmchat_desktop.ui.pages.acting.fitted_dialog import FittedDialog
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.busy_strip import BusyStrip
from lmchat_desktop.ui.widgets.plain import plain_tooltip, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from lmchat_desktop.ui.shell.context import PageContext
    from lmchat_desktop.ui.tasks.task import Task


class ActDialog(FittedDialog):
    """Asks, does, and says how it went.

    While the act is under way it can only be no longer waited for. Where it is not known then, or
    after a lost answer, whether the act was done, the dialog is `unsure`: what was asked for cannot
    be changed any more, only tried again or left.

    Args:
        title: the question.
        context: the page's.
        parent: the window.
        act: what the button says.
        acting: what it says meanwhile.
        look: the button's look.

    Attributes:
        confirm: the button that begins.
        cancel: closes the dialog, or ends the waiting.
        banner: what went wrong.
        unsure: whether the act may have been done without being known.
        acted: whether something was done, and the dialog stays open for more.
    """

    def __init__(
        self,
        title: str,
        context: PageContext,
        parent: QWidget | None = None,
        *,
        act: str,
        acting: str,
        look: str = "primary",
        width: int = 620,
    ) -> None:
        super().__init__(title, parent, width=width)
        self.context = context
        self.unsure = self.acted = False
        self._act, self._acting = act, acting
        self._task: Task | None = None
        self._reason = ""
        self._strip = BusyStrip(self)
        self.banner = Banner("bad", "", self)
        self.banner.setObjectName("act-trouble")
        self.banner.hide()
        self.column.addWidget(self._strip)
        self.column.addWidget(self.banner)
        self.cancel = self.add_button(self.tr("Cancel"))
        self.cancel.setObjectName("cancel-act")
        self.cancel.clicked.connect(self.reject)
        self.confirm = self.add_button(act, look=look)
        self.confirm.setObjectName("confirm-act")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._begin)
        if look == "danger":
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        context.connection.changed.connect(self._update)

    @property
    def running(self) -> bool:
        """Whether the act is under way."""
        return self._task is not None

    def set_ready(self, reason: str = "") -> None:
        """Allow the act, or say why it cannot be done yet."""
        self._reason = reason
        self._update()

    def set_act(self, act: str) -> None:
        """Have the button say something else; followed by `set_ready`."""
        self._act = act

    def begin(self) -> None:
        """Start what was asked for, with `run`; the subclass's."""
        raise NotImplementedError

    def words_of_unsure(self) -> str:
        """What trying again does, where it is not known whether the act was done."""
        return self.tr("Trying again is safe: nothing is done twice.")

    def run(
        self,
        work: Callable[..., Any],
        *args: Any,
        on_done: Callable[[Any], object],
        **named: Any,
    ) -> None:
        """Have the act done off this thread."""

        def ended(result: Any) -> None:
            self._task = None
            self.unsure = False
            on_done(result)

        self.banner.hide()
        self._task = self.context.tasks.run(
            work, *args, on_done=ended, on_failed=self._not_done, owner=self, **named
        )
        self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._update()

    def reject(self) -> None:
        """Close; while the act is under way, end the waiting instead."""
        task, self._task = self._task, None
        if task is None:
            super().reject()
            return
        task.cancel()
        self._say(
            "warn", self.tr("You no longer wait for the answer: it may be done, or not."), True
        )

    def _begin(self) -> None:
        if self._task is None and not self._obstacle():
            self.begin()

    def _not_done(self, error: BaseException) -> None:
        self._task = None
        report_fault(self.context.tasks, error)
        self._say("bad", trouble_words(error), may_have_happened(error))

    def _say(self, kind: str, words: str, unsure: bool) -> None:
        self.unsure = self.unsure or unsure
        detail = self.words_of_unsure() if self.unsure else ""
        self.banner.set_message(kind, words, detail=detail)
        self.banner.show()
        self._update()
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refit()

    def obstacle(self) -> str:
        """Why nothing can be done at all now, in words; empty where something can."""
        return offline(self.context)

    def _obstacle(self) -> str:
        return self.obstacle() or self._reason

    def _update(self) -> None:
        reason = self._obstacle()
        self._strip.set_busy(self.running)
        self._inner.setEnabled(not self.running and not self.unsure)
        self.confirm.setEnabled(not self.running and not reason)
        self.confirm.setToolTip(plain_tooltip(reason))
        self.confirm.setAccessibleDescription(shown(reason))
        if self.running:
            self.confirm.set_caption(self._acting)
            self.cancel.set_caption(self.tr("Stop waiting"))
        else:
            again = self.unsure or self.banner.isVisible()
            self.confirm.set_caption(self.tr("Try again") if again else self._act)
            done = self.unsure or self.acted
            self.cancel.set_caption(self.tr("Close") if done else self.tr("Cancel"))
