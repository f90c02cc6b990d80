"""Which names get the strongest colours: an order that hangs on the data alone.

What a page happens to show first (its range, its filters, one account) has no say in it, so that
two starts over the same data give the same colours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.timebasis import Step, last_days
from lmchat_desktop.domain.usage.cells import Dimension
from lmchat_desktop.services.usage import UsageQuestion

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.services.usage import UsageService
    from lmchat_desktop.ui.theme.series import SeriesColours

RANKED_DAYS = 90


def family_of(dimension: Dimension, scope: str) -> str:
    """The family that a dimension's names are coloured in; keys are an account's own."""
    return f"{dimension.value}:{scope}" if dimension is Dimension.KEY else dimension.value


def unranked(colours: SeriesColours, scope: str, *dimensions: Dimension) -> frozenset[Dimension]:
    """Those of the dimensions whose names have no lasting colours yet."""
    return frozenset(d for d in dimensions if not colours.lasting(family_of(d, scope)))


def ranked_names(
    usage: UsageService,
    scope: str,
    dimension: Dimension,
    now: datetime,
    zone: ZoneInfo,
    cancel: Cancellation,
) -> tuple[str, ...]:
    """The names of a dimension by their requests in the last 90 days, largest first.

    They are the whole service's where the cache holds its figures, else the scope's. For a pool
    thread.
    """
    scopes = (scope,) if dimension is Dimension.KEY else (SERVICE_SCOPE, scope)
    for each in dict.fromkeys(scopes):
        question = UsageQuestion(
            scope=each,
            period=last_days(RANKED_DAYS, now, zone),
            step=Step.DAY,
            zone=zone,
            group_by=dimension,
            latencies=False,
        )
        groups = usage.report(question, cancel).answer.groups
        if groups:
            return groups
    return ()
