"""API keys of accounts: read, made, changed, rotated, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.keys import (
    ApiKey,
    KeyCreate,
    KeyCreated,
    KeyRevoke,
    KeyRotate,
    KeysAct,
    KeyStandings,
    KeySuggestion,
    KeyUpdate,
    KeyUseReport,
    RotationMove,
    SuggestionCounts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.contract.keys import KeyState, SuggestionKind


def list_keys(
    api: ApiClient,
    *,
    account_id: str | None = None,
    state: KeyState | None = None,
    search: str | None = None,
    sort: str = "id",
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[ApiKey]:
    """A page of the keys that this person may see; None leaves a condition out."""
    return api.get(
        "/v1/keys",
        Page[ApiKey],
        params={
            "account_id": account_id,
            "state": None if state is None else state.value,
            "search": search,
            "sort": sort,
            "cursor": cursor,
            "limit": limit,
        },
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


def rotate_key(
    api: ApiClient,
    key_id: str,
    wanted: KeyRotate,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> KeyCreated:
    """Give a key a new secret, which is in this answer and never again."""
    return api.post(
        f"/v1/keys/{segment(key_id)}/rotate",
        KeyCreated,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def move_rotation(
    api: ApiClient,
    key_id: str,
    wanted: RotationMove,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ApiKey:
    """Let the secret before stop at another instant; a past one is now."""
    return api.post(
        f"/v1/keys/{segment(key_id)}/rotation/move",
        ApiKey,
        wanted,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def undo_rotation(
    api: ApiClient,
    key_id: str,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> ApiKey:
    """Go back to the secret before; the new one stops at once."""
    return api.post(
        f"/v1/keys/{segment(key_id)}/rotation/undo",
        ApiKey,
        idempotency_key=idempotency_key,
        cancel=cancel,
    )


def act_on_keys(
    api: ApiClient,
    wanted: KeysAct,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> Job:
    """Begin a job that acts on many keys; its `result["keys"]` tells what became of each."""
    return api.post("/v1/keys/bulk", Job, wanted, idempotency_key=idempotency_key, cancel=cancel)


def get_key_use(
    api: ApiClient, key_id: str, *, hours: int = 24, cancel: CancelToken | None = None
) -> KeyUseReport:
    """What used a key in the last hours."""
    return api.get(
        f"/v1/keys/{segment(key_id)}/use", KeyUseReport, params={"hours": hours}, cancel=cancel
    )


def list_standings(
    api: ApiClient, ids: Sequence[str], cancel: CancelToken | None = None
) -> KeyStandings:
    """Where keys stand; at most `MAX_STANDINGS` at a time."""
    return api.get("/v1/keys/standings", KeyStandings, params={"ids": ",".join(ids)}, cancel=cancel)


def list_suggestions(
    api: ApiClient,
    *,
    account_id: str | None = None,
    kind: SuggestionKind | None = None,
    cursor: str | None = None,
    limit: int = 100,
    cancel: CancelToken | None = None,
) -> Page[KeySuggestion]:
    """A page of the keys that should be looked at."""
    return api.get(
        "/v1/keys/suggestions",
        Page[KeySuggestion],
        params={
            "account_id": account_id,
            "kind": None if kind is None else kind.value,
            "cursor": cursor,
            "limit": limit,
        },
        cancel=cancel,
    )


def count_suggestions(
    api: ApiClient, *, account_id: str | None = None, cancel: CancelToken | None = None
) -> SuggestionCounts:
    """How many keys should be looked at, by the reason why."""
    return api.get(
        "/v1/keys/suggestions/counts",
        SuggestionCounts,
        params={"account_id": account_id},
        cancel=cancel,
    )
