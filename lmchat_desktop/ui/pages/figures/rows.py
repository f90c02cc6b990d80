"""A usage report as the rows of the breakdown table and the series of the main chart."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Latency, Measure
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.names import Names, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lmchat_desktop.domain.usage.query import UsageAnswer

SERIES_SHOWN = 8
"""There are eight colours that can be told apart; smaller groups are drawn together."""

MEASURES = {
    ChartMeasure.REQUESTS: Measure.REQUESTS,
    ChartMeasure.INPUT_TOKENS: Measure.INPUT_TOKENS,
    ChartMeasure.CACHED_TOKENS: Measure.CACHED_TOKENS,
    ChartMeasure.OUTPUT_TOKENS: Measure.OUTPUT_TOKENS,
    ChartMeasure.COST: Measure.COST,
}


@dataclass(frozen=True, slots=True)
class BreakdownRow:
    """One group of the breakdown, or all of them together.

    Attributes:
        value: the group's value; None for the total.
        name: what it is called; it came from outside.
        detail: what tells it apart from others of that name.
        provider: the provider that served a model, or in words that there were several.
        requests, failed: requests, and those of them that failed.
        input_tokens, cached_tokens, output_tokens: tokens.
        cost: nano US dollars.
        p50, p95, p99: total time in milliseconds, within 1.1 %; None where none was measured.
        first_p95: time until the first token, likewise.
    """

    value: str | None
    name: str
    detail: str
    provider: str
    requests: int
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    cost: int
    p50: float | None
    p95: float | None
    p99: float | None
    first_p95: float | None
    failed: int

    @property
    def error_rate(self) -> float | None:
        """Failed requests as a fraction of all; None without requests."""
        return self.failed / self.requests if self.requests else None


def breakdown_rows(
    answer: UsageAnswer,
    dimension: Dimension,
    names: Names,
    providers_of: Mapping[str, frozenset[str]] | None = None,
) -> list[BreakdownRow]:
    """One row for each group, largest by requests first.

    Args:
        answer: the answer, grouped by `dimension`.
        dimension: what the groups are.
        names: display names.
        providers_of: for each model the providers that served it, for the provider column.
    """
    totals = answer.totals
    failed = answer.failed.sum(axis=1)
    quantiles = {
        (latency, q): answer.group_quantiles(latency, q)
        for latency, q in (
            (Latency.TOTAL, 0.50),
            (Latency.TOTAL, 0.95),
            (Latency.TOTAL, 0.99),
            (Latency.FIRST_TOKEN, 0.95),
        )
    }
    return [
        BreakdownRow(
            value=group,
            name=names.text(dimension, group),
            detail=names.detail(dimension, group),
            provider=provider_text(group, names, providers_of or {}),
            requests=int(totals[Measure.REQUESTS][i]),
            input_tokens=int(totals[Measure.INPUT_TOKENS][i]),
            cached_tokens=int(totals[Measure.CACHED_TOKENS][i]),
            output_tokens=int(totals[Measure.OUTPUT_TOKENS][i]),
            cost=int(totals[Measure.COST][i]),
            p50=_known(quantiles[Latency.TOTAL, 0.50][i]),
            p95=_known(quantiles[Latency.TOTAL, 0.95][i]),
            p99=_known(quantiles[Latency.TOTAL, 0.99][i]),
            first_p95=_known(quantiles[Latency.FIRST_TOKEN, 0.95][i]),
            failed=int(failed[i]),
        )
        for i, group in enumerate(answer.groups)
    ]


def total_row(answer: UsageAnswer) -> BreakdownRow:
    """All groups together. Percentiles are of all requests, not a mean of the groups' ones."""
    return BreakdownRow(
        value=None,
        name=tr("Total"),
        detail="",
        provider="",
        requests=answer.total(Measure.REQUESTS),
        input_tokens=answer.total(Measure.INPUT_TOKENS),
        cached_tokens=answer.total(Measure.CACHED_TOKENS),
        output_tokens=answer.total(Measure.OUTPUT_TOKENS),
        cost=answer.total(Measure.COST),
        p50=_known(answer.overall_quantile(Latency.TOTAL, 0.50)),
        p95=_known(answer.overall_quantile(Latency.TOTAL, 0.95)),
        p99=_known(answer.overall_quantile(Latency.TOTAL, 0.99)),
        first_p95=_known(answer.overall_quantile(Latency.FIRST_TOKEN, 0.95)),
        failed=answer.total_failed(),
    )


@dataclass(frozen=True, slots=True)
class GroupSeries:
    """One series of the main chart.

    Attributes:
        value: the group's value; None for the small groups that are drawn together.
        name: what it is called.
        values: the measure in each bucket (money in nano US dollars).
    """

    value: str | None
    name: str
    values: IntColumn


def group_series(
    answer: UsageAnswer,
    measure: ChartMeasure,
    dimension: Dimension,
    names: Names,
    shown: int = SERIES_SHOWN,
) -> list[GroupSeries]:
    """The series of the main chart, largest by the measure first.

    If there are more groups than are shown, the last series holds the sum of the rest, so that the
    stack's height is always the whole.
    """
    table = answer.failed if measure is ChartMeasure.ERRORS else None
    values = answer.per_group_bucket[MEASURES[measure]] if table is None else table
    order = np.argsort(-values.sum(axis=1), kind="stable")
    apart = order if len(order) <= shown else order[: shown - 1]
    series = [
        GroupSeries(answer.groups[i], names.full(dimension, answer.groups[i]), values[i])
        for i in apart
        if values[i].any()
    ]
    rest = order[len(apart) :]
    if len(rest) and values[rest].any():
        name = tr("{count} others").format(count=len(rest))
        series.append(GroupSeries(None, name, values[rest].sum(axis=0)))
    return series


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)


def provider_text(model: str, names: Names, providers_of: Mapping[str, frozenset[str]]) -> str:
    """The provider that served a model, or how many did."""
    providers = providers_of.get(model, frozenset())
    if len(providers) > 1:
        return tr("{count} providers").format(count=len(providers))
    return "".join(names.text(Dimension.PROVIDER, provider) for provider in providers)
