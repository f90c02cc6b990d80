"""What is known of keys' use is what their requests say, however they arrived."""

from __future__ import annotations

import json
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import numpy as np
import pytest
from sqlalchemy import func, select

from lmchat_desktop.contract.sandbox import TrafficOrder
from lmchat_desktop.domain.keys.networks import contains, read_address
from lmchat_desktop.domain.usage.histogram import ERROR_BOUND
from lmchat_desktop.sandbox import meta, tables
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.keys import latency
from lmchat_desktop.sandbox.keys.tally import DAY_MS
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.world.directory import key_id
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.workload import KEYS

from .conftest import NOW

DOCUMENTATION = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")


def days_by_the_requests(database: Database) -> dict[tuple[int, int], tuple[int, int]]:
    requests = tables.requests.c
    day = (requests.started_ms - requests.started_ms % DAY_MS) / DAY_MS
    with database.read() as connection:
        return {
            (row.key_no, int(row.day)): (row.requests, row.cost)
            for row in connection.execute(
                select(
                    requests.key_no,
                    day.label("day"),
                    func.count().label("requests"),
                    func.sum(requests.cost_nanos).label("cost"),
                ).group_by(requests.key_no, day)
            )
        }


def days_kept(database: Database) -> dict[tuple[int, int], tuple[int, int]]:
    with database.read() as connection:
        return {
            (row.key_no, row.day): (row.requests, row.cost_nanos)
            for row in connection.execute(select(tables.key_days))
        }


def uses(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(tables.key_uses)))


def test_days_and_uses_add_up_to_the_requests(seeded: Database) -> None:
    assert days_kept(seeded) == days_by_the_requests(seeded)
    total = sum(requests for requests, _ in days_kept(seeded).values())
    assert sum(row.requests for row in uses(seeded)) == total > 10_000
    for row in uses(seeded):
        assert row.hour * 3_600_000 <= row.first_ms <= row.last_ms < (row.hour + 1) * 3_600_000


def test_a_days_percentile_is_that_of_its_requests(seeded: Database) -> None:
    requests = tables.requests.c
    with seeded.read() as connection:
        day = connection.execute(
            select(tables.key_days).order_by(tables.key_days.c.requests.desc()).limit(1)
        ).one()
        observed = connection.scalars(
            select(requests.total_ms).where(
                requests.key_no == day.key_no,
                requests.started_ms >= day.day * DAY_MS,
                requests.started_ms < (day.day + 1) * DAY_MS,
                requests.total_ms.is_not(None),
            )
        ).all()
    exact = float(np.quantile(np.array(observed), 0.95, method="inverted_cdf"))
    found = latency.quantile(day.latency, 0.95)
    assert found == pytest.approx(exact, rel=ERROR_BOUND)


def test_addresses_are_reserved_for_documentation_and_within_their_keys_networks(
    seeded: Database,
) -> None:
    reserved = [ip_network(each) for each in DOCUMENTATION]
    with seeded.read() as connection:
        fenced = {
            row.number: json.loads(row.addresses)
            for row in connection.execute(
                select(tables.keys).where(tables.keys.c.addresses.is_not(None))
            )
        }
    assert len(fenced) >= 3
    found: dict[int, set[str]] = {}
    for row in uses(seeded):
        found.setdefault(row.key_no, set()).add(row.address)
    for number, addresses in found.items():
        assert 1 <= len(addresses) <= 6
        for address in map(ip_address, addresses):
            assert any(address in block for block in reserved if block.version == address.version)
            if number in fenced:
                assert contains(fenced[number], read_address(str(address)))
    hosts = [address for addresses in found.values() for address in addresses]
    assert len(hosts) == len(set(hosts)), "no two keys share a host"


def test_what_arrives_later_is_added(own_world: Database, traffic: Traffic) -> None:
    for hours in (1, 5, 30):
        with own_world.write() as connection:
            traffic.arrive_until(connection, NOW + timedelta(hours=hours))
    with own_world.write() as connection:
        traffic.late(connection, TrafficOrder(count=50, started_at=NOW - timedelta(days=3)))
    assert days_kept(own_world) == days_by_the_requests(own_world)
    total = sum(requests for requests, _ in days_kept(own_world).values())
    assert sum(row.requests for row in uses(own_world)) == total


def test_a_key_over_its_budget_serves_no_more(own_world: Database, traffic: Traffic) -> None:
    over = next(key for key in KEYS if key.key.uses_up)
    with own_world.write() as connection:
        row = connection.execute(select(tables.keys).where(tables.keys.c.id == key_id(over))).one()
        assert row.over_since_ms == meta.read_int(connection, Meta.POSITION)
        traffic.arrive_until(connection, NOW + timedelta(days=1))
        later = connection.scalar(
            select(func.count())
            .select_from(tables.requests)
            .where(
                tables.requests.c.key_no == over.number,
                tables.requests.c.started_ms > to_ms(NOW),
            )
        )
    assert later == 0


def test_the_first_host_shows_the_secret_before_until_its_end(
    own_world: Database, traffic: Traffic
) -> None:
    rotating = next(key for key in KEYS if key.key.rotated_days is not None)
    with own_world.write() as connection:
        row = connection.execute(
            select(tables.keys).where(tables.keys.c.id == key_id(rotating))
        ).one()
        traffic.arrive_until(connection, NOW + timedelta(days=8))
    mine = [use for use in uses(own_world) if use.key_no == rotating.number]
    old = [use for use in mine if use.secret == 1]
    assert old
    assert len({use.address for use in old}) == 1
    assert min(use.first_ms for use in old) >= row.rotated_ms
    assert max(use.last_ms for use in old) < row.old_ends_ms
    assert any(use.last_ms >= row.old_ends_ms for use in mine)
