"""Costs are exact, rounded half-even once a component, and refused where they do not fit."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lmchat_desktop.domain.money import (
    TokenPrices,
    cost_nanos,
    request_cost_nanos,
    usd,
    usd_text,
)

PRICES = st.decimals(0, 1, allow_nan=False, places=14)
TOKENS = st.integers(0, 2_000_000)


def by_decimal(tokens: int, price: Decimal) -> int:
    with localcontext() as context:
        context.prec = 80
        return int((tokens * price * 10**9).quantize(Decimal(1), ROUND_HALF_EVEN))


@given(st.lists(TOKENS, max_size=30), PRICES)
def test_cost_equals_a_recomputation_in_decimals(tokens: list[int], price: Decimal) -> None:
    costs = cost_nanos(np.array(tokens, np.int64), price)
    assert costs.tolist() == [by_decimal(count, price) for count in tokens]


@given(st.lists(TOKENS, min_size=1, max_size=10), st.integers(1, 10**30), st.integers(24, 60))
@example([0], 18_446_744_073_709_486_077, 24)
@example([2_000_000], 4_611_686_018_427_387_903_250_000_000, 24)
@example([2_000_000], 4_611_686_018_427_387_903_750_000_000, 24)
def test_cost_of_prices_of_many_digits_is_exact_or_refused(
    tokens: list[int], digits: int, places: int
) -> None:
    price = Decimal(digits).scaleb(-places)
    exact = [round(count * Fraction(price) * 10**9) for count in tokens]
    if max(exact) >= 2**63:
        with pytest.raises(OverflowError):
            cost_nanos(np.array(tokens, np.int64), price)
    else:
        assert cost_nanos(np.array(tokens, np.int64), price).tolist() == exact


@pytest.mark.parametrize(
    ("tokens", "price", "nanos"),
    [
        (1, "0.0000000005", 0),
        (3, "0.0000000005", 2),
        (5, "0.0000000005", 2),
        (7, "0.0000000005", 4),
        (1_000, "0.00000000000075", 1),
        (2_000, "0.00000000000075", 2),
        (128_000, "0.0000025", 320_000_000),
    ],
)
def test_ties_go_to_the_even_nano_dollar(tokens: int, price: str, nanos: int) -> None:
    assert cost_nanos(np.array([tokens]), Decimal(price)).tolist() == [nanos]


@given(st.lists(st.tuples(TOKENS, TOKENS, TOKENS), max_size=20), PRICES, PRICES, PRICES)
def test_each_component_is_rounded_once(
    rows: list[tuple[int, int, int]], one: Decimal, two: Decimal, three: Decimal
) -> None:
    inputs = np.array([max(row[0], row[1]) for row in rows], np.int64)
    cached = np.array([min(row[0], row[1]) for row in rows], np.int64)
    outputs = np.array([row[2] for row in rows], np.int64)
    costs = request_cost_nanos(inputs, cached, outputs, TokenPrices(one, two, three))
    assert costs.tolist() == [
        by_decimal(c, two) + by_decimal(i - c, one) + by_decimal(o, three)
        for i, c, o in zip(inputs.tolist(), cached.tolist(), outputs.tolist(), strict=True)
    ]


def test_twenty_million_dollars_are_exact() -> None:
    rng = np.random.default_rng(3)
    tokens = rng.integers(1, 3_000_000, 20_000)
    price = Decimal("0.00066700000000003")
    costs = cost_nanos(tokens, price)
    truth = sum(by_decimal(count, price) for count in tokens.tolist())
    assert truth > 15_000_000 * 10**9
    assert int(costs.sum()) == truth
    assert usd(truth) == Decimal(truth) / 10**9


def test_what_does_not_fit_in_64_bits_is_refused() -> None:
    with pytest.raises(OverflowError, match="64-bit"):
        cost_nanos(np.array([2**62]), Decimal(1))
    assert cost_nanos(np.array([2**63 - 1]), Decimal("1e-9")).tolist() == [2**63 - 1]
    big = np.array([2**62], np.int64)
    with pytest.raises(OverflowError, match="64-bit"):
        request_cost_nanos(big, big * 0, big, TokenPrices(*[Decimal("1.5e-9")] * 3))


def test_what_cannot_be_a_cost_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        cost_nanos(np.array([-1]), Decimal(1))
    for price in ("-1", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="price"):
            cost_nanos(np.array([1]), Decimal(price))
    one = np.array([1])
    with pytest.raises(ValueError, match="cached"):
        request_cost_nanos(one, one * 2, one, TokenPrices(*[Decimal(1)] * 3))


@given(st.integers(-(2**63), 2**63 - 1))
def test_amounts_as_text_are_exact(nanos: int) -> None:
    text = usd_text(nanos)
    assert Decimal(text) == usd(nanos) == Decimal(nanos) / Decimal(10**9)
    assert 2 <= len(text.partition(".")[2]) <= 9
