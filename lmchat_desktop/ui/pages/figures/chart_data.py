"""Usage reports as the data that charts draw, in colours that stay with a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lmchat_desktop.domain.formatting import Kind
from lmchat_desktop.ui.charts.chart_data import ChartData, Series
from lmchat_desktop.ui.pages.figures.measures import ChartMeasure
from lmchat_desktop.ui.pages.figures.ranking import family_of
from lmchat_desktop.ui.pages.figures.rows import MEASURES, group_series
from lmchat_desktop.ui.theme.series import OTHERS_COLOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lmchat_desktop.domain.usage.cells import IntColumn
    from lmchat_desktop.domain.usage.query import UsageAnswer
    from lmchat_desktop.services.usage import UsageReport
    from lmchat_desktop.ui.pages.figures.names import Names
    from lmchat_desktop.ui.theme.series import SeriesColours

OTHERS = "\0others"
"""The name of the series that holds the small groups; no value of a dimension begins like this."""

KINDS = {
    ChartMeasure.REQUESTS: Kind.COUNT,
    ChartMeasure.INPUT_TOKENS: Kind.TOKENS,
    ChartMeasure.CACHED_TOKENS: Kind.TOKENS,
    ChartMeasure.OUTPUT_TOKENS: Kind.TOKENS,
    ChartMeasure.COST: Kind.MONEY,
    ChartMeasure.ERRORS: Kind.COUNT,
}


def main_data(
    report: UsageReport,
    measure: ChartMeasure,
    names: Names,
    colours: SeriesColours,
    *,
    compare: bool,
    ranking: Sequence[str] = (),
    settled: bool = True,
) -> ChartData:
    """The main chart: a measure over time by group.

    Args:
        report: a report with groups.
        measure: what is counted.
        names: display names of the groups.
        colours: the colours of names.
        compare: whether the previous period is shown too.
        ranking: names in the order in which they get colours, before those of the report.
        settled: as for `SeriesColours.assign`.
    """
    answer, dimension = report.answer, report.question.group_by
    assert dimension is not None
    family = family_of(dimension, report.question.scope)
    colours.assign(dict.fromkeys((*ranking, *answer.groups)), family, settled=settled)
    groups = group_series(answer, measure, dimension, names)
    previous = report.previous if compare else None
    shown = frozenset(one.value for one in groups if one.value is not None)
    series = tuple(
        Series(
            name=OTHERS if one.value is None else one.value,
            title=one.name,
            colour=OTHERS_COLOUR if one.value is None else colours.colour(one.value, family),
            values=one.values.astype(np.float64),
            previous=None
            if previous is None
            else _earlier(previous, measure, answer.buckets, one.value, shown),
        )
        for one in groups
    )
    return ChartData(
        edges=answer.edges,
        series=series,
        kind=KINDS[measure],
        zone=report.question.zone,
        covered=answer.covered,
        previous=None if previous is None else _earlier_total(previous, measure, answer.buckets),
        open_from_s=open_from(report),
    )


def errors_data(
    report: UsageReport,
    names: Names,
    colours: SeriesColours,
    *,
    ranking: Sequence[str] = (),
    settled: bool = True,
) -> ChartData:
    """Failed requests over time by error code, from a report grouped by it."""
    return main_data(
        report,
        ChartMeasure.ERRORS,
        names,
        colours,
        compare=False,
        ranking=ranking,
        settled=settled,
    )


def open_from(report: UsageReport) -> float | None:
    """From which second on figures still grow: the start of the last bucket of a running period."""
    if report.period.end < report.as_of:
        return None
    return float(report.answer.edges[-2])


def _measured(answer: UsageAnswer, measure: ChartMeasure) -> IntColumn:
    if measure is ChartMeasure.ERRORS:
        return answer.failed
    return answer.per_group_bucket[MEASURES[measure]]


def _earlier_total(
    previous: UsageAnswer, measure: ChartMeasure, buckets: int
) -> NDArray[np.float64]:
    return _fitted(previous, _measured(previous, measure).sum(axis=0), buckets)


def _earlier(
    previous: UsageAnswer,
    measure: ChartMeasure,
    buckets: int,
    value: str | None,
    shown: frozenset[str],
) -> NDArray[np.float64]:
    """A group's earlier values; for the small groups together, those of all that are not shown."""
    table = _measured(previous, measure)
    if value is None:
        rows = [i for i, group in enumerate(previous.groups) if group not in shown]
    else:
        rows = [i for i, group in enumerate(previous.groups) if group == value]
    return _fitted(previous, table[rows].sum(axis=0), buckets)


def _fitted(previous: UsageAnswer, values: IntColumn, buckets: int) -> NDArray[np.float64]:
    """Earlier values bucket against bucket, NaN where nothing is known of one."""
    fitted = np.full(buckets, np.nan)
    known = np.where(previous.covered, values.astype(np.float64), np.nan)
    fitted[: len(known)] = known[:buckets]
    return fitted
