"""Figures as people read them: SI steps, money, times, changes and ages as short plain text.

Numbers use the point and the comma of English, U+2212 as minus sign and three significant digits
in SI steps. What is not known (None or NaN) reads as an en dash, never as zero. Units are symbols,
the same in every language; whatever holds words is a `Sentence`, so that it can be translated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, SupportsFloat

from lmchat_desktop.domain.wording import Sentence, said

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = "–"
MINUS = "−"
NANOS_PER_USD = 1_000_000_000
MONTHS = (
    said("Months", "Jan"),
    said("Months", "Feb"),
    said("Months", "Mar"),
    said("Months", "Apr"),
    said("Months", "May"),
    said("Months", "Jun"),
    said("Months", "Jul"),
    said("Months", "Aug"),
    said("Months", "Sep"),
    said("Months", "Oct"),
    said("Months", "Nov"),
    said("Months", "Dec"),
)

Quantity = SupportsFloat | None


class Kind(StrEnum):
    """What a value is; decides its unit and how it is written.

    COUNT and TOKENS are plain numbers, MONEY is nano-USD, LATENCY is milliseconds, PERCENT is a
    ratio (0.25 is 25 %), BYTES is bytes, TIME is an aware datetime or epoch seconds.
    """

    TEXT = "text"
    COUNT = "count"
    TOKENS = "tokens"
    MONEY = "money"
    LATENCY = "latency"
    PERCENT = "percent"
    BYTES = "bytes"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its unit, apart, so that the unit can be drawn muted.

    Attributes:
        number: the digits with sign and currency, or a word in their place.
        unit: the SI step or unit behind it, or empty.
    """

    number: str
    unit: str = ""

    def __str__(self) -> str:
        if not self.unit:
            return self.number
        if isinstance(self.unit, Sentence):
            return said("Figures", "{number} {unit}", number=self.number, unit=self.unit)
        return f"{self.number} {self.unit}"

    @property
    def known(self) -> bool:
        """Whether there is a value at all."""
        return self.number != UNKNOWN


