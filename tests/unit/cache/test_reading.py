"""What is read for a span: whatever is stored, no instant is read twice and none is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lmchat_desktop.cache.reading import coverage, pieces, units
from lmchat_desktop.cache.slicerows import StoredSlice
from lmchat_desktop.domain.usage.slices import Level, day_id, hour_id, parse

BASE_S = int(datetime(2026, 10, 31, tzinfo=UTC).timestamp())
DAYS = 4
END_S = BASE_S + DAYS * 86400
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "America/New_York",
        "Pacific/Chatham",
        "Europe/Berlin",
    )
]


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def stored(slice_id: str, closed: bool = True) -> StoredSlice:
    span = parse(slice_id)
    until = span.end_s if closed else span.start_s + 1234
    return StoredSlice(
        slice_id, span.start_s, span.end_s, until, span.resolution_s, closed, "etag", 1, "plain"
    )


DAY_IDS = [day_id(at(BASE_S + n * 86400).date()) for n in range(DAYS)]
HOUR_IDS = [hour_id(at(BASE_S + n * 3600)) for n in range(DAYS * 24)]


@st.composite
def some_slices(draw: st.DrawFn) -> list[StoredSlice]:
    days = draw(st.sets(st.sampled_from(DAY_IDS)))
    first, last = sorted(draw(st.tuples(st.integers(0, 96), st.integers(0, 96))))
    hours = set(HOUR_IDS[first:last]) - draw(st.sets(st.sampled_from(HOUR_IDS), max_size=6))
    open_hour = draw(st.booleans())
    found = [stored(each) for each in sorted(days | hours)]
    if open_hour and hours:
        newest = max(hours)
        found = [stored(each.id, each.id != newest) for each in found]
    return sorted(found, key=lambda each: (each.start_s, each.id))


quarters = st.integers(0, DAYS * 96).map(lambda n: BASE_S + n * 900)
spans = st.tuples(quarters, quarters).filter(lambda span: span[0] < span[1])


def seconds_of(found: list[tuple[int, int]]) -> np.ndarray:
    """How often each minute between BASE_S and END_S is read."""
    often = np.zeros(DAYS * 1440, dtype=int)
    for low, high in found:
        often[(low - BASE_S) // 60 : (high - BASE_S) // 60] += 1
    return often


@given(some_slices(), spans, st.booleans())
def test_every_stored_minute_is_read_exactly_once(
    slices: list[StoredSlice], span: tuple[int, int], fine: bool
) -> None:
    found = pieces(slices, *span, fine=fine)
    wanted = np.minimum(seconds_of([(s.start_s, s.end_s) for s in slices]), 1)
    wanted &= seconds_of([span])
    assert (seconds_of([(p.start_s, p.end_s) for p in found]) == wanted).all()
    for piece in found:
        assert piece.slice.start_s <= piece.start_s < piece.end_s <= piece.slice.end_s


@given(some_slices(), spans, st.sampled_from(Level), st.sampled_from(ZONES))
def test_units_read_every_stored_minute_exactly_once(
    slices: list[StoredSlice], span: tuple[int, int], level: Level, zone: ZoneInfo
) -> None:
    found = units(slices, *span, level, zone)
    read = [(piece.start_s, piece.end_s) for unit in found for piece in unit.pieces]
    wanted = np.minimum(seconds_of([(s.start_s, s.end_s) for s in slices]), 1)
    wanted &= seconds_of([span])
    assert (seconds_of(read) == wanted).all()
    for unit in found:
        if unit.edges is not None:
            assert all(unit.edges[0] <= piece.start_s for piece in unit.pieces)
            assert all(piece.end_s <= unit.edges[-1] for piece in unit.pieces)
        if unit.day is not None:
            assert all(piece.slice.closed and "T" not in piece.slice.id for piece in unit.pieces)
            assert (unit.edges[0], unit.edges[-1]) == unit.day  # type: ignore[index]


@given(some_slices(), spans)
def test_coverage_is_what_slices_say_and_open_ones_only_so_far(
    slices: list[StoredSlice], span: tuple[int, int]
) -> None:
    found = coverage(slices, *span)
    assert all(low < high for low, high in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    for each in slices:
        if not each.closed and span[0] <= each.start_s and each.end_s <= span[1]:
            beside = [s for s in slices if s.start_s <= each.covered_until_s < s.end_s]
            if beside == [each]:
                assert any(high == each.covered_until_s for _, high in found)


def test_where_both_are_stored_minutes_come_from_hours_and_the_rest_from_days() -> None:
    slices = [stored(DAY_IDS[0]), *(stored(each) for each in HOUR_IDS[10:24])]
    fine = pieces(slices, BASE_S, BASE_S + 86400, fine=True)
    assert [piece.slice.id for piece in fine] == [DAY_IDS[0], *HOUR_IDS[10:24]]
    assert fine[0].end_s == BASE_S + 10 * 3600
    assert not fine[0].whole
    coarse = pieces(slices, BASE_S, BASE_S + 86400, fine=False)
    assert [(piece.slice.id, piece.whole) for piece in coarse] == [(DAY_IDS[0], True)]


def test_the_closed_part_of_today_stays_the_same_unit_while_the_open_hour_moves() -> None:
    hours = [stored(each) for each in HOUR_IDS[:5]]
    now = stored(HOUR_IDS[5], closed=False)
    later = StoredSlice(**{n: getattr(now, n) for n in now.__slots__} | {"etag": "other"})
    before = units([*hours, now], BASE_S, END_S, Level.HOUR, ZONES[0])
    after = units([*hours, later], BASE_S, END_S, Level.HOUR, ZONES[0])
    assert len(before) == len(after) == 2
    assert before[0].key == after[0].key
    assert before[1].key != after[1].key


def test_a_roll_up_is_of_its_slices_etags_and_edges() -> None:
    days = [stored(each) for each in DAY_IDS[:2]]
    utc, berlin = (units(days, BASE_S, END_S, Level.DAY, ZONES[i]) for i in (0, 5))
    hours = units(days, BASE_S, END_S, Level.HOUR, ZONES[0])
    assert len({unit.sources for unit in (*utc, *berlin, *hours)}) == len([*utc, *berlin, *hours])
    assert [unit.sources for unit in units(days, BASE_S, END_S, Level.DAY, ZONES[0])] == [
        unit.sources for unit in utc
    ]
