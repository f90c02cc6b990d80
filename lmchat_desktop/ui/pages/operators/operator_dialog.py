"""What the dialogs about operators and devices share: their acts, and the reason for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lmchat_desktop.services.operators import OperatorActs
from lmchat_desktop.ui.pages.acting.field_dialog import FieldDialog
from lmchat_desktop.ui.pages.operators.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QLineEdit, QWidget

    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_REASON = 500


class OperatorDialog(FieldDialog):
    """Has one act done on an operator or a device."""

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
        super().__init__(
            title, context, parent, act=action, acting=tr("Sending…"), look=look, width=width
        )
        self.content.setSpacing(12)

    @property
    def acts(self) -> OperatorActs:
        """The acts, under this dialog's name."""
        return OperatorActs(self.context.session.client, self.key)

    def add_reason(self) -> QLineEdit:
        """The field for the reason."""
        return self.add_line("act-reason", tr("Reason, for the audit log"), longest=LONGEST_REASON)

    def work(self) -> tuple[Callable[..., Any], tuple[Any, ...], str]:
        """What is called off the interface thread, with what, and what was done then."""
        raise NotImplementedError

    def begin(self) -> None:
        work, arguments, words = self.work()
        self.do(words, work, *arguments)
