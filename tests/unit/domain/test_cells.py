"""Requests become cells, and cells add up to cells, without losing or doubling anything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.usage.build import build_block, empty_block
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.domain.usage.rollup import clip, concatenate, merge
from tests.unit.domain.traffic import (
    LABELS,
    Requests,
    epoch,
    make_requests,
    requests_within,
    same_block,
)

START = epoch(2026, 11, 23)
HOUR = requests_within(START, START + 7200, most=120)


@given(HOUR)
def test_cells_hold_what_their_requests_sum_to(requests: Requests) -> None:
    block = requests.block(900)
    seen = set()
    for cell in range(len(block)):
        chosen = requests.between(int(block.start_s[cell]), int(block.start_s[cell]) + 900)
        name = [int(block.start_s[cell])]
        for dimension in Dimension:
            label = block.labels[dimension][block.codes[dimension][cell]]
            chosen &= requests.labelled(dimension, label)
            name.append(label)
        seen.add(tuple(name))
        for measure in Measure:
            assert int(block.measures[measure][cell]) == requests.sum(measure, chosen)
        for latency in Latency:
            offsets = block.latencies[latency].offsets
            counts = block.latencies[latency].count[offsets[cell] : offsets[cell + 1]]
            assert int(counts.sum()) == int((~np.isnan(requests.ms[latency][chosen])).sum())
    assert len(seen) == len(block)
    assert int(block.measures[Measure.REQUESTS].sum()) == len(requests)


@given(HOUR, st.integers(0, 2**32))
def test_order_of_requests_and_of_labels_does_not_matter(requests: Requests, seed: int) -> None:
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(requests))
    dims = {}
    for dimension, names in LABELS.items():
        place = rng.permutation(len(names))
        dims[dimension] = (
            [names[at] for at in place],
            np.argsort(place)[requests.codes[dimension][order]],
        )
    other = build_block(
        requests.started_s[order],
        900,
        dims,
        {measure: values[order] for measure, values in requests.measures.items()},
        requests.ms[Latency.TOTAL][order],
        requests.ms[Latency.FIRST_TOKEN][order],
    )
    assert same_block(other, requests.block(900))


@given(HOUR, st.integers(1, 4), st.randoms(use_true_random=False))
def test_parts_merge_into_the_whole(requests: Requests, parts: int, random) -> None:  # type: ignore[no-untyped-def]
    part_of = np.array([random.randrange(parts) for _ in range(len(requests))], np.int64)
    blocks = [requests.block(60, part_of == part) for part in range(parts)]
    whole = requests.block(60)
    assert same_block(merge(blocks), whole)
    assert same_block(merge([concatenate(blocks)]), whole)
    assert same_block(merge([merge(blocks[:1]), merge(blocks[1:])]), whole)


@given(HOUR)
def test_minutes_roll_up_to_quarter_hours(requests: Requests) -> None:
    edges = np.arange(START, START + 7201, 900)
    assert same_block(merge([requests.block(60)], edges), requests.block(900))


@given(HOUR, st.integers(-10, 140), st.integers(-10, 140))
def test_clipped_cells_start_within(requests: Requests, one: int, two: int) -> None:
    low, high = START + 60 * one, START + 60 * two
    clipped = clip(requests.block(60), low, high)
    assert same_block(merge([clipped]), requests.block(60, requests.between(low, high)))


def test_cells_beyond_the_edges_are_left_out() -> None:
    requests = make_requests(1, 200, START, START + 7200)
    edges = np.array([START + 900, START + 2700, START + 3600])
    rolled = merge([requests.block(900)], edges)
    chosen = requests.between(START + 900, START + 3600)
    assert int(rolled.measures[Measure.REQUESTS].sum()) == int(chosen.sum())
    assert set(rolled.start_s.tolist()) == {START + 900, START + 2700}


def test_nothing_merges_into_nothing() -> None:
    for block in (
        merge([]),
        merge([empty_block()] * 2),
        concatenate([]),
        clip(empty_block(), 0, 1),
    ):
        assert same_block(block, empty_block())


def test_left_out_dimensions_and_measures_are_empty_and_zero() -> None:
    nan = np.full(3, np.nan)
    block = build_block(np.array([5, 61, 62]), 60, {}, {}, nan, nan)
    assert block.start_s.tolist() == [0, 60]
    assert block.labels[Dimension.KEY] == ("",)
    assert block.measures[Measure.REQUESTS].tolist() == [1, 2]
    assert block.measures[Measure.COST].tolist() == [0, 0]


def test_money_beyond_64_bits_is_refused() -> None:
    nan = np.full(2, np.nan)
    half = np.array([2**62, 2**62])
    with pytest.raises(OverflowError):
        build_block(np.array([0, 0]), 60, {}, {Measure.COST: half}, nan, nan)
    one = build_block(np.array([0]), 60, {}, {Measure.COST: half[:1]}, nan[:1], nan[:1])
    with pytest.raises(OverflowError):
        merge([one, one])
