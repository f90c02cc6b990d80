"""What the sample world offers: models at providers in regions, with prices and measured calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.money import TokenPrices
from lmchat_desktop.sandbox.codes import ERROR_CODES
from lmchat_desktop.sandbox.world.sample import (
    FloatArray,
    IntArray,
    MeasuredCalls,
    SampleDamaged,
    read_calls,
    read_catalogue,
    sample_path,
)

OUTLIER_RATE = 0.1
"""A provider that was measured to fail more often than this does not stand for the others."""
SLOW_SHARE = 10
"""The slowest decile of a pool's calls stands for a provider in trouble."""
UNLIMITED = 2**31


@dataclass(frozen=True, slots=True)
class Named:
    """A model or provider: its id, its name to show, and the number that request rows use."""

    id: str
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class ServedRegion:
    """A region of one provider."""

    provider_id: str
    id: str
    number: int
    name: str
    country: str
    place: str
    """The region from which callers reach it: its calls were measured from there."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One model at one provider; `context_tokens` and `output_limit` are None where not stated."""

    model_id: str
    provider_id: str
    prices: TokenPrices
    context_tokens: int | None
    output_limit: int | None


@dataclass(frozen=True, slots=True)
class Pools:
    """P pools (a model at a provider in a region), and their calls in order from fast to slow.

    Attributes:
        model_no, provider_no, region_no: P numbers of the catalogue.
        offer: P positions in the catalogue's offers.
        place: P positions in the catalogue's places.
        context_tokens, output_limit: P limits; `UNLIMITED` where none is stated.
        start, count: P positions in the calls and numbers of calls.
        first_ms: time to the first token of each call.
        token_ms: time from one token to the next of each call.
    """

    model_no: IntArray
    provider_no: IntArray
    region_no: IntArray
    offer: IntArray
    place: IntArray
    context_tokens: IntArray
    output_limit: IntArray
    start: IntArray
    count: IntArray
    first_ms: FloatArray
    token_ms: FloatArray


