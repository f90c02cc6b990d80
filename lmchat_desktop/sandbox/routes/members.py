"""The people of an account, and invitations into it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Row, select
from starlette.responses import Response

from lmchat_desktop.contract.accounts import Account, Member, MemberUpdate
from lmchat_desktop.contract.base import Answer
from lmchat_desktop.contract.invitations import (
    Invitation,
    InvitationAccept,
    InvitationCreate,
    InvitationJoin,
    InvitationState,
)
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.domain.scopes import Scope
from lmchat_desktop.sandbox import memberships, sessions, tables
from lmchat_desktop.sandbox.calls import Caller, need, serve
from lmchat_desktop.sandbox.problems import not_found
from lmchat_desktop.sandbox.routes.answers import entity_page, one
from lmchat_desktop.sandbox.uow import Reply, Unit
from lmchat_desktop.sandbox.visibility import Visibility

router = APIRouter()


@serve(router, "list_members")
def list_members(call: Caller, account_id: str, query: Annotated[PageQuery, Query()]) -> Response:
    """The people of an account."""
    _check_account(call, account_id)
    return entity_page(call, "member", query, tables.members.c.account_id == account_id)


@serve(router, "update_member")
def update_member(call: Caller, account_id: str, person_id: str, body: MemberUpdate) -> Response:
    """Give a member another role."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _member(unit, sight, account_id, person_id)
        need(unit, Scope.MEMBERS_WRITE, account_id)
        call.if_match(before.etag)
        if before.role is not body.role:
            memberships.change_role(unit, before, body.role)
        after = _member(unit, sight, account_id, person_id)
        return Reply(200, after, {"ETag": after.etag})

    return call.act(work)


@serve(router, "remove_member")
def remove_member(call: Caller, account_id: str, person_id: str) -> Response:
    """End a membership."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        member = _member(unit, sight, account_id, person_id)
        if person_id != unit.principal.person_id:
            need(unit, Scope.MEMBERS_WRITE, account_id)
        call.if_match(member.etag)
        memberships.remove(unit, member)
        return Reply(204)

    return call.act(work)


@serve(router, "list_invitations")
def list_invitations(
    call: Caller, account_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """Invitations into an account."""
    _check_account(call, account_id)
    return entity_page(call, "invitation", query, tables.invitations.c.account_id == account_id)


@serve(router, "create_invitation")
def create_invitation(call: Caller, account_id: str, body: InvitationCreate) -> Response:
    """Invite somebody."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        account = one(unit.connection, sight, "account", account_id, unit.now)
        assert isinstance(account, Account)
        need(unit, Scope.MEMBERS_WRITE, account_id)
        invitation_id = memberships.invite(unit, account, body)
        return Reply(201, _invitation(unit, sight, account_id, invitation_id))

    return call.act(work)


@serve(router, "withdraw_invitation")
def withdraw_invitation(call: Caller, account_id: str, invitation_id: str) -> Response:
    """Take an invitation back."""

    def work(unit: Unit, sight: Visibility) -> Reply:
        before = _invitation(unit, sight, account_id, invitation_id)
        need(unit, Scope.MEMBERS_WRITE, account_id)
        if before.state is InvitationState.OPEN:
            memberships.end(unit, _row(unit, invitation_id), InvitationState.WITHDRAWN)
        return Reply(200, _invitation(unit, sight, account_id, invitation_id))

    return call.act(work)


@serve(router, "accept_invitation")
def accept_invitation(call: Caller, body: InvitationAccept) -> Response:
    """The caller becomes a member."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        invitation = memberships.open_invitation(unit, body.code)
        return Reply(200, memberships.join(unit, invitation, unit.principal.person_id))

    return call.act(work)


@serve(router, "join_by_invitation")
def join_by_invitation(call: Caller, body: InvitationJoin) -> Response:
    """Somebody who has no account yet becomes a person and a member."""

    def work(unit: Unit, _sight: Visibility) -> Reply:
        invitation = memberships.open_invitation(unit, body.code)
        person_id = memberships.person_with(unit, invitation.email, body.name)
        person = sessions.as_person(unit, person_id)
        return Reply(200, memberships.join(person, invitation, person_id))

    return call.act(work)


def _check_account(call: Caller, account_id: str) -> None:
    with call.view() as view:
        one(view.connection, view.sight, "account", account_id, view.now)


def _member(unit: Unit, sight: Visibility, account_id: str, person_id: str) -> Member:
    member = one(unit.connection, sight, "member", f"{account_id}/{person_id}", unit.now)
    assert isinstance(member, Member)
    return member


def _invitation(unit: Unit, sight: Visibility, account_id: str, invitation_id: str) -> Invitation:
    found: Answer = one(unit.connection, sight, "invitation", invitation_id, unit.now)
    assert isinstance(found, Invitation)
    if found.account_id != account_id:
        raise not_found()
    return found


def _row(unit: Unit, invitation_id: str) -> Row[tuple[object, ...]]:
    invitations = tables.invitations
    return unit.connection.execute(
        select(invitations).where(invitations.c.id == invitation_id)
    ).one()
