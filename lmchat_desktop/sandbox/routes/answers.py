"""Answers of routes, and lists of entities as every resource gives them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, and_, true
from starlette.responses import Response

from lmchat_desktop.contract.base import Answer, Page
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.sandbox import entities
from lmchat_desktop.sandbox.calls import Call
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import not_found
from lmchat_desktop.sandbox.visibility import Visibility


def answer(body: BaseModel, **headers: str) -> Response:
    """A success with a body of JSON."""
    return Response(
        body.model_dump_json(),
        headers={"Cache-Control": "no-store"}
        | {name.replace("_", "-"): value for name, value in headers.items()},
        media_type="application/json",
    )


def entity_page(
    call: Call, kind: str, query: PageQuery, condition: ColumnElement[bool] | None = None
) -> Response:
    """A page of a kind's entities that the caller may see, by id."""
    known = entities.KINDS[kind]
    with call.view() as view:
        pager = Pager(call.backend.cursors, kind, view.principal.person_id, query)
        wanted = and_(view.sight.of_kind(kind), true() if condition is None else condition)
        rows, more = pager.rows(view.connection, known.statement.where(wanted), known.identity)
        data = known.make(view.connection, rows, view.now)
        page: Page[Answer] = pager.page(rows, data, more, lambda row: [known.id_of(row)])
    return answer(page)


def one(
    connection: Connection, sight: Visibility, kind: str, identity: str, now: datetime
) -> Answer:
    """The entity with this id.

    Raises:
        ApiProblem: 404, it is not there or not for this principal.
    """
    condition = and_(sight.of_kind(kind), entities.KINDS[kind].is_any([identity]))
    found = entities.fetch(connection, kind, condition, now)
    if not found:
        raise not_found()
    return found[0]
