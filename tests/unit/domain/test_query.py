"""Questions asked of cells: filters, groups, failures, heat, and no data told from zero."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.usage import distribution
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure, Outcome
from lmchat_desktop.domain.usage.histogram import bucket_index
from lmchat_desktop.domain.usage.query import UsageQuery, ask
from tests.unit.domain.traffic import LABELS, Requests, epoch, make_requests, requests_within

START = epoch(2026, 11, 23)
EDGES = START + np.array([0, 900, 2700, 5400, 7200])
FILTERS = st.dictionaries(st.sampled_from(Dimension), st.integers(0, 7), max_size=3).map(
    lambda found: {
        dimension: frozenset(label for at, label in enumerate(LABELS[dimension]) if bits >> at & 1)
        for dimension, bits in found.items()
    }
)


@given(
    requests_within(START - 900, START + 8100),
    st.none() | st.sampled_from(Dimension),
    FILTERS,
    st.integers(1, 4),
)
def test_answers_equal_a_count_of_the_requests(
    requests: Requests,
    group_by: Dimension | None,
    filters: dict[Dimension, frozenset[str]],
    n_blocks: int,
) -> None:
    cuts = np.linspace(START - 900, START + 8100, n_blocks + 1).astype(int) // 900 * 900
    blocks = [
        requests.block(900, requests.between(int(low), int(high)))
        for low, high in itertools.pairwise(cuts)
    ]
    answer = ask(blocks, [], UsageQuery(EDGES, group_by, filters))
    chosen = requests.between(int(EDGES[0]), int(EDGES[-1]))
    for dimension, labels in filters.items():
        passes = np.zeros(len(requests), bool)
        for label in labels:
            passes |= requests.labelled(dimension, label)
        chosen &= passes
    expected = {"": chosen}
    if group_by is not None:
        by_label = {
            label: chosen & requests.labelled(group_by, label) for label in LABELS[group_by]
        }
        expected = {label: rows for label, rows in by_label.items() if rows.any()}
    assert set(answer.groups) == set(expected)
    sizes = [int(expected[label].sum()) for label in answer.groups]
    assert list(zip([-size for size in sizes], answer.groups, strict=True)) == sorted(
        zip([-size for size in sizes], answer.groups, strict=True)
    )
    failed = requests.labelled(Dimension.OUTCOME, Outcome.FAILED)
    for group, label in enumerate(answer.groups):
        for bucket in range(answer.buckets):
            rows = expected[label] & requests.between(int(EDGES[bucket]), int(EDGES[bucket + 1]))
            for measure in Measure:
                table = answer.per_group_bucket[measure]
                assert int(table[group, bucket]) == requests.sum(measure, rows)
            assert int(answer.failed[group, bucket]) == int((rows & failed).sum())
    assert answer.total_failed() == int((chosen & failed).sum())
    for latency in Latency:
        ms = requests.ms[latency]
        indexes, heat = answer.heat(latency)
        assert heat.shape == (answer.buckets, len(indexes))
        for bucket in range(answer.buckets):
            inside = requests.between(int(EDGES[bucket]), int(EDGES[bucket + 1]))
            rows = chosen & ~np.isnan(ms) & inside
            counted = np.bincount(bucket_index(ms[rows]) - indexes.start, minlength=len(indexes))
            assert heat[bucket].tolist() == counted.tolist()


@given(requests_within(START, START + 7200), st.none() | st.sampled_from(Dimension))
def test_large_answers_are_merged_alike_by_sorting(
    requests: Requests, group_by: Dimension | None
) -> None:
    blocks = [requests.block(60), requests.block(900)]
    query = UsageQuery(EDGES, group_by)
    table = ask(blocks, [], query).distributions
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distribution, "DENSE_SLOTS", 0)
        by_sorting = ask(blocks, [], query).distributions
    for latency in Latency:
        for way in ("by_slot", "by_bucket", "by_group", "overall"):
            one, other = getattr(table[latency], way), getattr(by_sorting[latency], way)
            assert one.slot.tolist() == other.slot.tolist()
            assert one.index.tolist() == other.index.tolist()
            assert one.count.tolist() == other.count.tolist()


def test_no_data_is_told_from_zero() -> None:
    requests = make_requests(2, 50, START, START + 900)
    blocks = [requests.block(900)]
    answer = ask(blocks, [(START, START + 3000)], UsageQuery(EDGES, Dimension.MODEL))
    assert answer.covered.tolist() == [True, True, True, False]
    assert answer.partial.tolist() == [False, False, True, False]
    assert answer.per_bucket(Measure.REQUESTS).tolist() == [50, 0, 0, 0]


def test_nothing_at_all_is_no_data() -> None:
    for group_by, groups in ((None, ("",)), (Dimension.KEY, ())):
        answer = ask([], [], UsageQuery(EDGES, group_by))
        assert answer.groups == groups
        assert not answer.covered.any()
        assert answer.total(Measure.COST) == 0
        assert answer.measured(Latency.TOTAL) == 0
        assert np.isnan(answer.overall_quantile(Latency.TOTAL, 0.5))
        assert np.isnan(answer.quantiles(Latency.TOTAL, 0.5)).all()
        assert answer.group_quantiles(Latency.TOTAL, 0.5).shape == (len(groups),)
        assert answer.group_bucket_quantiles(Latency.TOTAL, 0.5).shape == (len(groups), 4)
        assert answer.heat(Latency.TOTAL)[1].shape == (4, 0)


def test_an_empty_filter_lets_nothing_through() -> None:
    blocks = [make_requests(2, 50, START, START + 900).block(900)]
    query = UsageQuery(EDGES, None, {Dimension.MODEL: frozenset()})
    assert ask(blocks, [], query).total(Measure.REQUESTS) == 0


@pytest.mark.parametrize("edges", [[], [1], [2, 1], [1, 1]])
def test_edges_must_ascend(edges: list[int]) -> None:
    with pytest.raises(ValueError, match="edges"):
        ask([], [], UsageQuery(np.array(edges, np.int64)))


def test_twenty_million_dollars_in_one_answer() -> None:
    requests = make_requests(3, 20_000, START, START + 7200)
    costs = np.random.default_rng(3).integers(10**12, 2 * 10**12, 20_000)
    rich = Requests(
        requests.started_s,
        requests.codes,
        {**requests.measures, Measure.COST: costs},
        requests.ms,
    )
    answer = ask([rich.block(900)], [], UsageQuery(EDGES, Dimension.REGION))
    truth = sum(costs.tolist())
    assert truth > 20_000_000 * 10**9
    assert answer.total(Measure.COST) == truth
    assert sum(answer.per_bucket(Measure.COST).tolist()) == truth
