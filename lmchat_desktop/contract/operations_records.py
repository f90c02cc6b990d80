"""Operations on what was done and is being done: requests and jobs."""

from __future__ import annotations

from lmchat_desktop.contract.base import Page
from lmchat_desktop.contract.jobs import Job
from lmchat_desktop.contract.operation import Operation, Trait, traits
from lmchat_desktop.contract.queries import JobsQuery, RequestsQuery
from lmchat_desktop.contract.requests import RequestDetail, RequestSummary
from lmchat_desktop.domain.scopes import Scope

_T = Trait
_NOT_FOUND = frozenset({404})

RECORD_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "list_requests",
        "GET",
        "/v1/requests",
        "Request metadata",
        "requests",
        answer=Page[RequestSummary],
        scope=Scope.REQUESTS_READ,
        query=RequestsQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "get_request",
        "GET",
        "/v1/requests/{request_id}",
        "One request with its routing attempts",
        "requests",
        answer=RequestDetail,
        scope=Scope.REQUESTS_READ,
        refusals=_NOT_FOUND,
    ),
    Operation(
        "list_jobs",
        "GET",
        "/v1/jobs",
        "The caller's jobs; with `jobs:run` everybody's",
        "jobs",
        answer=Page[Job],
        query=JobsQuery,
        traits=traits(_T.PAGED),
    ),
    Operation(
        "get_job",
        "GET",
        "/v1/jobs/{job_id}",
        "One job",
        "jobs",
        answer=Job,
        refusals=_NOT_FOUND,
    ),
    Operation(
        "cancel_job",
        "POST",
        "/v1/jobs/{job_id}/cancel",
        "Ask a job to stop at its next checkpoint; one that has ended stays as it is",
        "jobs",
        answer=Job,
        traits=traits(_T.IDEMPOTENT),
        refusals=_NOT_FOUND,
    ),
)
