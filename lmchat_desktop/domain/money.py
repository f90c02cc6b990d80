"""Money as whole nano US dollars: exact costs of tokens, and amounts as text.

Each component of a request's cost is rounded half-even once; sums of the components are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lmchat_desktop.domain.usage.cells import IntColumn

NANOS_PER_USD = 10**9
_INT64_LIMIT = 2**63


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """What a provider's tokens of a model cost, in exact US dollars a token."""

    input_usd: Decimal
    cached_input_usd: Decimal
    output_usd: Decimal


def cost_nanos(tokens: IntColumn, price: Decimal) -> IntColumn:
    """The cost of each number of tokens, exact and then rounded half-even to a nano dollar.

    Args:
        tokens: n counts, none negative.
        price: US dollars a token; it can be below a nano dollar.

    Returns:
        n amounts in nano US dollars.

    Raises:
        OverflowError: an amount does not fit in 64 bits.
        ValueError: a count or the price is negative, or the price is not a finite number.

    """
    if not price.is_finite() or price < 0:
        raise ValueError("a price is a finite number of US dollars, not below zero")
    tokens = np.asarray(tokens, dtype=np.int64)
    if not len(tokens):
        return np.zeros(0, dtype=np.int64)
    if int(tokens.min()) < 0:
        raise ValueError("a number of tokens cannot be negative")
    nanos = Fraction(price) * NANOS_PER_USD
    most = int(tokens.max())
    if round(most * nanos) >= _INT64_LIMIT:
        raise OverflowError("a cost exceeds what 64-bit integers of nano dollars can hold")
    if max(most, 1) * nanos.numerator < _INT64_LIMIT and 2 * nanos.denominator < _INT64_LIMIT:
        return _divide_half_even(tokens * nanos.numerator, nanos.denominator)
    distinct, positions = np.unique(tokens, return_inverse=True)
    exact = np.array([round(count * nanos) for count in distinct.tolist()], dtype=np.int64)
    return exact[positions]


def request_cost_nanos(
    input_tokens: IntColumn, cached_tokens: IntColumn, output_tokens: IntColumn, prices: TokenPrices
) -> IntColumn:
    """The cost of each request: cached input, other input and output, each rounded once.

    Args:
        input_tokens: n counts of all input.
        cached_tokens: the part of each that the provider had cached.
        output_tokens: n counts.
        prices: what the tokens cost.

    Raises:
        OverflowError: an amount does not fit in 64 bits.
        ValueError: a count is negative, or more input was cached than there was.

    """
    if (cached_tokens > input_tokens).any():
        raise ValueError("more cached input tokens than input tokens")
    parts = (
        cost_nanos(cached_tokens, prices.cached_input_usd),
        cost_nanos(input_tokens - cached_tokens, prices.input_usd),
        cost_nanos(output_tokens, prices.output_usd),
    )
    if sum(int(part.max(initial=0)) for part in parts) >= _INT64_LIMIT:
        raise OverflowError("a cost exceeds what 64-bit integers of nano dollars can hold")
    return parts[0] + parts[1] + parts[2]


def usd(nanos: int) -> Decimal:
    """An amount of nano US dollars as exact US dollars."""
    with localcontext() as context:
        context.prec = 40
        return Decimal(nanos).scaleb(-9)


def usd_text(nanos: int) -> str:
    """An amount as exact US dollars in plain digits, at least two and at most nine decimals."""
    sign = "-" if nanos < 0 else ""
    whole, rest = divmod(abs(nanos), NANOS_PER_USD)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole}.{decimals}"


def _divide_half_even(numerators: IntColumn, denominator: int) -> IntColumn:
    """Quotients of non-negative numerators, ties to the even neighbour."""
    if denominator == 1:
        return numerators
    quotients, rests = np.divmod(numerators, denominator)
    twice = 2 * rests
    up = (twice > denominator) | ((twice == denominator) & (quotients % 2 == 1))
    result: IntColumn = quotients + up
    return result