NOTHING = Figure(UNKNOWN)
_SI = ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def number_of(value: Quantity) -> float | None:
    """The value as a finite float, or None where it is None, NaN or infinite."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _signed(text: str, negative: bool) -> str:
    return f"{MINUS}{text}" if negative and text.strip("0.,") else text


def significant(value: float, digits: int = 3) -> str:
    """A non-negative number in so many significant digits, without an exponent."""
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(value)))
    text = f"{value:,.{decimals}f}"
    whole = text.replace(",", "").split(".")[0]
    if decimals and whole != "0" and len(whole) + decimals > digits:
        text = f"{value:,.{max(0, digits - len(whole))}f}"
    return text


def si(value: Quantity, *, decimals: int | None = None) -> Figure:
    """A number in SI steps from a thousand on: 999, 1.23 k, 512 M, 1.08 G.

    Args:
        value: the number.
        decimals: how many digits follow the point; three significant ones when None.
    """
    number = number_of(value)
    if number is None:
        return NOTHING
    size = abs(number)
    for index, (step, unit) in enumerate(_SI):
        if size >= step * (1 - 5e-4 if decimals is None else 1):
            scaled = size / step
            text = significant(scaled) if decimals is None else f"{scaled:,.{decimals}f}"
            if text.replace(",", "").startswith("1000") and index > 0:
                text, unit = (
                    significant(1.0) if decimals is None else f"{1:.{decimals}f}",
                    _SI[index - 1][1],
                )
            return Figure(_signed(text, number < 0), unit)
    text = f"{size:,.0f}" if size.is_integer() else significant(size)
    return Figure(_signed(text, number < 0))


def count(value: Quantity) -> Figure:
    """A number of things, whole and grouped (921,143), in SI steps from ten million on."""
    number = number_of(value)
    if number is None:
        return NOTHING
    if abs(number) >= 9_999_999.5:
        return si(number)
    return Figure(_signed(f"{abs(number):,.0f}", number < 0))


def tokens(value: Quantity, *, decimals: int | None = None) -> Figure:
    """A number of tokens in SI steps: 1.08 G; see `si` for `decimals`."""
    return si(value, decimals=decimals)


def money(nanos: Quantity) -> Figure:
    """Nano-USD as dollars: $2,318.40; more digits below a cent, SI steps from ten million on."""
    number = number_of(nanos)
    if number is None:
        return NOTHING
    exact = int(nanos) if isinstance(nanos, int) else round(number)
    size = abs(exact)
    if size >= 10_000_000 * NANOS_PER_USD:
        scaled = si(size / NANOS_PER_USD)
        return Figure(_signed(f"${scaled.number}", exact < 0), scaled.unit)
    if 0 < size < NANOS_PER_USD // 100:
        text = "$" + f"{size / NANOS_PER_USD:.9f}"[: 2 + (9 - len(str(size))) + 2]
        return Figure(_signed(text, exact < 0))
    cents = (size + 5_000_000) // 10_000_000
    return Figure(_signed(f"${cents // 100:,}.{cents % 100:02d}", exact < 0))


def latency(milliseconds: Quantity) -> Figure:
    """A duration in milliseconds as 640 µs, 84 ms, 1.84 s or 2.5 min."""
    number = number_of(milliseconds)
    if number is None:
        return NOTHING
    size = abs(number)
    if size == 0:
        return Figure("0", "ms")
    if size < 0.9995:
        return Figure(_signed(significant(size * 1000), number < 0), "µs")
    if size < 999.5:
        text = significant(size) if size < 9.995 else f"{size:.0f}"
        return Figure(_signed(text, number < 0), "ms")
    if size < 119_950:
        return Figure(_signed(significant(size / 1000), number < 0), "s")
    return Figure(_signed(significant(size / 60_000), number < 0), "min")


def percent(ratio: Quantity) -> Figure:
    """A ratio as per cent: 0.71 %, 12.4 %, 100 %.

    A trace reads <0.01 %, and what is not quite all never reads 100 %.
    """
    number = number_of(ratio)
    if number is None:
        return NOTHING
    size = abs(number) * 100
    if size == 0:
        return Figure("0", "%")
    if size < 0.005:
        return Figure(f"<{MINUS if number < 0 else ''}0.01", "%")
    if 99.95 <= size < 100:
        text = f"{min(math.floor(size * 100) / 100, 99.99):.2f}"
    else:
        text = f"{size:.2f}" if size < 9.995 else f"{size:.1f}" if size < 100 else f"{size:,.0f}"
    return Figure(_signed(text, number < 0), "%")


def bytes_(value: Quantity) -> Figure:
    """A size in decimal steps of bytes: 812 B, 31 MB, 1.2 GB."""
    number = number_of(value)
    if number is None:
        return NOTHING
    size = abs(number)
    steps = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
    for step, unit in steps:
        if size >= step:
            scaled = size / step
            return Figure(f"{scaled:.1f}" if scaled < 9.95 else f"{scaled:,.0f}", unit)
    return Figure(f"{size:.0f}", "B")


def change(now: Quantity, before: Quantity) -> Figure:
    """How a value changed against an earlier one: +4.1 %, −6.3 %; a dash where neither tells.

    From nothing to something reads `new`; from ten times on it reads as a factor, ×12.
    """
    current, earlier = number_of(now), number_of(before)
    if current is None or earlier is None:
        return NOTHING
    if earlier == 0:
        return Figure(said("Figures", "new")) if current else Figure("±0", "%")
    ratio = (current - earlier) / abs(earlier)
    if ratio >= 9:
        return Figure(f"×{significant(current / earlier, 2)}")
    return _signed_change(ratio * 100, "%")


def points(now: Quantity, before: Quantity) -> Figure:
    """The change between two ratios in percentage points: +0.20 pt."""
    current, earlier = number_of(now), number_of(before)
    if current is None or earlier is None:
        return NOTHING
    return _signed_change((current - earlier) * 100, said("Figures", "pt"), decimals=2)


def _signed_change(amount: float, unit: str, decimals: int | None = None) -> Figure:
    size = abs(amount)
    places = decimals if decimals is not None else (1 if size < 99.95 else 0)
    text = f"{size:,.{places}f}"
    if not text.strip("0.,"):
        return Figure("±0", unit)
    return Figure(f"{MINUS if amount < 0 else '+'}{text}", unit)


def age(seconds: Quantity) -> str:
    """How long something took or lies back, in its largest unit: 4 s, 12 min, 3 h, 5 d."""
    number = number_of(seconds)
    if number is None:
        return UNKNOWN
    size = max(0.0, number)
    if size < 59.5:
        return said("Ages", "{count} s", count=f"{size:.0f}")
    if size < 3600:
        return said("Ages", "{count} min", count=max(1, int(size // 60)))
    if size < 48 * 3600:
        return said("Ages", "{count} h", count=int(size // 3600))
    return said("Ages", "{count} d", count=f"{int(size // 86400):,}")


def ago(seconds: Quantity) -> str:
    """How long ago: just now, 12 s ago, 3 h ago."""
    number = number_of(seconds)
    if number is None:
        return UNKNOWN
    if number < 1.5:
        return said("Ages", "just now")
    return said("Ages", "{age} ago", age=age(number))


def as_datetime(at: datetime | float, zone: tzinfo) -> datetime:
    """An aware datetime or epoch seconds as a datetime in the zone."""
    if isinstance(at, datetime):
        return at.astimezone(zone)
    return datetime.fromtimestamp(float(at), tz=zone)


def day(at: datetime | float, zone: tzinfo, *, year: bool = False) -> str:
    """A date in the zone: 9 Nov, or 9 Nov 2026."""
    local = as_datetime(at, zone)
    month = MONTHS[local.month - 1]
    if year:
        return said("Dates", "{day} {month} {year}", day=local.day, month=month, year=local.year)
    return said("Dates", "{day} {month}", day=local.day, month=month)


def clock(at: datetime | float, zone: tzinfo, *, seconds: bool = False) -> str:
    """A time of day in the zone: 14:05, or 14:05:09."""
    local = as_datetime(at, zone)
    text = f"{local.hour:02d}:{local.minute:02d}"
    return f"{text}:{local.second:02d}" if seconds else text


def moment(at: datetime | float | None, zone: tzinfo, *, seconds: bool = False) -> str:
    """A date and time in the zone: 9 Nov 2026, 14:05."""
    if at is None or (not isinstance(at, datetime) and not math.isfinite(at)):
        return UNKNOWN
    return _timed(day(at, zone, year=True), clock(at, zone, seconds=seconds))


def span(start: datetime | float, end: datetime | float, zone: tzinfo) -> str:
    """A stretch of time, end exclusive: 9 Nov, 14:00–14:15; whole days as 9 Nov or 9–12 Nov."""
    first, last = as_datetime(start, zone), as_datetime(end, zone)
    if _is_midnight(first) and _is_midnight(last) and last > first:
        final = as_datetime(last.timestamp() - 1, zone)
        if final.date() == first.date():
            return day(first, zone)
        if (final.year, final.month) == (first.year, first.month):
            month = MONTHS[final.month - 1]
            return said(
                "Dates", "{first}–{last} {month}", first=first.day, last=final.day, month=month
            )
        return _from_to(day(first, zone), day(final, zone))
    if as_datetime(last.timestamp() - 1, zone).date() == first.date():
        times = said("Dates", "{start}–{end}", start=clock(first, zone), end=clock(last, zone))
        return _timed(day(first, zone), times)
    return _from_to(
        _timed(day(first, zone), clock(first, zone)), _timed(day(last, zone), clock(last, zone))
    )


def _timed(date: str, time: str) -> str:
    return said("Dates", "{date}, {time}", date=date, time=time)


def _from_to(start: str, end: str) -> str:
    return said("Dates", "{start} – {end}", start=start, end=end)


def _is_midnight(at: datetime) -> bool:
    return at.hour == at.minute == at.second == 0


_WRITERS: dict[Kind, Callable[[Quantity], Figure]] = {
    Kind.COUNT: count,
    Kind.TOKENS: tokens,
    Kind.MONEY: money,
    Kind.LATENCY: latency,
    Kind.PERCENT: percent,
    Kind.BYTES: bytes_,
}


def figure(kind: Kind, value: Quantity) -> Figure:
    """The value written as its kind asks; TEXT and TIME have no figure and raise ValueError."""
    writer = _WRITERS.get(kind)
    if writer is None:
        raise ValueError(f"a value of kind {kind.value} is not a figure")
    return writer(value)


def axis_text(kind: Kind, value: float, step: float, top: float | None = None) -> str:
    """A tick of a value axis whose ticks lie `step` apart: 0.5 M below 1 M below 1.5 M.

    Args:
        kind: what the axis shows, in the same units as `figure`.
        value: the tick.
        step: the distance between ticks, which decides the decimals.
        top: the greatest tick, whose unit all ticks take; each has its own where it is None.
    """
    if kind is Kind.PERCENT:
        return f"{_plain(value * 100, step * 100)} %"
    size = max(abs(value) if top is None else abs(top), step)
    if kind is Kind.LATENCY:
        unit, scale = ("s", 1000.0) if size >= 1000 else ("ms", 1.0)
        return f"{_plain(value / scale, step / scale)} {unit}"
    scaled = value / NANOS_PER_USD if kind is Kind.MONEY else value
    pace = step / NANOS_PER_USD if kind is Kind.MONEY else step
    prefix = "$" if kind is Kind.MONEY else ""
    size = size / NANOS_PER_USD if kind is Kind.MONEY else size
    if size >= 10_000:
        for factor, unit in _SI:
            if size >= factor:
                return f"{prefix}{_plain(scaled / factor, pace / factor)} {unit}"
    return f"{prefix}{_plain(scaled, pace)}"


def _plain(value: float, step: float) -> str:
    if value == 0:
        return "0"
    decimals = 0
    while decimals < 9 and abs(round(step, decimals) - step) > step * 1e-6:
        decimals += 1
    text = f"{abs(value):,.{decimals}f}"
    return _signed(text.rstrip("0").rstrip(".") if decimals else text, value < 0)
