"""What is being done: jobs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select, update
from starlette.responses import Response

from lmchat_desktop.contract.jobs import JobState
from lmchat_desktop.contract.queries import JobsQuery
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.jobs import job_of
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import not_found
from lmchat_desktop.sandbox.routes.answers import answer
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_jobs")
def list_jobs(call: Caller, query: Annotated[JobsQuery, Query()]) -> Response:
    """Jobs that the caller may see."""
    row = tables.jobs.c
    with call.view() as view:
        statement = select(tables.jobs).where(view.sight.of_kind("job"))
        if query.state is not None:
            statement = statement.where(row.state == query.state.value)
        pager = Pager(call.backend.cursors, "jobs", view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection, statement, [row.created_ms, row.id], descending=True
        )
        data = [job_of(one) for one in rows]
        return answer(pager.page(rows, data, more, lambda one: [one.created_ms, one.id]))


@serve(router, "get_job")
def get_job(call: Caller, job_id: str) -> Response:
    """One job."""
    with call.view() as view:
        row = view.connection.execute(
            select(tables.jobs).where(tables.jobs.c.id == job_id, view.sight.of_kind("job"))
        ).first()
    if row is None:
        raise not_found()
    return answer(job_of(row))


@serve(router, "cancel_job")
def cancel_job(call: Caller, job_id: str) -> Response:
    """Ask a job to stop."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        jobs = tables.jobs
        mine = select(jobs).where(jobs.c.id == job_id, sight.of_kind("job"))
        row = unit.connection.execute(mine).first()
        if row is None:
            raise not_found()
        if row.state in (JobState.QUEUED, JobState.RUNNING) and not row.cancel_requested:
            unit.connection.execute(
                update(jobs).where(jobs.c.id == job_id).values(cancel_requested=True)
            )
            unit.audit("job.cancel", "job", job_id)
            row = unit.connection.execute(mine).one()
        return Reply(200, job_of(row))

    response = call.act(work)
    call.backend.jobs.wake()
    return response
