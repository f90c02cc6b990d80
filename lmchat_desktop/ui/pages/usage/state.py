"""What the usage page is set to (range, grouping, filters, …), and the question it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.domain.usage.cells import Dimension, Latency
from lmchat_desktop.services.usage import UsageQuestion
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure, ChartStyle
from lmchat_desktop.ui.pages.figures.ranges import Preset, TimeRange

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_E = TypeVar("_E", bound=StrEnum)


class LatencyScale(StrEnum):
    """How the latency chart's axis runs."""

    LINEAR = "linear"
    LOG = "log"


_A_WEEK = TimeRange()

Filters = Mapping[Dimension, frozenset[str]]


@dataclass(frozen=True, slots=True)
class UsageState:
    """Everything that the usage page is set to, for one scope.

    Attributes:
        range: the time shown.
        group_by: what the chart's series and the table's rows are.
        measure: what the main chart counts.
        style: stacked bars or lines.
        compare: whether the previous period is drawn behind the chart.
        filters: for each filtered dimension the values that are let through, none empty.
        latency: which time the latency chart shows.
        scale: whether its axis is logarithmic, which suits the long tails of latency.
        back: the ranges that zooming went through, the newest last.
    """

    range: TimeRange = _A_WEEK
    group_by: Dimension = Dimension.MODEL
    measure: ChartMeasure = ChartMeasure.OUTPUT_TOKENS
    style: ChartStyle = ChartStyle.STACKED
    compare: bool = False
    filters: tuple[tuple[Dimension, frozenset[str]], ...] = ()
    latency: Latency = Latency.TOTAL
    scale: LatencyScale = LatencyScale.LOG
    back: tuple[TimeRange, ...] = ()

    @property
    def filter_map(self) -> dict[Dimension, frozenset[str]]:
        """The filters by dimension, in the order in which they were set."""
        return dict(self.filters)

    def with_range(self, chosen: TimeRange) -> UsageState:
        """Another range, chosen outright: there is nothing to go back to."""
        return replace(self, range=chosen, back=())

    def zoomed(self, start: datetime, end: datetime) -> UsageState:
        """Narrowed to two instants; `zoomed_back` undoes it."""
        return replace(self, range=TimeRange(None, start, end), back=(*self.back, self.range))

    def zoomed_back(self) -> UsageState:
        """The range before the last zoom; itself if there was none."""
        if not self.back:
            return self
        return replace(self, range=self.back[-1], back=self.back[:-1])

    def filtered(self, dimension: Dimension, values: Iterable[str]) -> UsageState:
        """With these values of a dimension let through; without any, the filter goes."""
        chosen = frozenset(values)
        filters = dict(self.filters)
        if chosen:
            filters[dimension] = chosen
        else:
            filters.pop(dimension, None)
        return replace(self, filters=tuple(filters.items()))

    def toggled(self, dimension: Dimension, value: str, *, add: bool = False) -> UsageState:
        """As a click on a value does it: only this value, or no filter if it was the only one;
        with `add` the value joins the others or leaves them.
        """
        present = self.filter_map.get(dimension, frozenset())
        if add:
            return self.filtered(dimension, present ^ {value})
        return self.filtered(dimension, () if present == {value} else (value,))

    def unfiltered(self) -> UsageState:
        """Without any filter."""
        return replace(self, filters=())

    def fit_scope(self, scope: str) -> UsageState:
        """What of it holds for a scope: the service-wide cube has no keys."""
        if scope != SERVICE_SCOPE:
            return self
        kept = tuple(item for item in self.filters if item[0] is not Dimension.KEY)
        group = Dimension.MODEL if self.group_by is Dimension.KEY else self.group_by
        return replace(self, filters=kept, group_by=group)

    def question(
        self, scope: str, now: datetime, zone: ZoneInfo, *, compare: bool | None = None
    ) -> UsageQuestion:
        """The question that the page asks of the usage service at `now`."""
        return UsageQuestion(
            scope=scope,
            period=self.range.period(now, zone),
            step=None,
            zone=zone,
            group_by=self.group_by,
            filters=self.filter_map,
            compare=self.compare if compare is None else compare,
            beside=Dimension.PROVIDER if self.group_by is Dimension.MODEL else None,
        )

    def to_json(self) -> dict[str, Any]:
        """The state as plain values, to keep in the preferences."""
        kept: dict[str, Any] = {
            "group_by": self.group_by.value,
            "measure": self.measure.value,
            "style": self.style.value,
            "compare": self.compare,
            "latency": self.latency.value,
            "scale": self.scale.value,
            "filters": {dim.value: sorted(values) for dim, values in self.filters},
        }
        if self.range.preset is not None:
            kept["range"] = self.range.preset.value
        elif self.range.start is not None and self.range.end is not None:
            kept["range"] = [_instant(self.range.start), _instant(self.range.end)]
        return kept

    @classmethod
    def from_json(cls, kept: object) -> UsageState:
        """A state kept by any version; whatever cannot be read is as in a new state."""
        if not isinstance(kept, Mapping):
            return cls()
        new = cls()
        return cls(
            range=_range_of(kept.get("range")),
            group_by=_member(Dimension, kept.get("group_by"), new.group_by),
            measure=_member(ChartMeasure, kept.get("measure"), new.measure),
            style=_member(ChartStyle, kept.get("style"), new.style),
            compare=kept.get("compare") is True,
            filters=_filters_of(kept.get("filters")),
            latency=_member(Latency, kept.get("latency"), new.latency),
            scale=_member(LatencyScale, kept.get("scale"), new.scale),
        )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _member(kind: type[_E], value: object, otherwise: _E) -> _E:
    return next((member for member in kind if member.value == value), otherwise)


def _range_of(value: object) -> TimeRange:
    if isinstance(value, str):
        return TimeRange(_member(Preset, value, Preset.WEEK))
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value):
        try:
            start, end = (datetime.fromisoformat(text) for text in value)
        except ValueError:
            return TimeRange()
        if start.tzinfo is not None and end.tzinfo is not None and start < end:
            return TimeRange(None, start, end)
    return TimeRange()


def _filters_of(value: object) -> tuple[tuple[Dimension, frozenset[str]], ...]:
    if not isinstance(value, Mapping):
        return ()
    filters: list[tuple[Dimension, frozenset[str]]] = []
    for dimension in Dimension:
        values = value.get(dimension.value)
        if isinstance(values, list):
            chosen = frozenset(text for text in values if isinstance(text, str))
            if chosen:
                filters.append((dimension, chosen))
    return tuple(filters)
