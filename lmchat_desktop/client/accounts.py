"""Accounts: the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.accounts import Account, AccountUpdate
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
