"""The change feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.base import MAX_PAGE
from lmchat_desktop.contract.changes import ChangePage

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_changes(
    api: ApiClient,
    after: str | None,
    *,
    limit: int = MAX_PAGE,
    cancel: CancelToken | None = None,
) -> ChangePage:
    """Changes after a cursor; without one, the first page of a snapshot.

    Raises:
        CursorGone: start from a snapshot.
    """
    return api.get(
        "/v1/changes", ChangePage, params={"after": after, "limit": limit}, cancel=cancel
    )
