"""What a column of a table is, and how its values are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from lmchat_desktop.domain.formatting import UNKNOWN, Figure, Kind, figure, moment, si
from lmchat_desktop.ui.widgets.plain import one_line
from lmchat_desktop.ui.wording import translated


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column.

    Attributes:
        key: its stable name, by which its state is remembered.
        title: its header.
        kind: what its values are; decides alignment, units and sorting.
        align: "left" or "right"; by kind when empty.
        tooltip: what the column means.
        width: pixels at first; 0 lets the contents decide.
        muted: written in the second text colour.
        shown: whether it is shown at first.
        stretch: takes what room is left.
        whole: pixels up to which a stretching column shows its texts whole before others have room.
        yields: its place among those that go where the table is narrow, from 1 on; 0 stays.
        drawn: its values are those of `drawn_values`, which are drawn.
        told: whether copies and exports have it; not where values come only as they are looked at.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    align: str = ""
    tooltip: str = ""
    width: int = 0
    muted: bool = False
    shown: bool = True
    stretch: bool = False
    whole: int = 0
    yields: int = 0
    drawn: bool = False
    told: bool = True

    @property
    def on_the_right(self) -> bool:
        """Whether its values stand at the right."""
        return self.align == "right" or (not self.align and self.kind not in (Kind.TEXT, Kind.TIME))


@dataclass(frozen=True, slots=True)
class Remark(Figure):
    """Words in the place of a value, in the second text colour: why there is none."""

    @property
    def known(self) -> bool:
        """There is no value."""
        return False


def cell_figure(spec: ColumnSpec, value: Any, zone: tzinfo = UTC) -> Figure:
    """A value as its column writes it: number and unit apart.

    A column keeps to one unit where it can (0.61 s above 12.40 s), so that digits line up.
    """
    if isinstance(value, Figure):
        return value
    if spec.kind is Kind.TEXT:
        return Figure(one_line(str(value)) if value is not None else UNKNOWN)
    if spec.kind is Kind.TIME:
        return Figure(translated(moment(value, zone)))
    if spec.kind is Kind.TOKENS and value is not None and abs(float(value)) >= 1000:
        return si(value, decimals=1)
    if spec.kind is Kind.LATENCY and value is not None and 10 <= float(value) < 99_995:
        return Figure(f"{float(value) / 1000:.2f}", "s")
    return figure(spec.kind, value)


def sort_key(spec: ColumnSpec, value: Any) -> tuple[int, Any]:
    """An order over the values of a column in which what is unknown comes first."""
    if value is None or isinstance(value, Remark) or (isinstance(value, float) and value != value):
        return (0, 0)
    if spec.kind is Kind.TEXT:
        return (1, (str(value).casefold(), str(value)))
    if isinstance(value, datetime):
        return (1, value.timestamp())
    return (1, value)


def export_value(spec: ColumnSpec, value: Any) -> str:
    """A value in full for other programs: plain digits, dollars, milliseconds, ISO 8601 in UTC."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, Figure):
        return str(value)
    if spec.kind is Kind.MONEY:
        whole, nanos = divmod(abs(int(value)), 1_000_000_000)
        digits = f"{nanos:09d}".rstrip("0").ljust(2, "0")
        return f"{'-' if value < 0 else ''}{whole}.{digits}"
    if spec.kind is Kind.TIME:
        at = value if isinstance(value, datetime) else datetime.fromtimestamp(float(value), UTC)
        return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if spec.kind is Kind.LATENCY:
        return f"{float(value):.3f}".rstrip("0").rstrip(".")
    if spec.kind is Kind.PERCENT:
        return f"{float(value):.6f}".rstrip("0").rstrip(".") or "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


EXPORT_UNITS = {Kind.MONEY: "USD", Kind.LATENCY: "ms", Kind.PERCENT: "ratio", Kind.TIME: "UTC"}
"""What `export_value` writes, for the header of an export."""


def export_title(spec: ColumnSpec) -> str:
    """The header of a column in an export, with its unit."""
    unit = EXPORT_UNITS.get(spec.kind)
    return f"{spec.title} ({unit})" if unit else spec.title
