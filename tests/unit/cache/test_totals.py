"""Totals read from a cache: every request once, stored and read again, and made ahead of time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import Connection, select

from lmchat_desktop.cache import slicerows, totals_bytes
from lmchat_desktop.cache.rolluprows import TOTALS
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.tables import usage_rollups
from lmchat_desktop.cache.trouble import DamagedCache
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.domain.usage.build import empty_block
from lmchat_desktop.domain.usage.cells import Dimension, Latency, Measure
from lmchat_desktop.domain.usage.slices import Level
from lmchat_desktop.domain.usage.totals import Totals, add_up
from tests.unit.cache.test_usage import EARLY, NOW_S, ZONES, fill
from tests.unit.cache.traffic import (
    Requests,
    block_of,
    expected_totals,
    make_requests,
    slice_of,
)

LEVELS = (Level.HOUR, Level.DAY)
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture(scope="module")
def requests() -> Requests:
    return make_requests()


@pytest.fixture
def usage(cache: Cache, requests: Requests) -> UsageRepository:
    fill(cache, requests)
    return UsageRepository(cache)


def counted(found: Sequence[Totals]) -> tuple[int, int, int]:
    """Requests, input tokens, cost, by the labels of one dimension."""
    measures = (Measure.REQUESTS, Measure.INPUT_TOKENS, Measure.COST)
    return tuple(  # type: ignore[return-value]
        sum(int(t.measures[m][:, t.columns(Dimension.MODEL)].sum()) for t in found)
        for m in measures
    )


def at_rest(cache: Cache) -> None:
    """Wait until the background has nothing more to do: each step asks for the next one."""
    for _ in range(60):
        cache.write_later(lambda connection: None).result(10)


def kinds(cache: Cache) -> dict[str, int]:
    with cache.read() as connection:
        found = connection.scalars(select(usage_rollups.c.level)).all()
    return {kind: list(found).count(kind) for kind in set(found)}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("level", LEVELS)
def test_every_request_is_counted_once(
    usage: UsageRepository, cache: Cache, requests: Requests, level: Level, zone: str
) -> None:
    for _ in range(2):
        found, spans = usage.totals("service", EARLY, NOW_S, level, ZoneInfo(zone))
        assert counted(found) == expected_totals(requests)
        for latency in Latency:
            assert sum(int(t.by_bucket[latency].count.sum()) for t in found) == len(requests)
        assert spans == usage.blocks("service", EARLY, NOW_S, level, ZoneInfo(zone))[1]
        at_rest(cache)
        usage.forget_in_memory()


@pytest.mark.parametrize("level", LEVELS)
def test_a_ragged_range_holds_what_starts_in_it(
    usage: UsageRepository, requests: Requests, level: Level
) -> None:
    start_s, end_s = NOW_S // 3600 * 3600 - 4 * 86400 - 9 * 3600, NOW_S // 3600 * 3600 - 3 * 3600
    zone = ZoneInfo("America/New_York")
    found, _ = usage.totals("service", start_s, end_s, level, zone)
    assert counted(found) == expected_totals(requests.between(start_s, end_s))
    assert all(start_s <= t.start_s[0] and t.start_s[-1] < end_s for t in found)


def test_what_was_stored_is_read_again_and_not_made(
    usage: UsageRepository,
    cache: Cache,
    requests: Requests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    for level in LEVELS:
        usage.totals("service", EARLY, NOW_S, level, zone)
    at_rest(cache)
    # The days that are whole, and the closed beginning of today beside them.
    assert kinds(cache) == {TOTALS[Level.HOUR]: 6, TOTALS[Level.DAY]: 6, Level.DAY.value: 5}
    usage.forget_in_memory()
    read: list[str] = []
    bodies = slicerows.bodies
    monkeypatch.setattr(
        slicerows,
        "bodies",
        lambda connection, scope, ids: read.extend(ids) or bodies(connection, scope, ids),
    )
    for level in LEVELS:
        found, _ = usage.totals("service", EARLY, NOW_S, level, zone)
        assert counted(found) == expected_totals(requests)
    # The first day began before the first slice did; of today, only the open hour.
    assert {each for each in read if "T" in each} == {"2026-11-24T10"}
    assert {each for each in read if "T" not in each} <= {"2026-11-18"}


def test_cells_of_a_day_are_stored_beside_its_totals(
    usage: UsageRepository, cache: Cache, requests: Requests
) -> None:
    usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE)
    at_rest(cache)
    before = kinds(cache)[Level.DAY.value]
    usage.forget_in_memory()
    blocks, _ = usage.blocks("service", EARLY, NOW_S, Level.DAY, UTC_ZONE)
    at_rest(cache)
    assert sum(int(b.measures[Measure.COST].sum()) for b in blocks) == int(requests.cost.sum())
    assert kinds(cache)[Level.DAY.value] == before


def test_one_question_has_the_rest_made_ahead(
    usage: UsageRepository, cache: Cache, requests: Requests
) -> None:
    usage.totals("service", NOW_S // 3600 * 3600 - 7200, NOW_S, Level.HOUR, UTC_ZONE)
    at_rest(cache)
    whole_days = len(expected_days(requests))
    assert kinds(cache)[TOTALS[Level.HOUR]] == whole_days
    assert kinds(cache)[TOTALS[Level.DAY]] == whole_days
    found, _ = usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE)
    assert counted(found) == expected_totals(requests)


def expected_days(requests: Requests) -> range:
    """The UTC days with traffic that are over."""
    return range(int(requests.start_s.min()) // 86400, NOW_S // 86400)


def test_what_is_made_ahead_ends_with_the_cache(
    opened: Callable[..., Cache], requests: Requests, caplog: pytest.LogCaptureFixture
) -> None:
    cache = opened()
    fill(cache, requests)
    usage = UsageRepository(cache)
    usage.totals("service", NOW_S - 7200, NOW_S, Level.HOUR, UTC_ZONE)
    cache.close()
    assert caplog.records == []


def test_a_late_arrival_is_in_the_totals(
    usage: UsageRepository, cache: Cache, requests: Requests
) -> None:
    zone = ZoneInfo("Pacific/Chatham")
    usage.totals("service", EARLY, NOW_S, Level.DAY, zone)
    at_rest(cache)
    late = make_requests(count=3, seed=99).where(np.array([True, False, False]))
    late.start_s[:] = NOW_S - 3 * 86400
    more = requests.plus(late)
    day = datetime.fromtimestamp(NOW_S - 3 * 86400, UTC).date().isoformat()
    with cache.write() as connection:
        slicerows.put(connection, "service", *slice_of(more, day))
    for _ in range(2):
        found, _ = usage.totals("service", EARLY, NOW_S, Level.DAY, zone)
        assert counted(found) == expected_totals(more)
        usage.forget_in_memory()
        at_rest(cache)


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


def test_making_totals_can_be_cancelled_between_days(usage: UsageRepository, cache: Cache) -> None:
    with pytest.raises(Cancelled):
        usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE, CancelAfter(2))
    never = CancelAfter(100)
    usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE, never)
    at_rest(cache)
    asked = never.left
    usage.forget_in_memory()
    usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE, never)
    # What is stored is read without a pause; only the open hour is made anew.
    assert asked - never.left <= 2


def test_a_slice_that_goes_meanwhile_is_passed_over(
    usage: UsageRepository, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[Callable[[Connection], object]] = []
    monkeypatch.setattr(cache, "write_later", lambda change: waiting.append(change) or _Done())
    usage.totals("service", NOW_S // 3600 * 3600, NOW_S, Level.HOUR, UTC_ZONE)
    with cache.write() as connection:
        waiting.pop()(connection)
        slicerows.forget_scope(connection, "service")
        assert waiting
        while waiting:
            waiting.pop()(connection)
    assert kinds(cache) == {}


class _Done:
    def add_done_callback(self, callback: object) -> None:
        pass


def test_bytes_come_back_as_totals() -> None:
    hours = NOW_S // 86400 * 86400 + 3600 * np.arange(25)
    for block in (block_of(make_requests(), 900), empty_block()):
        totals, _ = add_up([block], hours)
        again = totals_bytes.decode(totals_bytes.encode(totals))
        assert totals_bytes.encode(again) == totals_bytes.encode(totals)
        assert again.labels == totals.labels
        assert again.failed.tolist() == totals.failed.tolist()
        assert again.nbytes == totals.nbytes


@pytest.mark.parametrize("cut", [0, 7, 12, 40, 300, -8, -100])
def test_bytes_that_are_not_whole_are_refused(cut: int) -> None:
    totals, _ = add_up([block_of(make_requests(count=300), 900)], NOW_S + 3600 * np.arange(-30, 1))
    with pytest.raises(ValueError, match="totals"):
        totals_bytes.decode(totals_bytes.encode(totals)[:cut])


def test_stored_totals_that_are_damaged_are_told(usage: UsageRepository, cache: Cache) -> None:
    usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE)
    at_rest(cache)
    usage.forget_in_memory()
    with cache.write() as connection:
        connection.execute(usage_rollups.update().values(packing="plain", body=b"no totals"))
    with pytest.raises(DamagedCache):
        usage.totals("service", EARLY, NOW_S, Level.DAY, UTC_ZONE)
