"""Operations on the people of an account, and on invitations into it."""

from __future__ import annotations

from lmchat_desktop.contract.accounts import Member, MemberUpdate
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.invitations import (
    Invitation,
    InvitationAccept,
    InvitationCreate,
    InvitationJoin,
)
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import PageQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})
_ACT_REFUSALS = frozenset({404, 409})

MEMBER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_members",
        "GET",
        "/v1/accounts/{account_id}/members",
        "The people of an account",
        "accounts",
        answer=Page[Member],
        scope=Scope.ACCOUNTS_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "update_member",
        "PATCH",
        "/v1/accounts/{account_id}/members/{person_id}",
        "Change a member's role",
        "accounts",
        answer=Member,
        scope=Scope.MEMBERS_WRITE,
        body=MemberUpdate,
        traits=traits(_T.IF_MATCH, _T.MERGE_PATCH, _T.ETAG),
        description="409 for the last owner.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "remove_member",
        "DELETE",
        "/v1/accounts/{account_id}/members/{person_id}",
        "End a membership, or one's own",
        "accounts",
        scope=Scope.ACCOUNTS_READ,
        status=204,
        traits=traits(_T.IF_MATCH),
        description="Another's membership needs `members:write` in the account. 409 for the last "
        "owner.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "list_invitations",
        "GET",
        "/v1/accounts/{account_id}/invitations",
        "Invitations into an account, open and ended",
        "accounts",
        answer=Page[Invitation],
        scope=Scope.ACCOUNTS_WRITE,
        query=PageQuery,
        traits=traits(_T.PAGED),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "create_invitation",
        "POST",
        "/v1/accounts/{account_id}/invitations",
        "Invite somebody by e-mail; an open invitation of the same address ends",
        "accounts",
        answer=Invitation,
        scope=Scope.MEMBERS_WRITE,
        body=InvitationCreate,
        status=201,
        traits=traits(_T.IDEMPOTENT),
        description="The code goes by mail to the address and nowhere else. 409 for a member's "
        "address, for more than 50 open invitations, and for a suspended account.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "withdraw_invitation",
        "POST",
        "/v1/accounts/{account_id}/invitations/{invitation_id}/withdraw",
        "Take an invitation back; one that has ended stays as it is",
        "accounts",
        answer=Invitation,
        scope=Scope.MEMBERS_WRITE,
        traits=traits(_T.IDEMPOTENT),
        refusals=_NOT_FOUND,
    ),
    Operation(
        "accept_invitation",
        "POST",
        "/v1/invitations/accept",
        "Become a member by the code of an invitation",
        "accounts",
        answer=Member,
        body=InvitationAccept,
        traits=traits(_T.IDEMPOTENT),
        description="404 for a code that is not, or no longer, good; 409 for a member, and for a "
        "suspended account.",
        refusals=_ACT_REFUSALS,
    ),
    Operation(
        "join_by_invitation",
        "POST",
        "/v1/sandbox/invitations/accept",
        "Become a person and a member by the code of an invitation",
        "sandbox",
        answer=Member,
        body=InvitationJoin,
        traits=traits(_T.SANDBOX, _T.SANDBOX_TOKEN, _T.IDEMPOTENT),
        description="Somebody who has this e-mail already becomes the member.",
        refusals=_ACT_REFUSALS,
    ),
)
