"""The figures that sum up a usage report, beside the previous period's, and their course."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lmchat_desktop.domain.usage.cells import IntColumn, Latency, Measure

if TYPE_CHECKING:
    from lmchat_desktop.domain.usage.query import UsageAnswer
    from lmchat_desktop.services.usage import UsageReport

Course = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of a period, as it was read off a report.

    Attributes:
        value: the figure; None where there is no data. Counts and money are exact integers (money
            in nano US dollars), times are milliseconds, rates are fractions of 1.
        previous: the same over the period before; None where that is not wholly known.
        course: the figure bucket by bucket, NaN where there is no data.
    """

    value: int | float | None
    previous: int | float | None
    course: Course

    @property
    def change(self) -> float | None:
        """The relative change against the previous period; None where there is none to tell."""
        if self.value is None or not self.previous:
            return None
        return float(self.value) / float(self.previous) - 1.0

    @property
    def difference(self) -> float | None:
        """The value less the previous one; for rates, where a relative change misleads."""
        if self.value is None or self.previous is None:
            return None
        return float(self.value) - float(self.previous)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period, all groups of its report together.

    Attributes:
        requests: requests.
        input_tokens, cached_tokens, output_tokens: tokens; the cached ones are part of the input.
        cost: nano US dollars.
        p95: 95th percentile of the total time, milliseconds, within 1.1 %.
        error_rate: failed requests as a fraction of all.
        failed: failed requests.
    """

    requests: Reading
    input_tokens: Reading
    cached_tokens: Reading
    output_tokens: Reading
    cost: Reading
    p95: Reading
    error_rate: Reading
    failed: Reading


def figures_of(report: UsageReport) -> Figures:
    """The figures of a report; against its previous period, if the report compares."""
    answer = report.answer
    previous = report.previous if report.previous_whole else None

    def counted(measure: Measure) -> Reading:
        return Reading(
            value=answer.total(measure) if has_data(answer) else None,
            previous=None if previous is None else previous.total(measure),
            course=_course(answer, answer.per_bucket(measure)),
        )

    failed_total = answer.total_failed()
    previous_failed = None if previous is None else previous.total_failed()
    failed_course = _course(answer, answer.failed.sum(axis=0))
    requests = counted(Measure.REQUESTS)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate_course = np.where(requests.course > 0, failed_course / requests.course, np.nan)
    return Figures(
        requests=requests,
        input_tokens=counted(Measure.INPUT_TOKENS),
        cached_tokens=counted(Measure.CACHED_TOKENS),
        output_tokens=counted(Measure.OUTPUT_TOKENS),
        cost=counted(Measure.COST),
        p95=Reading(
            value=_p95(answer),
            previous=None if previous is None else _p95(previous),
            course=answer.quantiles(Latency.TOTAL, 0.95),
        ),
        error_rate=Reading(
            value=_rate(failed_total, requests.value),
            previous=_rate(previous_failed, requests.previous),
            course=rate_course,
        ),
        failed=Reading(
            value=failed_total if has_data(answer) else None,
            previous=previous_failed,
            course=failed_course,
        ),
    )


def has_data(answer: UsageAnswer) -> bool:
    """Whether any part of the answer's time is known."""
    return bool(answer.covered.any())


def _course(answer: UsageAnswer, values: IntColumn) -> Course:
    return np.where(answer.covered, values.astype(np.float64), np.nan)


def _p95(answer: UsageAnswer) -> float | None:
    value = float(answer.overall_quantile(Latency.TOTAL, 0.95))
    return None if np.isnan(value) else value


def _rate(failed: int | None, requests: int | float | None) -> float | None:
    if failed is None or not requests:
        return None
    return failed / requests
