"""A bulk act step by step: one key in each transaction, with the rights of its moment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select

from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.contract.keys import KeysAct
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.jobs import JobRunner, job_of, submit
from lmchat_desktop.sandbox.keys import bulk

from .conftest import NOW


def submitted(database: Database) -> tuple[str, str, list[str]]:
    """A job of an owner on all usable keys of their account; its id, theirs, and the keys'."""
    keys, members = tables.keys.c, tables.members.c
    with database.write() as connection:
        account_id = connection.scalar(
            select(keys.account_id)
            .where(keys.revoked_ms.is_(None))
            .group_by(keys.account_id)
            .order_by(func.count().desc(), keys.account_id)
            .limit(1)
        )
        ids = list(
            connection.scalars(
                select(keys.id).where(keys.account_id == account_id, keys.revoked_ms.is_(None))
            )
        )
        person_id = connection.scalar(
            select(members.person_id).where(
                members.account_id == account_id, members.role == "owner"
            )
        )
        assert person_id is not None
        wanted = KeysAct(act="revoke", key_ids=ids, reason="all of them")
        params = bulk.params_of(wanted, person_id, None, NOW)
        return submit(connection, bulk.KIND, params, person_id, NOW), person_id, ids


def runner(database: Database, budget_s: float = 0.0) -> JobRunner:
    """One that does a key in each step, unless it has more time."""
    return JobRunner(database, lambda: NOW, {bulk.KIND: bulk.KeyActs(lambda: NOW, budget_s)})


def job(database: Database, job_id: str) -> Any:
    with database.read() as connection:
        return job_of(
            connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
        )


def revoked(database: Database, ids: list[str]) -> list[str]:
    with database.read() as connection:
        keys = tables.keys.c
        found = connection.scalars(
            select(keys.id).where(keys.id.in_(ids), keys.revoked_ms.is_not(None))
        )
        return sorted(found)


def test_each_step_does_one_key_and_another_runner_goes_on(own_world: Database) -> None:
    job_id, _, ids = submitted(own_world)
    assert len(ids) >= 4
    first = runner(own_world)
    assert first.step_once()
    assert first.step_once()
    assert revoked(own_world, ids) == sorted(ids[:2])
    assert [each["key_id"] for each in job(own_world, job_id).result["keys"]] == ids[:2]
    second = runner(own_world)
    while second.step_once():
        pass
    ended = job(own_world, job_id)
    assert ended.state is JobState.SUCCEEDED
    assert [each["outcome"] for each in ended.result["keys"]] == ["done"] * len(ids)
    assert revoked(own_world, ids) == sorted(ids)
    with own_world.read() as connection:
        working = connection.scalar(
            select(func.count())
            .select_from(tables.key_secrets)
            .where(tables.key_secrets.c.key_id.in_(ids), tables.key_secrets.c.ends_ms.is_(None))
        )
    assert working == 0


def test_a_step_does_as_many_keys_as_its_time_allows(own_world: Database) -> None:
    job_id, _, ids = submitted(own_world)
    running = runner(own_world, 60.0)
    assert running.step_once()
    ended = job(own_world, job_id)
    assert (ended.state, ended.done, ended.total) == (JobState.SUCCEEDED, len(ids), len(ids))
    assert [each["key_id"] for each in ended.result["keys"]] == ids
    assert revoked(own_world, ids) == sorted(ids)


def test_who_loses_their_rights_in_the_middle_does_no_more(own_world: Database) -> None:
    job_id, person_id, ids = submitted(own_world)
    running = runner(own_world)
    assert running.step_once()
    with own_world.write() as connection:
        connection.execute(delete(tables.members).where(tables.members.c.person_id == person_id))
        connection.execute(
            delete(tables.operators).where(tables.operators.c.person_id == person_id)
        )
    while running.step_once():
        pass
    outcomes = [each["outcome"] for each in job(own_world, job_id).result["keys"]]
    assert outcomes == ["done"] + ["missing"] * (len(ids) - 1)
    assert revoked(own_world, ids) == ids[:1]
