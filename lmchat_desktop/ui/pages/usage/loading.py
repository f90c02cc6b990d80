"""What the usage page asks on a pool thread: the report, what completes it, values to filter by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lmchat_desktop.domain.usage.cells import Dimension, Measure
from lmchat_desktop.services.figures import Figures, figures_of
from lmchat_desktop.ui.pages.figures.ranking import ranked_names
from lmchat_desktop.ui.pages.figures.reading import read_names
from lmchat_desktop.ui.pages.usage.filters import FilterValue
from lmchat_desktop.ui.pages.usage.picture import Picture, draw_up

if TYPE_CHECKING:
    from lmchat_desktop.cache.entities import EntityRepository
    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.timebasis import Period
    from lmchat_desktop.services.usage import UsageQuestion, UsageReport, UsageService
    from lmchat_desktop.ui.pages.figures.names import Names


@dataclass(frozen=True, slots=True)
class Details:
    """What completes a report a moment later.

    Attributes:
        figures: the figures of the period against the one before.
        errors: the failed requests by error code.
        previous_period: the time that figures are compared with.
    """

    figures: Figures
    errors: UsageReport
    previous_period: Period | None


def load_report(
    usage: UsageService,
    entities: EntityRepository,
    question: UsageQuestion,
    names: Names | None,
    unranked: frozenset[Dimension],
    cancel: Cancellation,
) -> Picture:
    """The report of a question, worked out; for a pool thread.

    Args:
        usage: answers the question.
        entities: where names are read from.
        question: what is asked.
        names: the names that are known; None reads them.
        unranked: dimensions whose names are to be ranked, to give them colours.
        cancel: tells whether the answer is still wanted.
    """
    report = usage.report(question, cancel)
    names = names or read_names(entities, question.scope)
    rankings = {
        dimension: ranked_names(
            usage, question.scope, dimension, report.as_of, question.zone, cancel
        )
        for dimension in unranked
    }
    cancel.raise_if_cancelled()
    return draw_up(report, names, rankings)


def load_details(usage: UsageService, report: UsageReport, cancel: Cancellation) -> Details:
    """What completes a report; for a pool thread."""
    compared = usage.compared(report, cancel)
    by_error = replace(
        report.question,
        group_by=Dimension.ERROR,
        compare=False,
        latencies=False,
        detailed=False,
        beside=None,
    )
    return Details(
        figures=figures_of(compared),
        errors=usage.report(by_error, cancel),
        previous_period=compared.previous_period,
    )


def load_values(
    usage: UsageService,
    question: UsageQuestion,
    names: Names,
    chosen: frozenset[str],
    cancel: Cancellation,
) -> list[FilterValue]:
    """The values of the question's dimension, those chosen included, most requests first."""
    assert question.group_by is not None
    answer = usage.report(question, cancel).answer
    requests = answer.totals[Measure.REQUESTS]
    counted = dict(zip(answer.groups, requests.tolist(), strict=True))
    return [
        FilterValue(value, names.full(question.group_by, value), counted.get(value, 0))
        for value in (*answer.groups, *sorted(chosen - set(answer.groups)))
    ]
