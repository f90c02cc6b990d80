"""The account's keys that were used last, and the way to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.accounts.part_layout import fill, rows_table, scrolled_column
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.shell.context import ScopeChoice
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.widgets.buttons import Button
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from lmchat_desktop.ui.pages.accounts.model import AccountModel


class KeysPart(QWidget):
    """A short list of keys.

    Attributes:
        table: the keys that were used last.
        all: leads to the keys page.
    """

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        columns = (
            ColumnSpec("name", tr("Name"), stretch=True, whole=200, width=140),
            ColumnSpec("hint", tr("Key"), muted=True, yields=1),
            ColumnSpec("used", tr("Last used"), Kind.TIME),
        )
        self.table = rows_table(model, self, tr("Keys"), "account-keys", *columns)
        self.none = PlainLabel(tr("No key works here."), self, tone="muted")
        self.all = Button(tr("All keys"), self, small=True, icon_name="keys")
        self.all.setObjectName("all-keys")
        self._card = Card(tr("Working keys"), self)
        self._card.add_trailing(self.all)
        self._card.body.addWidget(self.table)
        self._card.body.addWidget(self.none)
        column = scrolled_column(self, "keys-scroll")
        column.addWidget(self._card)
        column.addStretch(1)
        self.all.clicked.connect(lambda: self._go())
        self.table.row_activated.connect(lambda key: self._go(str(key)))
        model.picture_changed.connect(self.put)

    def put(self) -> None:
        """Show the account of the model."""
        picture = self._model.picture
        if picture is None:
            return
        rows = [(one.name, one.hint, one.last_used_at) for one in picture.keys]
        fill(self.table, rows, [one.id for one in picture.keys])
        self.table.setVisible(bool(rows))
        self.none.setVisible(not rows)
        self._card.set_title(tr("Working keys"), f"{picture.active_keys:,}")

    def _go(self, key_id: str = "") -> None:
        picture = self._model.picture
        if picture is None:
            return
        context, account = self._model.context, picture.account
        context.scope.choose(ScopeChoice(account.id, account.name))
        context.navigate("keys", **({"key_id": key_id} if key_id else {}))
