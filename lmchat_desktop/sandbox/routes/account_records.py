"""What is kept about an account: events, and operators' notes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row, insert, select, update
from starlette.responses import Response

from lmchat_desktop.contract.notes import AccountNote, NoteCreate
from lmchat_desktop.contract.queries import EventsQuery, PageQuery
from lmchat_desktop.domain.ids import new_id
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.clock import from_ms, maybe_from_ms, to_ms
from lmchat_desktop.sandbox.events import event_of
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.problems import forbidden, not_found
from lmchat_desktop.sandbox.routes.answers import answer, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()

_NOTES = select(tables.account_notes, tables.persons.c.name.label("author_name")).outerjoin(
    tables.persons, tables.persons.c.id == tables.account_notes.c.author_id
)


@serve(router, "list_events")
def list_events(call: Caller, account_id: str, query: Annotated[EventsQuery, Query()]) -> Response:
    """Events of an account, newest first."""
    row = tables.account_events.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        statement = select(tables.account_events).where(
            row.account_id == account_id, view.sight.of_kind("event")
        )
        if query.kind:
            statement = statement.where(row.kind.in_([kind.value for kind in query.kind]))
        if query.start is not None:
            statement = statement.where(row.at_ms >= to_ms(query.start))
        if query.end is not None:
            statement = statement.where(row.at_ms < to_ms(query.end))
        name = f"events/{account_id}"
        pager = Pager(call.backend.cursors, name, view.principal.person_id, query)
        rows, more = pager.rows(view.connection, statement, [row.at_ms, row.id], descending=True)
        data = [event_of(each, call.backend.happening_ids) for each in rows]
        return answer(pager.page(rows, data, more, lambda each: [each.at_ms, each.id]))


@serve(router, "list_notes")
def list_notes(call: Caller, account_id: str, query: Annotated[PageQuery, Query()]) -> Response:
    """Notes on an account, newest first."""
    row = tables.account_notes.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        name = f"notes/{account_id}"
        pager = Pager(call.backend.cursors, name, view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            _NOTES.where(row.account_id == account_id, view.sight.of_kind("note")),
            [row.at_ms, row.id],
            descending=True,
        )
        data = [_note_of(each) for each in rows]
        return answer(pager.page(rows, data, more, lambda each: [each.at_ms, each.id]))


@serve(router, "create_note")
def create_note(call: Caller, account_id: str, body: NoteCreate) -> Response:
    """A new note."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        one(unit.connection, sight, "account", account_id, unit.now)
        need(unit, Scope.NOTES_WRITE, account_id)
        note_id = new_id("note")
        unit.connection.execute(
            insert(tables.account_notes).values(
                id=note_id,
                account_id=account_id,
                author_id=unit.principal.person_id,
                at_ms=to_ms(unit.now),
                text=body.text,
            )
        )
        unit.audit("note.create", "note", note_id, account_id)
        return Reply(201, _note_of(_note(unit, sight, account_id, note_id)))

    return call.act(work)


@serve(router, "strike_note")
def strike_note(call: Caller, account_id: str, note_id: str) -> Response:
    """Strike a note of one's own."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        row = _note(unit, sight, account_id, note_id)
        if row.author_id != unit.principal.person_id:
            raise forbidden("A note is struck by who wrote it.")
        if row.struck_ms is None:
            notes = tables.account_notes
            unit.connection.execute(
                update(notes).where(notes.c.id == note_id).values(struck_ms=to_ms(unit.now))
            )
            unit.audit("note.strike", "note", note_id, account_id)
        return Reply(200, _note_of(_note(unit, sight, account_id, note_id)))

    return call.act(work)


def _note(unit: Unit, sight: Visibility, account_id: str, note_id: str) -> Row[Any]:
    row = tables.account_notes.c
    found = unit.connection.execute(
        _NOTES.where(row.id == note_id, row.account_id == account_id, sight.of_kind("note"))
    ).first()
    if found is None:
        raise not_found()
    return found


def _note_of(row: Row[Any]) -> AccountNote:
    return AccountNote(
        id=row.id,
        account_id=row.account_id,
        author_id=row.author_id,
        author_name=row.author_name or "",
        at=from_ms(row.at_ms),
        text=row.text,
        struck_at=maybe_from_ms(row.struck_ms),
    )
