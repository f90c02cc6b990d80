"""A question before something is left that cannot be had back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from lmchat_desktop.ui.shell.dialogs import ShellDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class AskDialog(ShellDialog):
    """Asks whether to go on; the safe answer has the keyboard.

    Args:
        question: the title.
        words: what would happen.
        stay, go: the two answers.
    """

    def __init__(
        self, question: str, words: str, stay: str, go: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(question, parent)
        self.setObjectName("ask")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.add_text(words)
        self.go = self.add_button(go, look="danger")
        self.go.setObjectName("ask-go")
        self.go.clicked.connect(self.accept)
        self.stay = self.add_button(stay, look="primary")
        self.stay.setObjectName("ask-stay")
        self.stay.setDefault(True)
        self.stay.clicked.connect(self.reject)
        self.stay.setFocus(Qt.FocusReason.OtherFocusReason)
