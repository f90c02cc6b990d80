"""The people of accounts, and invitations into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.accounts import Member, MemberUpdate
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.invitations import Invitation, InvitationAccept, InvitationCreate

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_members(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Member]:
    """A page of an account's people."""
    return api.get(
        f"{_of(account_id)}/members",
        Page[Member],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def update_member(
    api: ApiClient, member: Member, change: MemberUpdate, cancel: CancelToken | None = None
) -> Member:
    """Give a member another role; `Stale` if somebody changed the membership meanwhile."""
    return api.patch(_path(member), Member, change, etag=member.etag, cancel=cancel)


def remove_member(api: ApiClient, member: Member, cancel: CancelToken | None = None) -> None:
    """End a membership."""
    api.delete(_path(member), etag=member.etag, cancel=cancel)


def list_invitations(
    api: ApiClient,
    account_id: str,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Invitation]:
    """A page of the invitations into an account, open and ended."""
    return api.get(
        f"{_of(account_id)}/invitations",
        Page[Invitation],
        params={"cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def invite(
    api: ApiClient,
    account_id: str,
    wanted: InvitationCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Invitation:
    """Invite somebody by e-mail."""
    return api.post(
        f"{_of(account_id)}/invitations",
        Invitation,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def withdraw_invitation(
    api: ApiClient,
    invitation: Invitation,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Invitation:
    """Take an invitation back."""
    return api.post(
        f"{_of(invitation.account_id)}/invitations/{segment(invitation.id)}/withdraw",
        Invitation,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def accept_invitation(
    api: ApiClient,
    code: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Member:
    """Become a member by the code that came by mail."""
    return api.post(
        "/v1/invitations/accept",
        Member,
        InvitationAccept(code=code),
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def _of(account_id: str) -> str:
    return f"/v1/accounts/{segment(account_id)}"


def _path(member: Member) -> str:
    return f"{_of(member.account_id)}/members/{segment(member.person_id)}"
