"""Operations on usage: slices of the cube, the largest users, a recount."""

from __future__ import annotations

from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import SliceListQuery, SlicesQuery, TopQuery
from lmchat_desktop.contract.usage import SliceList, TopList
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})
_SLICE_REFUSALS = frozenset({404, 507})
"""A slice is computed, and kept, when it is asked for."""

USAGE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_slices",
        "GET",
        "/v1/usage/slices",
        "The slices of the usage cube with their ETags",
        "usage",
        answer=SliceList,
        scope=Scope.USAGE_READ,
        query=SliceListQuery,
        description="With `after` the answer names what has become another since, so that keeping "
        "up costs no more than what changed. A cursor that is not known (any more) is answered by "
        "a complete list, never by an error.",
        refusals=_SLICE_REFUSALS,
    ),
    Operation(
        "get_slice",
        "GET",
        "/v1/usage/slices/{slice_id}",
        "One slice as an Apache Arrow IPC stream",
        "usage",
        answer=bytes,
        scope=Scope.USAGE_READ,
        query=SlicesQuery,
        traits=traits(_T.ARROW, _T.CONDITIONAL, _T.ETAG),
        refusals=_SLICE_REFUSALS,
    ),
    Operation(
        "list_top",
        "GET",
        "/v1/usage/top",
        "The largest accounts or keys of a period, by cost",
        "usage",
        answer=TopList,
        scope=Scope.USAGE_READ,
        query=TopQuery,
        refusals=_NOT_FOUND,
    ),
    Operation(
        "start_recount",
        "POST",
        "/v1/usage/recounts",
        "Compute the usage slices again from the requests and report differences",
        "usage",
        answer=Job,
        scope=Scope.JOBS_RUN,
        status=202,
        traits=traits(_T.IDEMPOTENT, _T.JOB),
    ),
)
