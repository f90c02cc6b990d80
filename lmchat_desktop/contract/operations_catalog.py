"""Operations on what lmchat offers, and the change feed."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.catalog import Model, Plan, Processor, Provider
from lmchat_desktop.contract.changes import ChangePage
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import ChangesQuery, PageQuery
from lmchat_desktop.domain.scopes import Scope

_T = Trait

CATALOG_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_plans",
        "GET",
        "/v1/plans",
        "Plans",
        "catalog",
        answer=Page[Plan],
        scope=Scope.CATALOG_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "list_providers",
        "GET",
        "/v1/providers",
        "Model providers and their regions",
        "catalog",
        answer=Page[Provider],
        scope=Scope.CATALOG_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "list_models",
        "GET",
        "/v1/models",
        "Models and their prices",
        "catalog",
        answer=Page[Model],
        scope=Scope.CATALOG_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "list_processors",
        "GET",
        "/v1/processors",
        "Vendors that receive personal data",
        "catalog",
        answer=Page[Processor],
        scope=Scope.CATALOG_READ,
        query=PageQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "list_changes",
        "GET",
        "/v1/changes",
        "The change feed",
        "changes",
        answer=ChangePage,
        query=ChangesQuery,
        description="The entities that the caller may see and that changed, as upserts and "
        "tombstones in commit order. Without `after` the pages are a snapshot; its last page's "
        "cursor goes on with what changed since its first. 410 `cursor-gone`: what the caller may "
        "see has changed, or they were away too long; start from a snapshot. A backend allocates "
        "the order so that a late commit never hides behind a cursor that was given out.",
        refusals=frozenset({410}),
    ),
)
