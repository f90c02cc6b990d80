"""What people type about a key is read exactly, or refused with the reason."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.key_wishes import (
    LARGEST_LIMIT,
    LARGEST_NANOS,
    Unreadable,
    amount_text,
    limit_of,
    nanos_of,
    network_lines,
)


def test_each_line_is_read_by_itself() -> None:
    lines = network_lines("10.0.0.0/8\n\n  \nnonsense\n 2001:DB8:0::/32 \n10.1.2.3/8")
    assert [(line.number, line.network, line.proposal) for line in lines] == [
        (1, "10.0.0.0/8", None),
        (4, "", None),
        (5, "2001:db8::/32", None),
        (6, "", "10.0.0.0/8"),
    ]
    assert [line.reason is None for line in lines] == [True, False, True, False]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for line in network_lines(text):
        assert bool(line.network) is (line.reason is None)
        assert line.text == text.splitlines()[line.number - 1]
    for read in (nanos_of, limit_of):
        with suppress(Unreadable):
            assert read(text) >= 0


@pytest.mark.parametrize(
    ("typed", "nanos"),
    [
        ("1,234.56", 1_234_560_000_000),
        ("$25", 25_000_000_000),
        ("0.000000001", 1),
        ("0.10000000000", 100_000_000),
        ("0", 0),
        ("9,223,372,036.854775807", LARGEST_NANOS),
    ],
)
def test_amounts_are_exact(typed: str, nanos: int) -> None:
    assert nanos_of(typed) == nanos


@pytest.mark.parametrize(
    "typed",
    [
        *("", "1,50", "1.234,56", "1,2345", "-1", "1e3", "5 dollars", "0.0000000001", ".5"),
        *("1.", "٣", "9223372036.854775808", "1,,000", "NaN", "9" * 10_000),
    ],
)
def test_an_amount_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable):
        nanos_of(typed)


@given(st.integers(0, LARGEST_NANOS))
def test_an_amount_shown_is_read_as_the_same(nanos: int) -> None:
    assert nanos_of(amount_text(nanos)) == nanos


@given(st.integers(1, LARGEST_LIMIT))
def test_a_limit_shown_is_read_as_the_same(limit: int) -> None:
    assert limit_of(f"{limit:,}") == limit_of(str(limit)) == limit


@pytest.mark.parametrize(
    "typed", ["", "0", "000", "1.5", "1,00", "-3", "2" * 40, f"{2**53}", "9" * 10_000]
)
def test_what_is_no_limit_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        limit_of(typed)
