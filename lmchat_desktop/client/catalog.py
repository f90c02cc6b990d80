"""What lmchat offers: plans, providers, models, processors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lmchat_desktop.contract.base import MAX_PAGE, Page
from lmchat_desktop.contract.catalog import Model, Plan, Processor, Provider

if TYPE_CHECKING:
    from lmchat_desktop.client.api import ApiClient
    from lmchat_desktop.client.cancel import CancelToken


def list_plans(
    api: ApiClient, *, cursor: str | None = None, cancel: CancelToken | None = None
) -> Page[Plan]:
    """A page of the plans."""
    return api.get("/v1/plans", Page[Plan], params=_page(cursor), cancel=cancel)


def list_providers(
    api: ApiClient, *, cursor: str | None = None, cancel: CancelToken | None = None
) -> Page[Provider]:
    """A page of the model providers."""
    return api.get("/v1/providers", Page[Provider], params=_page(cursor), cancel=cancel)


def list_models(
    api: ApiClient, *, cursor: str | None = None, cancel: CancelToken | None = None
) -> Page[Model]:
    """A page of the models."""
    return api.get("/v1/models", Page[Model], params=_page(cursor), cancel=cancel)


def list_processors(
    api: ApiClient, *, cursor: str | None = None, cancel: CancelToken | None = None
) -> Page[Processor]:
    """A page of the vendors that receive personal data."""
    return api.get("/v1/processors", Page[Processor], params=_page(cursor), cancel=cancel)


def _page(cursor: str | None) -> dict[str, str | int | None]:
    return {"cursor": cursor, "limit": MAX_PAGE}
