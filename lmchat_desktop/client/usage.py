"""Usage: slices of the cube, the largest accounts and keys, recounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import ARROW_STREAM
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.usage import SERVICE_SCOPE, SliceList, TopList

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.client.answers import OnBytes
    from lmchat_desktop.client.api import ApiClient, Downloaded
    from lmchat_desktop.client.cancel import CancelToken


def list_slices(
    api: ApiClient, scope: str, cancel: CancelToken | None = None, *, after: str | None = None
) -> SliceList:
    """The slices of a scope: "service" or an account's id.

    With `after`, the `next_cursor` of an earlier list, the answer names what changed since, unless
    the backend answers a complete list all the same.
    """
    return api.get(
        "/v1/usage/slices", SliceList, params={"scope": scope, "after": after}, cancel=cancel
    )


def fetch_slice(
    api: ApiClient,
    scope: str,
    slice_id: str,
    etag: str | None,
    cancel: CancelToken | None = None,
    on_bytes: OnBytes | None = None,
) -> Downloaded | None:
    """One slice; None where it still has the given ETag.

    Raises:
        NotFound: the slice is no longer listed.
        BadAnswer: larger than 256 MB, cut short, or not an Arrow stream by its type.
    """
    return api.download(
        f"/v1/usage/slices/{segment(slice_id)}",
        ARROW_STREAM,
        params={"scope": scope},
        etag=etag,
        cancel=cancel,
        on_bytes=on_bytes,
    )


def top(
    api: ApiClient,
    by: Literal["account", "key"],
    start: datetime,
    end: datetime,
    *,
    scope: str = SERVICE_SCOPE,
    limit: int = 10,
    cancel: CancelToken | None = None,
) -> TopList:
    """The largest accounts or keys of a period."""
    return api.get(
        "/v1/usage/top",
        TopList,
        params={"by": by, "start": start, "end": end, "scope": scope, "limit": limit},
        cancel=cancel,
    )


def start_recount(
    api: ApiClient, *, idempotency_key: str | None = None, cancel: CancelToken | None = None
) -> Job:
    """Have the backend recompute the slices from the requests and report differences."""
    return api.post("/v1/usage/recounts", Job, idempotency_key=idempotency_key, cancel=cancel)
