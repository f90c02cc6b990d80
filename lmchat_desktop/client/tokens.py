"""Personal admin tokens, for machines without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.tokens import PersonalToken, PersonalTokenCreate, PersonalTokenCreated

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_tokens(
    api: ApiClient,
    *,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[PersonalToken]:
    """A page of this person's tokens, without their secrets."""
    return api.get(
        "/v1/tokens", Page[PersonalToken], params={"cursor": cursor, "limit": limit}, cancel=cancel
    )


def create_token(
    api: ApiClient,
    wanted: PersonalTokenCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> PersonalTokenCreated:
    """Make a token; its secret is in this answer and never again."""
    return api.post(
        "/v1/tokens", PersonalTokenCreated, wanted, idempotency_key=idempotency_key, cancel=cancel
    )


def revoke_token(
    api: ApiClient,
    token_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """End a token."""
    api.act(
        f"/v1/tokens/{segment(token_id)}/revoke", idempotency_key=idempotency_key, cancel=cancel
    )
