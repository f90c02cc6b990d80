"""What the overview shows, compact enough to be kept for the next start, without numpy."""

from __future__ import annotations

import msgspec

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.pages.overview.attention_list import AttentionFace

Cell = str | int | float | None
Course = tuple[float | None, ...]
"""Values bucket by bucket, None where there is no data."""

OTHERS_PLACE = -1
"""The place of the small groups together, which have no colour of their own."""


class ReadingRecord(msgspec.Struct, frozen=True):
    """As `services.figures.Reading`; `told` is its course."""

    value: int | float | None
    previous: int | float | None
    told: Course

    @property
    def course(self) -> list[float]:
        """The figure bucket by bucket, NaN where there is no data."""
        return _with_gaps(self.told)


class FiguresRecord(msgspec.Struct, frozen=True):
    """As `services.figures.Figures`."""

    requests: ReadingRecord
    input_tokens: ReadingRecord
    cached_tokens: ReadingRecord
    output_tokens: ReadingRecord
    cost: ReadingRecord
    p95: ReadingRecord
    error_rate: ReadingRecord
    failed: ReadingRecord


class SeriesRecord(msgspec.Struct, frozen=True):
    """A series of the chart: its title, the place of its colour, and what was told of it."""

    title: str
    place: int
    told: Course

    @property
    def values(self) -> list[float]:
        """The values bucket by bucket, NaN where there is none."""
        return _with_gaps(self.told)


class ChartRecord(msgspec.Struct, frozen=True):
    """The chart.

    Attributes:
        measure: what is counted, as the title says it.
        hint: step and time, as the title row says them.
        name, description: for screen readers.
        kind: what the values are.
        edges: n + 1 epoch seconds for n buckets.
        known: per bucket, whether anything is known of it.
        series: the first at the bottom.
        open_from_s: from which second on figures still grow.
    """

    measure: str
    hint: str
    name: str
    description: str
    kind: Kind
    edges: tuple[int, ...]
    known: tuple[bool, ...]
    series: tuple[SeriesRecord, ...]
    open_from_s: float | None

    def __post_init__(self) -> None:
        """Refuse, with `ValueError`, what could not be drawn."""
        buckets = len(self.known)
        whole = len(self.edges) == buckets + 1 and self.edges[0] < self.edges[-1]
        if not whole or any(len(each.told) != buckets for each in self.series):
            raise ValueError("a chart's series do not fit its buckets")


class TableRecord(msgspec.Struct, frozen=True):
    """What is largest: rows with the places of their colours, or why there are none.

    Attributes:
        rows: cells by column, each row with the place of its colour.
        icon, title, text: what stands there without rows.
    """

    rows: tuple[tuple[tuple[Cell, ...], int], ...] = ()
    icon: str = "chart"
    title: str = ""
    text: str = ""


class OverviewRecord(msgspec.Struct, frozen=True):
    """What the overview shows.

    Attributes:
        ranges: the times to choose from: (value, title) each.
        chosen: the one that is shown.
        until_s: epoch seconds up to which anything is known.
        told_s: epoch seconds when it was shown; words about ages are of then.
        figures: the tiles'.
        against: what they are compared with, in words.
        chart: the chart.
        attention: what needs attention.
        attention_hint: what the title row says of all of it.
        models: the largest models.
        keys: an account's largest keys; None for the whole service.
        by_keys: whether the service's largest may be keys.
    """

    ranges: tuple[tuple[str, str], ...]
    chosen: str
    until_s: float | None
    told_s: float
    figures: FiguresRecord
    against: str
    chart: ChartRecord
    attention: tuple[AttentionFace, ...]
    attention_hint: str
    models: TableRecord
    keys: TableRecord | None
    by_keys: bool


def _with_gaps(told: Course) -> list[float]:
    return [float("nan") if value is None else value for value in told]
