"""Operators, roles that wait for a second person, and what roles may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import and_, true
from starlette.responses import Response

from lmchat_desktop.contract.operators import (
    Grant,
    GrantDecision,
    Operator,
    OperatorInvite,
    OperatorRemove,
    OperatorUpdate,
    RoleInfo,
    RoleTable,
    ScopeInfo,
)
from lmchat_desktop.contract.queries import GrantsQuery, PageQuery
from lmchat_desktop.domain.operators import gated, needs_second_person
from lmchat_desktop.domain.scope_words import SCOPE_WORDS
from lmchat_desktop.domain.scopes import OPERATOR_ROLES, ROLE_SCOPES, Role, Scope
from lmchat_desktop.sandbox import tables
from lmchat_desktop.sandbox.calls import Call, Caller, serve
from lmchat_desktop.sandbox.operators import changing, granting
from lmchat_desktop.sandbox.routes.answers import answer, entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()

ROLE_TABLE = RoleTable(
    roles=[
        RoleInfo(
            role=role,
            operator=role in OPERATOR_ROLES,
            second_person=role in OPERATOR_ROLES and bool(gated((role,))),
            scopes=[scope.value for scope in Scope if scope in ROLE_SCOPES[role]],
        )
        for role in Role
    ],
    scopes=[
        ScopeInfo(
            scope=scope.value,
            description=str(SCOPE_WORDS[scope]),
            second_person=needs_second_person(scope),
        )
        for scope in Scope
    ],
)


@serve(router, "list_roles")
def list_roles(call: Caller) -> Response:
    """What each role may do."""
    return answer(ROLE_TABLE)


@serve(router, "list_operators")
def list_operators(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """Operators that the caller may see."""
    return entity_page(call, "operator", query)


@serve(router, "get_operator")
def get_operator(call: Caller, person_id: str) -> Response:
    """One operator."""
    with call.view() as view:
        operator = one(view.connection, view.sight, "operator", person_id, view.now)
    assert isinstance(operator, Operator)
    return answer(operator, ETag=operator.etag)


@serve(router, "invite_operator")
def invite_operator(call: Caller, body: OperatorInvite) -> Response:
    """A new operator."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        person_id = changing.invite(unit, body)
        operator = _operator(unit, sight, person_id)
        headers = {"Location": f"/v1/operators/{person_id}", "ETag": operator.etag}
        return Reply(201, operator, headers)

    return call.act(work)


@serve(router, "set_operator_roles")
def set_operator_roles(call: Caller, person_id: str, body: OperatorUpdate) -> Response:
    """Other roles for an operator, or fewer for oneself."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _operator(unit, sight, person_id)
        call.if_match(before.etag)
        changing.set_roles(unit, before, body)
        # As the caller saw it: whoever gives up their own rights would not see it any more.
        after = _operator(unit, sight, person_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


@serve(router, "remove_operator")
def remove_operator(call: Caller, person_id: str, body: OperatorRemove) -> Response:
    """An operator less."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        changing.remove(unit, _operator(unit, sight, person_id), body.reason)
        return Reply(204)

    return call.act(work)


@serve(router, "list_grants")
def list_grants(call: Caller, query: Annotated[GrantsQuery, Query()]) -> Response:
    """Roles that wait or waited, and that the caller may see."""
    grants = tables.grants.c
    wanted = and_(
        true() if query.person_id is None else grants.person_id == query.person_id,
        true() if query.state is None else grants.state == query.state.value,
    )
    return entity_page(call, "grant", query, wanted)


@serve(router, "approve_grant")
def approve_grant(call: Caller, grant_id: str, body: GrantDecision) -> Response:
    """The second person approves."""

    def act(unit: Unit, grant: Grant) -> None:
        granting.decide(unit, grant, approved=True, reason=body.reason)

    return _decision(call, grant_id, act)


@serve(router, "reject_grant")
def reject_grant(call: Caller, grant_id: str, body: GrantDecision) -> Response:
    """The second person refuses."""

    def act(unit: Unit, grant: Grant) -> None:
        granting.decide(unit, grant, approved=False, reason=body.reason)

    return _decision(call, grant_id, act)


@serve(router, "withdraw_grant")
def withdraw_grant(call: Caller, grant_id: str, body: GrantDecision) -> Response:
    """Nobody wants it any more."""

    def act(unit: Unit, grant: Grant) -> None:
        granting.withdraw(unit, grant, body.reason)

    return _decision(call, grant_id, act)


def _decision(call: Call, grant_id: str, act: Callable[[Unit, Grant], None]) -> Response:
    def work(unit: Unit, sight: Visibility) -> Reply:
        act(unit, _grant(unit, sight, grant_id))
        after = _grant(unit, sight, grant_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


def _operator(unit: Unit, sight: Visibility, person_id: str) -> Operator:
    operator = one(unit.connection, sight, "operator", person_id, unit.now)
    assert isinstance(operator, Operator)
    return operator


def _grant(unit: Unit, sight: Visibility, grant_id: str) -> Grant:
    grant = one(unit.connection, sight, "grant", grant_id, unit.now)
    assert isinstance(grant, Grant)
    return grant
