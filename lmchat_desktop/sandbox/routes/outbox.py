"""The outbox: what was written to whom, and whether it has gone out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import ColumnElement, Connection, select, true
from starlette.responses import Response

from lmchat_desktop.contract.queries import OutboxQuery
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import NOBODY, Call, Caller, serve
from lmchat_desktop.sandbox.outbox import folded_recipient, message_of
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import not_found
from lmchat_desktop.sandbox.routes.answers import answer

router = APIRouter()


@serve(router, "list_outbox")
def list_outbox(call: Caller, query: Annotated[OutboxQuery, Query()]) -> Response:
    """Messages, newest first."""
    row = tables.outbox.c
    with _reading(call) as (connection, who, seen):
        statement = select(tables.outbox).where(seen)
        if query.kind is not None:
            statement = statement.where(row.kind == query.kind.value)
        if query.to is not None:
            statement = statement.where(row.folded.in_(folded_recipient(query.to, query.kind)))
        pager = Pager(call.backend.cursors, "outbox", who, query)
        rows, more = pager.rows(connection, statement, [row.id], descending=True)
        data = [message_of(one, call.backend.message_ids) for one in rows]
        return answer(pager.page(rows, data, more, lambda one: [one.id]))


@serve(router, "get_outbox_message")
def get_outbox_message(call: Caller, message_id: str) -> Response:
    """One message."""
    number = call.backend.message_ids.number(message_id)
    with _reading(call) as (connection, _who, seen):
        found = connection.execute(
            select(tables.outbox).where(tables.outbox.c.id == number, seen)
        ).first()
        if number is None or found is None:
            raise not_found()
        return answer(message_of(found, call.backend.message_ids))


@contextmanager
def _reading(call: Call) -> Iterator[tuple[Connection, str, ColumnElement[bool]]]:
    """A state of the database, who reads it, and what they see of the outbox."""
    if call.by_sandbox:
        with call.backend.database.read() as connection:
            yield connection, NOBODY, true()
        return
    with call.view() as view:
        yield view.connection, view.principal.person_id, view.sight.of_kind("outbox")
