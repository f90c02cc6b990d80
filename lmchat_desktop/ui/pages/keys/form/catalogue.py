"""What the form offers to choose from, read from the cache on a pool's thread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.contract.accounts import Account, AccountState
from lmchat_desktop.contract.catalog import Model, Provider
from lmchat_desktop.ui.pages.keys.form.choice_list import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lmchat_desktop.cache.entities import EntityRepository


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account that a key can be made for.

    Attributes:
        id: its id.
        name: what it is called; it came from outside.
        suspended: whether it is suspended.
    """

    id: str
    name: str
    suspended: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a key can be allowed.

    Attributes:
        models, providers: by name.
        regions: the names of the regions in each country (ISO 3166-1 alpha-2).
        accounts: by name; empty where it was not asked for.
    """

    models: Sequence[Choice]
    providers: Sequence[Choice]
    regions: Mapping[str, Sequence[str]]
    accounts: Sequence[AccountChoice]


def read_catalogue(entities: EntityRepository, with_accounts: bool) -> Catalogue:
    """Read it; the accounts, of which there can be very many, only where they are wanted."""
    providers = entities.list(Provider)
    regions: defaultdict[str, set[str]] = defaultdict(set)
    for provider in providers:
        for region in provider.regions:
            if region.country is not None:
                regions[region.country].add(region.name)
    kept = entities.as_kept(Account, "id", "name", "state") if with_accounts else ()
    return Catalogue(
        models=_by_name(Choice(model.id, model.name) for model in entities.list(Model)),
        providers=_by_name(
            Choice(provider.id, provider.name, ", ".join(_countries(provider)))
            for provider in providers
        ),
        regions={country: sorted(names) for country, names in sorted(regions.items())},
        accounts=sorted(
            (
                AccountChoice(account_id, name, state == AccountState.SUSPENDED.value)
                for account_id, name, state in kept
            ),
            key=lambda account: (account.name.casefold(), account.id),
        ),
    )


def _countries(provider: Provider) -> list[str]:
    return sorted({region.country for region in provider.regions if region.country is not None})


def _by_name(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.value))
