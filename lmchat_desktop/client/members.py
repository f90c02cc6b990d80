"""The people of an account, and invitations into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.accounts import Member, MemberUpdate
from lmchat_desktop.contract.invitations import Invitation, InvitationCreate

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def update_member(
    api: ApiClient,
    account_id: str,
    person_id: str,
    wanted: MemberUpdate,
    etag: str,
    cancel: CancelToken | None = None,
) -> Member:
    """Give a member another role; `Stale` if somebody changed it meanwhile."""
    return api.patch(_member(account_id, person_id), Member, wanted, etag=etag, cancel=cancel)


def remove_member(
    api: ApiClient,
    account_id: str,
    person_id: str,
    etag: str,
    cancel: CancelToken | None = None,
) -> None:
    """End a membership; `Stale` if somebody changed it meanwhile."""
    api.delete(_member(account_id, person_id), etag=etag, cancel=cancel)


def create_invitation(
    api: ApiClient,
    account_id: str,
    wanted: InvitationCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Invitation:
    """Invite somebody by e-mail."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/invitations",
        Invitation,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def withdraw_invitation(
    api: ApiClient,
    account_id: str,
    invitation_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Invitation:
    """Take an invitation back."""
    return api.post(
        f"/v1/accounts/{segment(account_id)}/invitations/{segment(invitation_id)}/withdraw",
        Invitation,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def _member(account_id: str, person_id: str) -> str:
    return f"/v1/accounts/{segment(account_id)}/members/{segment(person_id)}"
