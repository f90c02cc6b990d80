"""The whole form of a key: its fields in sections, checked together, refused field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from lmchat_desktop.ui.pages.keys.form.account_field import AccountField
from lmchat_desktop.ui.pages.keys.form.budget_field import BudgetField
from lmchat_desktop.ui.pages.keys.form.choice_field import ChoiceField
from lmchat_desktop.ui.pages.keys.form.choice_list import Choice
from lmchat_desktop.ui.pages.keys.form.expiry_field import ExpiryField
from lmchat_desktop.ui.pages.keys.form.field_words import country_name, field_title
from lmchat_desktop.ui.pages.keys.form.limit_field import LimitField
from lmchat_desktop.ui.pages.keys.form.network_field import NetworkField
from lmchat_desktop.ui.pages.keys.form.text_field import TextField
from lmchat_desktop.ui.widgets.cards import CARD_GAP, PAGE_MARGIN, Card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.contract.base import FieldProblem
    from lmchat_desktop.ui.pages.keys.form.catalogue import Catalogue
    from lmchat_desktop.ui.pages.keys.form.form_field import FormField

_LONGEST_NAME = 120
_LONGEST_NOTES = 2_000
_FIELD_GAP = 16


class KeyForm(QWidget):
    """Everything that can be wished of a key.

    Args:
        now: the present instant.
        zone: the zone of the wall clock.
        with_account: whether the account is to be chosen too.

    Attributes:
        changed: something was filled in otherwise.
        reached: the keyboard came to this widget of a field.
        fields: the fields, in their order.
        account: the account's field, or None.
    """

    changed = Signal()
    reached = Signal(object)

    def __init__(
        self,
        now: datetime,
        zone: ZoneInfo,
        parent: QWidget | None = None,
        *,
        with_account: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("scrolled")
        self.account = AccountField(self) if with_account else None
        self.name = TextField(
            field_title("name"),
            "name",
            _LONGEST_NAME,
            self,
            missing=self.tr("Give it a name, so that it can be told from others."),
        )
        self.notes = TextField(field_title("notes"), "notes", _LONGEST_NOTES, self, lines=True)
        self.expiry = ExpiryField(now, zone, self)
        self.models = ChoiceField(field_title("models"), "models", self.tr("Any model"), self)
        self.providers = ChoiceField(
            field_title("providers"), "providers", self.tr("Any provider"), self
        )
        self.countries = ChoiceField(
            field_title("countries"),
            "countries",
            self.tr("Any country"),
            self,
            hint=self.tr("Requests are routed only to regions in these countries."),
        )
        self.networks = NetworkField(self)
        self.budget = BudgetField(now, zone, self)
        self.limits = [
            LimitField(field_title(name), name, self)
            for name in (
                *("requests_per_minute", "requests_per_day"),
                *("tokens_per_minute", "tokens_per_day"),
            )
        ]
        accounts: list[FormField] = [] if self.account is None else [self.account]
        self.fields: list[FormField] = [
            *accounts,
            *(self.name, self.notes, self.expiry),
            *(self.models, self.providers, self.countries),
            *(self.networks, self.budget, *self.limits),
        ]
        for field in self.fields:
            field.changed.connect(self.changed)
            field.reached.connect(self.reached)
        self._lay_out(accounts)

    def _lay_out(self, accounts: list[FormField]) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, 0, PAGE_MARGIN, 0)
        layout.setSpacing(CARD_GAP)
        for title, fields in (
            (self.tr("Basics"), [*accounts, self.name, self.notes, self.expiry]),
            (self.tr("What it may call"), [self.models, self.providers, self.countries]),
            (self.tr("Where from"), [self.networks]),
            (self.tr("Budget"), [self.budget]),
        ):
            card = Card(title, self)
            card.body.setSpacing(_FIELD_GAP)
            for field in fields:
                card.body.addWidget(field)
            layout.addWidget(card)
        card = Card(self.tr("Limits"), self, hint=self.tr("beside the plan's own"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(_FIELD_GAP)
        grid.setVerticalSpacing(_FIELD_GAP)
        for place, limit in enumerate(self.limits):
            grid.addWidget(limit, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
        card.body.addLayout(grid)
        layout.addWidget(card)
        layout.addStretch(1)

    def offer(self, catalogue: Catalogue) -> None:
        """Take what there is to choose from; what is filled in stays."""
        self.models.offer(catalogue.models)
        self.providers.offer(catalogue.providers)
        countries = [
            Choice(code, country_name(code), ", ".join(names))
            for code, names in catalogue.regions.items()
        ]
        self.countries.offer(sorted(countries, key=lambda each: each.name.casefold()))
        if self.account is not None:
            self.account.offer(catalogue.accounts)

    def put(self, values: Mapping[str, Any]) -> None:
        """Fill in the values of a key; an account is left as it is."""
        for field in self.fields:
            if field is not self.account:
                field.put(values)

    def wish(self) -> dict[str, Any]:
        """The values by their names in the API; only where nothing is wrong."""
        wished: dict[str, Any] = {}
        for field in self.fields:
            wished |= field.wish()
        return wished

    def state(self) -> list[object]:
        """What is filled in, right or wrong, only to be compared."""
        return [field.state() for field in self.fields]

    def broken(self) -> list[FormField]:
        """The fields in which something is wrong, by their own rules."""
        return [field for field in self.fields if field.trouble()]

    def check(self) -> list[FormField]:
        """Mark every field in which something is wrong; answers them."""
        return [field for field in self.fields if not field.check()]

    def refuse(self, errors: Sequence[FieldProblem]) -> tuple[list[FormField], list[FieldProblem]]:
        """Mark what the backend refused (RFC 6901 pointers).

        Returns:
            The fields that are marked, in their order, and the errors that are of none of them.
        """
        by_name = {name: field for field in self.fields for name in field.names}
        marked: list[FormField] = []
        others: list[FieldProblem] = []
        for error in errors:
            name, _slash, rest = error.pointer.removeprefix("#").removeprefix("/").partition("/")
            field = by_name.get(name)
            if field is None:
                others.append(error)
            elif field not in marked:
                marked.append(field)
                place = rest.partition("/")[0]
                if place.isascii() and place.isdigit():
                    field.show_item_problem(int(place), error.detail)
                else:
                    field.show_problem(error.detail)
        return [field for field in self.fields if field in marked], others
