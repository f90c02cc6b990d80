"""Traffic without end: the loop rule, any portions, crashes, keys that end, late requests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import from_ms, to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.usage_columns import IntArray
from lmchat_desktop.sandbox.world import loop as loop_module
from lmchat_desktop.sandbox.world.directory import account_id, key_id
from lmchat_desktop.sandbox.world.live import LATE_IDS, Traffic
from lmchat_desktop.sandbox.world.sample import LOOP_MS, read_traffic
from lmchat_desktop.sandbox.world.workload import KEYS, make_workload

from .conftest import NOW, SMALL

START = NOW + timedelta(days=3)
"""After everything that expires in the seeded world has expired."""


def stored(database: Database, after: datetime) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        found = connection.execute(
            select(tables.requests)
            .where(tables.requests.c.started_ms > to_ms(after))
            .order_by(tables.requests.c.id)
        )
        return [tuple(row) for row in found]


@cache
def phases_ms() -> IntArray:
    """When in the loop each request starts."""
    return make_workload(read_traffic(SMALL)).phase_ms.astype(np.int64)


def by_the_rule(after_ms: int, until_ms: int) -> int:
    """How often the loop's phases occur in (after, until], by division."""
    phases = phases_ms()
    return int(((until_ms - phases) // LOOP_MS - (after_ms - phases) // LOOP_MS).sum())


@pytest.fixture
def at_start(own_world: Database) -> Database:
    """The seeded world with its position put forward, so that windows can be compared."""
    with own_world.write() as connection:
        meta.write(connection, Meta.POSITION, to_ms(START))
    return own_world


def rewind(database: Database) -> None:
    with database.write() as connection:
        late = tables.requests.c.started_ms > to_ms(START)
        ids = select(tables.requests.c.id).where(late)
        connection.execute(delete(tables.attempts).where(tables.attempts.c.request_id.in_(ids)))
        connection.execute(delete(tables.requests).where(late))
        meta.write(connection, Meta.POSITION, to_ms(START))


@pytest.mark.full
@pytest.mark.timeout(600)
def test_any_portions_give_the_same_rows_and_the_rules_count(
    at_start: Database, traffic: Traffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    @given(
        st.integers(1, 3 * 86_400_000),
        st.lists(st.floats(0, 1), max_size=6),
        st.sampled_from([1, 7, 100, 20_000]),
    )
    def hold(length_ms: int, cuts: list[float], chunk: int) -> None:
        until = START + timedelta(milliseconds=length_ms)
        rewind(at_start)
        with at_start.write() as connection:
            whole = traffic.arrive_until(connection, until)
        expected = stored(at_start, START)
        assert whole.count == len(expected) == by_the_rule(to_ms(START), to_ms(until))
        rewind(at_start)
        monkeypatch.setattr(loop_module, "CHUNK", chunk)
        counts = []
        for cut in [*sorted(cuts), 1.0]:
            with at_start.write() as connection:
                moment = from_ms(to_ms(START) + int(cut * length_ms))
                counts.append(traffic.arrive_until(connection, moment).count)
        assert stored(at_start, START) == expected
        assert sum(counts) == whole.count
        monkeypatch.undo()

    hold()


def test_a_crash_before_the_commit_changes_nothing(at_start: Database, traffic: Traffic) -> None:
    class Crash(Exception):
        pass

    until = START + timedelta(hours=20)

    def arrive_and_crash() -> None:
        with at_start.write() as connection:
            assert traffic.arrive_until(connection, until).count > 50
            raise Crash

    with pytest.raises(Crash):
        arrive_and_crash()
    assert stored(at_start, START) == []
    for _ in range(2):
        with at_start.write() as connection:
            traffic.arrive_until(connection, until)
    assert len(stored(at_start, START)) == by_the_rule(to_ms(START), to_ms(until))


def test_sixty_days_at_once(at_start: Database, traffic: Traffic) -> None:
    until = START + timedelta(days=60)
    with at_start.write() as connection:
        arrived = traffic.arrive_until(connection, until)
    assert arrived.count == by_the_rule(to_ms(START), to_ms(until))
    assert min(arrived.hours) >= to_ms(START) - 3_600_000
    assert max(arrived.hours) <= to_ms(until)
    with at_start.read() as connection:
        ids = connection.scalar(
            select(func.count(func.distinct(tables.requests.c.id))).where(
                tables.requests.c.started_ms > to_ms(START)
            )
        )
        active = set(
            connection.scalars(
                select(tables.accounts.c.id).where(tables.accounts.c.state == "active")
            )
        )
    assert ids == arrived.count
    assert arrived.accounts == active


def test_loops_differ_in_chance_but_not_in_arrivals(at_start: Database, traffic: Traffic) -> None:
    day = timedelta(days=1)
    with at_start.write() as connection:
        traffic.arrive_until(connection, START + 15 * day)
    rows = stored(at_start, START)
    first = [row for row in rows if row[1] <= to_ms(START + day)]
    again = [row for row in rows if row[1] > to_ms(START + 14 * day)]
    assert len(first) > 50
    assert [row[1] + LOOP_MS for row in first] == [row[1] for row in again]
    names = [column.name for column in tables.requests.columns]
    account, tokens = names.index("account_no"), names.index("input_tokens")
    assert [(row[account], row[tokens]) for row in first] == [
        (row[account], row[tokens]) for row in again
    ]
    total = names.index("total_ms")
    assert [row[total] for row in first] != [row[total] for row in again]


def test_another_traffic_file_can_take_over(
    at_start: Database, traffic: Traffic, tmp_path: Path
) -> None:
    phase_s = to_ms(START) % LOOP_MS / 1000
    path = tmp_path / "other.csv"
    lines = [f"{(phase_s + 60 * k) % 1_209_600:.3f},1,{500 + k},30,x" for k in range(2_000)]
    path.write_text("\n".join(["t_s,client,input_tokens,output_tokens,model", *lines, ""]))
    other = Traffic(path)
    day = timedelta(days=1)
    with at_start.write() as connection:
        before = traffic.arrive_until(connection, START + 2 * day)
        after = other.arrive_until(connection, START + 20 * day)
        again = traffic.arrive_until(connection, START + 22 * day)
    assert after.count > 2_000
    assert len(stored(at_start, START)) == before.count + after.count + again.count


def test_nothing_arrives_backwards(at_start: Database, traffic: Traffic) -> None:
    with at_start.write() as connection:
        assert traffic.arrive_until(connection, START - timedelta(hours=1)).count == 0
        assert meta.read_int(connection, Meta.POSITION) == to_ms(START)


def test_traffic_of_a_revoked_key_goes_to_the_accounts_next(
    at_start: Database, traffic: Traffic
) -> None:
    busy = next(key for key in KEYS if key.key.name == "Warehouse copilot (production)")
    with at_start.write() as connection:
        connection.execute(
            update(tables.keys)
            .where(tables.keys.c.id == key_id(busy))
            .values(revoked_ms=to_ms(START + timedelta(days=2)))
        )
        traffic.arrive_until(connection, START + timedelta(days=7))
        used = connection.execute(
            select(tables.requests.c.started_ms).where(
                tables.requests.c.key_no == busy.number,
                tables.requests.c.started_ms > to_ms(START),
            )
        ).all()
        total = connection.scalar(
            select(func.count())
            .select_from(tables.requests)
            .where(tables.requests.c.started_ms > to_ms(START))
        )
    assert used
    assert max(row.started_ms for row in used) < to_ms(START + timedelta(days=2))
    assert total == by_the_rule(to_ms(START), to_ms(START + timedelta(days=7)))


def test_an_account_without_a_key_or_suspended_makes_no_requests(
    at_start: Database, traffic: Traffic
) -> None:
    with at_start.write() as connection:
        connection.execute(
            update(tables.keys)
            .where(tables.keys.c.account_id == account_id("maple"))
            .values(revoked_ms=to_ms(START))
        )
        connection.execute(
            update(tables.accounts)
            .where(tables.accounts.c.id == account_id("acme"))
            .values(state="suspended")
        )
        arrived = traffic.arrive_until(connection, START + timedelta(days=14))
    assert arrived.accounts.isdisjoint({account_id("maple"), account_id("acme")})
    assert arrived.count < by_the_rule(to_ms(START), to_ms(START + timedelta(days=14)))


@pytest.fixture
def order() -> TrafficOrder:
    return TrafficOrder(
        count=25,
        started_at=datetime(2026, 11, 20, 7, 30, tzinfo=UTC),
        account_id=account_id("nordlicht"),
    )


def test_late_requests_lie_in_the_past_under_ids_of_their_own(
    own_world: Database, traffic: Traffic, order: TrafficOrder
) -> None:
    with own_world.write() as connection:
        first = traffic.late(connection, order)
        second = traffic.late(connection, order)
    for arrived in (first, second):
        assert arrived.count == 25
        assert arrived.accounts == {account_id("nordlicht")}
        assert arrived.hours == {to_ms(order.started_at) - 30 * 60_000}
    with own_world.read() as connection:
        rows = connection.execute(
            select(tables.requests).where(tables.requests.c.id >= LATE_IDS)
        ).all()
    assert len(rows) == 50
    assert {row.started_ms // 1000 for row in rows} == {to_ms(order.started_at) // 1000}
    assert len({(row.total_ms, row.input_tokens) for row in rows}) > 30
    assert all(row.cost_nanos > 0 for row in rows if row.error == 0)


def test_late_requests_of_everybody(own_world: Database, traffic: Traffic) -> None:
    before = NOW - timedelta(days=20)
    with own_world.write() as connection:
        arrived = traffic.late(connection, TrafficOrder(count=400, started_at=before))
        assert len(arrived.accounts) > 5
        assert meta.read_int(connection, Meta.FIRST_TRAFFIC) == to_ms(before) // 86_400_000 * (
            86_400_000
        )


@pytest.mark.parametrize("slug", ["bulkwort", "nobody"])
def test_late_requests_of_an_account_that_has_none_are_refused(
    own_world: Database, traffic: Traffic, order: TrafficOrder, slug: str
) -> None:
    wrong = order.model_copy(update={"account_id": account_id(slug)})
    with own_world.write() as connection, pytest.raises(LookupError):
        traffic.late(connection, wrong)


def test_late_requests_in_the_future_are_refused(
    own_world: Database, traffic: Traffic, order: TrafficOrder
) -> None:
    wrong = order.model_copy(update={"started_at": NOW + timedelta(seconds=1)})
    with own_world.write() as connection, pytest.raises(ValueError, match="past"):
        traffic.late(connection, wrong)
