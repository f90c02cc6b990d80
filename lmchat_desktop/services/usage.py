"""Usage figures of a period as a page shows them, read at the coarsest level that is exact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lmchat_desktop.domain.coverage import Span, clip_spans, covered_seconds, merge_spans
from lmchat_desktop.domain.timebasis import (
    Period,
    Step,
    bucket_edges,
    ceil_to,
    choose_step,
    epoch_s,
    epoch_s_above,
    floor_to,
    from_epoch,
    previous,
)
from lmchat_desktop.domain.usage.pairs import together
from lmchat_desktop.domain.usage.query import UsageAnswer, UsageQuery, ask
from lmchat_desktop.domain.usage.rollup import clip
from lmchat_desktop.domain.usage.slices import (
    DAY_RESOLUTION_S,
    HOUR_RESOLUTION_S,
    Level,
    live_start_s,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, UsageBlock

MAX_BUCKETS = 120
"""How many buckets a chart has at most where the question names no step."""


OPEN_END = timedelta(minutes=1)
"""A period that ended so recently still counts as going on: it was "up to now" when asked for."""


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


class Cancel(Protocol):
    """How work is told that nobody waits for it any more."""

    def raise_if_cancelled(self) -> None:
        """Raise, if so."""
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

    """

    scope: str
    period: Period
    step: Step | None
    zone: ZoneInfo
    group_by: Dimension | None = None
    filters: Mapping[Dimension, frozenset[str]] = field(default_factory=dict)
    compare: bool = False


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
        previous_whole: whether data covers both what is compared and the period up to
            `live_until` without a gap; a change is not meaningful otherwise.
        as_of: when the question was answered.
        live_until: where the data of the period ends; None where there is none.
        first_data: where the data of the period begins; None where there is none.

    """

    question: UsageQuestion
    period: Period
    step: Step
    answer: UsageAnswer
    previous: UsageAnswer | None
    previous_period: Period | None
    previous_cut: bool
    previous_whole: bool
    as_of: datetime
    live_until: datetime | None
    first_data: datetime | None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a period that is read at one level; its ends lie on the level's boundaries."""

    level: Level
    start_s: int
    end_s: int


class UsageService:
    """Answers usage questions from a repository of cells. Safe to call from any thread."""

    def __init__(self, repository: UsageBlocks, now: Callable[[], datetime]) -> None:
        self._repository = repository
        self._now = now

    def report(self, question: UsageQuestion, cancel: Cancel | None = None) -> UsageReport:
        """Answer a question.

        Raises:
            OverflowError: a total does not fit in 64 bits.
            Exception: whatever the repository raises, and what `cancel` raises once cancelled.

        """
        now = self._now()
        period = snapped(question.period, now)
        step = fitting_step(question.step, period, now)
        answer, spans = self._answer(question, period, step, now, cancel)
        first_data = from_epoch(spans[0][0]) if spans else None
        live_until = min(from_epoch(spans[-1][1]), period.end) if spans else None
        before: UsageAnswer | None = None
        before_period: Period | None = None
        cut = whole = False
        if question.compare:
            cut = live_until is not None and live_until < period.end - OPEN_END
            before_period = snapped(previous(period, question.zone, live_until), now)
            before, before_spans = self._answer(question, before_period, step, now, cancel)
            reached = Period(period.start, live_until) if live_until else period
            whole = _is_covered(reached, spans) and _is_covered(before_period, before_spans)
        return UsageReport(
            question=question,
            period=period,
            step=step,
            answer=answer,
            previous=before,
            previous_period=before_period,
            previous_cut=cut,
            previous_whole=whole,
            as_of=now,
            live_until=live_until,
            first_data=first_data,
        )

    def together(
        self, question: UsageQuestion, other: Dimension, cancel: Cancel | None = None
    ) -> dict[str, frozenset[str]]:
        """For each group of a question the labels of another dimension that occur with it, such
        as the providers that served a model.

        Raises:
            ValueError: the question has no groups.
            Exception: as for `report`.

        """
        if question.group_by is None:
            raise ValueError("a question without groups has nothing to occur with")
        now = self._now()
        period = snapped(question.period, now)
        step = fitting_step(question.step, period, now)
        blocks, _ = self._cells(question, period, step, now, cancel)
        return together(blocks, question.group_by, other, question.filters)

    def _answer(
        self,
        question: UsageQuestion,
        period: Period,
        step: Step,
        now: datetime,
        cancel: Cancel | None,
    ) -> tuple[UsageAnswer, list[Span]]:
        blocks, spans = self._cells(question, period, step, now, cancel)
        edges = bucket_edges(period.start, period.end, step, question.zone)
        known = clip_spans(
            merge_spans(spans), int(edges[0]), min(int(edges[-1]), epoch_s_above(now))
        )
        query = UsageQuery(edges, question.group_by, question.filters)
        return ask(blocks, known, query), known

    def _cells(
        self,
        question: UsageQuestion,
        period: Period,
        step: Step,
        now: datetime,
        cancel: Cancel | None,
    ) -> tuple[list[UsageBlock], list[Span]]:
        blocks: list[UsageBlock] = []
        spans: list[Span] = []
        for segment in segments(period, level_of(step), question.zone, now):
            if cancel is not None:
                cancel.raise_if_cancelled()
            found, covered = self._repository.blocks(
                question.scope, segment.start_s, segment.end_s, segment.level, question.zone
            )
            blocks.extend(clip(block, segment.start_s, segment.end_s) for block in found)
            spans.extend(clip_spans(covered, segment.start_s, segment.end_s))
        if cancel is not None:
            cancel.raise_if_cancelled()
        return blocks, spans


