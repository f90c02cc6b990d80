"""Keys that were found where they should not be, by the hashes of their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.leaks import LeakedKeys, LeakLookup, LeakRevoke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def look_up(api: ApiClient, hashes: Sequence[str], cancel: CancelToken | None = None) -> LeakedKeys:
    """Whose keys these are; 200 at most at once."""
    return api.post("/v1/keys/lookup", LeakedKeys, LeakLookup(hashes=list(hashes)), cancel=cancel)


def revoke(
    api: ApiClient,
    wanted: LeakRevoke,
    *,
    idempotency_key: str | None = None,
    cancel: CancelToken | None = None,
) -> LeakedKeys:
    """End leaked keys at once, and tell their owners."""
    return api.post(
        "/v1/keys/leaked", LeakedKeys, wanted, idempotency_key=idempotency_key, cancel=cancel
    )
