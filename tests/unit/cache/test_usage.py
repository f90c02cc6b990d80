"""Usage read back from slices: every request once, at every level, in every zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import func, select

from lmchat_desktop.cache import slicerows
from lmchat_desktop.cache.store import Cache
from lmchat_desktop.cache.tables import usage_rollups
from lmchat_desktop.cache.trouble import DiskFull
from lmchat_desktop.cache.usage import UsageRepository
from lmchat_desktop.domain.timebasis import Step, day_bounds, day_edges
from lmchat_desktop.domain.usage.cells import Latency, Measure, UsageBlock
from lmchat_desktop.domain.usage.slices import Level
from tests.unit.cache.traffic import (
    NOW,
    FixedClock,
    Requests,
    expected_totals,
    make_requests,
    slice_of,
    slices_of,
    total,
    totals,
)

ZONES = ["UTC", "Asia/Kathmandu", "Asia/Kolkata", "America/New_York", "Pacific/Chatham"]
NOW_S = int(NOW.timestamp())
EARLY = NOW_S - 30 * 86400


def fill(cache: Cache, requests: Requests, scope: str = "service", now: datetime = NOW) -> None:
    with cache.write() as connection:
        for info, body in slices_of(requests, now):
            slicerows.put(connection, scope, info, body, as_of=now)


def rollups(cache: Cache) -> int:
    cache.write_later(lambda connection: None).result(10)
    with cache.read() as connection:
        return connection.scalar(select(func.count()).select_from(usage_rollups)) or 0


@pytest.fixture(scope="module")
def requests() -> Requests:
    return make_requests()


@pytest.fixture
def usage(cache: Cache, requests: Requests) -> UsageRepository:
    fill(cache, requests)
    return UsageRepository(cache)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("level", Level)
def test_every_request_is_counted_once_at_every_level(
    usage: UsageRepository, cache: Cache, requests: Requests, level: Level, zone: str
) -> None:
    for _ in range(2):
        blocks, spans = usage.blocks("service", EARLY, NOW_S, level, ZoneInfo(zone))
        assert totals(blocks) == expected_totals(requests)
        first_day = int(requests.start_s.min()) // 86400 * 86400
        assert spans == [(first_day, NOW_S)]
        usage.forget_in_memory()
        rollups(cache)


@pytest.mark.parametrize("zone", ZONES)
def test_days_of_a_zone_add_up_to_the_range(
    usage: UsageRepository, requests: Requests, zone: str
) -> None:
    blocks, _ = usage.blocks("service", EARLY, NOW_S, Level.DAY, ZoneInfo(zone))
    counted: dict[int, int] = {}
    for block in blocks:
        for start, count in zip(block.start_s, block.measures[Measure.REQUESTS], strict=True):
            counted[int(start)] = counted.get(int(start), 0) + int(count)
    for start, count in counted.items():
        day = datetime.fromtimestamp(start, UTC).astimezone(ZoneInfo(zone)).date()
        low, high = (int(at.timestamp()) for at in day_bounds(day, ZoneInfo(zone)))
        assert start in (low, EARLY)
        assert count == len(requests.between(low, high))


def test_hours_lie_on_the_hours_of_the_zone(usage: UsageRepository) -> None:
    kathmandu = ZoneInfo("Asia/Kathmandu")
    blocks, _ = usage.blocks("service", NOW_S - 3 * 86400, NOW_S, Level.HOUR, kathmandu)
    starts = np.unique(np.concatenate([block.start_s for block in blocks]))
    assert all((start + 20700) % 3600 == 0 for start in starts[1:])


def test_a_ragged_range_holds_what_starts_in_it(usage: UsageRepository, requests: Requests) -> None:
    start_s, end_s = NOW_S // 900 * 900 - 4 * 86400 - 37 * 900, NOW_S - 3 * 3600 - 20 * 60
    for level in Level:
        blocks, _ = usage.blocks("service", start_s, end_s, level, ZoneInfo("America/New_York"))
        assert totals(blocks) == expected_totals(requests.between(start_s, end_s))
        assert all(block.start_s.min() >= start_s for block in blocks)


def test_latencies_survive_the_roll_up(usage: UsageRepository, requests: Requests) -> None:
    for level in Level:
        blocks, _ = usage.blocks("service", EARLY, NOW_S, level, ZoneInfo("Asia/Kolkata"))
        for latency in Latency:
            assert sum(int(b.latencies[latency].count.sum()) for b in blocks) == len(requests)


def test_minutes_of_the_last_two_days_are_minutes(usage: UsageRepository) -> None:
    blocks, _ = usage.blocks("service", NOW_S - 86400, NOW_S, Level.MINUTE, ZoneInfo("UTC"))
    starts = np.concatenate([block.start_s for block in blocks])
    assert (starts % 60 == 0).all()
    assert (starts % 900 != 0).any()


def test_roll_ups_are_kept_and_read_again(usage: UsageRepository, cache: Cache) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    first, _ = usage.blocks("service", EARLY, NOW_S, Level.HOUR, zone)
    kept = rollups(cache)
    assert kept == 5
    usage.forget_in_memory()
    again, _ = usage.blocks("service", EARLY, NOW_S, Level.HOUR, zone)
    assert rollups(cache) == kept
    assert [_plain(block) for block in first] == [_plain(block) for block in again]


def test_a_late_arrival_is_in_the_roll_up(
    usage: UsageRepository, cache: Cache, requests: Requests
) -> None:
    zone = ZoneInfo("Pacific/Chatham")
    usage.blocks("service", EARLY, NOW_S, Level.DAY, zone)
    rollups(cache)
    late = make_requests(count=3, seed=99).where(np.array([True, False, False]))
    late_s = NOW_S - 3 * 86400
    late.start_s[:] = late_s
    more = requests.plus(late)
    day = datetime.fromtimestamp(late_s, UTC).date().isoformat()
    with cache.write() as connection:
        slicerows.put(connection, "service", *slice_of(more, day))
    blocks, _ = usage.blocks("service", EARLY, NOW_S, Level.DAY, zone)
    assert totals(blocks) == expected_totals(more)
    usage.forget_in_memory()
    rollups(cache)
    assert totals(usage.blocks("service", EARLY, NOW_S, Level.DAY, zone)[0]) == expected_totals(
        more
    )


def test_half_synced_days_are_gaps_and_never_counted_twice(
    cache: Cache, requests: Requests
) -> None:
    usage = UsageRepository(cache)
    stored: list[tuple[int, int]] = []
    for info, body in slices_of(requests)[::3]:
        with cache.write() as connection:
            slicerows.put(connection, "service", info, body, as_of=NOW)
        stored.append((int(info.start.timestamp()), min(int(info.end.timestamp()), NOW_S)))
    held = np.zeros(len(requests), dtype=bool)
    for low, high in stored:
        held |= (requests.start_s >= low) & (requests.start_s < high)
    for level in Level:
        blocks, spans = usage.blocks("service", EARLY, NOW_S, level, ZoneInfo("Asia/Kathmandu"))
        assert totals(blocks) == expected_totals(requests.where(held))
        assert sum(high - low for low, high in spans) == _length(stored)


def test_no_traffic_is_covered_and_never_synced_is_not(cache: Cache, requests: Requests) -> None:
    usage = UsageRepository(cache)
    quiet = requests.between(0, 1)
    with cache.write() as connection:
        slicerows.put(connection, "service", *slice_of(quiet, "2026-11-20"))
    blocks, spans = usage.blocks("service", EARLY, NOW_S, Level.DAY, ZoneInfo("UTC"))
    assert blocks == []
    day = int(datetime(2026, 11, 20, tzinfo=UTC).timestamp())
    assert spans == [(day, day + 86400)]


def test_scopes_are_apart(cache: Cache, requests: Requests) -> None:
    fill(cache, requests, "acct_a")
    fill(cache, make_requests(count=50, seed=1), "acct_b")
    usage = UsageRepository(cache)
    assert usage.scopes() == {"acct_a", "acct_b"}
    blocks, _ = usage.blocks("acct_b", EARLY, NOW_S, Level.DAY, ZoneInfo("UTC"))
    assert total(blocks, Measure.REQUESTS) == 50
    assert usage.blocks("acct_c", EARLY, NOW_S, Level.DAY, ZoneInfo("UTC")) == ([], [])


def test_what_is_past_its_retention_is_not_shown_and_goes(
    opened: Callable[..., Cache], requests: Requests
) -> None:
    clock = FixedClock()
    cache = opened(clock=clock)
    fill(cache, requests)
    usage = UsageRepository(cache, retention=timedelta(days=3))
    zone = ZoneInfo("UTC")
    blocks, spans = usage.blocks("service", EARLY, NOW_S, Level.MINUTE, zone)
    assert spans[0][0] == NOW_S - 3 * 86400
    assert totals(blocks) == expected_totals(
        requests.between(-(-(NOW_S - 3 * 86400) // 900) * 900, NOW_S)
    )
    usage.blocks("service", EARLY, NOW_S, Level.DAY, zone)
    rollups(cache)
    with cache.write() as connection:
        assert slicerows.any_before(connection, usage.horizon_s())
        assert slicerows.forget_before(connection, usage.horizon_s()) == {"service"}
        assert not slicerows.any_before(connection, usage.horizon_s())
    assert min(each.start_s for each in usage.slices("service")) >= usage.horizon_s()
    clock.at = datetime(2000, 1, 1, tzinfo=UTC)
    assert usage.horizon_s() == NOW_S - 3 * 86400


def test_forgetting_a_slice_forgets_its_roll_ups(usage: UsageRepository, cache: Cache) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    usage.blocks("service", EARLY, NOW_S, Level.HOUR, zone)
    before = rollups(cache)
    with cache.write() as connection:
        slicerows.forget(connection, "service", ["2026-11-20"])
    assert rollups(cache) == before - 2
    with cache.write() as connection:
        slicerows.forget_scope(connection, "service")
    assert rollups(cache) == 0
    assert usage.blocks("service", EARLY, NOW_S, Level.HOUR, zone) == ([], [])


def test_a_roll_up_of_a_scope_that_was_forgotten_meanwhile_is_not_stored(
    usage: UsageRepository, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = []
    write_later = cache.write_later
    monkeypatch.setattr(cache, "write_later", lambda change: waiting.append(change) or _Done())
    usage.blocks("service", EARLY, NOW_S, Level.HOUR, ZoneInfo("UTC"))
    with cache.write() as connection:
        slicerows.forget_scope(connection, "service")
    for change in waiting:
        write_later(change).result(10)
    monkeypatch.undo()
    assert waiting
    assert rollups(cache) == 0


def test_a_read_does_not_fail_because_its_roll_up_cannot_be_stored(
    usage: UsageRepository,
    cache: Cache,
    requests: Requests,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(*_: object) -> None:
        raise DiskFull()

    monkeypatch.setattr("lmchat_desktop.cache.rolluprows._put", full)
    blocks, _ = usage.blocks("service", EARLY, NOW_S, Level.DAY, ZoneInfo("UTC"))
    assert totals(blocks) == expected_totals(requests)
    assert rollups(cache) == 0
    assert "disk-full" in caplog.text


def test_an_open_hour_that_is_unchanged_covers_more(cache: Cache, requests: Requests) -> None:
    cache.saw(NOW + timedelta(minutes=5))
    usage = UsageRepository(cache)
    info, body = slice_of(requests, "2026-11-24T10")
    with cache.write() as connection:
        slicerows.put(connection, "service", info, body, as_of=NOW)
        slicerows.touch(connection, "service", [info], NOW + timedelta(minutes=5))
    _, spans = usage.blocks("service", EARLY, NOW_S + 3600, Level.MINUTE, ZoneInfo("UTC"))
    assert spans == [(NOW_S // 3600 * 3600, NOW_S + 300)]


def test_the_day_of_a_clock_change_is_one_roll_up(cache: Cache) -> None:
    now = datetime(2026, 11, 4, 12, tzinfo=UTC)
    requests = make_requests(days=6, now=now)
    fill(cache, requests, now=now)
    cache.saw(now)
    usage = UsageRepository(cache)
    zone = ZoneInfo("America/New_York")
    day = datetime(2026, 11, 1).date()
    edges = day_edges(day, Step.HOUR, zone)
    assert len(edges) == 26
    blocks, _ = usage.blocks("service", int(edges[0]), int(edges[-1]), Level.HOUR, zone)
    assert set(np.concatenate([b.start_s for b in blocks])) <= set(edges[:-1])
    assert totals(blocks) == expected_totals(requests.between(int(edges[0]), int(edges[-1])))


def test_a_zone_without_a_name_is_refused(usage: UsageRepository) -> None:
    with pytest.raises(ValueError, match="name"):
        usage.blocks("service", EARLY, NOW_S, Level.DAY, _nameless())


class _Done:
    def add_done_callback(self, callback: object) -> None:
        pass


def _nameless() -> ZoneInfo:
    import io
    from importlib import resources

    data = (resources.files("tzdata") / "zoneinfo" / "UTC").read_bytes()
    return ZoneInfo.from_file(io.BytesIO(data))


def _plain(block: UsageBlock) -> tuple[object, ...]:
    return (
        block.start_s.tolist(),
        {d: [block.labels[d][code] for code in codes] for d, codes in block.codes.items()},
        {measure: values.tolist() for measure, values in block.measures.items()},
    )


def _length(spans: list[tuple[int, int]]) -> int:
    seconds: set[int] = set()
    for low, high in spans:
        seconds.update(range(low // 60, high // 60))
    return len(seconds) * 60
