"""Operations on accounts: the customers."""

from __future__ import annotations

from lmchat_desktop.contract.accounts import (
    Account,
    AccountReinstate,
    AccountSearch,
    AccountSuspend,
    AccountUpdate,
)
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import AccountSearchQuery, AccountsQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})

ACCOUNT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_accounts",
        "GET",
        "/v1/accounts",
        "Accounts",
        "accounts",
        answer=Page[Account],
        scope=Scope.ACCOUNTS_READ,
        query=AccountsQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "search_accounts",
        "GET",
        "/v1/accounts/search",
        "Accounts by what somebody knows of them, with why each was found",
        "accounts",
        answer=AccountSearch,
        scope=Scope.ACCOUNTS_READ,
        query=AccountSearchQuery,
        description="Request ids are looked up for operators alone. A key's secret is refused: "
        "look it up by its hash.",
    ),
    Operation(
        "get_account",
        "GET",
        "/v1/accounts/{account_id}",
        "One account",
        "accounts",
        answer=Account,
        scope=Scope.ACCOUNTS_READ,
        traits=traits(_T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "update_account",
        "PATCH",
        "/v1/accounts/{account_id}",
        "Change an account",
        "accounts",
        answer=Account,
        scope=Scope.ACCOUNTS_WRITE,
        body=AccountUpdate,
        traits=traits(_T.IF_MATCH, _T.MERGE_PATCH, _T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "suspend_account",
        "POST",
        "/v1/accounts/{account_id}/suspend",
        "Serve an account no longer; its owners are told. A suspended one stays as it is",
        "accounts",
        answer=Account,
        scope=Scope.ACCOUNTS_SUSPEND,
        body=AccountSuspend,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "reinstate_account",
        "POST",
        "/v1/accounts/{account_id}/reinstate",
        "Serve a suspended account again; its owners are told. A served one stays as it is",
        "accounts",
        answer=Account,
        scope=Scope.ACCOUNTS_SUSPEND,
        body=AccountReinstate,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        refusals=_NOT_FOUND,
    ),
)
