"""The seeded world: who is in it, what is in it, and that it is the same every time."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from lmchat_desktop.domain.audit.leaf import VALUES
from lmchat_desktop.domain.scopes import Role
from lmchat_desktop.sandbox import meta, tables, usage
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.entities import KINDS, fetch
from lmchat_desktop.sandbox.meta import Meta
from lmchat_desktop.sandbox.world.live import Traffic
from lmchat_desktop.sandbox.world.notice import NOTICE
from lmchat_desktop.sandbox.world.seed import seed

from .conftest import NOW
from .test_traffic import by_the_rule

DRAWN = {"commitments", *(f"{name}_salt" for name in VALUES)}
"""Columns of entries whose content is random, so that nobody can guess it."""


def rows(database: Database, table: Table) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def test_accounts_plans_countries_and_keys(seeded: Database) -> None:
    accounts = rows(seeded, tables.accounts)
    assert len(accounts) >= 12
    assert len({row.plan_id for row in accounts}) == len(rows(seeded, tables.plans)) == 3
    countries = {row.country for row in accounts}
    assert {"US", "DE", "FR", "IN", "NP", "JP", "GB", "BR", "NZ", "CA", "KE", "SE"} <= countries
    assert None in countries
    assert {row.state for row in accounts} == {"active", "suspended"}
    assert all(row.email.endswith(".example") for row in accounts)
    # Text that looks like markup is text.
    assert "Tom & <b>Jerry</b> GmbH" in {row.name for row in accounts}
    keys = rows(seeded, tables.keys)
    assert len(keys) >= 40
    secrets = rows(seeded, tables.key_secrets)
    assert {row.key_id for row in secrets if row.ends_ms is None} == {row.id for row in keys}
    limits = {row.id: row.key_limit for row in rows(seeded, tables.plans)}
    for account in accounts:
        assert sum(key.account_id == account.id for key in keys) <= limits[account.plan_id]


def test_what_needs_attention_is_there(seeded: Database) -> None:
    keys = rows(seeded, tables.keys)
    now_ms, soon_ms = to_ms(NOW), to_ms(NOW + timedelta(days=7))
    assert sum(key.revoked_ms is not None for key in keys) >= 3
    assert sum(key.expires_ms is not None and key.expires_ms <= now_ms for key in keys) == 1
    assert (
        sum(key.expires_ms is not None and now_ms < key.expires_ms < soon_ms for key in keys) == 2
    )
    assert sum(key.last_used_ms is None for key in keys) >= 4
    assert sum(key.budget_nanos is not None for key in keys) >= 4


def test_people_in_all_roles(seeded: Database) -> None:
    members, operators = rows(seeded, tables.members), rows(seeded, tables.operators)
    assert {row.role for row in members} == {Role.OWNER, Role.MEMBER}
    assert {row.role for row in operators} == {Role.SUPPORT, Role.LEGAL, Role.ADMIN}
    accounts_of: dict[str, set[str]] = {}
    for row in members:
        accounts_of.setdefault(row.person_id, set()).add(row.account_id)
    assert max(map(len, accounts_of.values())) == 2
    owners = {row.person_id for row in members if row.role == Role.OWNER}
    admins = {row.person_id for row in operators if row.role == Role.ADMIN}
    assert owners & admins
    assert admins - owners
    owned = {row.account_id for row in members if row.role == Role.OWNER}
    assert owned == {row.id for row in rows(seeded, tables.accounts)}
    people = rows(seeded, tables.persons)
    assert {row.person_id for row in [*members, *operators]} == {row.id for row in people}
    assert len(rows(seeded, tables.devices)) == 3


def test_the_world_is_readable_as_the_contracts_entities(seeded: Database) -> None:
    with seeded.read() as connection:
        for kind, known in KINDS.items():
            every = fetch(connection, kind, known.identity[0].is_not(None), NOW)
            assert every, kind


def test_processors_name_the_providers_and_two_vendors(seeded: Database) -> None:
    processors = rows(seeded, tables.processors)
    providers = {row.id for row in rows(seeded, tables.providers)}
    assert {row.provider_id for row in processors if row.provider_id} == providers
    vendors = [row for row in processors if row.provider_id is None]
    assert len(vendors) == 2
    assert all("example" in row.name for row in vendors)
    assert all(json.loads(row.categories) == ["A"] for row in vendors)


def test_the_requests_are_those_of_the_last_14_days(seeded: Database) -> None:
    with seeded.read() as connection:
        started = tables.requests.c.started_ms
        count, first, last = connection.execute(
            select(func.count(), func.min(started), func.max(started)).select_from(tables.requests)
        ).one()
        assert meta.read_int(connection, Meta.POSITION) == to_ms(NOW)
        assert meta.read_int(connection, Meta.FIRST_TRAFFIC) == first // 86_400_000 * 86_400_000
        assert meta.read(connection, Meta.NOTICE) == NOTICE
    begin = to_ms(NOW - timedelta(days=14))
    assert begin < first < last <= to_ms(NOW)
    assert count == by_the_rule(begin, to_ms(NOW))


def test_most_models_regions_and_providers_occur(seeded: Database) -> None:
    with seeded.read() as connection:
        for table, name in (
            (tables.models, "model_no"),
            (tables.providers, "provider_no"),
            (tables.regions, "region_no"),
        ):
            column = tables.requests.c[name]
            used = set(connection.scalars(select(column).distinct()))
            offered = set(connection.scalars(select(table.c.number)))
            assert used <= offered
            assert len(used) > 0.7 * len(offered), table.name


def test_slices_are_there_and_say_what_the_requests_say(
    own_world: Database,
) -> None:
    with own_world.write() as connection:
        scopes = ["service", *connection.scalars(select(tables.accounts.c.id))]
        assert all(usage.is_current(connection, scope) for scope in scopes)
        # Computed again from the rows, each is the same, byte for byte.
        assert usage.rebuild_slices(connection, everything=True) == []


def test_recipients_are_all_who_were_tried(seeded: Database) -> None:
    tried: dict[tuple[int, int], list[int]] = {}
    with seeded.read() as connection:
        requests, attempts = tables.requests, tables.attempts
        for row in connection.execute(
            select(requests.c.account_no, requests.c.provider_no, requests.c.started_ms)
        ):
            tried.setdefault((row.account_no, row.provider_no), []).append(row.started_ms)
        for row in connection.execute(
            select(requests.c.account_no, attempts.c.provider_no, requests.c.started_ms).join(
                requests, requests.c.id == attempts.c.request_id
            )
        ):
            tried.setdefault((row.account_no, row.provider_no), []).append(row.started_ms)
    assert {
        (row.account_no, row.provider_no): (row.first_ms, row.last_ms)
        for row in rows(seeded, tables.recipients)
    } == {name: (min(times), max(times)) for name, times in tried.items()}


def test_the_same_seed_makes_the_same_world(
    seeded: Database, traffic: Traffic, tmp_path: Path
) -> None:
    other = Database.at(tmp_path, None, wait_s=5)
    tables.metadata.create_all(other.engine)
    told: list[float] = []
    with other.write() as connection:
        seed(connection, NOW, traffic, lambda part, detail: told.append(part))
    plain = [column for column in tables.audit.columns if column.name not in DRAWN]
    for table in tables.metadata.sorted_tables:
        if table is tables.audit:
            shown = select(*plain).order_by(tables.audit.c.seq)
            with seeded.read() as one, other.read() as two:
                assert one.execute(shown).all() == two.execute(shown).all()
        elif table is tables.audit_nodes:
            assert len(rows(seeded, table)) == len(rows(other, table))
        else:
            assert rows(seeded, table) == rows(other, table), table.name
    other.close()
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_a_later_seed_shares_the_requests_of_the_overlap(
    seeded: Database, traffic: Traffic, tmp_path: Path
) -> None:
    other = Database.at(tmp_path, None, wait_s=5)
    tables.metadata.create_all(other.engine)
    with other.write() as connection:
        seed(connection, NOW + timedelta(days=5), traffic, lambda part, detail: None)
    begin, end = to_ms(NOW - timedelta(days=9)), to_ms(NOW)
    # Keys end at other instants in the later world, so arrivals are compared, not whole rows.
    both = [
        {
            (row.id, row.started_ms, row.account_no, row.input_tokens)
            for row in rows(database, tables.requests)
            if begin < row.started_ms <= end
        }
        for database in (seeded, other)
    ]
    other.close()
    assert both[0] == both[1]
    assert len(both[0]) > 1_000
