"""Usage reports: levels that are exact, fair comparisons, and no data told from zero."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.timebasis import (
    Period,
    Step,
    day_bounds,
    epoch_s,
    last_days,
    last_hours,
    zone,
)
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.services.usage import UsageQuestion, UsageReport, UsageService
from lmchat_desktop.services.usage_segments import segments
from tests.unit.domain.traffic import ZONES, Cube, Requests, epoch, make_requests

NOW = datetime(2026, 11, 4, 10, 23, 7, tzinfo=UTC)
FIRST = epoch(2026, 10, 10, 7)
TRAFFIC = make_requests(21, 20_000, FIRST, epoch_s(NOW) + 1)
CUBE = Cube(TRAFFIC, NOW, FIRST)
SERVICE = UsageService(CUBE, lambda: NOW)


def question(period: Period, name: str = "UTC", **more: object) -> UsageQuestion:
    fields: dict[str, object] = {"scope": "service", "step": None, **more}
    return UsageQuestion(period=period, zone=zone(name), **fields)  # type: ignore[arg-type]


def counted(period: Period, requests: Requests = TRAFFIC) -> int:
    return int(requests.between(epoch_s(period.start), epoch_s(period.end)).sum())


def assert_right(report: UsageReport) -> None:
    """Every bucket and the total equal a count of the requests themselves."""
    answer = report.answer
    for measure in Measure:
        for bucket in range(answer.buckets):
            inside = TRAFFIC.between(int(answer.edges[bucket]), int(answer.edges[bucket + 1]))
            assert int(answer.per_bucket(measure)[bucket]) == TRAFFIC.sum(measure, inside)
    whole = TRAFFIC.between(int(answer.edges[0]), int(answer.edges[-1]))
    assert answer.total(Measure.REQUESTS) == int(whole.sum())


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("days", [1, 7, 14])
@pytest.mark.parametrize("step", [None, Step.DAY, Step.HOUR])
def test_days_up_to_now(name: str, days: int, step: Step | None) -> None:
    report = SERVICE.report(question(last_days(days, NOW, zone(name)), name, step=step))
    assert_right(report)
    assert report.live_until == NOW
    assert report.first_data == report.period.start
    assert report.as_of == NOW


@given(
    st.integers(0, 25 * 24 * 60),
    st.integers(1, 12 * 24 * 60),
    st.sampled_from([None, *Step]),
    st.sampled_from(ZONES),
)
def test_any_range_is_exact(age_min: int, length_min: int, step: Step | None, name: str) -> None:
    end = NOW - timedelta(minutes=age_min)
    period = Period(end - timedelta(minutes=length_min), end)
    report = SERVICE.report(question(period, name, step=step))
    assert_right(report)
    assert abs(report.period.start - period.start) <= timedelta(minutes=8)
    assert abs(report.period.end - period.end) <= timedelta(minutes=23)


@given(st.lists(st.integers(0, 10 * 24 * 60), min_size=3, max_size=6, unique=True))
def test_neighbouring_ranges_share_nothing_and_lose_nothing(ages: list[int]) -> None:
    instants = [NOW - timedelta(minutes=age) for age in sorted(ages, reverse=True)]
    whole = SERVICE.report(question(Period(instants[0], instants[-1])))
    gaps = [b - a for a, b in itertools.pairwise(instants)]
    if min(gaps) < timedelta(minutes=15):
        return
    parts = [
        SERVICE.report(question(Period(a, b))).answer.total(Measure.REQUESTS)
        for a, b in itertools.pairwise(instants)
    ]
    assert sum(parts) == whole.answer.total(Measure.REQUESTS)


def levels_read(period: Period, name: str = "UTC", step: Step | None = None) -> set[Level]:
    CUBE.read.clear()
    SERVICE.report(question(period, name, step=step))
    return {level for level, _, _ in CUBE.read}


def test_the_coarsest_level_is_read() -> None:
    assert levels_read(last_days(14, NOW, zone("UTC")), step=Step.DAY) == {Level.DAY}
    assert levels_read(last_days(7, NOW, zone("UTC"))) == {Level.HOUR}
    assert levels_read(last_hours(24, NOW)) == {Level.QUARTER}
    assert levels_read(last_hours(2, NOW)) == {Level.MINUTE}
    whole = Period(*day_bounds(date(2026, 10, 25), zone("America/New_York")))
    assert levels_read(whole, "America/New_York", Step.DAY) == {Level.DAY}
    assert levels_read(whole, "UTC", Step.DAY) == {Level.HOUR}


def test_a_question_that_waited_a_moment_is_still_up_to_now() -> None:
    asked = last_days(14, NOW - timedelta(seconds=8), zone("UTC"))
    assert levels_read(asked, step=Step.DAY) == {Level.DAY}
    report = SERVICE.report(question(asked, step=Step.DAY, compare=True))
    assert report.period == asked
    assert not report.previous_cut
    truth = counted(Period(asked.start, NOW))
    assert counted(asked) <= report.answer.total(Measure.REQUESTS) <= truth + 1


def test_ragged_ends_are_read_finer() -> None:
    period = Period(
        datetime(2026, 10, 20, 10, 15, tzinfo=UTC), datetime(2026, 11, 4, 9, 41, tzinfo=UTC)
    )
    parts = segments(period, Level.DAY, zone("UTC"), NOW)
    assert [part.level for part in parts] == [
        Level.QUARTER,
        Level.HOUR,
        Level.DAY,
        Level.HOUR,
        Level.QUARTER,
        Level.MINUTE,
    ]
    assert parts[0].start_s == epoch_s(period.start)
    assert parts[-1].end_s == epoch_s(period.end)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(parts))


def test_minutes_that_are_no_longer_kept_become_quarter_hours() -> None:
    old = Period(NOW - timedelta(days=5, hours=2), NOW - timedelta(days=5))
    report = SERVICE.report(question(old, step=Step.MINUTE))
    assert report.step is Step.QUARTER
    assert_right(report)


def test_no_data_is_told_from_zero() -> None:
    report = SERVICE.report(question(last_days(30, NOW, zone("UTC")), step=Step.DAY))
    before_first = report.answer.edges[1:] <= epoch(2026, 10, 10)
    assert (report.answer.covered == ~before_first).all()
    assert report.first_data == datetime(2026, 10, 10, tzinfo=UTC)


def test_what_is_not_over_is_partial() -> None:
    start, end = day_bounds(date(2026, 11, 4), zone("UTC"))
    report = SERVICE.report(question(Period(start, end), step=Step.HOUR))
    assert report.answer.covered.tolist() == [True] * 11 + [False] * 13
    assert report.answer.partial.tolist() == [False] * 10 + [True] + [False] * 13
    assert report.live_until == NOW
    assert report.answer.total(Measure.REQUESTS) == counted(Period(start, NOW))


def test_a_day_that_is_not_over_is_compared_with_as_much_of_the_day_before() -> None:
    start, end = day_bounds(date(2026, 11, 4), zone("UTC"))
    report = SERVICE.report(question(Period(start, end), compare=True))
    assert report.previous is not None
    assert report.previous_cut
    assert report.previous_whole
    assert report.previous_period == Period(
        start - timedelta(days=1), datetime(2026, 11, 3, 10, 23, tzinfo=UTC)
    )
    assert report.previous.total(Measure.REQUESTS) == counted(report.previous_period)


def test_the_last_day_is_compared_with_the_one_before() -> None:
    report = SERVICE.report(question(last_hours(24, NOW), compare=True))
    assert report.previous is not None
    assert report.previous_period is not None
    assert not report.previous_cut
    assert report.previous_period.start == report.period.start - timedelta(hours=24)
    assert report.previous_period.end == datetime(2026, 11, 3, 10, 23, tzinfo=UTC)
    assert report.previous.total(Measure.REQUESTS) == counted(report.previous_period)
    assert report.previous.buckets == report.answer.buckets


def test_days_across_a_clock_change_are_compared_by_the_wall_clock() -> None:
    place = zone("America/New_York")
    report = SERVICE.report(question(last_days(7, NOW, place), place.key, compare=True))
    assert report.previous is not None
    assert report.previous_period is not None
    assert report.previous_period.end.astimezone(place).isoformat() == "2026-10-28T05:30:00-04:00"
    assert report.previous.total(Measure.REQUESTS) == counted(report.previous_period)


def test_a_comparison_with_what_has_no_data_is_not_whole() -> None:
    report = SERVICE.report(question(last_days(20, NOW, zone("UTC")), compare=True))
    assert report.previous is not None
    assert not report.previous_whole


def test_a_cache_that_is_behind_cuts_the_comparison_too() -> None:
    later = NOW + timedelta(hours=3)
    service = UsageService(CUBE, lambda: later)
    report = service.report(question(last_days(1, later, zone("UTC")), compare=True))
    assert report.live_until == NOW.replace(microsecond=0)
    assert report.previous_cut
    assert report.previous_period is not None
    assert report.previous_period.end == datetime(2026, 11, 3, 10, 23, tzinfo=UTC)


def test_filters_and_groups_are_passed_on() -> None:
    report = SERVICE.report(
        question(
            last_days(7, NOW, zone("UTC")),
            group_by=Dimension.REGION,
            filters={Dimension.PROVIDER: frozenset({"groq"})},
        )
    )
    chosen = TRAFFIC.between(epoch_s(report.period.start), epoch_s(NOW) + 1)
    chosen &= TRAFFIC.labelled(Dimension.PROVIDER, "groq")
    assert set(report.answer.groups) == {"sea", "cdg", "iad"}
    assert report.answer.total(Measure.COST) == TRAFFIC.sum(Measure.COST, chosen)


def test_an_empty_cache_is_no_data() -> None:
    empty = Cube(make_requests(0, 0, 0, 1), NOW, epoch_s(NOW) + 10)
    report = UsageService(empty, lambda: NOW).report(question(last_hours(24, NOW), compare=True))
    assert report.live_until is None
    assert report.first_data is None
    assert not report.answer.covered.any()
    assert not report.previous_whole


class Cancelled(Exception):
    pass


class CancelAfter:
    """Is cancelled once it has been asked so many times."""

    def __init__(self, asked: int) -> None:
        self.left = asked

    def raise_if_cancelled(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_a_cancelled_question_is_not_answered() -> None:
    asked = question(last_days(7, NOW, zone("UTC")), compare=True)
    for times in range(3):
        with pytest.raises(Cancelled):
            SERVICE.report(asked, CancelAfter(times))
    assert SERVICE.report(asked, CancelAfter(100)).previous is not None


def test_latencies_hold_through_every_level() -> None:
    from lmchat_desktop.domain.usage.cells import Latency

    report = SERVICE.report(question(last_days(14, NOW, zone("Asia/Kathmandu")), step=Step.DAY))
    edges = report.answer.edges
    for latency in Latency:
        ms = TRAFFIC.ms[latency]
        for q in (0.5, 0.95, 0.99):
            found = report.answer.quantiles(latency, q)
            for bucket in range(report.answer.buckets):
                rows = TRAFFIC.between(int(edges[bucket]), int(edges[bucket + 1])) & ~np.isnan(ms)
                truth = np.quantile(ms[rows], q, method="inverted_cdf")
                assert abs(found[bucket] / truth - 1) <= 0.011


@pytest.mark.parametrize("days", [1, 7])
def test_a_report_is_compared_afterwards_as_if_it_had_been_asked_at_once(days: int) -> None:
    asked = question(last_days(days, NOW, zone("UTC")), group_by=Dimension.MODEL, compare=True)
    at_once = SERVICE.report(asked)
    afterwards = SERVICE.compared(SERVICE.report(replace(asked, compare=False)))
    assert SERVICE.compared(at_once) is at_once
    assert afterwards.question == at_once.question
    for name in ("previous_period", "previous_cut", "previous_whole", "whole", "as_of"):
        assert getattr(afterwards, name) == getattr(at_once, name)
    assert afterwards.previous is not None
    assert at_once.previous is not None
    for measure in Measure:
        mine = afterwards.previous.per_group_bucket[measure]
        assert mine.tolist() == at_once.previous.per_group_bucket[measure].tolist()


def test_sums_need_no_latencies() -> None:
    whole = question(last_days(7, NOW, zone("UTC")), group_by=Dimension.MODEL)
    with_them, without = (SERVICE.report(replace(whole, latencies=on)) for on in (True, False))
    assert without.answer.groups == with_them.answer.groups
    for measure in Measure:
        mine = without.answer.per_group_bucket[measure]
        assert mine.tolist() == with_them.answer.per_group_bucket[measure].tolist()
    assert without.answer.failed.tolist() == with_them.answer.failed.tolist()
    for ask in (without.answer.measured, without.answer.heat):
        with pytest.raises(ValueError, match="without latencies"):
            ask(Latency.TOTAL)
    with pytest.raises(ValueError, match="without latencies"):
        without.answer.overall_quantile(Latency.TOTAL, 0.5)


@pytest.mark.parametrize("filters", [{}, {Dimension.REGION: frozenset({"eu"})}])
def test_what_occurs_beside_each_group(filters: dict[Dimension, frozenset[str]]) -> None:
    asked = question(
        last_days(14, NOW, zone("UTC")),
        group_by=Dimension.MODEL,
        beside=Dimension.PROVIDER,
        filters=filters,
    )
    report = SERVICE.report(asked)
    assert set(report.beside) == set(report.answer.groups)
    for model, providers in report.beside.items():
        only = {**filters, Dimension.MODEL: frozenset({model})}
        of_model = SERVICE.report(
            replace(asked, group_by=Dimension.PROVIDER, beside=None, filters=only)
        )
        assert providers == frozenset(of_model.answer.groups)
    with pytest.raises(ValueError, match="without groups"):
        replace(asked, group_by=None)
