"""What the overview shows of one scope and period, read from the cache at one instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from lmchat_desktop.contract.accounts import Account
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.catalog import Provider
from lmchat_desktop.contract.identity import Device
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.cells import Dimension, Measure
from lmchat_desktop.services.attention import (
    KEY_EXPIRY_NOTICE,
    STILL_CALLED_WITHIN,
    AttentionItem,
    account_items,
    by_urgency,
    device_items,
    ended_at,
    key_items,
    provider_items,
)
from lmchat_desktop.services.figures import Figures, figures_of
from lmchat_desktop.services.usage import UsageQuestion, UsageReport, UsageService

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from lmchat_desktop.contract.keys import ApiKey
    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.domain.usage.query import UsageAnswer

E = TypeVar("E", bound=Answer)


class Entities(Protocol):
    """What the overview needs of the cache's entities."""

    def list(self, kind: type[E], **equals: Any) -> Sequence[E]:
        """All entities of a type whose fields equal the given values."""
        ...

    def due_keys(
        self,
        now: datetime,
        notice: timedelta,
        lately: timedelta,
        account_id: str | None = None,
    ) -> Sequence[ApiKey]:
        """Keys that expire within the notice, and keys that have ended and were used lately."""
        ...


@dataclass(frozen=True, slots=True)
class Overview:
    """What the overview shows.

    Attributes:
        figures: the figures of the period against the period before.
        by_model, by_provider: the reports behind them.
        by_key: usage by API key; None for the whole service, whose cube has no keys.
        attention: what needs attention, most urgent first.
    """

    figures: Figures
    by_model: UsageReport
    by_provider: UsageReport
    by_key: UsageReport | None
    attention: tuple[AttentionItem, ...]


def overview_of(
    usage: UsageService,
    entities: Entities,
    scope: str,
    period: Period,
    zone: ZoneInfo,
    now: datetime,
    cancel: Cancellation | None = None,
    also: Sequence[AttentionItem] = (),
) -> Overview:
    """Read the overview of a scope, with what else needs attention; for a pool thread.

    Raises:
        CancelledError: the answer is no longer wanted.
    """

    def report(dimension: Dimension) -> UsageReport:
        if cancel is not None:
            cancel.raise_if_cancelled()
        return usage.report(
            UsageQuestion(
                scope=scope,
                period=period,
                step=None,
                zone=zone,
                group_by=dimension,
                filters={},
                compare=dimension is not Dimension.KEY,
            )
        )

    by_model = report(Dimension.MODEL)
    by_provider = report(Dimension.PROVIDER)
    by_key = None if scope == SERVICE_SCOPE else report(Dimension.KEY)
    return Overview(
        figures=figures_of(by_model),
        by_model=by_model,
        by_provider=by_provider,
        by_key=by_key,
        attention=tuple(
            by_urgency([*_attention(entities, scope, now, by_provider, by_key), *also])
        ),
    )


def _attention(
    entities: Entities,
    scope: str,
    now: datetime,
    by_provider: UsageReport,
    by_key: UsageReport | None,
) -> list[AttentionItem]:
    account_id = None if scope == SERVICE_SCOPE else scope
    keys = entities.due_keys(now, KEY_EXPIRY_NOTICE, STILL_CALLED_WITHIN, account_id)
    accounts = entities.list(Account, **({} if scope == SERVICE_SCOPE else {"id": scope}))
    names = {provider.id: provider.name for provider in entities.list(Provider)}
    found = key_items(keys, now)
    if by_key is not None:
        calls = calls_after_end(by_key.answer, keys, now)
        found = [
            replace(item, requests=calls[item.subject_id]) if item.subject_id in calls else item
            for item in found
        ]
    found += device_items(entities.list(Device), now)
    found += account_items(accounts)
    found += (
        replace(item, names=tuple(names.get(name, name) for name in item.names))
        for item in provider_items(by_provider)
    )
    return found


def calls_after_end(
    answer: UsageAnswer, keys: Sequence[ApiKey], now: datetime
) -> Mapping[str, int]:
    """For each key that has ended, its requests in the buckets that begin after its end.

    Keys without such requests are left out. The answer must be grouped by key.
    """
    position = {key_id: i for i, key_id in enumerate(answer.groups)}
    starts = answer.edges[:-1]
    calls: dict[str, int] = {}
    for key in keys:
        ended = ended_at(key, now)
        if ended is None or key.id not in position:
            continue
        requests = answer.per_group_bucket[Measure.REQUESTS][position[key.id]]
        after = int(requests[starts >= ended.timestamp()].sum())
        if after:
            calls[key.id] = after
    return calls