def level_of(step: Step) -> Level:
    """The coarsest level whose cells fit into buckets of a step."""
    if step is Step.DAY:
        return Level.DAY
    if step.seconds >= Step.HOUR.seconds:
        return Level.HOUR
    return Level.QUARTER if step is Step.QUARTER else Level.MINUTE


def fitting_step(step: Step | None, period: Period, now: datetime) -> Step:
    """The step, or one that fits the period where there is none; never finer than the cells."""
    chosen = step or choose_step(period.start, period.end, MAX_BUCKETS)
    minutes_kept = epoch_s(period.start) >= live_start_s(now)
    return chosen if minutes_kept or level_of(chosen) is not Level.MINUTE else Step.QUARTER


def snapped(period: Period, now: datetime) -> Period:
    """The period with its ends taken to where cells begin; an end that is not over yet stays."""
    start = _nearest_cell(period.start, now)
    end = period.end if _is_open(period, now) else _nearest_cell(period.end, now)
    if end <= start:
        end = start + timedelta(seconds=_resolution_s(start, now))
    return Period(start, end, period.stride)


def segments(period: Period, level: Level, zone: ZoneInfo, now: datetime) -> list[Segment]:
    """The parts of a period by the level that each can be read at: the middle at the level asked
    for, ragged ends finer. An end that is not over yet is no ragged one, since nothing lies
    beyond it.
    """
    if level is Level.MINUTE:
        return [Segment(level, epoch_s(period.start), epoch_s_above(period.end))]
    step = _STEPS[level]
    start = ceil_to(period.start, step, zone)
    end = (ceil_to if _is_open(period, now) else floor_to)(period.end, step, zone)
    finer = _FINER[level]
    if start >= end:
        return segments(period, finer, zone, now)
    parts: list[Segment] = []
    if period.start < start:
        parts += segments(Period(period.start, start), finer, zone, now)
    parts.append(Segment(level, epoch_s(start), epoch_s(end)))
    if end < period.end:
        parts += segments(Period(end, period.end), finer, zone, now)
    return parts


_STEPS = {Level.DAY: Step.DAY, Level.HOUR: Step.HOUR, Level.QUARTER: Step.QUARTER}
_FINER = {Level.DAY: Level.HOUR, Level.HOUR: Level.QUARTER, Level.QUARTER: Level.MINUTE}


def _is_open(period: Period, now: datetime) -> bool:
    """Whether a period is not over."""
    return period.end > now - OPEN_END


def _resolution_s(at: datetime, now: datetime) -> int:
    return HOUR_RESOLUTION_S if epoch_s(at) >= live_start_s(now) else DAY_RESOLUTION_S


def _nearest_cell(at: datetime, now: datetime) -> datetime:
    resolution = _resolution_s(at, now)
    return from_epoch((epoch_s(at) + resolution // 2) // resolution * resolution)


def _is_covered(period: Period, spans: Sequence[Span]) -> bool:
    """Whether the spans cover a period without a gap."""
    edges: IntColumn = np.array([epoch_s(period.start), epoch_s_above(period.end)], dtype=np.int64)
    return bool((covered_seconds(spans, edges) == np.diff(edges)).all())
