"""Operations on operators, on roles that wait for a second person, and on what roles may do."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.operators import (
    Grant,
    GrantDecision,
    Operator,
    OperatorInvite,
    OperatorRemove,
    OperatorUpdate,
    RoleTable,
)
from lmchat_desktop.contract.queries import GrantsQuery, PageQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})
_ACT_REFUSALS = frozenset({403, 404, 409})

_RULES = (
    "Nobody gives themselves more rights: 403 `own-rights`. The last administrator stays: 409. A "
    "role that adds a right to approve, `legal:release` or any right over operators waits for a "
    "second person; every other change takes effect at once."
)

OPERATOR_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_roles",
        "GET",
        "/v1/roles",
        "What each role may do",
        "operators",
        answer=RoleTable,
    ),
    Operation(
        "list_operators",
        "GET",
        "/v1/operators",
        "The caller as an operator; with `operators:read` all operators",
        "operators",
        answer=Page[Operator],
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "get_operator",
        "GET",
        "/v1/operators/{person_id}",
        "One operator",
        "operators",
        answer=Operator,
        traits=traits(_T.ETAG),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "invite_operator",
        "POST",
        "/v1/operators",
        "Make somebody an operator",
        "operators",
        answer=Operator,
        scope=Scope.OPERATORS_WRITE,
        body=OperatorInvite,
        status=201,
        traits=traits(_T.IDEMPOTENT, _T.ETAG),
        description=f"{_RULES} Whoever is invited is `invited` until they first sign in. 409 where "
        "they are an operator already.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "set_operator_roles",
        "PATCH",
        "/v1/operators/{person_id}",
        "Give an operator other roles, or give up one's own",
        "operators",
        answer=Operator,
        body=OperatorUpdate,
        traits=traits(_T.IF_MATCH, _T.MERGE_PATCH, _T.ETAG),
        description=f"Needs `operators:write`, but to give up one's own roles. {_RULES} Other "
        "roles that waited before and are not among these lapse.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "remove_operator",
        "POST",
        "/v1/operators/{person_id}/remove",
        "Take all of an operator's roles away, or leave",
        "operators",
        status=204,
        body=OperatorRemove,
        traits=traits(_T.IDEMPOTENT),
        description="Needs `operators:write`, but to leave. All sessions of the person end at "
        "once. Where they are no member of any account, their devices are revoked. The last "
        "administrator stays: 409.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "list_grants",
        "GET",
        "/v1/grants",
        "Roles that wait for a second person, or waited; the caller's, or with `operators:read` "
        "everybody's",
        "operators",
        answer=Page[Grant],
        query=GrantsQuery,
        traits=traits(_T.PAGED),
    ),
    *(
        Operation(
            f"{act}_grant",
            "POST",
            f"/v1/grants/{{grant_id}}/{act}",
            summary,
            "operators",
            answer=Grant,
            scope=scope,
            body=GrantDecision,
            traits=traits(_T.IDEMPOTENT, _T.ETAG),
            description=description,
            refusals=_ACT_REFUSALS,
        )
        for act, summary, scope, description in (
            (
                "approve",
                "Approve as the second person; the roles begin at once",
                Scope.OPERATORS_APPROVE,
                "403 `own-rights` for whoever asked for the roles or gains by them. 409 where they "
                "no longer wait.",
            ),
            (
                "reject",
                "Refuse roles that wait",
                Scope.OPERATORS_APPROVE,
                "403 `own-rights` for whoever asked for the roles or gains by them. 409 where they "
                "no longer wait.",
            ),
            (
                "withdraw",
                "Take back what was asked for",
                Scope.OPERATORS_WRITE,
                "409 where the roles no longer wait.",
            ),
        )
    ),
)
