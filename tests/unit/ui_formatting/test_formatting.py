"""Figures read as people expect, and what is unknown never reads as zero."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain import formatting
from lmchat_desktop.domain.formatting import Figure, Kind

BERLIN = ZoneInfo("Europe/Berlin")
DOLLAR = formatting.NANOS_PER_USD


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (921_143, "921,143"),
        (9_999_999, "9,999,999"),
        (12_345_678, "12.3 M"),
        (-5, "−5"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_counts(value: float | None, text: str) -> None:
    assert str(formatting.count(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (999.7, "1.00 k"),
        (1_234, "1.23 k"),
        (999_499, "999 k"),
        (999_500, "1.00 M"),
        (88_000_000, "88.0 M"),
        (203_000_000, "203 M"),
        (1_080_000_000, "1.08 G"),
        (-4_200, "−4.20 k"),
    ],
)
def test_tokens_in_si_steps(value: float, text: str) -> None:
    assert str(formatting.tokens(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(7_200_000, "7.2 M"), (512_100_000, "512.1 M"), (999_960_000, "1.0 G"), (999_960, "1.0 M")],
)
def test_si_steps_with_fixed_decimals(value: float, text: str) -> None:
    assert str(formatting.si(value, decimals=1)) == text


@pytest.mark.parametrize(
    ("nanos", "text"),
    [
        (0, "$0.00"),
        (2_318_400_000_000, "$2,318.40"),
        (12_345_678_900, "$12.35"),
        (-1_200_000_000, "−$1.20"),
        (9_999_999, "$0.0099"),
        (123_456, "$0.00012"),
        (1, "$0.000000001"),
        (9_999_999 * DOLLAR, "$9,999,999.00"),
        (20_000_000 * DOLLAR, "$20.0 M"),
        (None, "–"),
    ],
)
def test_money(nanos: int | None, text: str) -> None:
    assert str(formatting.money(nanos)) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (0.64, "640 µs"),
        (5.55, "5.55 ms"),
        (84.2, "84 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (1_840, "1.84 s"),
        (61_000, "61.0 s"),
        (150_000, "2.50 min"),
        (math.nan, "–"),
    ],
)
def test_latency(milliseconds: float, text: str) -> None:
    assert str(formatting.latency(milliseconds)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0 %"),
        (0.000_01, "<0.01 %"),
        (0.0071, "0.71 %"),
        (0.124, "12.4 %"),
        (0.9996, "99.96 %"),
        (0.999_999, "99.99 %"),
        (1, "100 %"),
        (math.nan, "–"),
    ],
)
def test_percent_never_claims_all_or_nothing(ratio: float, text: str) -> None:
    assert str(formatting.percent(ratio)) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (104.1, 100, "+4.1 %"),
        (93.7, 100, "−6.3 %"),
        (100, 100, "±0 %"),
        (1200, 100, "×12"),
        (5, 0, "new"),
        (0, 0, "±0 %"),
        (0, 5, "−100 %"),
        (math.nan, 5, "–"),
        (5, None, "–"),
    ],
)
def test_changes(now: float, before: float | None, text: str) -> None:
    assert str(formatting.change(now, before)) == text


def test_points() -> None:
    assert str(formatting.points(0.0091, 0.0071)) == "+0.20 pt"
    assert str(formatting.points(0.0071, 0.0071)) == "±0 pt"
    assert str(formatting.points(math.nan, 0.1)) == "–"


@pytest.mark.parametrize(
    ("size", "text"),
    [(812, "812 B"), (31_000_000, "31 MB"), (1_240_000_000, "1.2 GB"), (4_500, "4.5 kB")],
)
def test_bytes(size: int, text: str) -> None:
    assert str(formatting.bytes_(size)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "just now"),
        (12, "12 s ago"),
        (59.8, "1 min ago"),
        (600, "10 min ago"),
        (3 * 3600, "3 h ago"),
        (5 * 86_400, "5 d ago"),
        (math.nan, "–"),
    ],
)
def test_ages(seconds: float, text: str) -> None:
    assert formatting.ago(seconds) == text


def test_moments_and_spans_are_in_the_zone() -> None:
    at = datetime(2026, 11, 9, 13, 5, tzinfo=UTC)
    assert formatting.moment(at, BERLIN) == "9 Nov 2026, 14:05"
    assert formatting.moment(at.timestamp(), UTC, seconds=True) == "9 Nov 2026, 13:05:00"
    assert formatting.moment(None, UTC) == "–"
    day = datetime(2026, 11, 9, tzinfo=BERLIN)
    assert formatting.span(day, datetime(2026, 11, 10, tzinfo=BERLIN), BERLIN) == "9 Nov"
    assert formatting.span(day, datetime(2026, 11, 12, tzinfo=BERLIN), BERLIN) == "9–11 Nov"
    hours = datetime(2026, 11, 9, 3, tzinfo=BERLIN)
    assert formatting.span(day, hours, BERLIN) == "9 Nov, 00:00–03:00"
    late = datetime(2026, 11, 9, 21, tzinfo=BERLIN)
    midnight = datetime(2026, 11, 10, tzinfo=BERLIN)
    assert formatting.span(late, midnight, BERLIN) == "9 Nov, 21:00–00:00"


def test_a_day_of_25_hours_reads_as_that_day() -> None:
    start = datetime(2026, 10, 25, tzinfo=BERLIN)
    end = datetime(2026, 10, 26, tzinfo=BERLIN)
    assert end.timestamp() - start.timestamp() == 25 * 3600
    assert formatting.span(start, end, BERLIN) == "25 Oct"


@pytest.mark.parametrize(
    ("kind", "values", "step", "texts"),
    [
        (
            Kind.TOKENS,
            [0, 2_500_000, 5_000_000, 10_000_000],
            2_500_000,
            ["0 M", "2.5 M", "5 M", "10 M"],
        ),
        (Kind.LATENCY, [0, 2_000, 8_000], 2_000, ["0 s", "2 s", "8 s"]),
        (Kind.MONEY, [0, 500 * DOLLAR], 500 * DOLLAR, ["$0", "$500"]),
        (Kind.PERCENT, [0, 0.005, 0.01], 0.005, ["0 %", "0.5 %", "1 %"]),
        (Kind.COUNT, [0, 200, 400], 200, ["0", "200", "400"]),
    ],
)
def test_ticks_of_an_axis(kind: Kind, values: list[float], step: float, texts: list[str]) -> None:
    assert [formatting.axis_text(kind, value, step) for value in values] == texts


def test_figures_by_kind() -> None:
    assert formatting.figure(Kind.TOKENS, 1_080_000_000) == Figure("1.08", "G")
    assert not formatting.figure(Kind.COUNT, math.nan).known
    with pytest.raises(ValueError, match="not a figure"):
        formatting.figure(Kind.TEXT, 1)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_every_figure_is_short_and_says_its_sign(value: int) -> None:
    for kind in (Kind.COUNT, Kind.TOKENS, Kind.MONEY, Kind.BYTES):
        text = str(formatting.figure(kind, value))
        assert 0 < len(text) <= 16
        assert "e" not in text.replace("new", "")
        if kind is not Kind.BYTES:
            assert text.startswith("−") == (value < 0)


@given(st.floats(min_value=1000, max_value=1e14))
def test_si_steps_keep_three_digits(value: float) -> None:
    figure = formatting.si(value)
    steps = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}
    back = float(figure.number.replace(",", "")) * steps[figure.unit]
    assert back == pytest.approx(value, rel=0.0051)
    assert float(figure.number) < 1000
