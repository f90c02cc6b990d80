"""Changes of e-mail and telephone number."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from starlette.responses import Response

from lmchat_desktop.contract.contacts import CodeConfirm, ContactChangeCreate
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import contacts, tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.contacts import Subject, change_of
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.routes.answers import answer, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_contact_changes")
def list_contact_changes(
    call: Caller, account_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """An account's changes, newest first."""
    row = tables.contact_changes.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        name = f"contact-changes/{account_id}"
        pager = Pager(call.backend.cursors, name, view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            select(tables.contact_changes).where(
                row.account_id == account_id, view.sight.of_kind("contact_change")
            ),
            [row.sent_ms, row.id],
            descending=True,
        )
        data = [change_of(each, view.now) for each in rows]
        return answer(pager.page(rows, data, more, lambda each: [each.sent_ms, each.id]))


@serve(router, "change_contact")
def change_contact(call: Caller, account_id: str, body: ContactChangeCreate) -> Response:
    """Send a code to an account's new address."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        subject = _account(unit, sight, account_id)
        return Reply(201, contacts.send_code(unit, subject, body))

    return call.act(work)


@serve(router, "confirm_contact")
def confirm_contact(call: Caller, account_id: str, change_id: str, body: CodeConfirm) -> Response:
    """Let an account's new address count."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        subject = _account(unit, sight, account_id)
        return contacts.confirm(unit, subject, change_id, body.code)

    return call.act(work)


@serve(router, "change_own_contact")
def change_own_contact(call: Caller, body: ContactChangeCreate) -> Response:
    """Send a code to the caller's new address."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        subject = Subject(person_id=unit.principal.person_id)
        return Reply(201, contacts.send_code(unit, subject, body))

    return call.act(work)


@serve(router, "confirm_own_contact")
def confirm_own_contact(call: Caller, change_id: str, body: CodeConfirm) -> Response:
    """Let the caller's new address count."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        subject = Subject(person_id=unit.principal.person_id)
        return contacts.confirm(unit, subject, change_id, body.code)

    return call.act(work)


def _account(unit: Unit, sight: Visibility, account_id: str) -> Subject:
    one(unit.connection, sight, "account", account_id, unit.now)
    need(unit, Scope.ACCOUNTS_WRITE, account_id)
    return Subject(account_id=account_id)
