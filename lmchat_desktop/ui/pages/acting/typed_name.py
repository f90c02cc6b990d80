"""Asks a person to type something exactly, before what cannot be undone is done."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.ui.widgets.plain import PlainLabel, one_line


def spelled(text: str) -> str:
    """A text as it is compared: composed (Unicode NFC), and as it can be seen.

    Characters that nobody sees cannot be typed; they compare as the mark that stands for them.
    """
    return unicodedata.normalize("NFC", one_line(text))


class TypedConfirmation(QWidget):
    """A field in which a given text has to be typed.

    Args:
        request: what to do, such as "Type the key's name to confirm".
        wanted: the text. It may be foreign.
        parent: the dialog.

    Attributes:
        field: where it is typed.
        changed: the text was changed; see `confirmed`.
    """

    changed = Signal()

    def __init__(self, request: str, wanted: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = spelled(wanted)
        self.field = QLineEdit(self)
        self.field.setObjectName("confirmation")
        self.field.setAccessibleName(f"{request}: {self._wanted}")
        self.field.textChanged.connect(self.changed)
        label = PlainLabel(request, self, role="label", tone="muted", wrap=True)
        label.setBuddy(self.field)
        self._request = request
        self._shown = PlainLabel(self._wanted, self, role="strong", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label)
        column.addWidget(self._shown)
        column.addWidget(self.field)

    def ask_for(self, wanted: str) -> None:
        """Ask for another text; what was typed has to be typed anew."""
        if spelled(wanted) == self._wanted:
            return
        self._wanted = spelled(wanted)
        self._shown.setText(self._wanted)
        self.field.setAccessibleName(f"{self._request}: {self._wanted}")
        self.field.clear()

    @property
    def confirmed(self) -> bool:
        """Whether the text stands there, letter for letter."""
        return bool(self._wanted) and spelled(self.field.text()) == self._wanted
