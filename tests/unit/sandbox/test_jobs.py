"""Jobs go on from their checkpoint, can be cancelled, and say that they failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lmchat_desktop.contract.jobs import Job, JobState
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.database import Database
from lmchat_desktop.sandbox.jobs import JobRunner, Step, job_of, submit
from tests.unit.sandbox.conftest import NOON


class Counting:
    """Writes one row a step, up to the number in its parameters; no two jobs have the same."""

    def __init__(self, before: Callable[[int], None] = lambda _: None) -> None:
        self._before = before

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        done = 0 if checkpoint is None else int(checkpoint["done"])
        connection.execute(
            insert(tables.meta).values(name=f"step {done} of {params['steps']}", value="")
        )
        self._before(done)
        done += 1
        following = None if done == params["steps"] else {"done": done}
        return Step(done, params["steps"], f"step {done}", following, {"counted": done})


def runner(database: Database, kind: Counting | None = None) -> JobRunner:
    return JobRunner(database, lambda: NOON, {"count": kind or Counting()})


def submitted(database: Database, steps: int, after_s: int = 0) -> str:
    made = NOON + timedelta(seconds=after_s)
    with database.write() as connection:
        return submit(connection, "count", {"steps": steps}, "person_1", made)


def state(database: Database, job_id: str) -> Job:
    with database.read() as connection:
        row = connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
        return job_of(row)


def steps_written(database: Database) -> int:
    with database.read() as connection:
        return len(connection.execute(select(tables.meta)).all())


def test_a_job_runs_to_its_end(database: Database) -> None:
    job_id = submitted(database, 3)
    assert state(database, job_id).state is JobState.QUEUED
    running = runner(database)
    while running.step_once():
        pass
    job = state(database, job_id)
    assert (job.state, job.done, job.total) == (JobState.SUCCEEDED, 3, 3)
    assert job.result == {"counted": 3}
    assert job.finished_at == NOON
    assert steps_written(database) == 3


def test_another_runner_goes_on_from_the_checkpoint(database: Database) -> None:
    job_id = submitted(database, 4)
    first = runner(database)
    assert first.step_once()
    assert first.step_once()
    assert state(database, job_id).state is JobState.RUNNING
    second = runner(database)
    while second.step_once():
        pass
    assert state(database, job_id).result == {"counted": 4}
    assert steps_written(database) == 4


def test_a_long_job_holds_up_no_other(database: Database) -> None:
    long, short = submitted(database, 9), submitted(database, 2, after_s=1)
    running = runner(database)
    for _ in range(4):
        assert running.step_once()
    assert state(database, short).state is JobState.SUCCEEDED
    assert (state(database, long).state, state(database, long).done) == (JobState.RUNNING, 2)
    last = submitted(database, 1, after_s=2)
    assert running.step_once()
    assert running.step_once()
    assert state(database, last).state is JobState.SUCCEEDED
    while running.step_once():
        pass
    assert state(database, long).result == {"counted": 9}


def test_a_cancelled_job_stops_at_its_next_checkpoint(database: Database) -> None:
    job_id = submitted(database, 4)
    running = runner(database)
    assert running.step_once()
    with database.write() as connection:
        connection.execute(update(tables.jobs).values(cancel_requested=True))
    while running.step_once():
        pass
    job = state(database, job_id)
    assert (job.state, job.done) == (JobState.CANCELLED, 1)
    assert steps_written(database) == 1


def test_a_step_that_fails_is_taken_back_and_the_job_says_so(database: Database) -> None:
    def fail_at_two(done: int) -> None:
        if done == 2:
            raise ValueError("with something private")

    job_id = submitted(database, 4)
    following = submitted(database, 1, after_s=1)
    running = runner(database, Counting(fail_at_two))
    while running.step_once():
        pass
    job = state(database, job_id)
    assert (job.state, job.done) == (JobState.FAILED, 2)
    assert "private" not in job.detail
    assert steps_written(database) == 3
    assert state(database, following).state is JobState.SUCCEEDED


def test_the_thread_takes_up_new_jobs_and_ends(database: Database) -> None:
    running = runner(database)
    running.start()
    finished = [submitted(database, 2), submitted(database, 1)]
    running.wake()
    looks = 10_000
    while looks and any(state(database, job).finished_at is None for job in finished):
        looks -= 1
    running.stop()
    assert looks
