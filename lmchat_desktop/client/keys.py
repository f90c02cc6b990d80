"""API keys of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.keys import ApiKey, KeyCreate, KeyCreated, KeyRevoke, KeyUpdate

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_keys(
    api: ApiClient,
    *,
    account_id: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[ApiKey]:
    """A page of the keys that this person may see, of one account or of all."""
    return api.get(
        "/v1/keys",
        Page[ApiKey],
        params={"account_id": account_id, "cursor": cursor, "limit": limit},
        cancel=cancel,
    )


def get_key(api: ApiClient, key_id: str, cancel: CancelToken | None = None) -> ApiKey:
    """One key, without its secret."""
    return api.get(f"/v1/keys/{segment(key_id)}", ApiKey, cancel=cancel)


def create_key(
    api: ApiClient,
    wanted: KeyCreate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> KeyCreated:
    """Make a key; its secret is in this answer and never again."""
    return api.post("/v1/keys", KeyCreated, wanted, idempotency_key=idempotency_key, cancel=cancel)


def update_key(
    api: ApiClient,
    key_id: str,
    change: KeyUpdate,
    etag: str,
    cancel: CancelToken | None = None,
) -> ApiKey:
    """Change a key; `Stale` with the present ETag if somebody changed it meanwhile."""
    return api.patch(f"/v1/keys/{segment(key_id)}", ApiKey, change, etag=etag, cancel=cancel)


def revoke_key(
    api: ApiClient,
    key_id: str,
    why: KeyRevoke,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ApiKey:
    """End a key for good."""
    return api.post(
        f"/v1/keys/{segment(key_id)}/revoke",
        ApiKey,
        why,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )
