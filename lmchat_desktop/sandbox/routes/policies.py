"""What is kept of an account, and who received some of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Row, and_, or_, select
from starlette.responses import Response

from lmchat_desktop.contract.catalog import Processor
from lmchat_desktop.contract.policies import Recipient
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.sandbox import entities, keeping, tables
from lmchat_desktop.sandbox.calls import Caller, View, serve
from lmchat_desktop.sandbox.clock import maybe_from_ms
from lmchat_desktop.sandbox.pages import Pager
from lmchat_desktop.sandbox.routes.answers import answer, one

router = APIRouter()


@serve(router, "get_account_policy")
def get_account_policy(call: Caller, account_id: str) -> Response:
    """The policy in force for an account."""
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
    return answer(keeping.policy_of(account_id))


@serve(router, "list_recipients")
def list_recipients(
    call: Caller, account_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """Vendors that lmchat writes through, and model providers that received something."""
    processors, received = tables.processors.c, tables.recipients.c
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)
        number = select(tables.accounts.c.number).where(tables.accounts.c.id == account_id)
        statement = (
            select(tables.processors, received.first_ms, received.last_ms)
            .outerjoin(tables.providers, tables.providers.c.id == processors.provider_id)
            .outerjoin(
                tables.recipients,
                and_(
                    received.provider_no == tables.providers.c.number,
                    received.account_no == number.scalar_subquery(),
                ),
            )
            .where(or_(processors.provider_id.is_(None), received.first_ms.is_not(None)))
        )
        pager = Pager(
            call.backend.cursors, f"recipients/{account_id}", view.principal.person_id, query
        )
        rows, more = pager.rows(view.connection, statement, [processors.id])
        data = [_recipient(view, row) for row in rows]
        return answer(pager.page(rows, data, more, lambda row: [row.id]))


def _recipient(view: View, row: Row[Any]) -> Recipient:
    (processor,) = entities.KINDS["processor"].make(view.connection, [row], view.now)
    assert isinstance(processor, Processor)
    return Recipient(
        processor=processor,
        first_at=maybe_from_ms(row.first_ms),
        last_at=maybe_from_ms(row.last_ms),
    )
