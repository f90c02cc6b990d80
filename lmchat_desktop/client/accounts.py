"""Accounts: the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.accounts import (
    Account,
    AccountReinstate,
    AccountSearch,
    AccountSuspend,
    AccountUpdate,
)
from lmchat_desktop.contract.base import Page

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_accounts(
    api: ApiClient,
    *,
    search: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Account]:
    """A page of the accounts that this person may see, all or those that a text is found in."""
    return api.get(
        "/v1/accounts",
        Page[Account],
        params={"search": search, "cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def get_account(api: ApiClient, account_id: str, cancel: CancelToken | None = None) -> Account:
    """One account."""
    return api.get(f"/v1/accounts/{segment(account_id)}", Account, cancel=cancel)


def update_account(
    api: ApiClient,
    account_id: str,
    change: AccountUpdate,
    etag: str,
    cancel: CancelToken | None = None,
) -> Account:
    """Change an account; `Stale` with the present ETag if somebody changed it meanwhile."""
    return api.patch(
        f"/v1/accounts/{segment(account_id)}", Account, change, etag=etag, cancel=cancel
    )


def search_accounts(
    api: ApiClient, text: str, *, limit: int = 20, cancel: CancelToken | None = None
) -> AccountSearch:
    """Accounts by what somebody knows of them, with why each was found."""
    return api.get(
        "/v1/accounts/search", AccountSearch, params={"q": text, "limit": limit}, cancel=cancel
    )


def suspend_account(
    api: ApiClient,
    account_id: str,
    why: AccountSuspend,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Account:
    """Serve an account no longer."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/suspend",
        Account,
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def reinstate_account(
    api: ApiClient,
    account_id: str,
    why: AccountReinstate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Account:
    """Serve a suspended account again."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/reinstate",
        Account,
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )
