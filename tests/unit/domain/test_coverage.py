"""Spans of time that data covers."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.domain.coverage import clip_spans, covered_seconds, merge_spans

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def seconds(spans: list[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


@given(SPANS)
def test_merged_spans_cover_the_same(spans: list[tuple[int, int]]) -> None:
    merged = merge_spans(spans)
    assert seconds(merged) == seconds(spans)
    assert all(one[1] < two[0] for one, two in itertools.pairwise(merged))
    assert all(start < end for start, end in merged)


@given(SPANS, st.integers(0, 60), st.integers(0, 60))
def test_clipped_spans(spans: list[tuple[int, int]], start: int, end: int) -> None:
    assert seconds(clip_spans(spans, start, end)) == seconds(spans) & set(range(start, end))


@given(SPANS, st.sets(st.integers(0, 60), min_size=2))
def test_covered_seconds_of_buckets(spans: list[tuple[int, int]], found: set[int]) -> None:
    edges = sorted(found)
    counted = [len(seconds(spans) & set(range(a, b))) for a, b in itertools.pairwise(edges)]
    assert covered_seconds(spans, np.array(edges)).tolist() == counted
