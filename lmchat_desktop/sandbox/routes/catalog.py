"""What lmchat offers and through whom, and the change feed over all entities."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from lmchat_desktop.contract.queries import ChangesQuery, PageQuery
from lmchat_desktop.sandbox import feed
from lmchat_desktop.sandbox.calls import Caller, serve
from lmchat_desktop.sandbox.routes.answers import answer, entity_page

router = APIRouter()


@serve(router, "list_plans")
def list_plans(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """Plans."""
    return entity_page(call, "plan", query)


@serve(router, "list_providers")
def list_providers(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """Providers with their regions."""
    return entity_page(call, "provider", query)


@serve(router, "list_models")
def list_models(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """Models with their prices."""
    return entity_page(call, "model", query)


@serve(router, "list_processors")
def list_processors(call: Caller, query: Annotated[PageQuery, Query()]) -> Response:
    """Processors."""
    return entity_page(call, "processor", query)


@serve(router, "list_changes")
def list_changes(call: Caller, query: Annotated[ChangesQuery, Query()]) -> Response:
    """A page of the change feed."""
    with call.view() as view:
        page = feed.page(
            view.connection,
            call.backend.cursors,
            view.principal,
            query.after,
            query.limit,
            view.now,
        )
    return answer(page)
