"""Operations on API keys."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.keys import ApiKey, KeyCreate, KeyCreated, KeyRevoke, KeyUpdate
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import KeysQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})
_ACT_REFUSALS = frozenset({404, 409})

KEY_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_keys",
        "GET",
        "/v1/keys",
        "API keys",
        "keys",
        answer=Page[ApiKey],
        scope=Scope.KEYS_READ,
        query=KeysQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "create_key",
        "POST",
        "/v1/keys",
        "Make a key; its secret is in this answer and never again",
        "keys",
        answer=KeyCreated,
        scope=Scope.KEYS_WRITE,
        body=KeyCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT, _T.SECRET, _T.ETAG),
        description="409 where the plan's number of keys is reached or the account is suspended.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "get_key",
        "GET",
        "/v1/keys/{key_id}",
        "One key, without its secret",
        "keys",
        answer=ApiKey,
        scope=Scope.KEYS_READ,
        traits=traits(_T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "update_key",
        "PATCH",
        "/v1/keys/{key_id}",
        "Change a key",
        "keys",
        answer=ApiKey,
        scope=Scope.KEYS_WRITE,
        body=KeyUpdate,
        traits=traits(_T.IF_MATCH, _T.MERGE_PATCH, _T.ETAG),
        description="409 for a revoked key.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "revoke_key",
        "POST",
        "/v1/keys/{key_id}/revoke",
        "End a key for good; a key that is revoked stays as it is",
        "keys",
        answer=ApiKey,
        scope=Scope.KEYS_WRITE,
        body=KeyRevoke,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        refusals=_NOT_FOUND,
    ),
)
