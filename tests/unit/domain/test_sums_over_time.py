"""Sums over local days equal the sum over the range, at every level, across every clock change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmchat_desktop.domain.timebasis import (
    Step,
    bucket_edges,
    day_bounds,
    day_edges,
    epoch_s,
    local_days,
    zone,
)
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure, UsageBlock
from lmchat_desktop.domain.usage.query import UsageQuery, ask
from lmchat_desktop.domain.usage.rollup import merge
from tests.unit.domain.traffic import LABELS, ZONES, Requests, make_requests

# New York and Chatham change their clocks within or beside each of these weeks.
WEEKS = (
    datetime(2026, 3, 5, tzinfo=UTC),
    datetime(2026, 10, 29, tzinfo=UTC),
    datetime(2026, 4, 2, tzinfo=UTC),
    datetime(2026, 9, 24, tzinfo=UTC),
)
WEEK = timedelta(days=7)


def day_slices(requests: Requests, first: datetime) -> list[UsageBlock]:
    """UTC day slices of quarter hours, a day more on either side."""
    starts = [epoch_s(first + timedelta(days=day)) for day in range(-1, 9)]
    return [requests.block(900, requests.between(at, at + 86_400)) for at in starts]


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("first", WEEKS, ids=lambda at: at.date().isoformat())
@settings(max_examples=settings.default.max_examples // 4)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 400))
def test_every_level_adds_up_to_the_requests(name: str, first: datetime, seed: int, n: int) -> None:
    place = zone(name)
    start, end = first - timedelta(days=1), first + timedelta(days=9)
    requests = make_requests(seed, n, epoch_s(start), epoch_s(end))
    slices = day_slices(requests, first)
    days = local_days(first, first + WEEK, place)
    hours = [merge(slices, day_edges(day, Step.HOUR, place)) for day in days]
    by_day = [
        merge([block], day_edges(day, Step.DAY, place))
        for day, block in zip(days, hours, strict=True)
    ]
    whole_start, whole_end = day_bounds(days[0], place)[0], day_bounds(days[-1], place)[1]
    edges = bucket_edges(whole_start, whole_end, Step.DAY, place)
    assert len(edges) - 1 == len(days)
    chosen = requests.between(int(edges[0]), int(edges[-1]))
    for blocks in (slices, hours, by_day):
        answer = ask(blocks, [], UsageQuery(edges, Dimension.MODEL))
        for measure in Measure:
            truth = requests.sum(measure, chosen)
            assert answer.total(measure) == truth
            assert sum(answer.per_bucket(measure).tolist()) == truth
            for bucket in range(len(days)):
                inside = requests.between(int(edges[bucket]), int(edges[bucket + 1]))
                assert int(answer.per_bucket(measure)[bucket]) == requests.sum(measure, inside)
            for group, label in enumerate(answer.groups):
                mine = chosen & requests.labelled(Dimension.MODEL, label)
                assert int(answer.totals[measure][group]) == requests.sum(measure, mine)
        for latency in Latency:
            measured = chosen & ~np.isnan(requests.ms[latency])
            assert answer.measured(latency) == int(measured.sum())


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("step", [Step.HOUR, Step.THREE_HOURS, Step.SIX_HOURS])
def test_hours_add_up_to_their_days(name: str, step: Step) -> None:
    place = zone(name)
    for first in WEEKS:
        requests = make_requests(5, 3_000, epoch_s(first) - 86_400, epoch_s(first + WEEK) + 86_400)
        slices = day_slices(requests, first)
        for day in local_days(first, first + WEEK, place):
            start, end = day_bounds(day, place)
            answer = ask(slices, [], UsageQuery(bucket_edges(start, end, step, place)))
            truth = int(requests.between(epoch_s(start), epoch_s(end)).sum())
            assert answer.total(Measure.REQUESTS) == truth


@pytest.mark.parametrize("q", [0.5, 0.95, 0.99])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 300))
@settings(max_examples=settings.default.max_examples // 2)
def test_percentiles_hold_after_rolling_up(q: float, seed: int, n: int) -> None:
    first, place = WEEKS[0], zone("America/New_York")
    requests = make_requests(seed, n, epoch_s(first), epoch_s(first + WEEK))
    days = local_days(first, first + WEEK, place)
    by_day = [merge(day_slices(requests, first), day_edges(d, Step.DAY, place)) for d in days]
    edges = np.array([epoch_s(day_bounds(day, place)[0]) for day in days] + [2**40])
    answer = ask(by_day, [], UsageQuery(edges, Dimension.MODEL))
    for latency in Latency:
        ms = requests.ms[latency]
        chosen = requests.between(int(edges[0]), int(edges[-1])) & ~np.isnan(ms)
        _near(answer.overall_quantile(latency, q), ms[chosen], q)
        each = answer.group_bucket_quantiles(latency, q)
        for group, label in enumerate(answer.groups):
            mine = chosen & requests.labelled(Dimension.MODEL, label)
            _near(answer.group_quantiles(latency, q)[group], ms[mine], q)
            for bucket in range(len(days)):
                inside = requests.between(int(edges[bucket]), int(edges[bucket + 1]))
                _near(each[group, bucket], ms[mine & inside], q)
        for bucket in range(len(days)):
            inside = requests.between(int(edges[bucket]), int(edges[bucket + 1]))
            _near(answer.quantiles(latency, q)[bucket], ms[chosen & inside], q)
    assert set(answer.groups) <= set(LABELS[Dimension.MODEL])


def _near(found: float, values: np.ndarray, q: float) -> None:
    if not len(values):
        assert np.isnan(found)
        return
    truth = np.quantile(values, q, method="inverted_cdf")
    assert abs(found / truth - 1) <= 0.011
