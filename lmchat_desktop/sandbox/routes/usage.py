"""The usage cube: its slices, the largest accounts and keys, and recounts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection, select
from starlette.responses import Response

from lmchat_desktop.contract.base import ARROW_STREAM
from lmchat_desktop.contract.queries import SliceListQuery, SlicesQuery, TopQuery
from lmchat_desktop.contract.usage import SERVICE_SCOPE
from lmchat_desktop.sandbox import jobs, recount, tables, top, usage
from lmchat_desktop.sandbox.calls import Call, Caller, View, serve
from lmchat_desktop.sandbox.problems import invalid, not_found
from lmchat_desktop.sandbox.routes.answers import answer
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.usage_listing import slice_list
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_slices")
def list_slices(call: Caller, query: Annotated[SliceListQuery, Query()]) -> Response:
    """The slices of a scope, computed where traffic has made them dirty."""
    cursors = call.backend.cursors
    with call.view() as view:
        _check_scope(view, query.scope)
        if usage.is_current(view.connection, query.scope):
            person_id = view.principal.person_id
            return answer(slice_list(view.connection, cursors, person_id, query.scope, query.after))
    # Listed in the state in which they were computed: later traffic is of the next list.
    with call.backend.database.write() as connection:
        usage.rebuild_slices(connection, [query.scope])
        listed = slice_list(connection, cursors, view.principal.person_id, query.scope, query.after)
    return answer(listed)


@serve(router, "get_slice")
def get_slice(call: Caller, slice_id: str, query: Annotated[SlicesQuery, Query()]) -> Response:
    """One slice, computed where traffic has made it dirty, unless the caller has it."""
    with call.view() as view:
        _check_scope(view, query.scope)
        if usage.is_current(view.connection, query.scope, slice_id):
            return _slice(call, view.connection, query.scope, slice_id)
    with call.backend.database.write() as connection:
        usage.rebuild_slices(connection, [query.scope], slice_id)
    with call.view() as view:
        _check_scope(view, query.scope)
        return _slice(call, view.connection, query.scope, slice_id)


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


def _slice(call: Call, connection: Connection, scope: str, slice_id: str) -> Response:
    slices, bodies = tables.usage_slices.c, tables.slice_bodies.c
    etag = connection.scalar(
        select(slices.etag).where(slices.scope == scope, slices.slice_id == slice_id)
    )
    if etag is None:
        raise not_found()
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if call.none_match(etag):
        return Response(status_code=304, headers=headers)
    body = connection.scalar(
        select(bodies.body).where(bodies.scope == scope, bodies.slice_id == slice_id)
    )
    return Response(body, headers=headers, media_type=ARROW_STREAM)
