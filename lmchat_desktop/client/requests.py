"""Request metadata: filtered pages, and one request with its attempts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lmchat_desktop.client.call import segment
from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.requests import RequestDetail, RequestSummary

if TYPE_CHECKING:
    from datetime import datetime

    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken
    from lmchat_desktop.domain.usage.cells import Outcome


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests are wanted; None leaves a condition out. `start` ≤ started < `end`.

    An empty `error_code` asks for requests without an error.
    """

    account_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    model: str | None = None
    provider: str | None = None
    region: str | None = None
    key_id: str | None = None
    outcome: Outcome | None = None
    error_code: str | None = None


def list_requests(
    api: ApiClient,
    wanted: RequestFilter,
    *,
    cursor: str | None = None,
    limit: int = 100,
    sort: str = "-started_at",
    cancel: CancelToken | None = None,
) -> Page[RequestSummary]:
    """A page of requests, newest first unless sorted otherwise."""
    return api.get(
        "/v1/requests",
        Page[RequestSummary],
        params={
            "account_id": wanted.account_id,
            "start": wanted.start,
            "end": wanted.end,
            "model": wanted.model,
            "provider": wanted.provider,
            "region": wanted.region,
            "key_id": wanted.key_id,
            "outcome": wanted.outcome.value if wanted.outcome is not None else None,
            "error_code": wanted.error_code,
            "cursor": cursor,
            "limit": limit,
            "sort": sort,
        },
        cancel=cancel,
    )


def get_request(
    api: ApiClient, request_id: str, cancel: CancelToken | None = None
) -> RequestDetail:
    """One request with its routing attempts."""
    return api.get(f"/v1/requests/{segment(request_id)}", RequestDetail, cancel=cancel)
