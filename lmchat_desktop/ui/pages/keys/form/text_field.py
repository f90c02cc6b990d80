"""A field for a text of one line or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.theme.manager import typography

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINES_PX = 72
_NEARLY = 0.9
"""From this part of the longest text on it is said how much room is left."""


class TextField(FormField):
    """A text of bounded length.

    Args:
        title: what it is.
        name: the field of the body.
        longest: how many characters it may have.
        missing: what to say where it is empty; none for a text that may be.
        lines: whether it may have several lines.
        hint: what should be known about it.
    """

    def __init__(
        self,
        title: str,
        name: str,
        longest: int,
        parent: QWidget | None = None,
        *,
        missing: str = "",
        lines: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(title, (name,), parent, hint=hint)
        self._longest = longest
        self._missing = missing
        self._hint_text = hint
        self._as_put = ""
        self.input: QLineEdit | QPlainTextEdit
        if lines:
            self.input = QPlainTextEdit(self)
            self.input.setTabChangesFocus(True)
            self.input.setFixedHeight(typography().px(_LINES_PX))
        else:
            self.input = QLineEdit(self)
        self.input.setObjectName(name)
        self.input.setAccessibleName(title)
        self.input.textChanged.connect(self._text_changed)
        self.body.addWidget(self.input)
        self.takes_input_in(self.input)

    def text(self) -> str:
        """What stands there."""
        if isinstance(self.input, QLineEdit):
            return self.input.text()
        return self.input.toPlainText()

    def state(self) -> object:
        return self.text()

    def wish(self) -> dict[str, Any]:
        text = self.text()
        return {self.names[0]: text if text == self._as_put else text.strip()}

    def trouble(self) -> str:
        length = len(self.text().strip())
        if not length:
            return self._missing
        if length > self._longest:
            return self.tr("{most} characters at most; it has {count}.").format(
                count=f"{length:,}", most=f"{self._longest:,}"
            )
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        self._as_put = str(values.get(self.names[0]) or "")
        if isinstance(self.input, QLineEdit):
            self.input.setText(self._as_put)
        else:
            self.input.setPlainText(self._as_put)

    def _text_changed(self) -> None:
        left = self._longest - len(self.text().strip())
        if left < self._longest * (1 - _NEARLY):
            self.set_hint(self.tr("Characters left: {count}").format(count=f"{max(0, left):,}"))
        else:
            self.set_hint(self._hint_text)
        self.edited()
        if left < 0:
            self.check()
