"""What is kept of an account and for how long, who receives it, and where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.services.account_policy import read_keeping
from lmchat_desktop.ui.pages.accounts.part_layout import fill, rows_table, scrolled_column
from lmchat_desktop.ui.pages.accounts.policy_words import (
    category_words,
    fields_words,
    kept_words,
    part_words,
    source_words,
    when_written,
)
from lmchat_desktop.ui.pages.accounts.words import tr
from lmchat_desktop.ui.pages.acting.act_words import trouble_words
from lmchat_desktop.ui.tables.columns import ColumnSpec
from lmchat_desktop.ui.widgets.banner import Banner
from lmchat_desktop.ui.widgets.cards import CARD_GAP, Card

if TYPE_CHECKING:
    from lmchat_desktop.contract.policies import Recipient
    from lmchat_desktop.services.account_policy import Keeping
    from lmchat_desktop.ui.pages.accounts.model import AccountModel


class PolicyPart(QWidget):
    """The data policy in force for the account, as the backend tells it.

    Attributes:
        keeping: what has come; None before it has.
        kept: each part of the data and how long it is kept.
        recipients: the processors that receive some of it.
        places: where it lies.
    """

    def __init__(self, model: AccountModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.keeping: Keeping | None = None
        self.kept = rows_table(
            model,
            self,
            tr("What is kept"),
            "policy-table",
            ColumnSpec("part", tr("Data"), stretch=True, whole=190, width=190),
            ColumnSpec("fields", tr("What it is"), muted=True, width=380, yields=1),
            ColumnSpec("kept", tr("Kept for"), width=190),
            ColumnSpec("source", tr("Decided by"), muted=True, width=150, yields=2),
        )
        self.recipients = rows_table(
            model,
            self,
            tr("Who receives it"),
            "recipients-table",
            ColumnSpec("name", tr("Processor"), stretch=True, whole=190, width=130),
            ColumnSpec("categories", tr("Receives"), width=222, muted=True, yields=3),
            ColumnSpec("region", tr("Region"), width=130),
            ColumnSpec("ground", tr("Ground of the transfer"), muted=True, width=340, yields=1),
            ColumnSpec("first", tr("First"), Kind.TIME, muted=True, yields=2),
            ColumnSpec("last", tr("Last"), Kind.TIME),
        )
        self.places = rows_table(
            model,
            self,
            tr("Where it lies"),
            "places-table",
            ColumnSpec("category", tr("Category"), width=160),
            ColumnSpec("purpose", tr("What for"), stretch=True, whole=320, width=160),
            ColumnSpec("retention", tr("Kept for"), muted=True, width=320, yields=1),
        )
        self.banner = Banner("bad", parent=self)
        self.banner.hide()
        self._lay_out()
        self.banner.action_triggered.connect(self.load)
        self._put()

    def load(self) -> None:
        """Ask for the policy."""
        context = self._model.context
        context.tasks.run(
            read_keeping,
            context.session.client,
            self._model.account_id,
            on_done=self._arrived,
            on_failed=self._say_failure,
            key=(self, "policy"),
            owner=self,
        )

    def clear(self) -> None:
        """Another account is shown."""
        self._model.context.tasks.cancel_key((self, "policy"))
        self.keeping = None
        self.banner.hide()
        self._put()

    def _arrived(self, keeping: Keeping) -> None:
        self.keeping = keeping
        self.banner.hide()
        self._put()

    def _put(self) -> None:
        keeping = self.keeping
        parts = [] if keeping is None else keeping.policy.parts
        recipients = () if keeping is None else keeping.recipients
        fill(
            self.kept,
            [
                (
                    part_words(one.part),
                    fields_words(one.part),
                    kept_words(one.days),
                    source_words(one.decided_by),
                )
                for one in parts
            ],
            [one.part.value for one in parts],
        )
        fill(
            self.recipients,
            [_recipient_row(one) for one in recipients],
            [one.processor.id for one in recipients],
        )
        places = [
            (category_words(part.category), store.purpose, store.retention)
            for part in parts
            for store in part.stores
        ]
        fill(self.places, places, list(range(len(places))))
        self._content.setVisible(keeping is not None)

    def _say_failure(self, error: BaseException) -> None:
        self.banner.set_message("bad", trouble_words(error), action=tr("Try again"))
        self.banner.show()

    def _lay_out(self) -> None:
        self._content = QWidget()
        cards = QVBoxLayout(self._content)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(CARD_GAP)
        for table, title in (
            (self.kept, tr("What is kept")),
            (self.recipients, tr("Who receives it")),
            (self.places, tr("Where it lies")),
        ):
            card = Card(title, self)
            card.body.addWidget(table)
            cards.addWidget(card)
        column = scrolled_column(self, "policy-scroll")
        column.addWidget(self.banner)
        column.addWidget(self._content)
        column.addStretch(1)


def _recipient_row(one: Recipient) -> tuple[Any, ...]:
    processor = one.processor
    written = one.first_at is None
    return (
        processor.name,
        ", ".join(category_words(category) for category in processor.categories),
        processor.region,
        processor.transfer or tr("not needed"),
        when_written() if written else one.first_at,
        when_written() if written else one.last_at,
    )
