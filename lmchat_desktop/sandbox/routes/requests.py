"""Request metadata: filtered pages, and one request with its attempts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from starlette.responses import Response

from lmchat_desktop.contract.queries import RequestsQuery
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.labels import Labels
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import not_found
from lmchat_desktop.sandbox.request_rows import RequestReader, condition_of
from lmchat_desktop.sandbox.routes.answers import answer

router = APIRouter()


@serve(router, "list_requests")
def list_requests(call: Caller, query: Annotated[RequestsQuery, Query()]) -> Response:
    """A page of requests."""
    row = tables.requests.c
    with call.view() as view:
        pager = Pager(call.backend.cursors, "requests", view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            select(tables.requests).where(
                view.sight.of_kind("request"), condition_of(view.connection, query)
            ),
            [row.started_ms, row.id],
            descending=query.sort == "-started_at",
        )
        reader = RequestReader(
            view.connection, call.backend.request_ids, Labels.load(view.connection)
        )
        data = [reader.summary(one) for one in rows]
        return answer(pager.page(rows, data, more, lambda one: [one.started_ms, one.id]))


@serve(router, "get_request")
def get_request(call: Caller, request_id: str) -> Response:
    """One request."""
    number = call.backend.request_ids.number(request_id)
    if number is None:
        raise not_found()
    with call.view() as view:
        row = view.connection.execute(
            select(tables.requests).where(
                tables.requests.c.id == number, view.sight.of_kind("request")
            )
        ).first()
        if row is None:
            raise not_found()
        reader = RequestReader(
            view.connection, call.backend.request_ids, Labels.load(view.connection)
        )
        return answer(reader.detail(row))
