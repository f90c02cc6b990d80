"""What pages read on a pool thread besides their figures: display names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.catalog import Model, Provider
from lmchat_desktop.contract.keys import ApiKey
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.ui.pages.figures.names import Names

if TYPE_CHECKING:
    from lmchat_desktop.cache.entities import EntityRepository


def read_names(entities: EntityRepository, scope: str) -> Names:
    """The display names that the cache knows for a scope."""
    of_account = {} if scope == SERVICE_SCOPE else {"account_id": scope}
    return Names(
        entities.list(Model),
        entities.list(Provider),
        [] if scope == SERVICE_SCOPE else entities.list(ApiKey, **of_account),
    )
