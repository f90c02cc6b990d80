"""Usage figures of a period as a page shows them, read at the coarsest level that is exact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lmchat_desktop.domain.coverage import Span, clip_spans, covered_seconds, merge_spans
from lmchat_desktop.domain.timebasis import (
    Period,
    Step,
    bucket_edges,
    epoch_s,
    epoch_s_above,
    from_epoch,
    previous,
)
from lmchat_desktop.domain.usage.pairs import together
from lmchat_desktop.domain.usage.query import UsageAnswer, UsageQuery, ask
from lmchat_desktop.domain.usage.rollup import clip
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.services.usage_segments import (
    OPEN_END,
    fitting_step,
    level_of,
    segments,
    snapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.cancellation import Cancellation
    from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, UsageBlock
    from lmchat_desktop.domain.usage.totals import Totals


class UsageBlocks(Protocol):
    """Where the cells come from."""

    def blocks(
        self, scope: str, start_s: int, end_s: int, level: Level, zone: ZoneInfo
    ) -> tuple[list[UsageBlock], list[Span]]:
        """The cells of [start_s, end_s) at a level, and the spans that they speak for.

        Hours and days are those of the zone. Each cell is in one block; cells beyond the range
        may be among them.
        """
        ...

    def totals(
        self,
        scope: str,
        start_s: int,
        end_s: int,
        level: Level,
        zone: ZoneInfo,
        cancel: Cancellation | None = None,
    ) -> tuple[list[Totals], list[Span]]:
        """The cells of [start_s, end_s), and no others, added up by hours or days of the zone; and
        the spans that they speak for.
        """
        ...


@dataclass(frozen=True, slots=True)
class UsageQuestion:
    """What a page asks.

    Attributes:
        scope: "service" or an account's id.
        period: the time asked about. Its ends are taken to the nearest quarter hour, or minute
            within the last 48 hours; an end that is not over yet stays.
        step: the length of a bucket; None chooses one, and a step below a quarter hour becomes
            one where minutes are no longer kept.
        zone: whose hours and days count.
        group_by: the dimension that groups come from; None for all together.
        filters: for each filtered dimension the labels that are let through.
        compare: whether the previous period is wanted too.
        latencies: whether percentiles are wanted; without them sums are answered faster.
        detailed: whether latencies are wanted of each group in each bucket, which takes longer.
        beside: another dimension whose labels are wanted for each group, such as the providers
            that served a model.

    """

    scope: str
    period: Period
    step: Step | None
    zone: ZoneInfo
    group_by: Dimension | None = None
    filters: Mapping[Dimension, frozenset[str]] = field(default_factory=dict)
    compare: bool = False
    latencies: bool = True
    detailed: bool = False
    beside: Dimension | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be answered."""
        if self.beside is not None and self.group_by is None:
            raise ValueError("a question without groups has nothing that occurs beside them")


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What a page shows.

    Attributes:
        question: what was asked.
        period: the time that the figures are of.
        step: the length of a bucket.
        answer: the figures.
        previous: the same of the previous period, if it was asked for. Its buckets stand against
            those of `answer` by position; beside a clock change, and where it was cut, there can
            be more or fewer.
        previous_period: the time that `previous` is of.
        previous_cut: whether the previous period was cut to the length that this one has data
            for, because this one is not over or not synced to its end (by more than a minute).
        whole: whether data covers the period up to `live_until` without a gap.
        previous_whole: whether the period is whole, and data covers all that it is compared with;
            a change is not meaningful otherwise.
        as_of: when the question was answered.
        live_until: where the data of the period ends; None where there is none.
        first_data: where the data of the period begins; None where there is none.
        beside: for each group the labels of the other dimension that occur with it, if they were
            asked for.

    """

    question: UsageQuestion
    period: Period
    step: Step
    answer: UsageAnswer
    previous: UsageAnswer | None
    previous_period: Period | None
    previous_cut: bool
    whole: bool
    previous_whole: bool
    as_of: datetime
    live_until: datetime | None
    first_data: datetime | None
    beside: Mapping[str, frozenset[str]]


class UsageService:
    """Answers usage questions from a repository of cells. Safe to call from any thread."""

    def __init__(self, repository: UsageBlocks, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._now = now

    def report(self, question: UsageQuestion, cancel: Cancellation | None = None) -> UsageReport:
        """Answer a question.

        Raises:
            OverflowError: a total does not fit in 64 bits.
            Exception: whatever the repository raises, and what `cancel` raises once cancelled.

        """
        return self._report(question, self._now(), cancel)

    def in_detail(self, report: UsageReport, cancel: Cancellation | None = None) -> UsageReport:
        """A report with the latencies of each group in each bucket, as of the same instant.

        Raises:
            OverflowError, Exception: as for `report`.

        """
        if report.question.detailed:
            return report
        question = replace(report.question, latencies=True, detailed=True)
        return self._report(question, report.as_of, cancel)

    def compared(self, report: UsageReport, cancel: Cancellation | None = None) -> UsageReport:
        """A report with its previous period, as of the same instant; its own answer stays.

        Raises:
            OverflowError, Exception: as for `report`.

        """
        if report.question.compare:
            return report
        return self._with_previous(report, cancel)

    def _report(
        self, question: UsageQuestion, now: datetime, cancel: Cancellation | None
    ) -> UsageReport:
        period = snapped(question.period, now)
        step = fitting_step(question.step, period, now)
        cells = self._cells(question, period, step, now, cancel)
        answer, spans = _answer(cells, question, period, step, now)
        live_until = min(from_epoch(spans[-1][1]), period.end) if spans else None
        beside: Mapping[str, frozenset[str]] = {}
        if question.beside is not None and question.group_by is not None:
            beside = together(
                cells.blocks, question.group_by, question.beside, question.filters, cells.totals
            )
        report = UsageReport(
            question=question,
            period=period,
            step=step,
            answer=answer,
            previous=None,
            previous_period=None,
            previous_cut=False,
            whole=live_until is not None and _is_covered(Period(period.start, live_until), spans),
            previous_whole=False,
            as_of=now,
            live_until=live_until,
            first_data=from_epoch(spans[0][0]) if spans else None,
            beside=beside,
        )
        return self._with_previous(report, cancel) if question.compare else report

    def _with_previous(self, report: UsageReport, cancel: Cancellation | None) -> UsageReport:
        question, period, now = report.question, report.period, report.as_of
        live_until = report.live_until
        before_period = snapped(previous(period, question.zone, live_until), now)
        cells = self._cells(question, before_period, report.step, now, cancel)
        before, spans = _answer(cells, question, before_period, report.step, now)
        return replace(
            report,
            question=replace(question, compare=True),
            previous=before,
            previous_period=before_period,
            previous_cut=live_until is not None and live_until < period.end - OPEN_END,
            previous_whole=report.whole and _is_covered(before_period, spans),
        )

    def _cells(
        self,
        question: UsageQuestion,
        period: Period,
        step: Step,
        now: datetime,
        cancel: Cancellation | None,
    ) -> _Cells:
        # Labels and buckets are added up apart; what joins them needs the cells themselves.
        added_up = not question.filters and not question.detailed
        cells = _Cells([], [], [])
        for part in segments(period, level_of(step), question.zone, now):
            if cancel is not None:
                cancel.raise_if_cancelled()
            span = part.start_s, part.end_s
            where = (question.scope, *span, part.level, question.zone)
            if added_up and part.level in (Level.HOUR, Level.DAY):
                totals, covered = self._repository.totals(*where, cancel)
                cells.totals.extend(totals)
            else:
                blocks, covered = self._repository.blocks(*where)
                cells.blocks.extend(clip(block, *span) for block in blocks)
            cells.spans.extend(clip_spans(covered, *span))
        if cancel is not None:
            cancel.raise_if_cancelled()
        return cells


@dataclass(frozen=True, slots=True)
class _Cells:
    """What was read: cells, further cells added up, and the spans that both speak for."""

    blocks: list[UsageBlock]
    totals: list[Totals]
    spans: list[Span]


def _answer(
    cells: _Cells, question: UsageQuestion, period: Period, step: Step, now: datetime
) -> tuple[UsageAnswer, list[Span]]:
    """The figures of a period, and the spans of it that data covers."""
    edges = bucket_edges(period.start, period.end, step, question.zone)
    known = clip_spans(
        merge_spans(cells.spans), int(edges[0]), min(int(edges[-1]), epoch_s_above(now))
    )
    query = UsageQuery(
        edges, question.group_by, question.filters, question.latencies, question.detailed
    )
    return ask(cells.blocks, known, query, cells.totals), known


def _is_covered(period: Period, spans: Sequence[Span]) -> bool:
    """Whether the spans cover a period without a gap."""
    edges: IntColumn = np.array([epoch_s(period.start), epoch_s_above(period.end)], dtype=np.int64)
    return bool((covered_seconds(spans, edges) == np.diff(edges)).all())
