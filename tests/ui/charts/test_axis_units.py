"""The ticks of one axis read in one unit, or in units that grow with them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.formatting import NANOS_PER_USD, Kind
from lmchat_desktop.ui.charts.axis_labels import even_labels, log_labels
from lmchat_desktop.ui.charts.ticks import log_ticks, value_ticks

SIZES = {"ms": 1.0, "s": 1000.0, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


def _value(label: str) -> float:
    number, _, unit = label.lstrip("$").partition(" ")
    return float(number.replace(",", "")) * SIZES[unit]


@pytest.mark.parametrize(
    ("kind", "top", "labels"),
    [
        (Kind.LATENCY, 950, ["0 s", "0.25 s", "0.5 s", "0.75 s", "1 s"]),
        (Kind.LATENCY, 390, ["0 ms", "100 ms", "200 ms", "300 ms", "400 ms"]),
        (Kind.TOKENS, 1_900_000, ["0", "0.5 M", "1 M", "1.5 M", "2 M"]),
        (Kind.COUNT, 950, ["0", "250", "500", "750", "1,000"]),
        (Kind.COUNT, 4_800, ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]),
        (
            Kind.MONEY,
            11_000 * NANOS_PER_USD,
            ["$0", "$2.5 k", "$5 k", "$7.5 k", "$10 k", "$12.5 k"],
        ),
    ],
)
def test_one_unit_for_all(kind: Kind, top: float, labels: list[str]) -> None:
    step, ticks = value_ticks(top, kind)
    found = even_labels(kind, ticks, step)
    assert len({label.partition(" ")[2] for label in found if label not in ("0", "$0")}) == 1
    assert [_value(label) for label in found] == pytest.approx(
        [tick / NANOS_PER_USD if kind is Kind.MONEY else tick for tick in ticks]
    )
    assert found == labels


def test_no_half_second_above_two_hundred_milliseconds() -> None:
    labels = log_labels(Kind.LATENCY, log_ticks(150, 12_000))
    assert labels == ["200 ms", "500 ms", "1 s", "2 s", "5 s", "10 s"]


@given(st.floats(min_value=0.5, max_value=1e6), st.floats(min_value=2.5, max_value=1e4))
def test_a_logarithmic_axis_never_goes_back_to_a_smaller_unit(low: float, factor: float) -> None:
    ticks = log_ticks(low, low * factor)
    labels = log_labels(Kind.LATENCY, ticks)
    assert [_value(label) for label in labels] == pytest.approx(ticks)
    units = [SIZES[label.partition(" ")[2]] for label in labels]
    assert all(a <= b for a, b in itertools.pairwise(units))


@given(
    st.floats(min_value=1e-3, max_value=1e14),
    st.sampled_from([Kind.COUNT, Kind.TOKENS, Kind.LATENCY]),
)
def test_labels_say_where_the_ticks_stand(top: float, kind: Kind) -> None:
    step, ticks = value_ticks(top, kind)
    labels = even_labels(kind, ticks, step)
    assert [_value(label) for label in labels] == pytest.approx(ticks)
    assert len({label.partition(" ")[2] for label in labels if label != "0"}) == 1
