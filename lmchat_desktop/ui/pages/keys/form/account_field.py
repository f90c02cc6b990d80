"""A field for the account that a key is made for, found by typing a part of its name."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from lmchat_desktop.ui.pages.keys.form.form_field import FormField
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lmchat_desktop.ui.pages.keys.form.catalogue import AccountChoice

NAME = "account_id"
_ROWS_SEEN = 8


class AccountField(FormField):
    """Chooses one account; typing offers those whose name or id holds the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", (NAME,), parent)
        self.title = self.tr("Account")
        self.label.setText(self.title)
        self._ids: dict[str, str] | None = None
        self._names = QStringListModel(self)
        self.input = QLineEdit(self)
        self.input.setObjectName(NAME)
        self.input.setAccessibleName(self.title)
        self.input.setPlaceholderText(self.tr("Search by name or id"))
        self.completer = QCompleter(self._names, self)
        self.completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.completer.setMaxVisibleItems(_ROWS_SEEN)
        popup = self.completer.popup()
        assert popup is not None
        popup.setAccessibleName(self.title)
        popup.setFont(typography().text())
        self.input.setCompleter(self.completer)
        self.input.textChanged.connect(self.edited)
        self.body.addWidget(self.input)
        self.takes_input_in(self.input)

    def offer(self, accounts: Sequence[AccountChoice]) -> None:
        """Take the accounts there are."""
        counts = Counter(account.name for account in accounts)
        self._ids = {}
        for account in accounts:
            parts = [one_line(account.name)]
            if counts[account.name] > 1:
                parts.append(account.id)
            if account.suspended:
                parts.append(self.tr("suspended"))
            self._ids[" · ".join(parts)] = account.id
        self._names.setStringList(list(self._ids))
        self.set_hint("" if accounts else self.tr("No account is known here yet."))

    def state(self) -> object:
        return self.input.text()

    def wish(self) -> dict[str, Any]:
        return {NAME: self._chosen()}

    def trouble(self) -> str:
        if self._ids is None:
            return self.tr("The accounts are still being read.")
        if self._chosen() is None:
            return self.tr("Choose an account from the list.")
        return ""

    def put(self, values: Mapping[str, Any]) -> None:
        wanted = values.get(NAME)
        texts = [text for text, known in (self._ids or {}).items() if known == wanted]
        self.input.setText(texts[0] if texts else "")

    def _chosen(self) -> str | None:
        typed = self.input.text().strip()
        ids = self._ids or {}
        if typed in ids:
            return ids[typed]
        return typed if typed in ids.values() else None
