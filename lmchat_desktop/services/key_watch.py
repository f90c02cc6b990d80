"""Keys that are due: over budget, expiring, or tried from where they may not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lmchat_desktop.client import keys as key_calls
from lmchat_desktop.contract.keys import SuggestionKind
from lmchat_desktop.services.attention import AttentionItem, Concern, Urgency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import KeySuggestion

DUE_KINDS = (
    SuggestionKind.OVER_BUDGET,
    SuggestionKind.EXPIRING,
    SuggestionKind.FOREIGN_ADDRESS,
)
"""The suggestions that cannot wait: requests are refused, or soon will be."""
NAMED = 100
"""So many keys of a kind are known by name; the counts are of all."""


@dataclass(frozen=True, slots=True)
class WatchedKeys:
    """What the backend suggests to look at.

    Attributes:
        counts: how many keys there are of each kind.
        due: the keys of `DUE_KINDS`, `NAMED` of each at most.
    """

    counts: Mapping[SuggestionKind, int] = field(default_factory=dict)
    due: tuple[KeySuggestion, ...] = ()

    @property
    def due_count(self) -> int:
        """How many things are due; a key can be due for several reasons."""
        return sum(self.counts.get(kind, 0) for kind in DUE_KINDS)

    @property
    def count(self) -> int:
        """How many suggestions there are in all."""
        return sum(self.counts.values())

    def news_since(self, before: WatchedKeys) -> list[KeySuggestion]:
        """What is due now and was not before."""
        known = {each.id for each in before.due}
        return [each for each in self.due if each.id not in known]

    def items(self, account_id: str | None) -> list[AttentionItem]:
        """What of it an overview names, of one account or of all.

        Expiries are not among them: the cache knows those by itself, offline too.
        """
        concerns = {
            SuggestionKind.OVER_BUDGET: (Concern.KEY_OVER_BUDGET, Urgency.NOW),
            SuggestionKind.FOREIGN_ADDRESS: (Concern.KEY_FOREIGN_ADDRESS, Urgency.SOON),
        }
        return [
            AttentionItem(
                *concerns[each.kind],
                each.key_id,
                (each.name,),
                account_id=each.account_id,
                at=each.since,
                failed=each.count,
            )
            for each in self.due
            if each.kind in concerns and account_id in (None, each.account_id)
        ]


def read_watched(api: ApiClient, cancel: CancelToken) -> WatchedKeys:
    """Ask the backend; for a pool's thread.

    Raises:
        ApiTrouble: it did not answer.
    """
    counts = key_calls.count_suggestions(api, cancel=cancel).counts
    due: list[KeySuggestion] = []
    for kind in DUE_KINDS:
        if counts.get(kind, 0):
            page = key_calls.list_suggestions(api, kind=kind, limit=NAMED, cancel=cancel)
            due += page.data
    return WatchedKeys(counts, tuple(due))
