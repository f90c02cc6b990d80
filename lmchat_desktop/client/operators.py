"""Operators, roles that wait for a second person, and what roles may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.operators import (
    Grant,
    GrantDecision,
    GrantState,
    Operator,
    OperatorInvite,
    OperatorRemove,
    OperatorUpdate,
    RoleTable,
)

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def role_table(api: ApiClient, cancel: CancelToken | None = None) -> RoleTable:
    """What each role may do at this backend."""
    return api.get("/v1/roles", RoleTable, cancel=cancel)


def list_operators(
    api: ApiClient,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Operator]:
    """A page of the operators that this person may see."""
    return api.get(
        "/v1/operators", Page[Operator], params={"cursor": cursor, "limit": limit}, cancel=cancel
    )


def get_operator(api: ApiClient, person_id: str, cancel: CancelToken | None = None) -> Operator:
    """One operator."""
    return api.get(f"/v1/operators/{segment(person_id)}", Operator, cancel=cancel)


def invite_operator(
    api: ApiClient,
    wanted: OperatorInvite,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Operator:
    """Make somebody an operator."""
    return api.post(
        "/v1/operators", Operator, wanted, idempotency_key=idempotency_key, cancel=cancel
    )


def set_roles(
    api: ApiClient,
    person_id: str,
    wanted: OperatorUpdate,
    etag: str,
    cancel: CancelToken | None = None,
) -> Operator:
    """Give an operator other roles; `Stale` if somebody changed them meanwhile."""
    return api.patch(
        f"/v1/operators/{segment(person_id)}", Operator, wanted, etag=etag, cancel=cancel
    )


def remove_operator(
    api: ApiClient,
    person_id: str,
    why: OperatorRemove,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """End all that somebody is as an operator, and their sessions."""
    api.act(
        f"/v1/operators/{segment(person_id)}/remove",
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def list_grants(
    api: ApiClient,
    *,
    person_id: str | None = None,
    state: GrantState | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[Grant]:
    """A page of the roles that wait or waited, as far as this person may see them."""
    return api.get(
        "/v1/grants",
        Page[Grant],
        params={"person_id": person_id, "state": state, "cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def approve_grant(
    api: ApiClient,
    grant_id: str,
    why: GrantDecision,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Grant:
    """Approve as the second person."""
    return _decide(api, grant_id, "approve", why, idempotency_key, cancel)


def reject_grant(
    api: ApiClient,
    grant_id: str,
    why: GrantDecision,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Grant:
    """Refuse as the second person."""
    return _decide(api, grant_id, "reject", why, idempotency_key, cancel)


def withdraw_grant(
    api: ApiClient,
    grant_id: str,
    why: GrantDecision,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Grant:
    """Take back what was asked for."""
    return _decide(api, grant_id, "withdraw", why, idempotency_key, cancel)


def _decide(
    api: ApiClient,
    grant_id: str,
    act: str,
    why: GrantDecision,
    idempotency_key: str | None,
    cancel: CancelToken | None,
) -> Grant:
    return api.post(
        f"/v1/grants/{segment(grant_id)}/{act}",
        Grant,
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )
