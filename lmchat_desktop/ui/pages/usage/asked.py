"""What a report of the usage page answers, the present instant aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lmchat_desktop.domain.usage.cells import Dimension
    from lmchat_desktop.ui.pages.figures.ranges import TimeRange
    from lmchat_desktop.ui.pages.usage.state import UsageState


@dataclass(frozen=True, slots=True)
class Asked:
    """Two reports of equal ones are the same view, some seconds apart.

    Attributes:
        scope: whose usage.
        zone: the name of the zone whose hours and days count.
        range, filters: which requests.
        group_by, compare: how they are shown.
    """

    scope: str
    zone: str
    range: TimeRange
    filters: tuple[tuple[Dimension, frozenset[str]], ...]
    group_by: Dimension
    compare: bool

    @classmethod
    def of(cls, state: UsageState, scope: str, zone: str) -> Asked:
        """What a page in that state asks."""
        return cls(scope, zone, state.range, state.filters, state.group_by, state.compare)

    @property
    def requests(self) -> tuple[object, ...]:
        """Equal where the same requests are asked about, however they are shown."""
        return self.scope, self.zone, self.range, self.filters
