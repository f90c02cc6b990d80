"""Accounts: the customers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import update
from starlette.responses import Response

from lmchat_desktop.contract.accounts import (
    AbuseReason,
    Account,
    AccountReinstate,
    AccountState,
    AccountSuspend,
    AccountUpdate,
)
from lmchat_desktop.contract.queries import AccountSearchQuery, AccountsQuery
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import search, tables, texts, told
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.clock import to_ms
from lmchat_desktop.sandbox.names import write_names
from lmchat_desktop.sandbox.problems import invalid
from lmchat_desktop.sandbox.routes.answers import answer, entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_accounts")
def list_accounts(call: Caller, query: Annotated[AccountsQuery, Query()]) -> Response:
    """Accounts that the caller may see."""
    return entity_page(call, "account", query, search.condition_of(query.search))


@serve(router, "search_accounts")
def search_accounts(call: Caller, query: Annotated[AccountSearchQuery, Query()]) -> Response:
    """Accounts by what somebody knows of them."""
    with call.view() as view:
        return answer(search.search(view, call.backend.request_ids, query))


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
            if "name" in changes:
                write_names(unit.connection, account_id)
            unit.audit("account.update", "account", account_id, account_id)
            unit.changed("account", account_id, account_id=account_id)
        after = one(unit.connection, sight, "account", account_id, unit.now)
        assert isinstance(after, Account)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


@serve(router, "suspend_account")
def suspend_account(call: Caller, account_id: str, body: AccountSuspend) -> Response:
    """Serve an account no longer."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _account(unit, sight, account_id)
        if before.state is AccountState.ACTIVE:
            _set_state(unit, account_id, AccountState.SUSPENDED, body.reason)
            why = ": ".join(part for part in (body.reason.value, body.text) if part)
            unit.audit("account.suspend", "account", account_id, account_id, why)
            told.tell_account(unit, account_id, texts.suspended(before.name, body.reason))
        after = _account(unit, sight, account_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


@serve(router, "reinstate_account")
def reinstate_account(call: Caller, account_id: str, body: AccountReinstate) -> Response:
    """Serve a suspended account again."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _account(unit, sight, account_id)
        if before.state is AccountState.SUSPENDED:
            _set_state(unit, account_id, AccountState.ACTIVE, None)
            unit.audit("account.reinstate", "account", account_id, account_id, body.text)
            told.tell_account(unit, account_id, texts.reinstated(before.name))
        after = _account(unit, sight, account_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


def _account(unit: Unit, sight: Visibility, account_id: str) -> Account:
    account = one(unit.connection, sight, "account", account_id, unit.now)
    assert isinstance(account, Account)
    return account


def _set_state(
    unit: Unit, account_id: str, state: AccountState, reason: AbuseReason | None
) -> None:
    accounts = tables.accounts
    unit.connection.execute(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(
            state=state.value,
            suspended_ms=None if reason is None else to_ms(unit.now),
            suspended_reason=None if reason is None else reason.value,
            version=accounts.c.version + 1,
        )
    )
    unit.changed("account", account_id, account_id=account_id)
