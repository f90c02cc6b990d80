"""The usage cube: its slices, the largest accounts and keys, and recounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from starlette.responses import Response

from lmchat_desktop.contract.base import ARROW_STREAM
from lmchat_desktop.contract.queries import SlicesQuery, TopQuery
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.sandbox import jobs, recount, tables, top, usage
from lmchat_desktop.sandbox.calls import Call, Caller, View, serve
from lmchat_desktop.sandbox.problems import invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_slices")
def list_slices(call: Caller, query: Annotated[SlicesQuery, Query()]) -> Response:
    """The slices of a scope, computed where traffic has made them dirty."""
    _compute(call, query.scope)
    with call.view() as view:
        _check_scope(view, query.scope)
        return answer(usage.slice_list(view.connection, query.scope))


@serve(router, "get_slice")
def get_slice(call: Caller, slice_id: str, query: Annotated[SlicesQuery, Query()]) -> Response:
    """One slice, unless the caller has it."""
    _compute(call, query.scope)
    slices = tables.usage_slices.c
    with call.view() as view:
        _check_scope(view, query.scope)
        row = view.connection.execute(
            select(slices.etag, slices.body).where(
                slices.scope == query.scope, slices.slice_id == slice_id
            )
        ).first()
    if row is None:
        raise not_found()
    headers = {"ETag": row.etag, "Cache-Control": "private, no-cache"}
    if call.none_match(row.etag):
        return Response(status_code=304, headers=headers)
    return Response(row.body, headers=headers, media_type=ARROW_STREAM)


@serve(router, "list_top")
def list_top(call: Caller, query: Annotated[TopQuery, Query()]) -> Response:
    """The largest accounts or keys that the caller may see."""
    if query.end <= query.start:
        raise invalid("/query/end", "it is not after the start")
    with call.view() as view:
        _check_scope(view, query.scope)
        return answer(top.largest(view.connection, view.sight, query))


@serve(router, "start_recount")
def start_recount(call: Caller) -> Response:
    """Begin a recount of all slices."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        job_id = jobs.submit(unit.connection, recount.KIND, {}, unit.principal.person_id, unit.now)
        unit.audit("usage.recount", "job", job_id)
        row = unit.connection.execute(select(tables.jobs).where(tables.jobs.c.id == job_id)).one()
        return Reply(202, jobs.job_of(row), {"Location": f"/v1/jobs/{job_id}"})

    response = call.act(work)
    call.backend.jobs.wake()
    return response


def _check_scope(view: View, scope: str) -> None:
    """Refuse a scope that the caller may not see, or that does not exist.

    Raises:
        ApiProblem: 404.
    """
    if not view.sight.usage_scope(scope):
        raise not_found()
    accounts = tables.accounts.c
    if scope != SERVICE_SCOPE:
        known = select(accounts.id).where(accounts.id == scope)
        if view.connection.scalar(known) is None:
            raise not_found()


def _compute(call: Call, scope: str) -> None:
    with call.view() as view:
        _check_scope(view, scope)
        if usage.is_current(view.connection, scope):
            return
    with call.backend.database.write() as connection:
        usage.rebuild_slices(connection, [scope])
