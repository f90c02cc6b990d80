"""A field for a limit, such as requests per minute; empty for none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QLineEdit, QWidget

from lmchat_desktop.domain.key_wishes import Unreadable, limit_of
from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.wording import translated

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 40


class LimitField(FormField):
    """A whole number that is typed, grouped or not."""

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(title, (name,), parent)
        self.input = QLineEdit(self)
        self.input.setObjectName(name)
        self.input.setAccessibleName(title)
        self.input.setMaxLength(_LONGEST)
        self.input.setPlaceholderText(self.tr("No limit"))
        self.input.textChanged.connect(self.edited)
        self.input.editingFinished.connect(self._tidy)
        self.body.addWidget(self.input)
        self.takes_input_in(self.input)

    def state(self) -> object:
        return self.input.text()

    def wish(self) -> dict[str, Any]:
        text = self.input.text()
        return {self.names[0]: limit_of(text) if text.strip() else None}

    def trouble(self) -> str:
        try:
            self.wish()
        except Unreadable as trouble:
            return translated(trouble.reason)
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        limit = values.get(self.names[0])
        self.input.setText("" if limit is None else f"{limit:,}")

    def _tidy(self) -> None:
        """Group the digits once the typing has ended, or say what is wrong."""
        if self.check():
            self.put(self.wish())
