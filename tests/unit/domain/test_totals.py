"""Totals answer like the cells that they are made of, to the last unit."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.usage.cells import Dimension, IntColumn, Latency, Measure, narrow
from lmchat_desktop.domain.usage.pairs import together
from lmchat_desktop.domain.usage.query import UsageAnswer, UsageQuery, ask
from lmchat_desktop.domain.usage.totals import Totals, add_up
from tests.unit.domain.traffic import LABELS, Requests, epoch, make_requests, requests_within

START = epoch(2026, 11, 23)
HOUR = 3600
SPAN = 12 * HOUR
EDGES = START + np.array([0, 3 * HOUR, 4 * HOUR, 9 * HOUR, 12 * HOUR])
GROUPS = st.none() | st.sampled_from(Dimension)


def totals_of(requests: Requests, cuts: list[int]) -> list[Totals]:
    """Totals by hours of the spans between the cuts (hours after the start)."""
    block = requests.block(900)
    bounds = [0, *sorted(cuts), SPAN // HOUR]
    return [
        add_up([block], START + HOUR * np.arange(low, high + 1))[0]
        for low, high in itertools.pairwise(bounds)
        if low < high
    ]


def assert_equal(one: UsageAnswer, other: UsageAnswer) -> None:
    assert one.groups == other.groups
    for measure in Measure:
        table = one.per_group_bucket[measure]
        assert table.dtype == np.int64
        assert table.tolist() == other.per_group_bucket[measure].tolist()
        assert one.totals[measure].tolist() == other.totals[measure].tolist()
    assert one.failed.tolist() == other.failed.tolist()
    for latency in Latency:
        for way in ("by_bucket", "by_group", "overall"):
            mine = getattr(one.distributions[latency], way)
            theirs = getattr(other.distributions[latency], way)
            assert mine.slot.tolist() == theirs.slot.tolist()
            assert mine.index.tolist() == theirs.index.tolist()
            assert mine.count.tolist() == theirs.count.tolist()


@given(
    requests_within(START, START + SPAN),
    GROUPS,
    st.lists(st.integers(1, 11), max_size=3, unique=True),
    st.booleans(),
)
def test_totals_answer_as_cells_do(
    requests: Requests, group_by: Dimension | None, cuts: list[int], fine: bool
) -> None:
    edges = START + HOUR * np.arange(13) if fine else EDGES
    expected = ask([requests.block(900)], [], UsageQuery(edges, group_by))
    quick = UsageQuery(edges, group_by, detailed=False)
    assert_equal(ask([], [], quick, totals_of(requests, cuts)), expected)
    assert_equal(ask([requests.block(60)], [], quick), expected)


@given(requests_within(START, START + SPAN), GROUPS, st.integers(1, 11))
def test_totals_and_cells_answer_together(
    requests: Requests, group_by: Dimension | None, cut: int
) -> None:
    middle = START + cut * HOUR
    early = requests.block(900, requests.between(START, middle))
    late = requests.block(60, requests.between(middle, START + SPAN))
    totals, _ = add_up([early], START + HOUR * np.arange(cut + 1))
    edges = np.array([START, middle, START + SPAN])
    assert_equal(
        ask([late], [], UsageQuery(edges, group_by, detailed=False), [totals]),
        ask([early, late], [], UsageQuery(edges, group_by)),
    )


@given(requests_within(START, START + SPAN), GROUPS)
def test_a_day_in_one_answers_as_its_hours(requests: Requests, group_by: Dimension | None) -> None:
    (hours,) = totals_of(requests, [])
    query = UsageQuery(EDGES[[0, -1]], group_by, detailed=False)
    one = hours.in_one()
    assert one.start_s.tolist() == [START]
    assert_equal(ask([], [], query, [one]), ask([], [], query, [hours]))


@given(requests_within(START, START + SPAN), st.sampled_from(Dimension), st.sampled_from(Dimension))
def test_labels_occur_together_as_in_cells(
    requests: Requests, first: Dimension, second: Dimension
) -> None:
    filters = {Dimension.MODEL: frozenset(LABELS[Dimension.MODEL][:2])}
    for chosen in ({}, filters):
        expected = together([requests.block(900)], first, second, chosen)
        assert together([], first, second, chosen, totals_of(requests, [5])) == expected


def test_the_cells_beside_totals_answer_filters() -> None:
    requests = make_requests(5, 400, START, START + SPAN)
    _, whole = add_up([requests.block(900)], START + HOUR * np.arange(13))
    query = UsageQuery(EDGES[[0, -1]], Dimension.REGION, {Dimension.KEY: frozenset({"key_a"})})
    assert_equal(ask([whole], [], query), ask([requests.block(900)], [], query))


def test_what_lies_outside_the_edges_is_left_out() -> None:
    requests = make_requests(6, 300, START - SPAN, START + 2 * SPAN)
    (totals,) = totals_of(requests, [])
    query = UsageQuery(EDGES, Dimension.MODEL, detailed=False)
    assert_equal(ask([], [], query, [totals]), ask([requests.block(900)], [], query))


def test_totals_refuse_what_they_cannot_answer() -> None:
    (totals,) = totals_of(make_requests(7, 50, START, START + SPAN), [])
    with pytest.raises(ValueError, match="filters"):
        ask([], [], UsageQuery(EDGES, None, {Dimension.KEY: frozenset()}, False), [totals])
    with pytest.raises(ValueError, match="detail"):
        ask([], [], UsageQuery(EDGES), [totals])
    with pytest.raises(ValueError, match="beyond"):
        ask([], [], UsageQuery(EDGES[:-1], detailed=False), [totals])
    quick = ask([], [], UsageQuery(EDGES, detailed=False), [totals])
    with pytest.raises(ValueError, match="detail"):
        quick.group_bucket_quantiles(Latency.TOTAL, 0.5)


def test_sums_of_money_stay_exact() -> None:
    requests = make_requests(8, 20_000, START, START + SPAN)
    costs = np.random.default_rng(8).integers(10**12, 2 * 10**12, 20_000)
    rich = Requests(
        requests.started_s, requests.codes, {**requests.measures, Measure.COST: costs}, requests.ms
    )
    query = UsageQuery(EDGES, Dimension.KEY, detailed=False)
    answer = ask([], [], query, totals_of(rich, [1, 2]))
    assert answer.total(Measure.COST) == sum(costs.tolist()) > 20_000_000 * 10**9


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], np.int8),
        ([127, -128], np.int8),
        ([128], np.int16),
        ([-(2**15) - 1], np.int32),
        ([2**31], np.int64),
        ([2**63 - 1, -(2**63)], np.int64),
    ],
)
def test_narrow_columns_hold_the_same_values(values: list[int], kind: type) -> None:
    column: IntColumn = np.array(values, np.int64)
    found = narrow(column)
    assert found.dtype == kind
    assert found.tolist() == values
    assert found is not column
