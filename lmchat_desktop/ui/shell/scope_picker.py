"""Choosing whose data are shown: the whole service or one account, found by typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.ui.shell.context import ScopeChoice
from lmchat_desktop.ui.shell.palette_model import Entry, Kind, PaletteModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lmchat_desktop.contract.identity import Me

translate = QCoreApplication.translate


def scope_choices(me: Me, accounts: Sequence[Account]) -> list[ScopeChoice]:
    """The scopes that a person can choose from: for staff the service first, then accounts."""
    if Scope.SERVICE_READ.value in me.scopes:
        service = ScopeChoice(SERVICE_SCOPE, translate("ScopePicker", "Whole service"))
        return [service, *(ScopeChoice(account.id, account.name) for account in accounts)]
    names = {account.id: account.name for account in accounts}
    return [
        ScopeChoice(member.account_id, names.get(member.account_id, member.account_name))
        for member in me.memberships
    ]


def scope_entries(
    choices: Sequence[ScopeChoice],
    accounts: Sequence[Account],
    choose: Callable[[ScopeChoice], None],
) -> list[Entry]:
    """The choices as entries of a searchable list."""
    by_id = {account.id: account for account in accounts}
    return [
        Entry(
            kind=Kind.ACCOUNT,
            title=choice.name,
            hint=_hint(by_id.get(choice.id)),
            run=lambda choice=choice: choose(choice),  # type: ignore[misc]
            icon="service" if choice.is_service else "account",
            id=choice.id,
        )
        for choice in choices
    ]


class ScopePickerModel:
    """The choices that are found for a text; accounts are searched by name, country and state.

    Attributes:
        choices: all of them.
    """

    def __init__(self) -> None:
        self.choices: list[ScopeChoice] = []
        self._model = PaletteModel()

    def fill(
        self,
        choices: Sequence[ScopeChoice],
        accounts: Sequence[Account],
        choose: Callable[[ScopeChoice], None],
    ) -> None:
        """Offer these."""
        self.choices = list(choices)
        self._model.fill(scope_entries(choices, accounts, choose))

    def find(self, search: str) -> list[Entry]:
        """The choices for a text."""
        return self._model.find(search)


def _hint(account: Account | None) -> str:
    if account is None:
        return ""
    parts = [account.country or ""]
    if account.state is AccountState.SUSPENDED:
        parts.append(translate("ScopePicker", "suspended"))
    return " · ".join(part for part in parts if part)
