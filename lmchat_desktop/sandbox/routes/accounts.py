"""Accounts: the customers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import ColumnElement, func, or_, update
from starlette.responses import Response

from lmchat_desktop.contract.accounts import Account, AccountUpdate
from lmchat_desktop.contract.queries import AccountsQuery
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.problems import invalid
from lmchat_desktop.sandbox.routes.answers import answer, entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_accounts")
def list_accounts(call: Caller, query: Annotated[AccountsQuery, Query()]) -> Response:
    """Accounts that the caller may see."""
    return entity_page(call, "account", query, _holds(query.search))


@serve(router, "get_account")
def get_account(call: Caller, account_id: str) -> Response:
    """One account."""
    with call.view() as view:
        account = one(view.connection, view.sight, "account", account_id, view.now)
    assert isinstance(account, Account)
    return answer(account, ETag=account.etag)


@serve(router, "update_account")
def update_account(call: Caller, account_id: str, body: AccountUpdate) -> Response:
    """Change an account's name or country."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = one(unit.connection, sight, "account", account_id, unit.now)
        assert isinstance(before, Account)
        need(unit, Scope.ACCOUNTS_WRITE, account_id)
        call.if_match(before.etag)
        changes: dict[str, Any] = body.model_dump(exclude_unset=True)
        if "name" in changes and changes["name"] is None:
            raise invalid("/name", "it cannot be removed")
        if any(getattr(before, name) != value for name, value in changes.items()):
            accounts = tables.accounts
            unit.connection.execute(
                update(accounts)
                .where(accounts.c.id == account_id)
                .values(version=accounts.c.version + 1, **changes)
            )
            unit.audit("account.update", "account", account_id, account_id)
            unit.changed("account", account_id, account_id=account_id)
        after = one(unit.connection, sight, "account", account_id, unit.now)
        assert isinstance(after, Account)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


def _holds(part: str | None) -> ColumnElement[bool] | None:
    if part is None:
        return None
    row = tables.accounts.c
    return or_(
        *(
            func.lower(column).contains(part.lower(), autoescape=True)
            for column in (row.id, row.name, row.email, row.phone)
        )
    )