@dataclass(frozen=True, slots=True)
class Failures:
    """How calls fail, as measured.

    Attributes:
        rates: by provider number, the probability of each code of `codes.ERROR_CODES`; the column
            of "no error" is zero.
        pooled_rate: failed calls of all measured calls.
        too_few_provider: m provider numbers of the calls that answered too few tokens, ascending.
        too_few_first_ms, too_few_total_ms: their times.
    """

    rates: NDArray[np.float64]
    pooled_rate: float
    too_few_provider: IntArray
    too_few_first_ms: FloatArray
    too_few_total_ms: FloatArray


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the world offers."""

    models: tuple[Named, ...]
    providers: tuple[Named, ...]
    regions: tuple[ServedRegion, ...]
    places: tuple[str, ...]
    offers: tuple[Offer, ...]
    pools: Pools
    failures: Failures

    def model_no(self, identifier: str) -> int:
        """The number of a model."""
        return next(model.number for model in self.models if model.id == identifier)

    def context_tokens(self, model_id: str) -> int | None:
        """The largest context window that any provider states for the model."""
        stated = [
            offer.context_tokens
            for offer in self.offers
            if offer.model_id == model_id and offer.context_tokens is not None
        ]
        return max(stated, default=None)


def load_catalogue() -> Catalogue:
    """The catalogue of the sample that comes with the product.

    Raises:
        SampleDamaged: its files do not fit together.
    """
    document, calls = read_catalogue(), read_calls()
    try:
        return _catalogue(document, calls)
    except (KeyError, IndexError, TypeError, ValueError, ArithmeticError) as error:
        raise SampleDamaged(
            sample_path("catalogue.json"), "it does not fit the measured calls"
        ) from error


def _catalogue(document: Mapping[str, Any], calls: MeasuredCalls) -> Catalogue:
    models = _numbered(document["models"])
    providers = _numbered(document["providers"])
    places = tuple(dict.fromkeys(region["place"] for region in document["regions"]))
    regions = _served_regions(document)
    offers = tuple(
        Offer(
            offer["model"],
            offer["provider"],
            TokenPrices(
                Decimal(offer["input_usd"]),
                Decimal(offer["cached_input_usd"]),
                Decimal(offer["output_usd"]),
            ),
            offer["context_tokens"],
            offer["max_output_tokens"],
        )
        for offer in document["offers"]
    )
    return Catalogue(
        models,
        providers,
        regions,
        places,
        offers,
        _pools(document["pools"], calls, models, providers, regions, places, offers),
        _failures(document, calls, providers),
    )


def _numbered(entries: Sequence[Mapping[str, str]]) -> tuple[Named, ...]:
    return tuple(
        Named(entry["id"], number, entry["name"]) for number, entry in enumerate(entries, 1)
    )


def _served_regions(document: Mapping[str, Any]) -> tuple[ServedRegion, ...]:
    known = {region["id"]: region for region in document["regions"]}
    pairs = sorted({(pool["provider"], pool["region"]) for pool in document["pools"]})
    return tuple(
        ServedRegion(
            provider,
            region,
            number,
            known[region]["name"],
            known[region]["country"],
            known[region]["place"],
        )
        for number, (provider, region) in enumerate(pairs, 1)
    )


def _pools(
    entries: Sequence[Mapping[str, Any]],
    calls: MeasuredCalls,
    models: Sequence[Named],
    providers: Sequence[Named],
    regions: Sequence[ServedRegion],
    places: Sequence[str],
    offers: Sequence[Offer],
) -> Pools:
    model_no = {model.id: model.number for model in models}
    provider_no = {provider.id: provider.number for provider in providers}
    region_of = {(region.provider_id, region.id): region for region in regions}
    offer_at = {(offer.model_id, offer.provider_id): at for at, offer in enumerate(offers)}
    count = np.array([entry["calls"] for entry in entries], dtype=np.int64)
    if not np.array_equal(np.repeat(np.arange(len(entries)), count), calls.pool):
        raise ValueError("pools and calls differ")
    start = np.cumsum(count) - count
    first_ms, token_ms = _by_speed(calls, start, count)
    limits = [
        _limits(offers[offer_at[entry["model"], entry["provider"]]], offers) for entry in entries
    ]
    return Pools(
        model_no=np.array([model_no[entry["model"]] for entry in entries]),
        provider_no=np.array([provider_no[entry["provider"]] for entry in entries]),
        region_no=np.array(
            [region_of[entry["provider"], entry["region"]].number for entry in entries]
        ),
        offer=np.array([offer_at[entry["model"], entry["provider"]] for entry in entries]),
        place=np.array(
            [places.index(region_of[entry["provider"], entry["region"]].place) for entry in entries]
        ),
        context_tokens=np.array([context for context, _ in limits]),
        output_limit=np.array([output for _, output in limits]),
        start=start,
        count=count,
        first_ms=first_ms,
        token_ms=token_ms,
    )


def _limits(offer: Offer, offers: Sequence[Offer]) -> tuple[int, int]:
    """Context window and output limit; what is not stated is as at most other providers."""
    stated = [
        other.context_tokens
        for other in offers
        if other.model_id == offer.model_id and other.context_tokens is not None
    ]
    context = offer.context_tokens or (mode(stated) if stated else UNLIMITED)
    return context, offer.output_limit or context


def _by_speed(
    calls: MeasuredCalls, start: IntArray, count: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Times to the first and between tokens, in each pool from its fastest to its slowest call.

    A call whose tokens came all at once takes the median time between tokens of its pool.
    """
    first_ms = calls.first_ms.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        token_ms = (calls.total_ms - calls.first_ms) / (calls.output_tokens - 1)
    token_ms[calls.all_at_once] = np.nan
    for low, many in zip(start.tolist(), count.tolist(), strict=True):
        pool = slice(low, low + many)
        median = np.nanmedian(token_ms[pool])
        filled = np.where(np.isnan(token_ms[pool]), median, token_ms[pool])
        order = np.argsort(first_ms[pool] + 100 * filled, kind="stable")
        first_ms[pool], token_ms[pool] = first_ms[pool][order], filled[order]
    return first_ms, token_ms


def _failures(
    document: Mapping[str, Any], calls: MeasuredCalls, providers: Sequence[Named]
) -> Failures:
    measured = {
        entry["provider"]: np.array([0, *(entry[code] for code in ERROR_CODES[1:])], dtype=float)
        for entry in document["errors"]
    }
    made = {entry["provider"]: float(entry["calls"]) for entry in document["errors"]}
    usual = [name for name in measured if measured[name].sum() / made[name] < OUTLIER_RATE]
    fallback = sum(measured[name] for name in usual) / sum(made[name] for name in usual)
    rates = np.zeros((len(providers) + 1, len(ERROR_CODES)))
    for provider in providers:
        own = measured.get(provider.id)
        rates[provider.number] = fallback if own is None else own / made[provider.id]
    number = {provider.id: provider.number for provider in providers}
    of_call = np.array([number[name] for name in document["too_few_providers"]])[
        calls.too_few_provider
    ]
    order = np.argsort(of_call, kind="stable")
    return Failures(
        rates=rates,
        pooled_rate=float(sum(measured[name].sum() for name in measured) / sum(made.values())),
        too_few_provider=of_call[order],
        too_few_first_ms=calls.too_few_first_ms[order],
        too_few_total_ms=calls.too_few_total_ms[order],
    )
