"""Recoveries of people who lost both e-mail and telephone."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from starlette.responses import Response

from lmchat_desktop.contract.contacts import CodeConfirm
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.contract.recoveries import RecoveryCreate, RecoveryEnd
from lmchat_desktop.domain.contact.recovery import RecoveryAct
from lmchat_desktop.sandbox import recovering, tables
from lmchat_desktop.sandbox.calls import Call, Caller, serve
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.routes.answers import answer, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_recoveries")
def list_recoveries(
    call: Caller, account_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """Recoveries of an account's people, newest first."""
    row = tables.recoveries.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        name = f"recoveries/{account_id}"
        pager = Pager(call.backend.cursors, name, view.principal.person_id, query)
        rows, more = pager.rows(
            view.connection,
            select(tables.recoveries).where(
                row.account_id == account_id, view.sight.of_kind("recovery")
            ),
            [row.prepared_ms, row.id],
            descending=True,
        )
        data = [recovering.recovery_of(each) for each in rows]
        return answer(pager.page(rows, data, more, lambda each: [each.prepared_ms, each.id]))


@serve(router, "prepare_recovery")
def prepare_recovery(call: Caller, account_id: str, body: RecoveryCreate) -> Response:
    """Write down what was checked."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        one(unit.connection, sight, "account", account_id, unit.now)
        recovery_id = recovering.prepare(unit, account_id, body)
        return _told(unit, sight, account_id, recovery_id, 201)

    return call.act(work)


@serve(router, "approve_recovery")
def approve_recovery(call: Caller, account_id: str, recovery_id: str) -> Response:
    """Approve what somebody else prepared."""
    return _decided(call, account_id, recovery_id, RecoveryAct.APPROVE)


@serve(router, "refuse_recovery")
def refuse_recovery(call: Caller, account_id: str, recovery_id: str, body: RecoveryEnd) -> Response:
    """Refuse what somebody else prepared."""
    return _decided(call, account_id, recovery_id, RecoveryAct.REFUSE, body.reason)


@serve(router, "withdraw_recovery")
def withdraw_recovery(
    call: Caller, account_id: str, recovery_id: str, body: RecoveryEnd
) -> Response:
    """End a recovery before it has an effect."""
    return _decided(call, account_id, recovery_id, RecoveryAct.WITHDRAW, body.reason)


@serve(router, "send_recovery_code")
def send_recovery_code(call: Caller, account_id: str, recovery_id: str) -> Response:
    """Send a code to the new address."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        recovering.send_code(unit, recovering.find(unit, sight, account_id, recovery_id))
        return _told(unit, sight, account_id, recovery_id)

    return call.act(work)


@serve(router, "complete_recovery")
def complete_recovery(
    call: Caller, account_id: str, recovery_id: str, body: CodeConfirm
) -> Response:
    """Let the new address count."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        row = recovering.find(unit, sight, account_id, recovery_id)
        return recovering.complete(unit, sight, row, body.code)

    return call.act(work)


def _decided(
    call: Call, account_id: str, recovery_id: str, act: RecoveryAct, reason: str = ""
) -> Response:
    def work(unit: Unit, sight: Visibility) -> Reply:
        row = recovering.find(unit, sight, account_id, recovery_id)
        recovering.decide(unit, row, act, reason)
        return _told(unit, sight, account_id, recovery_id)

    return call.act(work)


def _told(
    unit: Unit, sight: Visibility, account_id: str, recovery_id: str, status: int = 200
) -> Reply:
    row = recovering.find(unit, sight, account_id, recovery_id)
    recovery = recovering.recovery_of(row)
    location = {"Location": f"/v1/accounts/{account_id}/recoveries/{recovery_id}"}
    headers = location if status == 201 else {}
    return Reply(status, recovery, headers | {"ETag": recovery.etag})
