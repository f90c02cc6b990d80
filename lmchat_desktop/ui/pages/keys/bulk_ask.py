"""The first part of a bulk act: which keys, what happens to them when, and the act typed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from lmchat_desktop.domain import formatting
from lmchat_desktop.ui.pages.acting.typed_name import TypedConfirmation
from lmchat_desktop.ui.pages.keys.instant_choice import InstantChoice, Limits
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.tables.data_table import DataTable
from lmchat_desktop.ui.tables.rows_model import RowsModel
from lmchat_desktop.ui.theme.manager import typography
from lmchat_desktop.ui.widgets.cards import Card
from lmchat_desktop.ui.widgets.plain import PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lmchat_desktop.ui.pages.keys.bulk_run import BulkAct
    from lmchat_desktop.ui.pages.keys.chosen_keys import ChosenKey
    from lmchat_desktop.ui.shell.context import PageContext

LONGEST_REASON = 500
MOST_ROWS = 4
LARGE = 1.5


class BulkAsk(QWidget):
    """Shows the keys and asks for what the act needs.

    Attributes:
        table: the keys; only what is seen of them is laid out.
        expiry: when they expire; None for another act.
        reason: why; it goes to the audit log.
        typed: the act and the number, to be typed.
        changed: any of these; see `why_not`.
    """

    changed = Signal()

    def __init__(
        self,
        act: BulkAct,
        keys: Sequence[ChosenKey],
        context: PageContext,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._count = context, len(keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.expiry = self._expiry() if act == "expire" else None
        if self.expiry is not None:
            column.addWidget(self.expiry)
        column.addWidget(PlainLabel(self._what_happens(act), self, wrap=True))
        self.table = self._table(keys)
        frame = Card(parent=self, margin=1)
        frame.body.addWidget(self.table)
        column.addWidget(frame)
        column.addLayout(self._reason_part())
        word = self.tr("revoke") if act == "revoke" else self.tr("expire")
        self.typed = TypedConfirmation(self.tr("Type this to confirm"), f"{word} {len(keys)}", self)
        self.typed.changed.connect(self.changed)
        column.addWidget(self.typed)

    def expires_at(self) -> datetime | None:
        """When the keys expire, as it is chosen now."""
        return self.expiry.at() if self.expiry is not None else None

    def why_not(self) -> str:
        """Why the act cannot begin yet, in words; empty where it can."""
        if self.expiry is not None and self.expiry.why_not():
            return self.expiry.why_not()
        if not self.typed.confirmed:
            return self.tr("Type the act and the number first, as they are written.")
        return ""

    def _what_happens(self, act: BulkAct) -> str:
        count = formatting.count(self._count)
        if act == "revoke":
            return self.tr(
                "{count} keys are revoked, one after the other, at once. Every request with them "
                "fails from then on. This cannot be undone: a revoked key never works again."
            ).format(count=count)
        return self.tr(
            "{count} keys are set to expire at this instant, also those that would have ended "
            "earlier or later. Every request with them fails from then on. Until then it can be "
            "changed again."
        ).format(count=count)

    def _expiry(self) -> InstantChoice:
        now = self._context.session.clock.now
        choice = InstantChoice(
            self.tr("When the keys expire"),
            [
                ("hour", self.tr("In 1 hour"), timedelta(hours=1)),
                ("day", self.tr("24 hours"), timedelta(days=1)),
                ("week", self.tr("7 days"), timedelta(days=7)),
                ("month", self.tr("30 days"), timedelta(days=30)),
            ],
            self.tr("All of them stop working"),
            self._context.zone.zone,
            Limits(now, now),
            self,
            current="week",
        )
        choice.changed.connect(self.changed)
        return choice

    def _table(self, keys: Sequence[ChosenKey]) -> DataTable:
        model = RowsModel(
            (
                ColumnSpec("name", self.tr("Name"), stretch=True, width=160, whole=400),
                ColumnSpec("hint", self.tr("Secret"), muted=True),
            ),
            self,
        )
        model.set_rows([(key.name, key.hint) for key in keys], keys=[key.id for key in keys])
        table = DataTable(model, self, name=self.tr("The keys"))
        table.setObjectName("bulk-keys")
        fewer = (self.expiry is not None) + (typography().scale > LARGE)
        table.setFixedHeight(table.content_height(MOST_ROWS - fewer))
        return table

    def _reason_part(self) -> QVBoxLayout:
        label = PlainLabel(
            self.tr("Reason, for the audit log (optional)"), self, role="label", tone="muted"
        )
        self.reason = QLineEdit(self)
        self.reason.setObjectName("bulk-reason")
        self.reason.setMaxLength(LONGEST_REASON)
        self.reason.setAccessibleName(label.text())
        label.setBuddy(self.reason)
        part = QVBoxLayout()
        part.setSpacing(4)
        part.addWidget(label)
        part.addWidget(self.reason)
        return part
