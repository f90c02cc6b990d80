"""Long work: each step commits with its checkpoint, so that a job survives a restart."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import OperationalError

from lmchat_desktop.contract.jobs import Job, JobState
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.database import Busy, Database, StorageFull

logger = logging.getLogger(__name__)

RETRY_S = 1.0
_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Step:
    """Where a job is after a step.

    Attributes:
        done, total: how far it is; the total is None while it is not known.
        detail: what it does, for a person.
        checkpoint: what the next step needs, as JSON; None when the job is finished.
        result: what came out, as JSON; kept with each step.
    """

    done: int
    total: int | None
    detail: str
    checkpoint: dict[str, Any] | None
    result: dict[str, Any]


class JobKind(Protocol):
    """A kind of long work."""

    def step(
        self,
        connection: Connection,
        params: dict[str, Any],
        checkpoint: dict[str, Any] | None,
        result: dict[str, Any],
    ) -> Step:
        """Do the next part in the given writing transaction.

        The checkpoint is None at the first step.
        """
        ...


def submit(
    connection: Connection, kind: str, params: dict[str, Any], person_id: str, now: datetime
) -> str:
    """Write down a job; wake the runner after the commit. Answers the job's id."""
    job_id = new_id("job")
    connection.execute(
        insert(tables.jobs).values(
            id=job_id,
            kind=kind,
            state=JobState.QUEUED.value,
            done=0,
            detail="",
            params=json.dumps(params),
            cancel_requested=False,
            created_by=person_id,
            created_ms=to_ms(now),
        )
    )
    return job_id


def job_of(row: Row[Any]) -> Job:
    """A row of `jobs`."""
    return Job(
        id=row.id,
        kind=row.kind,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        detail=row.detail,
        result=None if row.result is None else json.loads(row.result),
        created_by=row.created_by,
        created_at=from_ms(row.created_ms),
        finished_at=maybe_from_ms(row.finished_ms),
    )


class JobRunner:
    """Runs jobs on a thread of its own, a step of each in turn: a long one holds up no other.

    Args:
        database: where they are.
        now: the time.
        kinds: what does them, by kind.
        abandon: what removes, by kind, what a job that was cancelled or failed left outside the
            database; it is given the job's parameters.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        kinds: dict[str, JobKind],
        abandon: Mapping[str, Callable[[dict[str, Any]], None]] | None = None,
    ) -> None:
        self._database = database
        self._now = now
        self._kinds = kinds
        self._abandon = dict(abandon or {})
        self._last = ""
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox-jobs", daemon=True)

    def start(self) -> None:
        """Begin; jobs that a crash interrupted go on from their checkpoint."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """There is a new job."""
        self._wake.set()

    def stop(self) -> None:
        """End after the present step."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                worked = self.step_once()
            except (Busy, StorageFull) as error:
                logger.warning("job step put off: %s", type(error).__name__)
                self._stop.wait(RETRY_S)
                continue
            if not worked:
                self._wake.wait()
                self._wake.clear()

    def step_once(self) -> bool:
        """Do one step of the open job whose turn it is; False where there is none."""
        with self._database.write() as connection:
            job_id = self._turn(connection)
            if job_id is None:
                return False
            row = connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
            state = self._next(connection, row)
        self._last = job_id
        if state in (JobState.CANCELLED, JobState.FAILED) and row.kind in self._abandon:
            try:
                self._abandon[row.kind](json.loads(row.params))
            except OSError as error:
                logger.warning("job %s left files: %s", row.kind, type(error).__name__)
        return True

    def _turn(self, connection: Connection) -> str | None:
        """The open job that was made after the one that had the last step, or the oldest."""
        waiting = connection.scalars(
            select(tables.jobs.c.id)
            .where(tables.jobs.c.state.in_(_OPEN))
            .order_by(tables.jobs.c.created_ms, tables.jobs.c.id)
        ).all()
        if not waiting:
            return None
        place = waiting.index(self._last) + 1 if self._last in waiting else 0
        return str(waiting[place % len(waiting)])

    def _next(self, connection: Connection, row: Row[Any]) -> JobState:
        """Do a job's next step; answers the job's state after it."""
        if row.cancel_requested:
            return self._finish(connection, row.id, JobState.CANCELLED, {})
        savepoint = connection.begin_nested()
        try:
            step = self._kinds[row.kind].step(
                connection,
                json.loads(row.params),
                None if row.checkpoint is None else json.loads(row.checkpoint),
                {} if row.result is None else json.loads(row.result),
            )
        except OperationalError:
            raise  # a busy or full database: the step is tried again
        except Exception as error:
            savepoint.rollback()
            logger.error("job %s failed: %s", row.kind, type(error).__name__)
            failed = {"detail": f"It failed after step {row.done}: {type(error).__name__}."}
            return self._finish(connection, row.id, JobState.FAILED, failed)
        savepoint.commit()
        values: dict[str, Any] = {
            "done": step.done,
            "total": step.total,
            "detail": step.detail,
            "result": json.dumps(step.result),
        }
        if step.checkpoint is None:
            return self._finish(connection, row.id, JobState.SUCCEEDED, values)
        values |= {"state": JobState.RUNNING.value, "checkpoint": json.dumps(step.checkpoint)}
        connection.execute(update(tables.jobs).where(tables.jobs.c.id == row.id).values(**values))
        return JobState.RUNNING

    def _finish(
        self, connection: Connection, job_id: str, state: JobState, values: dict[str, Any]
    ) -> JobState:
        ended = {"state": state.value, "checkpoint": None, "finished_ms": to_ms(self._now())}
        connection.execute(
            update(tables.jobs).where(tables.jobs.c.id == job_id).values(**ended, **values)
        )
        return state
