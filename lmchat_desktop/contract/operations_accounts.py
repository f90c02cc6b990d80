"""Operations on accounts: the customers."""

from __future__ import annotations

from lmchat_desktop.contract.accounts import Account, AccountUpdate
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import AccountsQuery
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
)
